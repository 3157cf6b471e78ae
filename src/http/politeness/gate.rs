//! One gate per host: how many requests at a time, how far apart, and whether
//! the host asked for quiet.
//!
//! A gate never lets many wait: whoever finds the queue full goes away at once
//! and comes back later, so that one slow host with a thousand feeds cannot
//! take all of the daemon's slots.

use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// Most hosts remembered. Past it, gates that nobody uses and that hold nothing
/// are forgotten.
const MAX_HOSTS: usize = 8_192;

/// Requests that may wait at one gate, per request that it lets through.
const WAITING_PER_SLOT: usize = 4;

/// Longest time that a host's `Retry-After` is believed.
const MAX_HOLD: Duration = Duration::from_secs(24 * 3_600);

/// When to come again to a host whose queue is full.
const BUSY: Duration = Duration::from_secs(1);

/// Why a gate is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The host asked for quiet for this much longer.
    Held(Duration),
    /// Enough requests are waiting; come again after this time.
    Busy(Duration),
}

/// The gates of all hosts.
#[derive(Debug)]
pub(crate) struct Gates {
    hosts: Mutex<FxHashMap<Box<str>, Arc<Gate>>>,
    per_host: usize,
    spacing: Duration,
}

#[derive(Debug)]
struct Gate {
    slots: Arc<Semaphore>,
    /// Those who got a permit to stand in the queue or beyond it.
    queue: Arc<Semaphore>,
    times: Mutex<Times>,
}

#[derive(Debug)]
struct Times {
    /// The next request may begin then.
    next_start: Instant,
    /// Nothing begins before then.
    held_until: Instant,
    /// Shortest time between two beginnings.
    spacing: Duration,
}

/// The right to ask a host; given back on drop.
#[derive(Debug)]
pub(crate) struct Permit {
    _slot: OwnedSemaphorePermit,
    _queue: OwnedSemaphorePermit,
}

impl Gates {
    pub(crate) fn new(per_host: usize, spacing: Duration) -> Self {
        Self {
            hosts: Mutex::default(),
            per_host: per_host.max(1),
            spacing,
        }
    }

    /// Waits for the host's turn.
    pub(crate) async fn enter(&self, host: &str) -> Result<Permit, Closed> {
        let gate = self.gate(host);
        gate.check_held()?;
        let busy = Closed::Busy(BUSY);
        let queue = gate.queue.clone().try_acquire_owned().map_err(|_| busy)?;
        let slot = gate.slots.clone().acquire_owned().await.map_err(|_| busy)?;
        // The host may have asked for quiet while we stood in its queue.
        gate.check_held()?;
        if let Some(start) = gate.reserve_start() {
            sleep_until(start).await;
        }
        Ok(Permit {
            _slot: slot,
            _queue: queue,
        })
    }

    /// Keeps everybody from the host for `quiet`, or longer if it was held for
    /// longer already.
    pub(crate) fn hold(&self, host: &str, quiet: Duration) {
        let until = Instant::now() + quiet.min(MAX_HOLD);
        let gate = self.gate(host);
        let mut times = lock(&gate.times);
        times.held_until = times.held_until.max(until);
    }

    /// Keeps requests to the host at least this far apart from now on, if that
    /// is further than they are (`Crawl-delay`).
    pub(crate) fn slow_down(&self, host: &str, spacing: Duration) {
        let gate = self.gate(host);
        let mut times = lock(&gate.times);
        times.spacing = times.spacing.max(spacing);
    }

    /// Whether the host can be asked right now, without waiting in its queue.
    pub(crate) fn check(&self, host: &str) -> Result<(), Closed> {
        let Some(gate) = lock(&self.hosts).get(host).cloned() else {
            return Ok(());
        };
        gate.check_held()?;
        if gate.queue.available_permits() == 0 {
            return Err(Closed::Busy(BUSY));
        }
        Ok(())
    }

    fn gate(&self, host: &str) -> Arc<Gate> {
        let mut hosts = lock(&self.hosts);
        if let Some(gate) = hosts.get(host) {
            return gate.clone();
        }
        if hosts.len() >= MAX_HOSTS {
            let now = Instant::now();
            hosts.retain(|_, gate| {
                Arc::strong_count(gate) > 1 || gate.is_remembering(now, self.per_host)
            });
        }
        let gate = Arc::new(Gate::new(self.per_host, self.spacing));
        hosts.insert(host.into(), gate.clone());
        gate
    }
}

impl Gate {
    fn new(per_host: usize, spacing: Duration) -> Self {
        let now = Instant::now();
        Self {
            slots: Arc::new(Semaphore::new(per_host)),
            queue: Arc::new(Semaphore::new(per_host * (1 + WAITING_PER_SLOT))),
            times: Mutex::new(Times {
                next_start: now,
                held_until: now,
                spacing,
            }),
        }
    }

    fn check_held(&self) -> Result<(), Closed> {
        let left = lock(&self.times)
            .held_until
            .saturating_duration_since(Instant::now());
        if left.is_zero() {
            Ok(())
        } else {
            Err(Closed::Held(left))
        }
    }

    /// Takes the next beginning for the caller; none if that is now.
    fn reserve_start(&self) -> Option<Instant> {
        let mut times = lock(&self.times);
        if times.spacing.is_zero() {
            return None;
        }
        let now = Instant::now();
        let start = times.next_start.max(now);
        times.next_start = start + times.spacing;
        (start > now).then_some(start)
    }

    /// Whether forgetting the gate would forget a promise.
    fn is_remembering(&self, now: Instant, per_host: usize) -> bool {
        let times = lock(&self.times);
        times.held_until > now
            || times.next_start > now
            || self.slots.available_permits() < per_host
    }
}

/// A panic elsewhere leaves the times as they were: good enough to go on with.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACING: Duration = Duration::from_secs(2);

    #[tokio::test(start_paused = true)]
    async fn requests_to_one_host_begin_apart() {
        let gates = Gates::new(4, SPACING);
        let begun = Instant::now();
        let mut starts = Vec::new();
        for _ in 0..3 {
            let _permit = gates.enter("a.example").await.unwrap();
            starts.push(begun.elapsed().as_secs());
        }
        let _other = gates.enter("b.example").await.unwrap();
        assert_eq!(starts, [0, 2, 4]);
        assert_eq!(begun.elapsed().as_secs(), 4, "another host does not wait");
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_requests_run_at_a_time() {
        let gates = Gates::new(2, Duration::ZERO);
        let first = gates.enter("a.example").await.unwrap();
        let _second = gates.enter("a.example").await.unwrap();
        let third = tokio::time::timeout(SPACING, gates.enter("a.example")).await;
        assert!(third.is_err(), "the third waits");
        drop(first);
        gates.enter("a.example").await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_queue_turns_away_at_once() {
        let gates = Arc::new(Gates::new(1, Duration::ZERO));
        let _first = gates.enter("a.example").await.unwrap();
        let waiting: Vec<_> = (0..WAITING_PER_SLOT)
            .map(|_| {
                let gates = gates.clone();
                tokio::spawn(async move { gates.enter("a.example").await.is_ok() })
            })
            .collect();
        tokio::task::yield_now().await;
        assert!(matches!(
            gates.enter("a.example").await,
            Err(Closed::Busy(_))
        ));
        assert!(matches!(gates.check("a.example"), Err(Closed::Busy(_))));
        for task in waiting {
            task.abort();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_asked_for_quiet_gets_it() {
        let gates = Gates::new(1, Duration::ZERO);
        gates.hold("a.example", Duration::from_secs(90));
        gates.hold("a.example", Duration::from_secs(10));
        let closed = gates.enter("a.example").await.unwrap_err();
        assert_eq!(closed, Closed::Held(Duration::from_secs(90)));
        gates.enter("b.example").await.unwrap();
        tokio::time::advance(Duration::from_secs(91)).await;
        gates.enter("a.example").await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn idle_hosts_are_forgotten_and_held_ones_are_not() {
        let gates = Gates::new(1, Duration::ZERO);
        gates.hold("held.example", Duration::from_secs(90));
        tokio::time::advance(Duration::from_secs(1)).await;
        for n in 0..2 * MAX_HOSTS {
            drop(gates.enter(&format!("{n}.example")).await);
        }
        assert!(lock(&gates.hosts).len() <= MAX_HOSTS + 1);
        assert!(gates.enter("held.example").await.is_err());
    }
}
