//! `type = "alertmanager"`: an alert for each story and watch, which Prometheus'
//! Alertmanager groups, silences and routes. It ends by itself.
//!
//! Source: the OpenAPI description of Alertmanager's API v2; tried with amtool.

use crate::http::{Answer, Client, Secret, shown_url};
use crate::model::Span;
use crate::notify::ReceiverError;
use crate::notify::message::layout;
use crate::notify::message::markup::{Dialect, href};
use crate::notify::message::{Message, Unit};
use crate::notify::messenger::keys::{self, Common, Token};
use crate::notify::messenger::rate::Pace;
use crate::notify::messenger::service::{Request, Service, Verdict, by_status};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json as object;
use std::time::Duration;
use url::Url;

/// Most bytes of the description.
const MAX_BYTES: usize = 8_000;

/// `[receiver.NAME]` with `type = "alertmanager"`; `token_file` (or `token_env`,
/// `token_credential`) with a bearer token where it needs one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(flatten)]
    token: Token,
    /// Alertmanager's URL, such as `http://127.0.0.1:9093`. A user and password in it
    /// are sent as basic authentication.
    #[schemars(with = "String")]
    url: Url,
    /// How long after its newest article a story's alert is resolved.
    #[serde(default = "default_resolve_after")]
    resolve_after: Span,
    #[serde(flatten)]
    pub(crate) common: Common,
}

fn default_resolve_after() -> Span {
    Span::hours(24)
}

#[derive(Debug)]
struct Alertmanager {
    url: Url,
    token: Option<Secret>,
    resolve_after: Duration,
}

impl Settings {
    /// Where alerts go, without what is secret.
    pub(crate) fn destination(&self) -> String {
        shown_url(&self.url)
    }
}

/// The service that the settings describe.
pub(crate) fn service(
    settings: &Settings,
    client: &Client,
) -> Result<Box<dyn Service>, ReceiverError> {
    let has_token = !settings.token.is_unset();
    Ok(Box::new(Alertmanager {
        url: keys::allowed(settings.url.clone(), client)?,
        token: has_token.then(|| settings.token.read()).transpose()?,
        resolve_after: settings.resolve_after.0,
    }))
}

impl Service for Alertmanager {
    fn destination(&self) -> String {
        format!("alertmanager {}", self.url)
    }

    /// It sets no limit.
    fn pace(&self) -> Pace {
        Pace {
            burst: 50,
            every: Duration::from_millis(20),
        }
    }

    fn post(&self, message: &Message, _thread: Option<&str>, now: Timestamp) -> Request {
        let resolve_after = SignedDuration::try_from(self.resolve_after);
        let end = now.saturating_add(resolve_after.unwrap_or(SignedDuration::MAX));
        let text = Dialect::Plain.lines(layout::rest(message, false), MAX_BYTES, Unit::Bytes);
        // The labels are the alert's identity: the same for all alerts of a story.
        let mut labels = object!({ "alertname": "NewsvaneStory" });
        match &message.story {
            Some(story) => {
                labels["watch"] = message.watch_id.as_str().into();
                labels["story"] = story.id.as_str().into();
            }
            None => {
                labels["alertname"] = "Newsvane".into();
                labels["event"] = message.event.into();
                labels["alert"] = message.alert.as_str().into();
            }
        }
        if let Some(severity) = &message.severity {
            labels["severity"] = severity.as_str().into();
        }
        let mut alert = object!({
            "labels": labels,
            "annotations": {
                "summary": format!("{}: {}", message.watch, message.title()),
                "description": text,
                "kind": message.kind,
                "alert": message.alert.as_str(),
            },
            "endsAt": end.unwrap_or(Timestamp::MAX).to_string(),
        });
        if let Some(link) = &message.link {
            alert["generatorURL"] = href(link).into();
        }
        let url = keys::below(&self.url, &["api", "v2", "alerts"]);
        let request = Request::json("POST", url, &object!([alert]));
        match &self.token {
            Some(token) => request.bearer(token.reveal()),
            None => request,
        }
    }

    fn verdict(&self, answer: &Answer) -> Verdict {
        by_status(answer)
    }
}
