//! `type = "cloudevents"`: the payload as a CloudEvent 1.0 over HTTP, for brokers and
//! functions that take events.
//!
//! Source: the CloudEvents specification and its HTTP protocol binding, version 1.0.2.

use super::messenger::keys::{self, Common, Token};
use super::{Attempt, Outgoing, Receiver, ReceiverError};
use crate::http::{Answer, Call, Client, Secret, one_line, shown_url};
use crate::policy::AttemptOutcome;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// `[receiver.NAME]` with `type = "cloudevents"`; `token_file` (or `token_env`,
/// `token_credential`) with a bearer token where the URL needs one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(flatten)]
    token: Token,
    /// The URL that events are posted to.
    #[schemars(with = "String")]
    url: Url,
    /// How the event's attributes are sent.
    #[serde(default)]
    mode: Mode,
    /// The `source` of the events: who sends them, as a URI.
    #[serde(default = "default_source")]
    source: String,
    #[serde(flatten)]
    pub(super) common: Common,
}

fn default_source() -> String {
    "/newsvane".to_owned()
}

/// How the event's attributes are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// In `ce-` headers; the body is the data.
    #[default]
    Binary,
    /// In the body, around the data.
    Structured,
}

impl Settings {
    /// Where alerts go, without what is secret.
    pub(super) fn destination(&self) -> String {
        shown_url(&self.url)
    }
}

/// A receiver that posts CloudEvents.
#[derive(Debug)]
pub(super) struct CloudEvents {
    url: Url,
    token: Option<Secret>,
    mode: Mode,
    source: String,
    timeout: Duration,
    client: Client,
}

impl CloudEvents {
    /// A receiver with these settings.
    ///
    /// # Errors
    /// When its token cannot be read, or the address guard refuses its URL.
    pub(super) fn new(settings: &Settings, client: &Client) -> Result<Self, ReceiverError> {
        let is_uri =
            !settings.source.is_empty() && settings.source.chars().all(|c| c.is_ascii_graphic());
        if !is_uri {
            return Err(ReceiverError::Setting {
                key: "source",
                problem: "has a source that is no URI: write for instance \"/newsvane\"".to_owned(),
            });
        }
        let has_token = !settings.token.is_unset();
        Ok(Self {
            url: keys::allowed(settings.url.clone(), client)?,
            token: has_token.then(|| settings.token.read()).transpose()?,
            mode: settings.mode,
            source: settings.source.clone(),
            timeout: settings.common.timeout.0,
            client: client.clone(),
        })
    }

    async fn attempt(&self, outgoing: &Outgoing) -> Attempt {
        let Ok(payload) = serde_json::from_slice::<Value>(&outgoing.body) else {
            let reason = "its stored body is not JSON".to_owned();
            return Attempt::of(AttemptOutcome::Permanent { reason }, Duration::ZERO);
        };
        let begun = tokio::time::Instant::now();
        match self
            .client
            .call(&self.call(outgoing.alert.as_str(), &payload))
            .await
        {
            Ok(answer) => Attempt {
                status: Some(answer.status),
                ..Attempt::of(outcome(&answer), answer.elapsed)
            },
            Err(err) => Attempt::transient(err.to_string(), begun.elapsed()),
        }
    }

    fn call(&self, id: &str, payload: &Value) -> Call {
        let data = &payload["data"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let attributes = [
            ("specversion", Some("1.0".to_owned())),
            ("id", Some(id.to_owned())),
            ("source", Some(self.source.clone())),
            ("type", text(&payload["type"])),
            ("time", text(&payload["timestamp"])),
            ("subject", text(&data["story"]["id"])),
        ];
        let attributes = attributes
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        let (content_type, mut headers, body) = match self.mode {
            Mode::Binary => {
                let headers = attributes.map(|(name, value)| (format!("ce-{name}"), value));
                ("application/json", headers.collect(), data.to_string())
            }
            Mode::Structured => {
                let mut event = json!({ "datacontenttype": "application/json", "data": data });
                for (name, value) in attributes {
                    event[name] = value.into();
                }
                let none: Vec<(String, String)> = Vec::new();
                ("application/cloudevents+json", none, event.to_string())
            }
        };
        headers.push(("content-type".to_owned(), content_type.to_owned()));
        if let Some(token) = &self.token {
            let value = format!("Bearer {}", token.reveal());
            headers.push(("authorization".to_owned(), value));
        }
        Call {
            method: "POST",
            url: self.url.clone(),
            headers,
            body: body.into(),
            timeout: self.timeout,
        }
    }
}

impl Receiver for CloudEvents {
    fn send<'a>(&'a self, outgoing: &'a Outgoing, _now: Timestamp) -> BoxFuture<'a, Attempt> {
        self.attempt(outgoing).boxed()
    }
}

/// As a webhook's: what is wrong today may be mended while newsvane retries.
fn outcome(answer: &Answer) -> AttemptOutcome {
    match answer.status {
        200..=299 => AttemptOutcome::Accepted,
        410 => AttemptOutcome::Gone,
        status => AttemptOutcome::Transient {
            reason: match one_line(&answer.body).as_str() {
                "" => format!("it answered {status}"),
                line => format!("it answered {status}: {line}"),
            },
            retry_after: answer.retry_after,
        },
    }
}
