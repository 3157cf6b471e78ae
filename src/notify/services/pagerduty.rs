//! `type = "pagerduty"`: one incident for each story and watch, resolved when the
//! story ends.
//!
//! Source: developer.pagerduty.com, Events API v2.

use crate::http::{Answer, Client, Secret};
use crate::notify::ReceiverError;
use crate::notify::message::markup::href;
use crate::notify::message::{Message, Passage, Unit, cut};
use crate::notify::messenger::keys::{self, Common, Token};
use crate::notify::messenger::rate::Pace;
use crate::notify::messenger::service::{Request, Service, Verdict, by_status, json};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as object};
use std::time::Duration;
use url::Url;

/// Most characters of the summary and of the key.
const MAX_SUMMARY: usize = 1_024;
const MAX_KEY: usize = 255;

/// Most sentences of each kind among the details.
const MAX_SENTENCES: usize = 10;

/// `[receiver.NAME]` with `type = "pagerduty"`: `token_file` (or `token_env`,
/// `token_credential`) with the integration key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(flatten)]
    token: Token,
    /// The API; that of the EU is `https://events.eu.pagerduty.com`.
    #[serde(default = "default_api")]
    #[schemars(with = "String")]
    api: Url,
    #[serde(flatten)]
    pub(crate) common: Common,
}

fn default_api() -> Url {
    Url::parse("https://events.pagerduty.com").expect("the URL is valid")
}

#[derive(Debug)]
struct PagerDuty {
    api: Url,
    key: Secret,
}

/// The service that the settings describe.
pub(crate) fn service(
    settings: &Settings,
    client: &Client,
) -> Result<Box<dyn Service>, ReceiverError> {
    Ok(Box::new(PagerDuty {
        api: keys::allowed(settings.api.clone(), client)?,
        key: settings.token.read()?,
    }))
}

impl PagerDuty {
    fn request(&self, body: &Value) -> Request {
        Request::json("POST", keys::below(&self.api, &["v2", "enqueue"]), body)
    }
}

impl Service for PagerDuty {
    fn destination(&self) -> String {
        format!("pagerduty {} {}", self.api, self.key.reveal())
    }

    /// 120 events a minute.
    fn pace(&self) -> Pace {
        Pace {
            burst: 10,
            every: Duration::from_millis(600),
        }
    }

    fn post(&self, message: &Message, thread: Option<&str>, now: Timestamp) -> Request {
        let key = thread.map_or_else(|| message.key(), str::to_owned);
        let sentences = |passages: &[Passage]| -> Vec<String> {
            passages
                .iter()
                .take(MAX_SENTENCES)
                .map(Passage::text)
                .collect()
        };
        let summary = format!("{}: {}", message.watch, message.title());
        let source = if message.outlet.is_empty() {
            "newsvane"
        } else {
            &message.outlet
        };
        let mut body = object!({
            "routing_key": self.key.reveal(),
            "event_action": "trigger",
            "dedup_key": cut(&key, MAX_KEY, Unit::Utf16),
            "client": "newsvane",
            "payload": {
                "summary": cut(&summary, MAX_SUMMARY, Unit::Utf16),
                "source": source,
                "severity": severity(message),
                "timestamp": now.to_string(),
                "component": message.watch,
                "class": message.event,
                "custom_details": {
                    "alert": message.alert.as_str(),
                    "kind": message.kind,
                    "story": message.story.as_ref().map(|story| story.id.as_str()),
                    "counts": message.counts(),
                    "why": sentences(&message.why),
                    "new": sentences(&message.new),
                    "more": sentences(&message.more),
                },
            },
        });
        if let Some(link) = &message.link {
            body["links"] = object!([{ "href": href(link), "text": "the article" }]);
        }
        self.request(&body)
    }

    fn end(&self, reference: &str) -> Option<Request> {
        Some(self.request(&object!({
            "routing_key": self.key.reveal(),
            "event_action": "resolve",
            "dedup_key": reference,
        })))
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        let body = json(answer);
        let is_key_wrong = answer.status == 400 && answer.body.contains("routing_key");
        match by_status(answer) {
            Verdict::Accepted { .. } => Verdict::Accepted {
                reference: body["dedup_key"].as_str().map(str::to_owned),
            },
            Verdict::Rejected(reason) if is_key_wrong => Verdict::Refused(reason),
            verdict => verdict,
        }
    }
}

/// PagerDuty knows four; a watch's own words are taken where they are one of those.
fn severity(message: &Message) -> &'static str {
    match message.severity.as_deref() {
        Some("critical") => "critical",
        Some("high" | "error") => "error",
        Some("medium" | "warning") => "warning",
        _ => "info",
    }
}
