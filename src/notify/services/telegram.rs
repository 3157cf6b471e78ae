//! `type = "telegram"`: a bot in a chat, a group or a channel.
//!
//! Source: core.telegram.org/bots/api (Bot API 10.0).

use crate::http::{Answer, Client, Secret};
use crate::notify::ReceiverError;
use crate::notify::message::layout;
use crate::notify::message::markup::Dialect;
use crate::notify::message::{Message, Unit};
use crate::notify::messenger::keys::{self, Common, Token};
use crate::notify::messenger::rate::Pace;
use crate::notify::messenger::service::{
    DEFAULT_WAIT, Request, Service, Verdict, by_status, json, said, seconds,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as object};
use std::time::Duration;
use url::Url;

/// Most text of a message, in UTF-16 units. Telegram counts without the markup, so
/// that this is never too much.
const MAX_TEXT: usize = 4_096;

/// `[receiver.NAME]` with `type = "telegram"`: `token_file` (or `token_env`,
/// `token_credential`) with the bot's token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(flatten)]
    token: Token,
    /// The chat: its number, such as "-1001234567890", or a public channel's "@name".
    chat: String,
    /// The topic of a group that has topics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    topic: Option<i64>,
    /// The API, where it is a server of your own.
    #[serde(default = "default_api")]
    #[schemars(with = "String")]
    api: Url,
    #[serde(flatten)]
    pub(crate) common: Common,
}

fn default_api() -> Url {
    Url::parse("https://api.telegram.org").expect("the URL is valid")
}

#[derive(Debug)]
struct Telegram {
    api: Url,
    token: Secret,
    chat: String,
    topic: Option<i64>,
}

impl Settings {
    /// Where alerts go, without what is secret.
    pub(crate) fn destination(&self) -> String {
        format!("chat {}", self.chat)
    }
}

/// The service that the settings describe.
pub(crate) fn service(
    settings: &Settings,
    client: &Client,
) -> Result<Box<dyn Service>, ReceiverError> {
    Ok(Box::new(Telegram {
        api: keys::allowed(settings.api.clone(), client)?,
        token: settings.token.read()?,
        chat: settings.chat.clone(),
        topic: settings.topic,
    }))
}

impl Telegram {
    fn request(&self, method: &str, mut body: Value) -> Request {
        body["chat_id"] = self.chat.as_str().into();
        body["parse_mode"] = "HTML".into();
        body["link_preview_options"] = object!({ "is_disabled": true });
        let bot = format!("bot{}", self.token.reveal());
        Request::json("POST", keys::below(&self.api, &[&bot, method]), &body)
    }

    fn is_group(&self) -> bool {
        self.chat.starts_with('-') || self.chat.starts_with('@')
    }
}

impl Service for Telegram {
    fn destination(&self) -> String {
        format!("telegram {} {}", self.api, self.chat)
    }

    /// One message a second in a chat, 20 a minute in a group.
    fn pace(&self) -> Pace {
        Pace {
            burst: 3,
            every: Duration::from_secs(if self.is_group() { 3 } else { 1 }),
        }
    }

    fn post(&self, message: &Message, thread: Option<&str>, _now: Timestamp) -> Request {
        let mut body = object!({ "text": text(message, thread.is_some()) });
        if let Some(id) = thread.and_then(|thread| thread.parse::<i64>().ok()) {
            body["reply_parameters"] =
                object!({ "message_id": id, "allow_sending_without_reply": true });
        }
        if let Some(topic) = self.topic {
            body["message_thread_id"] = topic.into();
        }
        self.request("sendMessage", body)
    }

    fn edit(&self, root: &Message, reference: &str, _alert: &str) -> Option<Request> {
        let id: i64 = reference.parse().ok()?;
        let body = object!({ "message_id": id, "text": text(root, false) });
        Some(self.request("editMessageText", body))
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        let body = json(answer);
        if body["ok"] == true {
            let id = body["result"]["message_id"].as_i64();
            return Verdict::Accepted {
                reference: id.map(|id| id.to_string()),
            };
        }
        let what = body["description"].as_str().unwrap_or_default();
        match answer.status {
            429 => {
                let asked = seconds(&body["parameters"]["retry_after"]).or(answer.retry_after);
                Verdict::Throttled(asked.unwrap_or(DEFAULT_WAIT))
            }
            400 if what.contains("chat not found") || what.contains("upgraded to a supergroup") => {
                Verdict::Refused(said(answer))
            }
            // A proxy's page, or a status without Telegram's own words.
            200..=299 => Verdict::Failed(said(answer)),
            _ => by_status(answer),
        }
    }
}

fn text(message: &Message, is_reply: bool) -> String {
    Dialect::Html.lines(layout::lines(message, is_reply), MAX_TEXT, Unit::Utf16)
}
