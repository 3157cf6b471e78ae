//! `type = "pushover"`: a user or group of Pushover.
//!
//! Source: pushover.net/api.

use crate::http::{Answer, Client, Secret};
use crate::notify::ReceiverError;
use crate::notify::message::layout;
use crate::notify::message::markup::{Dialect, href};
use crate::notify::message::{Message, Unit, cut};
use crate::notify::messenger::keys::{self, Common, Token};
use crate::notify::messenger::rate::Pace;
use crate::notify::messenger::service::{
    DEFAULT_WAIT, Request, Service, Verdict, by_status, json, said,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json as object;
use std::time::Duration;
use url::Url;

/// Most UTF-16 units of the text, the title and the link.
const MAX_TEXT: usize = 1_024;
const MAX_TITLE: usize = 250;
const MAX_URL: usize = 512;

/// `[receiver.NAME]` with `type = "pushover"`: `token_file` (or `token_env`,
/// `token_credential`) with the application's token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(flatten)]
    token: Token,
    /// The key of the user or group.
    user: String,
    /// The API, where it is a gateway.
    #[serde(default = "default_api")]
    #[schemars(with = "String")]
    api: Url,
    #[serde(flatten)]
    pub(crate) common: Common,
}

fn default_api() -> Url {
    Url::parse("https://api.pushover.net").expect("the URL is valid")
}

#[derive(Debug)]
struct Pushover {
    api: Url,
    token: Secret,
    user: String,
}

/// The service that the settings describe.
pub(crate) fn service(
    settings: &Settings,
    client: &Client,
) -> Result<Box<dyn Service>, ReceiverError> {
    Ok(Box::new(Pushover {
        api: keys::allowed(settings.api.clone(), client)?,
        token: settings.token.read()?,
        user: settings.user.clone(),
    }))
}

impl Service for Pushover {
    fn destination(&self) -> String {
        format!("pushover {} {}", self.api, self.user)
    }

    fn pace(&self) -> Pace {
        Pace {
            burst: 2,
            every: Duration::from_secs(1),
        }
    }

    fn post(&self, message: &Message, _thread: Option<&str>, now: Timestamp) -> Request {
        let lines = std::iter::once(layout::heading(message)).chain(layout::rest(message, false));
        let text = Dialect::Html.lines(lines.collect(), MAX_TEXT, Unit::Utf16);
        let mut body = object!({
            "token": self.token.reveal(),
            "user": self.user,
            "title": cut(&message.headline, MAX_TITLE, Unit::Utf16),
            "message": text,
            "html": 1,
            "timestamp": now.as_second(),
        });
        let link = message.link.as_ref().map(href);
        if let Some(link) = link.filter(|link| link.len() <= MAX_URL) {
            body["url"] = link.into();
            body["url_title"] = "Open the article".into();
        }
        if matches!(message.severity.as_deref(), Some("critical" | "high")) {
            body["priority"] = 1.into();
        }
        Request::json(
            "POST",
            keys::below(&self.api, &["1", "messages.json"]),
            &body,
        )
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        let body = json(answer);
        let is_invalid = |key: &str| body[key] == "invalid";
        match answer.status {
            200..=299 if body["status"] == 1 => Verdict::Accepted { reference: None },
            200..=299 => Verdict::Failed(said(answer)),
            // The quota of the month: the header says when it begins anew.
            429 => {
                let asked = until_reset(answer).or(answer.retry_after);
                Verdict::Throttled(asked.unwrap_or(DEFAULT_WAIT))
            }
            400 if is_invalid("token") || is_invalid("user") => Verdict::Refused(said(answer)),
            _ => by_status(answer),
        }
    }
}

fn until_reset(answer: &Answer) -> Option<Duration> {
    let reset: i64 = answer.header("x-limit-app-reset")?.parse().ok()?;
    let seconds = reset.saturating_sub(Timestamp::now().as_second());
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}
