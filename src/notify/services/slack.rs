//! `type = "slack"`: an incoming webhook, or a bot with threads and edits.
//!
//! The message is a `rich_text` block: Slack parses no markup in it, so that nothing
//! a feed wrote can become a mention or a link. Source: docs.slack.dev.

use crate::http::{Answer, Client, Secret};
use crate::notify::ReceiverError;
use crate::notify::message::layout::{self, Line, Style};
use crate::notify::message::markup::{Dialect, href};
use crate::notify::message::{Message, Unit};
use crate::notify::messenger::keys::{self, Common, SecretUrl, Token};
use crate::notify::messenger::rate::Pace;
use crate::notify::messenger::service::{
    DEFAULT_WAIT, Request, Service, Verdict, by_status, json, said,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as object};
use std::time::Duration;
use url::Url;

/// Most text of the block, in UTF-16 units: what Slack takes in a section.
const MAX_TEXT: usize = 3_000;

/// Most text of a notification.
const MAX_NOTICE: usize = 300;

/// `[receiver.NAME]` with `type = "slack"`: `url_file` (or `url_env`,
/// `url_credential`) with the URL of an incoming webhook, or `token_file` (or
/// `token_env`, `token_credential`) with a bot's token and `channel`. Only a bot can
/// make threads and edit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(flatten)]
    url: SecretUrl,
    #[serde(flatten)]
    token: Token,
    /// The id of the channel, such as C024BE91L; for a bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    /// The API, where it is not Slack's own.
    #[serde(default = "default_api")]
    #[schemars(with = "String")]
    api: Url,
    #[serde(flatten)]
    pub(crate) common: Common,
}

fn default_api() -> Url {
    Url::parse("https://slack.com/api").expect("the URL is valid")
}

#[derive(Debug)]
enum Slack {
    Webhook(Url),
    Bot {
        api: Url,
        token: Secret,
        channel: String,
    },
}

impl Settings {
    /// Where alerts go, without what is secret.
    pub(crate) fn destination(&self) -> String {
        match &self.channel {
            Some(channel) => format!("channel {channel}"),
            None => "an incoming webhook".to_owned(),
        }
    }
}

/// The service that the settings describe.
pub(crate) fn service(
    settings: &Settings,
    client: &Client,
) -> Result<Box<dyn Service>, ReceiverError> {
    let slack = match (settings.url.is_unset(), &settings.channel) {
        (false, None) if settings.token.is_unset() => Slack::Webhook(settings.url.read(client)?),
        (true, Some(channel)) => Slack::Bot {
            api: keys::allowed(settings.api.clone(), client)?,
            token: settings.token.read()?,
            channel: channel.clone(),
        },
        _ => {
            return Err(ReceiverError::Setting {
                key: "url_file",
                problem: "needs url_file (an incoming webhook), or token_file and channel (a bot)"
                    .to_owned(),
            });
        }
    };
    Ok(Box::new(slack))
}

impl Slack {
    fn bot_request(&self, method: &str, body: &Value) -> Option<Request> {
        let Self::Bot { api, token, .. } = self else {
            return None;
        };
        let url = keys::below(api, &[method]);
        Some(Request::json("POST", url, body).bearer(token.reveal()))
    }
}

impl Service for Slack {
    fn destination(&self) -> String {
        match self {
            Self::Webhook(url) => format!("slack {url}"),
            Self::Bot { api, channel, .. } => format!("slack {api} {channel}"),
        }
    }

    fn pace(&self) -> Pace {
        Pace {
            burst: 3,
            every: Duration::from_secs(1),
        }
    }

    fn post(&self, message: &Message, thread: Option<&str>, _now: Timestamp) -> Request {
        let mut body = content(message, thread.is_some());
        match self {
            Self::Webhook(url) => Request::json("POST", url.clone(), &body),
            Self::Bot { channel, .. } => {
                body["channel"] = channel.as_str().into();
                if let Some((_, ts)) = thread.and_then(|thread| thread.split_once('/')) {
                    body["thread_ts"] = ts.into();
                }
                self.bot_request("chat.postMessage", &body)
                    .unwrap_or_else(|| unreachable!("it is a bot"))
            }
        }
    }

    fn edit(&self, root: &Message, reference: &str, _alert: &str) -> Option<Request> {
        let (channel, ts) = reference.split_once('/')?;
        let mut body = content(root, false);
        body["channel"] = channel.into();
        body["ts"] = ts.into();
        self.bot_request("chat.update", &body)
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        let body = json(answer);
        if matches!(self, Self::Webhook(_)) {
            return by_status(answer);
        }
        // The page of a proxy, whatever its status.
        if body["ok"].is_null() {
            return match by_status(answer) {
                Verdict::Accepted { .. } => Verdict::Failed(said(answer)),
                verdict => verdict,
            };
        }
        if body["ok"] == true {
            let part = |key: &str| body[key].as_str().map(str::to_owned);
            let reference = part("channel").zip(part("ts"));
            return Verdict::Accepted {
                reference: reference.map(|(channel, ts)| format!("{channel}/{ts}")),
            };
        }
        let error = body["error"].as_str().unwrap_or_default();
        let said = said(answer);
        match error {
            "ratelimited" | "rate_limited" => {
                Verdict::Throttled(answer.retry_after.unwrap_or(DEFAULT_WAIT))
            }
            "thread_not_found" | "message_not_found" => Verdict::ThreadLost(said),
            "invalid_auth" | "not_authed" | "token_revoked" | "token_expired"
            | "account_inactive" | "missing_scope" | "channel_not_found" | "not_in_channel"
            | "is_archived" | "no_permission" | "restricted_action" | "org_login_required" => {
                Verdict::Refused(said)
            }
            "msg_too_long" | "invalid_blocks" | "no_text" | "msg_blocks_too_long" => {
                Verdict::Rejected(said)
            }
            _ => Verdict::Failed(said),
        }
    }
}

fn content(message: &Message, is_reply: bool) -> Value {
    let lines = layout::fit(layout::lines(message, is_reply), MAX_TEXT, 1, |span| {
        Unit::Utf16.count(&span.text)
    });
    let elements = lines
        .iter()
        .enumerate()
        .flat_map(|(at, line)| elements(line, at + 1 < lines.len()));
    let notice = vec![layout::heading(message), layout::headline_line(message)];
    object!({
        "text": Dialect::Slack.lines(notice, MAX_NOTICE, Unit::Utf16),
        "blocks": [{
            "type": "rich_text",
            "elements": [{
                "type": "rich_text_section",
                "elements": elements.collect::<Vec<Value>>(),
            }],
        }],
        "unfurl_links": false,
        "unfurl_media": false,
    })
}

fn elements(line: &Line, has_next: bool) -> Vec<Value> {
    let text = |text: &str| object!({ "type": "text", "text": text });
    let mut elements: Vec<Value> = Vec::new();
    for span in line.iter().filter(|span| !span.text.is_empty()) {
        elements.push(match &span.style {
            Style::Plain => text(&span.text),
            Style::Bold => {
                object!({ "type": "text", "text": span.text, "style": { "bold": true } })
            }
            Style::Link(url) => object!({ "type": "link", "url": href(url), "text": span.text }),
        });
    }
    if has_next {
        elements.push(text("\n"));
    }
    elements
}
