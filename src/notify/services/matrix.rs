//! `type = "matrix"`: a user of a homeserver in a room, with threads and edits.
//!
//! The transaction id is the alert's, so that a message that is sent again appears
//! once, as long as the token stays the same: newsvane never logs in. Source:
//! spec.matrix.org, client-server API v1.11; tried with Synapse.

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

/// Most bytes of each of the two forms of the text. An edit holds both twice, and
/// an event may have 65,536 bytes.
const MAX_BYTES: usize = 8_000;

/// `[receiver.NAME]` with `type = "matrix"`: `token_file` (or `token_env`,
/// `token_credential`) with the user's access token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(flatten)]
    token: Token,
    /// The homeserver's URL.
    #[schemars(with = "String")]
    homeserver: Url,
    /// The id of the room, such as "!abc:example.org". The user must be in it.
    room: String,
    #[serde(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug)]
struct Matrix {
    homeserver: Url,
    token: Secret,
    room: String,
}

impl Settings {
    /// Where alerts go, without what is secret.
    pub(crate) fn destination(&self) -> String {
        format!("room {}", self.room)
    }
}

/// The service that the settings describe.
pub(crate) fn service(
    settings: &Settings,
    client: &Client,
) -> Result<Box<dyn Service>, ReceiverError> {
    Ok(Box::new(Matrix {
        homeserver: keys::allowed(settings.homeserver.clone(), client)?,
        token: settings.token.read()?,
        room: settings.room.clone(),
    }))
}

impl Matrix {
    fn request(&self, transaction: &str, content: &Value) -> Request {
        let path = [
            "_matrix",
            "client",
            "v3",
            "rooms",
            &self.room,
            "send",
            "m.room.message",
            transaction,
        ];
        let url = keys::below(&self.homeserver, &path);
        Request::json("PUT", url, content).bearer(self.token.reveal())
    }
}

impl Service for Matrix {
    fn destination(&self) -> String {
        format!("matrix {} {}", self.homeserver, self.room)
    }

    /// Synapse's default for a user's messages.
    fn pace(&self) -> Pace {
        Pace {
            burst: 10,
            every: Duration::from_secs(5),
        }
    }

    fn post(&self, message: &Message, thread: Option<&str>, _now: Timestamp) -> Request {
        let mut content = content(message, thread.is_some());
        if let Some(root) = thread {
            content["m.relates_to"] = object!({
                "rel_type": "m.thread",
                "event_id": root,
                "is_falling_back": true,
                "m.in_reply_to": { "event_id": root },
            });
        }
        self.request(message.alert.as_str(), &content)
    }

    fn edit(&self, root: &Message, reference: &str, alert: &str) -> Option<Request> {
        let mut edited = content(root, false);
        let new = edited.clone();
        edited["m.new_content"] = new;
        edited["m.relates_to"] = object!({ "rel_type": "m.replace", "event_id": reference });
        Some(self.request(&format!("{alert}-counts"), &edited))
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        let body = json(answer);
        let said = said(answer);
        match (answer.status, body["errcode"].as_str().unwrap_or_default()) {
            (200..=299, "") => match body["event_id"].as_str() {
                Some(id) => Verdict::Accepted {
                    reference: Some(id.to_owned()),
                },
                None => Verdict::Failed(said),
            },
            (_, "M_LIMIT_EXCEEDED") => {
                let asked = body["retry_after_ms"].as_f64().map(|ms| ms / 1_000.0);
                let asked = asked.and_then(|asked| seconds(&asked.into()));
                Verdict::Throttled(asked.or(answer.retry_after).unwrap_or(DEFAULT_WAIT))
            }
            (_, "M_UNKNOWN_TOKEN" | "M_MISSING_TOKEN" | "M_FORBIDDEN" | "M_USER_DEACTIVATED") => {
                Verdict::Refused(said)
            }
            (_, "M_TOO_LARGE" | "M_BAD_JSON") => Verdict::Rejected(said),
            _ => by_status(answer),
        }
    }
}

fn content(message: &Message, is_reply: bool) -> Value {
    let lines = || layout::lines(message, is_reply);
    let html = Dialect::Html.lines(lines(), MAX_BYTES, Unit::Bytes);
    object!({
        "msgtype": "m.text",
        "body": Dialect::Plain.lines(lines(), MAX_BYTES, Unit::Bytes),
        "format": "org.matrix.custom.html",
        "formatted_body": html.replace('\n', "<br>"),
        "m.mentions": {},
    })
}
