//! `type = "mattermost"`: an incoming webhook, or a bot with threads and edits.
//!
//! Source: api.mattermost.com; the limit is that of a post in its database.

use crate::http::{Answer, Client, Secret};
use crate::notify::ReceiverError;
use crate::notify::message::layout;
use crate::notify::message::markup::Dialect;
use crate::notify::message::{Message, Unit};
use crate::notify::messenger::keys::{self, Common, SecretUrl, Token};
use crate::notify::messenger::rate::Pace;
use crate::notify::messenger::service::{Request, Service, Verdict, by_status, json, said};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json as object;
use std::time::Duration;
use url::Url;

/// Most text of a post.
const MAX_TEXT: usize = 16_383;

/// `[receiver.NAME]` with `type = "mattermost"`: `url_file` (or `url_env`,
/// `url_credential`) with the URL of an incoming webhook, or `token_file` (or
/// `token_env`, `token_credential`) with a bot's token, `server` and `channel`. Only a
/// bot can make threads and edit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(flatten)]
    url: SecretUrl,
    #[serde(flatten)]
    token: Token,
    /// The server's URL; for a bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    server: Option<Url>,
    /// The channel's id of 26 characters; for a bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    #[serde(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug)]
enum Mattermost {
    Webhook(Url),
    Bot {
        server: Url,
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
    let is_bot = !settings.token.is_unset();
    let mattermost = match (&settings.server, &settings.channel) {
        (None, None) if !is_bot => Mattermost::Webhook(settings.url.read(client)?),
        (Some(server), Some(channel)) if settings.url.is_unset() => Mattermost::Bot {
            server: keys::allowed(server.clone(), client)?,
            token: settings.token.read()?,
            channel: channel.clone(),
        },
        _ => {
            return Err(ReceiverError::Setting {
                key: "url_file",
                problem: "needs url_file (an incoming webhook), or token_file, server and channel (a bot)"
                    .to_owned(),
            });
        }
    };
    Ok(Box::new(mattermost))
}

impl Service for Mattermost {
    fn destination(&self) -> String {
        match self {
            Self::Webhook(url) => format!("mattermost {url}"),
            Self::Bot {
                server, channel, ..
            } => format!("mattermost {server} {channel}"),
        }
    }

    /// The default of a server that limits at all.
    fn pace(&self) -> Pace {
        Pace {
            burst: 10,
            every: Duration::from_millis(200),
        }
    }

    fn post(&self, message: &Message, thread: Option<&str>, _now: Timestamp) -> Request {
        match self {
            Self::Webhook(url) => {
                let body = object!({ "text": text(message, false) });
                Request::json("POST", url.clone(), &body)
            }
            Self::Bot {
                server,
                token,
                channel,
            } => {
                let mut body = object!({
                    "channel_id": channel,
                    "message": text(message, thread.is_some()),
                });
                if let Some(root) = thread {
                    body["root_id"] = root.into();
                }
                let url = keys::below(server, &["api", "v4", "posts"]);
                Request::json("POST", url, &body).bearer(token.reveal())
            }
        }
    }

    fn edit(&self, root: &Message, reference: &str, _alert: &str) -> Option<Request> {
        let Self::Bot { server, token, .. } = self else {
            return None;
        };
        let url = keys::below(server, &["api", "v4", "posts", reference, "patch"]);
        let body = object!({ "message": text(root, false) });
        Some(Request::json("PUT", url, &body).bearer(token.reveal()))
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        let body = json(answer);
        let is_lost = body["id"].as_str().is_some_and(|id| id.contains("root_id"));
        match (self, answer.status) {
            (Self::Bot { .. }, 200..=299) => match body["id"].as_str() {
                Some(id) => Verdict::Accepted {
                    reference: Some(id.to_owned()),
                },
                None => Verdict::Failed(said(answer)),
            },
            (Self::Bot { .. }, 400 | 404) if is_lost => Verdict::ThreadLost(said(answer)),
            _ => by_status(answer),
        }
    }
}

fn text(message: &Message, is_reply: bool) -> String {
    Dialect::Markdown.lines(layout::lines(message, is_reply), MAX_TEXT, Unit::Utf16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_an_id_is_a_proxys_page() {
        let bot = Mattermost::Bot {
            server: Url::parse("https://chat.example").unwrap(),
            token: Secret::new("t"),
            channel: "c".to_owned(),
        };
        let answer = Answer {
            status: 200,
            body: "<html>sign in".to_owned(),
            ..Answer::default()
        };
        let Verdict::Failed(reason) = bot.verdict(&answer) else {
            panic!("it is no post");
        };
        assert_eq!(reason, "it answered 200: <html>sign in");
    }
}
