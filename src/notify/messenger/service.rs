//! What a service is to newsvane: how a message becomes a request, and what its
//! answer means.

use super::rate::Pace;
use crate::http::{Answer, one_line};
use crate::notify::message::Message;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use std::fmt;
use std::time::Duration;
use url::Url;

/// A chat or paging service with its destination.
///
/// To add one, see `CONTRIBUTING.md`.
pub(crate) trait Service: Send + Sync + fmt::Debug {
    /// What its rate is limited for: a channel, a webhook, a chat, a key. It may
    /// contain a secret and is never shown.
    fn destination(&self) -> String;

    /// How often the destination may be called.
    fn pace(&self) -> Pace;

    /// The request that posts a message. `thread` is the reference of the message
    /// that opened its story's thread, as [`Verdict::Accepted`] gave it.
    fn post(&self, message: &Message, thread: Option<&str>, now: Timestamp) -> Request;

    /// What the answer to [`Service::post`] means.
    fn verdict(&self, answer: &Answer) -> Verdict;

    /// The request that shows new counts in the message that opened a thread.
    fn edit(&self, _root: &Message, _reference: &str, _alert: &str) -> Option<Request> {
        None
    }

    /// The request that tells the service that a story has ended.
    fn end(&self, _reference: &str) -> Option<Request> {
        None
    }

    /// How long the destination asks to wait before the next call, although it
    /// accepted this one.
    fn pause(&self, _answer: &Answer) -> Option<Duration> {
        None
    }
}

/// A request to a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) url: Url,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Request {
    /// A request with a JSON body.
    pub(crate) fn json(method: &'static str, url: Url, body: &Value) -> Self {
        Self {
            method,
            url,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string().into(),
        }
    }

    /// The same with `Authorization: Bearer`.
    pub(crate) fn bearer(mut self, token: &str) -> Self {
        let value = format!("Bearer {token}");
        self.headers.push(("authorization".to_owned(), value));
        self
    }
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The message was posted.
    Accepted {
        /// The service's name for it, with which replies and edits refer to it.
        reference: Option<String>,
    },
    /// The destination takes no more for this long.
    Throttled(Duration),
    /// It failed and may work later.
    Failed(String),
    /// This message is refused; others may be accepted.
    Rejected(String),
    /// The message that opened the thread is gone.
    ThreadLost(String),
    /// The service refuses newsvane until its settings change.
    Refused(String),
}

/// The wait where a service says "too many" without saying how long.
pub(crate) const DEFAULT_WAIT: Duration = Duration::from_secs(30);

/// The verdict by the status alone, for services that mean it. 404 refuses: a URL or
/// a channel that does not exist does not come back by itself.
pub(crate) fn by_status(answer: &Answer) -> Verdict {
    let said = said(answer);
    match answer.status {
        200..=299 => Verdict::Accepted { reference: None },
        401 | 403 | 404 | 410 => Verdict::Refused(said),
        429 => Verdict::Throttled(answer.retry_after.unwrap_or(DEFAULT_WAIT)),
        400 | 413 | 422 => Verdict::Rejected(said),
        _ => Verdict::Failed(said),
    }
}

/// The status with the answer's beginning, for a person.
pub(crate) fn said(answer: &Answer) -> String {
    match one_line(&answer.body).as_str() {
        "" => format!("it answered {}", answer.status),
        line => format!("it answered {}: {line}", answer.status),
    }
}

/// A JSON answer; `Null` for anything else.
pub(crate) fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_default()
}

/// Seconds as a number, such as a service's field for the wait; at most a day.
pub(crate) fn seconds(value: &Value) -> Option<Duration> {
    let seconds = value.as_f64().filter(|seconds| *seconds >= 0.0)?;
    Duration::try_from_secs_f64(seconds.min(86_400.0)).ok()
}
