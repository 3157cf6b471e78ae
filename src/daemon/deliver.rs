//! The deliver loop: leases deliveries receiver by receiver, so that a slow or
//! dead receiver does not hold up the others.

use super::alerting::{alert_record, computed_id};
use super::stage::{self, Stage};
use super::{Daemon, Health};
use crate::daemon::runtime::failpoint;
use crate::notify::payload::{DeadDelivery, Event};
use crate::notify::{Attempt, Outgoing, Receiver};
use crate::policy::{self, AttemptOutcome, Next};
use crate::store::{
    AlertRecord, AttemptRecord, DeliveryLease, DeliveryOutcome, Settled, StoreError,
};
use jiff::{SignedDuration, Timestamp};
use serde::de::IgnoredAny;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The most deliveries under way to one receiver at a time.
const SLOTS_PER_RECEIVER: usize = 8;

/// How long a delivery is leased. A receiver may take longer: the lease is
/// extended while the delivery is under way.
const LEASE: SignedDuration = SignedDuration::from_mins(3);

/// How often the lease of a delivery under way is extended.
const EXTEND_EVERY: Duration = Duration::from_secs(60);

/// The type of the alert about a dead letter. If such an alert becomes a dead letter
/// itself, there is no alert about it.
const DEAD: &str = "delivery.dead";

/// The deliver loop.
pub(super) struct Deliver {
    daemon: Arc<Daemon>,
    slots: Arc<Slots>,
}

/// The slots that are taken, by receiver.
#[derive(Default)]
struct Slots {
    taken: Mutex<HashMap<String, usize>>,
}

/// A slot of a receiver. Dropping it frees the slot, however the delivery ended.
struct Slot {
    slots: Arc<Slots>,
    receiver: String,
}

/// A leased delivery, with its receiver's slot.
pub(super) struct Leased {
    delivery: DeliveryLease,
    slot: Slot,
}

impl Slots {
    fn taken(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn free(&self, receiver: &str) -> usize {
        let n_taken = self.taken().get(receiver).copied().unwrap_or(0);
        SLOTS_PER_RECEIVER.saturating_sub(n_taken)
    }

    fn take(self: &Arc<Self>, receiver: &str) -> Slot {
        *self.taken().entry(receiver.to_owned()).or_default() += 1;
        Slot {
            slots: Arc::clone(self),
            receiver: receiver.to_owned(),
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(n) = self.slots.taken().get_mut(&self.receiver) {
            *n = n.saturating_sub(1);
        }
    }
}

/// Wakes the deliver loop when it is dropped: a slot is free.
struct WakeOnDrop<'a>(&'a Daemon, Option<Slot>);

impl Drop for WakeOnDrop<'_> {
    fn drop(&mut self) {
        self.1 = None;
        self.0.wakes.deliver.notify_one();
    }
}

impl Deliver {
    pub(super) fn new(daemon: Arc<Daemon>) -> Self {
        Self {
            daemon,
            slots: Arc::default(),
        }
    }

    /// Leases as many deliveries to `receiver` as it has free slots.
    async fn lease_for(&self, receiver: &str) -> Result<Vec<Leased>, StoreError> {
        let free = self.slots.free(receiver);
        if free == 0 {
            return Ok(Vec::new());
        }
        let now = self.daemon.now();
        let found = self.daemon.receivers.get(receiver);
        let in_order = found.is_some_and(|receiver| receiver.keeps_threads());
        let leased = self
            .daemon
            .store
            .lease_deliveries(receiver.to_owned(), now, now + LEASE, free, in_order)
            .await?;
        let with_slot = |delivery| Leased {
            delivery,
            slot: self.slots.take(receiver),
        };
        Ok(leased.into_iter().map(with_slot).collect())
    }

    /// Sends the delivery, and extends its lease meanwhile.
    async fn attempt(&self, lease: &DeliveryLease, at: Timestamp) -> Attempt {
        let daemon = &self.daemon;
        let Some(receiver) = daemon.receivers.get(&lease.receiver) else {
            // The delivery was made before the receiver was removed from the settings.
            return refused("newsvane.toml no longer has this receiver");
        };
        if serde_json::from_str::<IgnoredAny>(&lease.body).is_err() {
            return refused("its body is damaged in the store");
        }
        let extend = || {
            let until = daemon.now() + LEASE;
            daemon.store.extend_delivery_lease(lease, until)
        };
        stage::keep_lease(EXTEND_EVERY, extend, send(receiver.as_ref(), lease, at)).await
    }

    /// The alert about a dead letter, to the receivers of health alerts. The store sends
    /// it only for the first dead letter since the receiver last accepted a delivery.
    fn notice(&self, lease: &DeliveryLease, next: &Next, now: Timestamp) -> Option<AlertRecord> {
        let reason = match next {
            Next::DeadLetter(reason) | Next::DisableReceiver(reason) => reason.clone(),
            Next::Done | Next::Retry(_) | Next::Postpone(_) => return None,
        };
        let health = self.daemon.settings.defaults.health.iter();
        let to: Vec<String> = health
            .filter(|name| **name != lease.receiver)
            .cloned()
            .collect();
        if lease.kind == DEAD || to.is_empty() {
            return None;
        }
        let parts = [DEAD, lease.receiver.as_str(), lease.alert.as_str()];
        let id = computed_id(&parts, now.as_millisecond().to_le_bytes());
        let event = Event::DeliveryDead(DeadDelivery {
            receiver: lease.receiver.clone(),
            delivery_of: lease.alert.clone(),
            reason,
            tries: lease.tries,
        });
        Some(alert_record(id, event, to, now))
    }
}

impl Stage for Deliver {
    type Lease = Leased;
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

    async fn lease(&self, _free: usize) -> Result<Vec<Leased>, StoreError> {
        let mut leases = Vec::new();
        for receiver in self.daemon.receivers.names() {
            match self.lease_for(receiver).await {
                Ok(leased) => leases.extend(leased),
                Err(err) if leases.is_empty() => return Err(err),
                Err(err) => {
                    // Deliveries that are already leased for other receivers are still
                    // sent.
                    self.daemon.health.work_failed(&err);
                    break;
                }
            }
        }
        if !leases.is_empty() {
            failpoint::reached("deliveries-leased");
        }
        Ok(leases)
    }

    async fn work(self: Arc<Self>, leased: Leased) -> Result<(), StoreError> {
        let Leased {
            delivery: lease,
            slot,
        } = leased;
        let _slot = WakeOnDrop(&self.daemon, Some(slot));
        let span = tracing::info_span!("deliver", delivery = %lease.id, receiver = %lease.receiver, alert = %lease.alert);
        let at = self.daemon.now();
        let attempt = self.attempt(&lease, at).await;
        let now = self.daemon.now();
        let next = policy::after_attempt(lease.tries, &attempt.outcome, now, fastrand::f64());
        span.in_scope(|| log(&lease, &attempt, &next));
        failpoint::reached("sent");
        let notice = self.notice(&lease, &next, now);
        let has_notice = notice.is_some();
        let record = record(at, &attempt, next, notice);
        let store = &self.daemon.store;
        let recorded = stage::record(&self.daemon.health, || {
            store.finish_delivery(&lease, record.clone())
        })
        .await;
        failpoint::reached("delivered");
        if has_notice {
            self.daemon.wakes.deliver.notify_one();
        }
        recorded
    }
}

/// The record of a delivery that is given up without an attempt.
fn refused(reason: &str) -> Attempt {
    let reason = reason.to_owned();
    Attempt::of(AttemptOutcome::Permanent { reason }, Duration::ZERO)
}

async fn send(receiver: &dyn Receiver, lease: &DeliveryLease, at: Timestamp) -> Attempt {
    let outgoing = Outgoing {
        alert: lease.alert.clone(),
        body: lease.body.clone().into(),
        thread: lease.thread.clone(),
    };
    receiver.send(&outgoing, at).await
}

fn record(
    at: Timestamp,
    attempt: &Attempt,
    next: Next,
    notice: Option<AlertRecord>,
) -> AttemptRecord {
    let (outcome, error) = match next {
        Next::Done => (DeliveryOutcome::Delivered, None),
        Next::Retry(at) => (DeliveryOutcome::Retry(at), reason(&attempt.outcome)),
        Next::Postpone(at) => (DeliveryOutcome::Postponed(at), None),
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
        in_thread: attempt.in_thread.clone(),
        notice,
    }
}

fn reason(outcome: &AttemptOutcome) -> Option<String> {
    match outcome {
        AttemptOutcome::Accepted | AttemptOutcome::Throttled { .. } => None,
        AttemptOutcome::Transient { reason, .. }
        | AttemptOutcome::Permanent { reason }
        | AttemptOutcome::Refused { reason } => Some(reason.clone()),
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
        Next::Postpone(at) => {
            tracing::debug!(next = %at, "the destination takes no more for now");
        }
        Next::DeadLetter(reason) => {
            tracing::error!(tries, status, err = %reason, "a delivery was given up; see `newsvane alerts dead`");
        }
        Next::DisableReceiver(reason) => {
            tracing::error!(tries, status, err = %reason, "the receiver is disabled; repair it, then run `newsvane alerts redeliver --all-dead`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_free_again_when_its_lease_is_dropped_without_being_worked_on() {
        let slots = Arc::<Slots>::default();
        let taken: Vec<Slot> = (0..3).map(|_| slots.take("ops")).collect();
        assert_eq!(slots.free("ops"), SLOTS_PER_RECEIVER - 3);
        assert_eq!(slots.free("desk"), SLOTS_PER_RECEIVER);
        drop(taken);
        assert_eq!(slots.free("ops"), SLOTS_PER_RECEIVER);
    }
}
