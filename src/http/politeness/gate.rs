//! One gate per host: how many requests run at a time, how far apart they start,
//! and whether the host asked clients to wait.
//!
//! Only a few requests wait at a gate. A request that finds the queue full is
//! postponed at once, so that one slow host with a thousand feeds cannot take all
//! of the daemon's slots.

use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// Above this number of hosts, gates that are not in use and hold nothing are
/// removed.
const MAX_HOSTS: usize = 8_192;

/// Requests that may wait at one gate, for each that may run.
const WAITING_PER_SLOT: usize = 4;

/// Longest hold; a longer `Retry-After` is shortened to this.
const MAX_HOLD: Duration = Duration::from_secs(24 * 3_600);

/// When to try again at a host whose queue is full.
const RETRY_WHEN_FULL: Duration = Duration::from_secs(1);

/// Why a request may not start, and when to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Postponement {
    /// The host asked clients to wait this much longer.
    Held(Duration),
    /// Enough requests are waiting; try again after this time.
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
    /// One permit for each request that runs or waits.
    queue: Arc<Semaphore>,
    times: Mutex<Times>,
}

#[derive(Debug)]
struct Times {
    /// The next request may start then.
    next_start: Instant,
    /// The end of the hold; no request starts before it.
    held_until: Instant,
    /// Shortest time between two starts.
    spacing: Duration,
}

/// Permission for one request to a host; returned when dropped.
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

    /// Waits until a request to the host may start.
    pub(crate) async fn enter(&self, host: &str) -> Result<Permit, Postponement> {
        let gate = self.gate(host);
        gate.check_held()?;
        let busy = Postponement::Busy(RETRY_WHEN_FULL);
        let queue = gate.queue.clone().try_acquire_owned().map_err(|_| busy)?;
        let slot = gate.slots.clone().acquire_owned().await.map_err(|_| busy)?;
        // The host may have been held while this request waited in its queue.
        gate.check_held()?;
        if let Some(start) = gate.reserve_start() {
            sleep_until(start).await;
            // Or while it waited for its start time.
            gate.check_held()?;
        }
        Ok(Permit {
            _slot: slot,
            _queue: queue,
        })
    }

    /// No request to the host starts for `wait`, or longer if a longer hold is
    /// already in place.
    pub(crate) fn hold(&self, host: &str, wait: Duration) {
        let until = Instant::now() + wait.min(MAX_HOLD);
        let gate = self.gate(host);
        let mut times = lock(&gate.times);
        times.held_until = times.held_until.max(until);
    }

    /// From now on, starts of requests to the host are at least this far apart
    /// (`Crawl-delay`); a longer spacing stays.
    pub(crate) fn slow_down(&self, host: &str, spacing: Duration) {
        let gate = self.gate(host);
        let mut times = lock(&gate.times);
        times.spacing = times.spacing.max(spacing);
    }

    fn gate(&self, host: &str) -> Arc<Gate> {
        let mut hosts = lock(&self.hosts);
        if let Some(gate) = hosts.get(host) {
            return gate.clone();
        }
        if hosts.len() >= MAX_HOSTS {
            let now = Instant::now();
            hosts.retain(|_, gate| Arc::strong_count(gate) > 1 || gate.is_needed(now, self));
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

    fn check_held(&self) -> Result<(), Postponement> {
        let left = lock(&self.times)
            .held_until
            .saturating_duration_since(Instant::now());
        if left.is_zero() {
            Ok(())
        } else {
            Err(Postponement::Held(left))
        }
    }

    /// Reserves the next start time for the caller; `None` if it is now.
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

    /// Whether the gate holds anything that must not be forgotten.
    fn is_needed(&self, now: Instant, gates: &Gates) -> bool {
        let times = lock(&self.times);
        times.held_until > now
            || times.next_start > now
            || times.spacing > gates.spacing
            || self.slots.available_permits() < gates.per_host
    }
}

/// After a panic elsewhere the times are still valid.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACING: Duration = Duration::from_secs(2);

    #[tokio::test(start_paused = true)]
    async fn requests_to_one_host_start_apart() {
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
    async fn a_request_that_finds_the_queue_full_is_postponed_at_once() {
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
            Err(Postponement::Busy(_))
        ));
        for task in waiting {
            task.abort();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_held_host_gets_no_request_until_its_hold_ends() {
        let gates = Gates::new(1, Duration::ZERO);
        gates.hold("a.example", Duration::from_secs(90));
        gates.hold("a.example", Duration::from_secs(10));
        let closed = gates.enter("a.example").await.unwrap_err();
        assert_eq!(closed, Postponement::Held(Duration::from_secs(90)));
        gates.enter("b.example").await.unwrap();
        tokio::time::advance(Duration::from_secs(91)).await;
        gates.enter("a.example").await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_waits_for_its_start_time_is_postponed_by_a_hold() {
        let gates = Arc::new(Gates::new(4, SPACING));
        let _first = gates.enter("a.example").await.unwrap();
        let waiting = {
            let gates = gates.clone();
            tokio::spawn(async move { gates.enter("a.example").await.map(|_| ()) })
        };
        tokio::task::yield_now().await;
        gates.hold("a.example", Duration::from_secs(60));
        let postponed = waiting.await.unwrap().unwrap_err();
        assert_eq!(postponed, Postponement::Held(Duration::from_secs(58)));
    }

    #[tokio::test(start_paused = true)]
    async fn the_crawl_delay_of_an_idle_host_is_not_forgotten() {
        let gates = Gates::new(1, Duration::ZERO);
        gates.slow_down("slow.example", Duration::from_secs(10));
        for n in 0..2 * MAX_HOSTS {
            drop(gates.enter(&format!("{n}.example")).await);
        }
        let begun = Instant::now();
        for _ in 0..2 {
            gates.enter("slow.example").await.unwrap();
        }
        assert_eq!(begun.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn idle_hosts_are_forgotten_and_held_hosts_are_not() {
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
