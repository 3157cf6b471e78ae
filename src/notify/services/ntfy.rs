//! `type = "ntfy"`: a topic of ntfy.sh or of a server of your own.
//!
//! Source: docs.ntfy.sh.

use crate::http::{Answer, Client, Secret, shown_url};
use crate::notify::ReceiverError;
use crate::notify::message::layout;
use crate::notify::message::markup::{Dialect, href};
use crate::notify::message::{Message, Unit, cut};
use crate::notify::messenger::keys::{self, Common, Token};
use crate::notify::messenger::rate::Pace;
use crate::notify::messenger::service::{Request, Service, Verdict, by_status};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as object};
use std::time::Duration;
use url::Url;

/// Most bytes of a message; a longer one becomes an attachment.
const MAX_BYTES: usize = 4_000;

/// Most bytes of a title: phones show less.
const MAX_TITLE: usize = 250;

/// `[receiver.NAME]` with `type = "ntfy"`; `token_file` (or `token_env`,
/// `token_credential`) with an access token where the topic needs one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(flatten)]
    token: Token,
    /// The server.
    #[serde(default = "default_server")]
    #[schemars(with = "String")]
    server: Url,
    /// The topic: up to 64 letters, digits, hyphens and underscores. Whoever knows it can
    /// read it, unless it needs a token.
    topic: String,
    #[serde(flatten)]
    pub(crate) common: Common,
}

fn default_server() -> Url {
    Url::parse("https://ntfy.sh").expect("the URL is valid")
}

#[derive(Debug)]
struct Ntfy {
    server: Url,
    token: Option<Secret>,
    topic: String,
}

impl Settings {
    /// Where alerts go, without what is secret.
    pub(crate) fn destination(&self) -> String {
        format!("topic {} of {}", self.topic, shown_url(&self.server))
    }
}

/// The service that the settings describe.
pub(crate) fn service(
    settings: &Settings,
    client: &Client,
) -> Result<Box<dyn Service>, ReceiverError> {
    let topic = &settings.topic;
    let is_sign = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if topic.is_empty() || topic.len() > 64 || !topic.chars().all(is_sign) {
        return Err(ReceiverError::Setting {
            key: "topic",
            problem: "has a topic that ntfy does not take: write 1 to 64 letters, digits, hyphens and underscores"
                .to_owned(),
        });
    }
    let has_token = !settings.token.is_unset();
    Ok(Box::new(Ntfy {
        server: keys::allowed(settings.server.clone(), client)?,
        token: has_token.then(|| settings.token.read()).transpose()?,
        topic: topic.clone(),
    }))
}

impl Service for Ntfy {
    /// A server counts its visitors, not its topics.
    fn destination(&self) -> String {
        format!("ntfy {}", self.server)
    }

    fn pace(&self) -> Pace {
        Pace {
            burst: 30,
            every: Duration::from_secs(5),
        }
    }

    fn post(&self, message: &Message, _thread: Option<&str>, _now: Timestamp) -> Request {
        let lines = std::iter::once(layout::heading(message)).chain(layout::rest(message, false));
        let text = Dialect::Plain.lines(lines.collect(), MAX_BYTES, Unit::Bytes);
        let mut body = object!({
            "topic": self.topic,
            "title": cut(&message.headline, MAX_TITLE, Unit::Bytes),
            "message": text,
        });
        if let Some(link) = &message.link {
            body["click"] = href(link).into();
        }
        if let Some(priority) = priority(message) {
            body["priority"] = priority;
        }
        let request = Request::json("POST", self.server.clone(), &body);
        match &self.token {
            Some(token) => request.bearer(token.reveal()),
            None => request,
        }
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        by_status(answer)
    }
}

/// From 1 to 5, where the watch has a severity; 3 is the default.
fn priority(message: &Message) -> Option<Value> {
    match message.severity.as_deref()? {
        "critical" => Some(5.into()),
        "high" => Some(4.into()),
        "low" => Some(2.into()),
        _ => None,
    }
}
