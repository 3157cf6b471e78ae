//! `type = "googlechat"`: a webhook of a space. A story's alerts share a thread by its
//! key, so that no reference has to be kept.
//!
//! Source: developers.google.com/workspace/chat.

use crate::http::{Answer, Client};
use crate::notify::ReceiverError;
use crate::notify::message::layout;
use crate::notify::message::markup::Dialect;
use crate::notify::message::{Message, Unit, cut};
use crate::notify::messenger::keys::{Common, SecretUrl};
use crate::notify::messenger::rate::Pace;
use crate::notify::messenger::service::{Request, Service, Verdict, by_status};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json as object;
use std::time::Duration;
use url::Url;

/// Most bytes of the card's text; a message may have 32,000 in all.
const MAX_BYTES: usize = 12_000;

/// Most bytes of the plain text, which notifications show.
const MAX_NOTICE: usize = 500;

/// `[receiver.NAME]` with `type = "googlechat"`: `url_file` (or `url_env`,
/// `url_credential`) with the webhook's URL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(flatten)]
    url: SecretUrl,
    #[serde(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug)]
struct GoogleChat {
    url: Url,
}

/// The service that the settings describe.
pub(crate) fn service(
    settings: &Settings,
    client: &Client,
) -> Result<Box<dyn Service>, ReceiverError> {
    Ok(Box::new(GoogleChat {
        url: settings.url.read(client)?,
    }))
}

impl Service for GoogleChat {
    /// The space: all its webhooks share one rate.
    fn destination(&self) -> String {
        format!("googlechat {}", self.url.path())
    }

    fn pace(&self) -> Pace {
        Pace {
            burst: 1,
            every: Duration::from_secs(1),
        }
    }

    fn post(&self, message: &Message, _thread: Option<&str>, _now: Timestamp) -> Request {
        let is_reply = message.story.as_ref().is_some_and(|story| story.number > 1);
        let lines = layout::lines(message, is_reply);
        let html = Dialect::Html.lines(lines, MAX_BYTES, Unit::Bytes);
        let notice = format!("{} · {}", message.watch, message.kind);
        let body = object!({
            "text": Dialect::Plain.escape(&cut(&notice, MAX_NOTICE, Unit::Bytes)),
            "cardsV2": [{
                "cardId": message.alert.as_str(),
                "card": { "sections": [{ "widgets": [
                    { "textParagraph": { "text": html.replace('\n', "<br>") } },
                ] }] },
            }],
            "thread": { "threadKey": message.key() },
        });
        let mut url = self.url.clone();
        url.query_pairs_mut()
            .append_pair("requestId", message.alert.as_str())
            .append_pair("messageReplyOption", "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD");
        Request::json("POST", url, &body)
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        by_status(answer)
    }
}
