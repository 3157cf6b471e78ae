//! Receivers: where alerts are sent. The payload, its signature, and one file per
//! kind of receiver.
//!
//! To add a chat or paging service, see `services`. To add a receiver of another
//! kind, write a file with its `Settings` (serde, `deny_unknown_fields`, each key
//! documented) and a type that implements [`Receiver`]. Then add a variant to
//! [`ReceiverSettings`], its arm to `build_one`, and its settings to the suite that
//! all receivers run, `tests/notify/suite.rs`.
//!
//! Not here: when to try again (`policy`), the record of attempts (`store`).

mod error;
mod settings;
pub mod payload;
mod trim;
mod message;
pub(crate) mod example;
mod sign;
mod messenger;
pub mod services;
pub mod webhook;
pub mod stdout;
pub mod file;
pub mod exec;
pub mod cloudevents;

pub use error::{BadReceiver, ReceiverError};
pub use settings::ReceiverSettings;
pub use sign::{BadKey, Signer};

use crate::http::Client;
use crate::model::{AlertId, InThread, Thread};
use crate::policy::AttemptOutcome;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use messenger::Messenger;
use messenger::rate::Rates;
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
    /// The thread of its story at the receiver, of a receiver that keeps threads.
    pub thread: Option<Thread>,
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
    /// Where an accepted message went.
    pub in_thread: InThread,
}

impl Attempt {
    /// An attempt with this outcome and no status.
    pub(crate) fn of(outcome: AttemptOutcome, elapsed: Duration) -> Self {
        Self {
            outcome,
            status: None,
            elapsed,
            in_thread: InThread::No,
        }
    }

    fn accepted(elapsed: Duration) -> Self {
        Self::of(AttemptOutcome::Accepted, elapsed)
    }

    fn transient(reason: impl Into<String>, elapsed: Duration) -> Self {
        let outcome = AttemptOutcome::Transient {
            reason: reason.into(),
            retry_after: None,
        };
        Self::of(outcome, elapsed)
    }
}

/// A destination for alerts.
///
/// An implementation limits its own time. It may be called for several deliveries
/// at once, and again for an alert that it has already accepted.
pub trait Receiver: Send + Sync + fmt::Debug {
    /// Sends an alert. `now` is the time of the attempt, which signatures include.
    fn send<'a>(&'a self, outgoing: &'a Outgoing, now: Timestamp) -> BoxFuture<'a, Attempt>;

    /// Whether it keeps a story's alerts in one thread. They are then sent one after
    /// the other, in their order.
    fn keeps_threads(&self) -> bool {
        false
    }

    /// Tells the service that the story of a thread has ended; `None` where there is
    /// nothing to tell.
    fn end<'a>(&'a self, _reference: &'a str) -> Option<BoxFuture<'a, Attempt>> {
        None
    }

    /// A number that changes with its settings and its secrets; 0 where the settings
    /// hold no secret.
    fn fingerprint(&self) -> u64 {
        0
    }

    /// What would be sent, as text; `None` where it is the payload itself.
    fn render(&self, _outgoing: &Outgoing, _now: Timestamp) -> Option<String> {
        None
    }
}

/// All receivers by name.
#[derive(Clone, Debug, Default)]
pub struct Receivers {
    by_name: BTreeMap<String, Arc<dyn Receiver>>,
    /// Fingerprints of the settings.
    fingerprints: BTreeMap<String, u64>,
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
        let rates = Rates::default();
        let (mut by_name, mut fingerprints) = (BTreeMap::new(), BTreeMap::new());
        let mut problems = Vec::new();
        for (name, settings) in settings {
            match build_one(settings, &rates, client) {
                Ok(receiver) => {
                    let own = settings.fingerprint() ^ receiver.fingerprint();
                    fingerprints.insert(name.clone(), own);
                    by_name.insert(name.clone(), receiver);
                }
                Err(problem) => problems.push(BadReceiver {
                    name: name.clone(),
                    problem,
                }),
            }
        }
        if problems.is_empty() {
            Ok(Self {
                by_name,
                fingerprints,
            })
        } else {
            Err(problems)
        }
    }

    /// The receiver of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Receiver>> {
        self.by_name.get(name)
    }

    /// The names of those of the settings, each with a number that changes with its
    /// settings and its secrets.
    pub(crate) fn fingerprints(&self) -> Vec<(String, u64)> {
        let each = self.fingerprints.iter();
        each.map(|(name, own)| (name.clone(), *own)).collect()
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

/// Sends a `test.ping` to the receiver called `name`.
pub(crate) async fn send_test(
    receiver: &dyn Receiver,
    name: &str,
    now: Timestamp,
) -> (AlertId, Attempt) {
    let alert = AlertId::from(format!("al_ping_{}", now.as_millisecond()));
    let ping = payload::Ping {
        receiver: name.to_owned(),
        message: "This is a test: newsvane can reach this receiver".to_owned(),
    };
    let payload = payload::Payload {
        timestamp: now,
        alert: alert.clone(),
        event: payload::Event::TestPing(ping),
    };
    let outgoing = Outgoing {
        alert: alert.clone(),
        body: payload.to_body().into(),
        thread: None,
    };
    let attempt = receiver.send(&outgoing, now).await;
    (alert, attempt)
}

fn build_one(
    settings: &ReceiverSettings,
    rates: &Rates,
    client: &Client,
) -> Result<Arc<dyn Receiver>, ReceiverError> {
    let service = match settings {
        ReceiverSettings::Webhook(settings) => {
            return Ok(Arc::new(webhook::Webhook::new(settings, client)?));
        }
        ReceiverSettings::Stdout(settings) => return Ok(Arc::new(stdout::Stdout::new(settings))),
        ReceiverSettings::File(settings) => return Ok(Arc::new(file::File::new(settings))),
        ReceiverSettings::Exec(settings) => return Ok(Arc::new(exec::Exec::new(settings)?)),
        ReceiverSettings::CloudEvents(settings) => {
            return Ok(Arc::new(cloudevents::CloudEvents::new(settings, client)?));
        }
        ReceiverSettings::Slack(settings) => services::slack::service(settings, client)?,
        ReceiverSettings::Discord(settings) => services::discord::service(settings, client)?,
        ReceiverSettings::Telegram(settings) => services::telegram::service(settings, client)?,
        ReceiverSettings::Matrix(settings) => services::matrix::service(settings, client)?,
        ReceiverSettings::Mattermost(settings) => services::mattermost::service(settings, client)?,
        ReceiverSettings::GoogleChat(settings) => services::googlechat::service(settings, client)?,
        ReceiverSettings::Teams(settings) => services::teams::service(settings, client)?,
        ReceiverSettings::Ntfy(settings) => services::ntfy::service(settings, client)?,
        ReceiverSettings::Pushover(settings) => services::pushover::service(settings, client)?,
        ReceiverSettings::PagerDuty(settings) => services::pagerduty::service(settings, client)?,
        ReceiverSettings::Alertmanager(settings) => {
            services::alertmanager::service(settings, client)?
        }
    };
    let common = settings.common().cloned().unwrap_or_default();
    Ok(Arc::new(Messenger::new(service, &common, rates, client)))
}
