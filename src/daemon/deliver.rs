//! The deliver stage: lends deliveries receiver by receiver, so that a slow or
//! dead one holds up no other.

use super::stage::{self, Stage};
use super::{Daemon, Health};
use crate::daemon::runtime::failpoint;
use crate::notify::{Attempt, Outgoing, Receiver};
use crate::policy::{self, AttemptOutcome, Next};
use crate::store::{AttemptRecord, DeliveryLease, DeliveryOutcome, Settled, StoreError};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Deliveries under way to one receiver at once.
const SLOTS_PER_RECEIVER: usize = 8;

/// How long a delivery is lent: longer than any receiver's own time limit.
const LEASE: SignedDuration = SignedDuration::from_mins(3);

/// The deliver stage.
pub(super) struct Deliver {
    daemon: Arc<Daemon>,
    busy: Mutex<HashMap<String, usize>>,
}

impl Deliver {
    pub(super) fn new(daemon: Arc<Daemon>) -> Self {
        Self {
            daemon,
            busy: Mutex::default(),
        }
    }

    /// Slots of `receiver` that are free.
    fn free(&self, receiver: &str) -> usize {
        let busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        SLOTS_PER_RECEIVER
            - busy
                .get(receiver)
                .copied()
                .unwrap_or(0)
                .min(SLOTS_PER_RECEIVER)
    }

    fn take_slots(&self, receiver: &str, n: usize) {
        *self
            .busy
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(receiver.to_owned())
            .or_default() += n;
    }

    fn give_back_slot(&self, receiver: &str) {
        if let Some(n) = self
            .busy
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_mut(receiver)
        {
            *n = n.saturating_sub(1);
        }
        self.daemon.wakes.deliver.notify_one();
    }
}

/// Gives its receiver's slot back, also when the work panics.
struct Slot<'a>(&'a Deliver, String);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.give_back_slot(&self.1);
    }
}

impl Stage for Deliver {
    type Lease = DeliveryLease;
    const NAME: &'static str = "deliver";

    fn health(&self) -> &Health {
        &self.daemon.health
    }

    fn slots(&self) -> usize {
        SLOTS_PER_RECEIVER * self.daemon.receivers.names().count().max(1)
    }

    fn wake(&self) -> &Notify {
        &self.daemon.wakes.deliver
    }

    async fn lease(&self, _free: usize) -> Result<Vec<DeliveryLease>, StoreError> {
        let now = self.daemon.now();
        let mut leases = Vec::new();
        for receiver in self.daemon.receivers.names() {
            let free = self.free(receiver);
            if free == 0 {
                continue;
            }
            let lent = self
                .daemon
                .store
                .lease_deliveries(receiver.to_owned(), now, now + LEASE, free)
                .await?;
            self.take_slots(receiver, lent.len());
            leases.extend(lent);
        }
        if !leases.is_empty() {
            failpoint::reached("deliveries-lent");
        }
        Ok(leases)
    }

    async fn work(self: Arc<Self>, lease: DeliveryLease) -> Result<(), StoreError> {
        let _slot = Slot(&self, lease.receiver.clone());
        let span = tracing::info_span!("deliver", delivery = %lease.id, receiver = %lease.receiver, alert = %lease.alert);
        let at = self.daemon.now();
        let attempt = match self.daemon.receivers.get(&lease.receiver) {
            Some(receiver) => send(receiver.as_ref(), &lease, at).await,
            // Lent before a receiver was taken out of the settings.
            None => Attempt {
                outcome: AttemptOutcome::Permanent {
                    reason: "newsvane.toml no longer has this receiver".to_owned(),
                },
                status: None,
                elapsed: Duration::ZERO,
            },
        };
        let next = policy::after_attempt(
            lease.tries,
            &attempt.outcome,
            self.daemon.now(),
            fastrand::f64(),
        );
        span.in_scope(|| log(&lease, &attempt, &next));
        failpoint::reached("sent");
        let record = record(at, &attempt, next);
        let store = &self.daemon.store;
        let recorded = stage::record(&self.daemon.health, || {
            store.finish_delivery(&lease, record.clone())
        })
        .await;
        failpoint::reached("delivered");
        recorded
    }
}

async fn send(receiver: &dyn Receiver, lease: &DeliveryLease, at: Timestamp) -> Attempt {
    let outgoing = Outgoing {
        alert: lease.alert.clone(),
        body: lease.body.clone().into(),
    };
    receiver.send(&outgoing, at).await
}

fn record(at: Timestamp, attempt: &Attempt, next: Next) -> AttemptRecord {
    let (outcome, error) = match next {
        Next::Done => (DeliveryOutcome::Delivered, None),
        Next::Retry(at) => (DeliveryOutcome::Retry(at), reason(&attempt.outcome)),
        Next::DeadLetter(reason) => (DeliveryOutcome::Dead(Settled::GivenUp), Some(reason)),
        Next::DisableReceiver(reason) => {
            (DeliveryOutcome::Dead(Settled::ReceiverGone), Some(reason))
        }
    };
    AttemptRecord {
        at,
        elapsed: attempt.elapsed,
        status: attempt.status,
        error,
        outcome,
    }
}

fn reason(outcome: &AttemptOutcome) -> Option<String> {
    match outcome {
        AttemptOutcome::Accepted => None,
        AttemptOutcome::Transient { reason, .. } | AttemptOutcome::Permanent { reason } => {
            Some(reason.clone())
        }
        AttemptOutcome::Gone => Some("it answered 410 (gone)".to_owned()),
    }
}

fn log(lease: &DeliveryLease, attempt: &Attempt, next: &Next) {
    let (tries, status) = (lease.tries, attempt.status);
    let elapsed_ms = u64::try_from(attempt.elapsed.as_millis()).unwrap_or(u64::MAX);
    let err = reason(&attempt.outcome).unwrap_or_default();
    match next {
        Next::Done => tracing::info!(tries, status, elapsed_ms, kind = %lease.kind, "delivered"),
        Next::Retry(at) => {
            tracing::warn!(tries, status, elapsed_ms, err, next = %at, "not delivered; will be tried again");
        }
        Next::DeadLetter(reason) => {
            tracing::error!(tries, status, err = %reason, "given up; see `newsvane alerts dead`");
        }
        Next::DisableReceiver(reason) => {
            tracing::error!(tries, status, err = %reason, "the receiver is disabled; mend it, then `newsvane alerts redeliver --all-dead`");
        }
    }
}
