//! Where alerts go: the payload, its signature, and one file per kind of receiver.
//!
//! To add a kind: a file with its `Settings` (serde, `deny_unknown_fields`, each
//! key documented) and a type that implements [`Receiver`]; one variant of
//! [`ReceiverSettings`] and its arm in `build_one`; one line in the suite that
//! every receiver runs, `tests/notify`.
//!
//! Not here: when to try again (`policy`), what was tried (`store`).

mod error;
pub mod payload;
mod trim;
mod sign;
pub mod webhook;
pub mod stdout;
pub mod file;
pub mod exec;

pub use error::{BadReceiver, Unfit};
pub use sign::{BadKey, Signer};
pub use trim::MAX_BODY_BYTES;

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

/// One delivery on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The alert, the same over all tries and redeliveries.
    pub alert: AlertId,
    /// The payload's JSON, as [`payload::Payload::to_body`] made it.
    pub body: Bytes,
}

/// One try of a delivery and what it came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What it came to.
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

/// Something that takes alerts.
///
/// An implementation bounds its own time; it may be called for several
/// deliveries at once, and again with one that it has already taken.
pub trait Receiver: Send + Sync + fmt::Debug {
    /// Tries to hand over a delivery. `now` is the attempt's own time, which a
    /// signature covers.
    fn send<'a>(&'a self, outgoing: &'a Outgoing, now: Timestamp) -> BoxFuture<'a, Attempt>;
}

/// `[receiver.NAME]` in `newsvane.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ReceiverSettings {
    /// A signed POST, as Standard Webhooks 1.0 has it.
    Webhook(webhook::Settings),
    /// Standard output: for a person on a terminal, else a line of JSON.
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
    /// Makes every receiver of the settings ready to send.
    ///
    /// # Errors
    /// Each receiver that cannot be made: a missing secret, a URL that may not be
    /// asked. Nothing is sent to find out.
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

    /// The names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Adds a receiver that is not from a file, or replaces one.
    pub fn insert(&mut self, name: &str, receiver: Arc<dyn Receiver>) {
        self.by_name.insert(name.to_owned(), receiver);
    }
}

fn build_one(settings: &ReceiverSettings, client: &Client) -> Result<Arc<dyn Receiver>, Unfit> {
    Ok(match settings {
        ReceiverSettings::Webhook(settings) => Arc::new(webhook::Webhook::new(settings, client)?),
        ReceiverSettings::Stdout(settings) => Arc::new(stdout::Stdout::new(settings)),
        ReceiverSettings::File(settings) => Arc::new(file::File::new(settings)),
        ReceiverSettings::Exec(settings) => Arc::new(exec::Exec::new(settings)?),
    })
}
