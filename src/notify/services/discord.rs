//! `type = "discord"`: a channel's or a forum's webhook.
//!
//! A webhook cannot reply in a channel, so that a story's later alerts name the story
//! and its first message is edited; in a forum each story is a post of its own.
//! Source: discord.com/developers/docs.

use crate::http::{Answer, Client};
use crate::notify::ReceiverError;
use crate::notify::message::layout;
use crate::notify::message::markup::Dialect;
use crate::notify::message::{Message, Unit, cut};
use crate::notify::messenger::keys::{self, Common, SecretUrl};
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

/// Most text of an embed's description.
const MAX_TEXT: usize = 4_096;

/// Most characters of the name of a forum's post.
const MAX_NAME: usize = 100;

/// `[receiver.NAME]` with `type = "discord"`: `url_file` (or `url_env`,
/// `url_credential`) with the webhook's URL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(flatten)]
    url: SecretUrl,
    /// The webhook is a forum's: each story becomes a post, and its later alerts
    /// messages in it.
    #[serde(default)]
    forum: bool,
    #[serde(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug)]
struct Discord {
    url: Url,
    is_forum: bool,
}

impl Settings {
    /// Where alerts go, without what is secret.
    pub(crate) fn destination(&self) -> String {
        let of = if self.forum { "a forum" } else { "a channel" };
        format!("{of}'s webhook")
    }
}

/// The service that the settings describe.
pub(crate) fn service(
    settings: &Settings,
    client: &Client,
) -> Result<Box<dyn Service>, ReceiverError> {
    Ok(Box::new(Discord {
        url: settings.url.read(client)?,
        is_forum: settings.forum,
    }))
}

impl Discord {
    /// The webhook's URL for a message in the thread `reference`, `MESSAGE/CHANNEL`.
    fn url(&self, reference: Option<&str>) -> Url {
        let mut url = self.url.clone();
        url.query_pairs_mut().append_pair("wait", "true");
        let channel = reference.and_then(|reference| reference.split_once('/'));
        if let (true, Some((_, channel))) = (self.is_forum, channel) {
            url.query_pairs_mut().append_pair("thread_id", channel);
        }
        url
    }
}

impl Service for Discord {
    fn destination(&self) -> String {
        format!("discord {}", self.url)
    }

    /// 30 messages a minute in a channel; the headers say when it is less.
    fn pace(&self) -> Pace {
        Pace {
            burst: 5,
            every: Duration::from_secs(2),
        }
    }

    fn post(&self, message: &Message, thread: Option<&str>, _now: Timestamp) -> Request {
        let mut body = content(message, self.is_forum && thread.is_some());
        if self.is_forum && thread.is_none() {
            body["thread_name"] = cut(&message.headline, MAX_NAME, Unit::Utf16).into();
        }
        Request::json("POST", self.url(thread), &body)
    }

    fn edit(&self, root: &Message, reference: &str, _alert: &str) -> Option<Request> {
        let (id, _) = reference.split_once('/')?;
        let mut url = keys::below(&self.url(Some(reference)), &["messages", id]);
        // Only a new message is waited for.
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        url.set_query(None);
        for (name, value) in pairs.iter().filter(|(name, _)| name != "wait") {
            url.query_pairs_mut().append_pair(name, value);
        }
        Some(Request::json("PATCH", url, &content(root, false)))
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        let body = json(answer);
        match (answer.status, body["code"].as_i64()) {
            (200..=299, _) => {
                let part = |key: &str| body[key].as_str().map(str::to_owned);
                let reference = part("id").zip(part("channel_id"));
                Verdict::Accepted {
                    reference: reference.map(|(id, channel)| format!("{id}/{channel}")),
                }
            }
            (429, _) => {
                let asked = seconds(&body["retry_after"]).or(answer.retry_after);
                Verdict::Throttled(asked.unwrap_or(DEFAULT_WAIT))
            }
            // Unknown Channel, of a forum's post that somebody deleted; the webhook
            // itself being gone is "Unknown Webhook", 10015.
            (404, Some(10_003 | 10_008)) => Verdict::ThreadLost(said(answer)),
            _ => by_status(answer),
        }
    }

    fn pause(&self, answer: &Answer) -> Option<Duration> {
        let is_used_up = answer.header("x-ratelimit-remaining") == Some("0");
        let reset: f64 = answer.header("x-ratelimit-reset-after")?.parse().ok()?;
        seconds(&reset.into()).filter(|_| is_used_up)
    }
}

fn content(message: &Message, is_reply: bool) -> Value {
    let lines = layout::lines(message, is_reply);
    object!({
        "embeds": [{ "description": Dialect::Markdown.lines(lines, MAX_TEXT, Unit::Utf16) }],
        "allowed_mentions": { "parse": [] },
    })
}
