//! Receivers: where alerts are sent. The payload, its signature, and one file per
//! kind of receiver.
//!
//! To add a kind, write a file with its `Settings` (serde, `deny_unknown_fields`,
//! each key documented) and a type that implements [`Receiver`]. Then add a variant
//! to [`ReceiverSettings`], its arm to `build_one`, and its settings to the suite
//! that all receivers run, `tests/notify/suite.rs`.
//!
//! Not here: when to try again (`policy`), the record of attempts (`store`).

mod error;
pub mod payload;
mod message;
mod trim;
mod sign;
pub mod webhook;
pub mod stdout;
pub mod file;
pub mod exec;

pub use error::{BadReceiver, ReceiverError};
pub use sign::{BadKey, Signer};

use crate::http::Client;
use crate::model::AlertId;
use crate::policy::AttemptOutcome;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A delivery that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The alert's id, the same for all attempts and redeliveries.
    pub alert: AlertId,
    /// The payload as JSON, made by [`payload::Payload::to_body`].
    pub body: Bytes,
}

/// The result of one attempt to deliver an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Whether it was accepted, and if not, why.
    pub outcome: AttemptOutcome,
    /// The HTTP status, if there was one.
    pub status: Option<u16>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Attempt {
    fn accepted(elapsed: Duration) -> Self {
        Self {
            outcome: AttemptOutcome::Accepted,
            status: None,
            elapsed,
        }
    }

    fn transient(reason: impl Into<String>, elapsed: Duration) -> Self {
        let outcome = AttemptOutcome::Transient {
            reason: reason.into(),
            retry_after: None,
        };
        Self {
            outcome,
            status: None,
            elapsed,
        }
    }
}

/// A destination for alerts.
///
/// An implementation limits its own time. It may be called for several deliveries
/// at once, and again for an alert that it has already accepted.
pub trait Receiver: Send + Sync + fmt::Debug {
    /// Sends an alert. `now` is the time of the attempt, which signatures include.
    fn send<'a>(&'a self, outgoing: &'a Outgoing, now: Timestamp) -> BoxFuture<'a, Attempt>;
}

/// `[receiver.NAME]` in `newsvane.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ReceiverSettings {
    /// A signed POST request, following Standard Webhooks 1.0.
    Webhook(webhook::Settings),
    /// Standard output: readable text on a terminal, else a line of JSON.
    Stdout(stdout::Settings),
    /// A file of JSON lines.
    File(file::Settings),
    /// A program that is run for each alert.
    Exec(exec::Settings),
}

/// All receivers by name.
#[derive(Clone, Debug, Default)]
pub struct Receivers {
    by_name: BTreeMap<String, Arc<dyn Receiver>>,
}

impl Receivers {
    /// Creates all receivers of the settings.
    ///
    /// # Errors
    /// All receivers that cannot be created, such as for a missing secret or a URL
    /// that the address guard refuses. Nothing is sent to find out.
    pub fn build(
        settings: &BTreeMap<String, ReceiverSettings>,
        client: &Client,
    ) -> Result<Self, Vec<BadReceiver>> {
        let mut by_name = BTreeMap::new();
        let mut problems = Vec::new();
        for (name, settings) in settings {
            match build_one(settings, client) {
                Ok(receiver) => {
                    by_name.insert(name.clone(), receiver);
                }
                Err(problem) => problems.push(BadReceiver {
                    name: name.clone(),
                    problem,
                }),
            }
        }
        if problems.is_empty() {
            Ok(Self { by_name })
        } else {
            Err(problems)
        }
    }

    /// The receiver of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Receiver>> {
        self.by_name.get(name)
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Adds a receiver that is not from the settings, or replaces one.
    pub fn insert(&mut self, name: &str, receiver: Arc<dyn Receiver>) {
        self.by_name.insert(name.to_owned(), receiver);
    }
}

fn build_one(
    settings: &ReceiverSettings,
    client: &Client,
) -> Result<Arc<dyn Receiver>, ReceiverError> {
    Ok(match settings {
        ReceiverSettings::Webhook(settings) => Arc::new(webhook::Webhook::new(settings, client)?),
        ReceiverSettings::Stdout(settings) => Arc::new(stdout::Stdout::new(settings)),
        ReceiverSettings::File(settings) => Arc::new(file::File::new(settings)),
        ReceiverSettings::Exec(settings) => Arc::new(exec::Exec::new(settings)?),
    })
}
