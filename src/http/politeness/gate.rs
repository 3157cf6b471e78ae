//! Gates: for each host and purpose, how many requests run at a time and how far
//! apart they start.
//!
//! Only a few requests wait at a gate. A request that finds the queue full, or
//! whose turn is further off than a moment, is postponed at once: one slow host
//! with a thousand feeds cannot take all of the daemon's slots, and a stop does
//! not wait for a `Crawl-delay`.

use super::hold::Holds;
use super::purpose::{Asker, Purpose};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// Above this number of hosts, gates that are not in use are removed.
const MAX_HOSTS: usize = 8_192;

/// Requests that may wait at one gate, for each that may run.
const WAITING_PER_SLOT: usize = 4;

/// When to try again at a host whose queue is full.
const RETRY_WHEN_FULL: Duration = Duration::from_secs(1);

/// Longest time that a request waits at a gate for its start.
const MAX_SLEEP: Duration = Duration::from_secs(2);

/// Longest time after which a request whose turn is far off is tried again.
const MAX_RETRY: Duration = Duration::from_secs(600);

/// Why a request may not start, and when to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Postponement {
    /// The host asked clients to wait this much longer.
    Held(Duration),
    /// Enough requests are waiting; try again after this time.
    Busy(Duration),
}

/// The gates of all hosts, and their holds.
#[derive(Debug)]
pub(crate) struct Gates {
    polls: Mutex<Hosts>,
    redirects: Mutex<Hosts>,
    own_pages: Mutex<Hosts>,
    other_pages: Mutex<Hosts>,
    holds: Holds,
    per_host: usize,
    spacing: Duration,
}

type Hosts = FxHashMap<Box<str>, Arc<Gate>>;

#[derive(Debug)]
struct Gate {
    slots: Arc<Semaphore>,
    queue: Mutex<Queue>,
    times: Mutex<Times>,
}

/// The requests that run or wait.
#[derive(Debug, Default)]
struct Queue {
    n: usize,
    by_feed: FxHashMap<u64, usize>,
}

#[derive(Debug)]
struct Times {
    /// The next request may start then.
    next_start: Instant,
    /// The latest time that a postponed request was given to try again.
    last_retry: Instant,
}

/// Permission for one request to a host; returned when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    _slot: OwnedSemaphorePermit,
    _place: Place,
}

/// A place in a gate's queue.
#[derive(Debug)]
struct Place {
    gate: Arc<Gate>,
    feed: u64,
}

impl Gates {
    pub(crate) fn new(per_host: usize, spacing: Duration) -> Self {
        Self {
            polls: Mutex::default(),
            redirects: Mutex::default(),
            own_pages: Mutex::default(),
            other_pages: Mutex::default(),
            holds: Holds::default(),
            per_host: per_host.max(1),
            spacing,
        }
    }

    /// Waits until a request to the host may start. Starts are at least `delay`
    /// apart (the site's `Crawl-delay`), or the spacing of the settings if that
    /// is longer.
    pub(crate) async fn enter(
        &self,
        host: &str,
        asker: Asker,
        delay: Duration,
    ) -> Result<Permit, Postponement> {
        self.check_held(host, asker)?;
        let gate = self.gate(host, asker.purpose);
        let place = gate.join(asker.feed, self.places(asker.purpose))?;
        let spacing = self.spacing.max(delay);
        gate.check_start(spacing)?;
        let slot = gate.slots.clone().acquire_owned().await;
        let slot = slot.map_err(|_| Postponement::Busy(RETRY_WHEN_FULL))?;
        // The host may have been held while this request waited in its queue.
        self.check_held(host, asker)?;
        if let Some(start) = gate.reserve_start(spacing)? {
            sleep_until(start).await;
            // Or while it waited for its start time.
            self.check_held(host, asker)?;
        }
        Ok(Permit {
            _slot: slot,
            _place: place,
        })
    }

    /// The asker sends no request to the host for `wait`.
    pub(crate) fn hold(&self, host: &str, asker: Asker, wait: Duration) {
        self.holds.hold(host, asker, wait);
    }

    fn check_held(&self, host: &str, asker: Asker) -> Result<(), Postponement> {
        self.holds
            .left(host, asker)
            .map_or(Ok(()), |left| Err(Postponement::Held(left)))
    }

    /// How many requests may run or wait at a gate, of all feeds and of one. A
    /// feed whose links lead to others' hosts must leave room for other feeds.
    fn places(&self, purpose: Purpose) -> (usize, usize) {
        let all = self.per_host * (1 + WAITING_PER_SLOT);
        let of_one = match purpose {
            Purpose::Poll => all,
            Purpose::OwnPage => all.div_ceil(2),
            Purpose::Redirect | Purpose::OtherPage => self.per_host.div_ceil(2),
        };
        (all, of_one)
    }

    fn gate(&self, host: &str, purpose: Purpose) -> Arc<Gate> {
        let mut hosts = lock(match purpose {
            Purpose::Poll => &self.polls,
            Purpose::Redirect => &self.redirects,
            Purpose::OwnPage => &self.own_pages,
            Purpose::OtherPage => &self.other_pages,
        });
        if let Some(gate) = hosts.get(host) {
            return gate.clone();
        }
        if hosts.len() >= MAX_HOSTS {
            let now = Instant::now();
            hosts.retain(|_, gate| Arc::strong_count(gate) > 1 || gate.is_needed(now));
        }
        let gate = Arc::new(Gate::new(self.per_host));
        hosts.insert(host.into(), gate.clone());
        gate
    }
}

impl Gate {
    fn new(per_host: usize) -> Self {
        let now = Instant::now();
        Self {
            slots: Arc::new(Semaphore::new(per_host)),
            queue: Mutex::default(),
            times: Mutex::new(Times {
                next_start: now,
                last_retry: now,
            }),
        }
    }

    /// Takes a place in the queue, if there is one left.
    fn join(self: &Arc<Self>, feed: u64, places: (usize, usize)) -> Result<Place, Postponement> {
        let (all, of_one) = places;
        let mut queue = lock(&self.queue);
        let n_own = queue.by_feed.get(&feed).copied().unwrap_or_default();
        if queue.n >= all || n_own >= of_one {
            return Err(Postponement::Busy(RETRY_WHEN_FULL));
        }
        queue.n += 1;
        queue.by_feed.insert(feed, n_own + 1);
        Ok(Place {
            gate: Arc::clone(self),
            feed,
        })
    }

    /// Fails if the next start is further off than a request waits.
    fn check_start(&self, spacing: Duration) -> Result<(), Postponement> {
        let mut times = lock(&self.times);
        let now = Instant::now();
        if times.next_start > now + MAX_SLEEP {
            return Err(Postponement::Busy(times.retry_in(now, spacing)));
        }
        Ok(())
    }

    /// Reserves the next start time for the caller; `None` if it is now.
    fn reserve_start(&self, spacing: Duration) -> Result<Option<Instant>, Postponement> {
        if spacing.is_zero() {
            return Ok(None);
        }
        self.check_start(spacing)?;
        let mut times = lock(&self.times);
        let now = Instant::now();
        let start = times.next_start.max(now);
        times.next_start = start + spacing;
        Ok((start > now).then_some(start))
    }

    /// Whether the gate still keeps requests apart.
    fn is_needed(&self, now: Instant) -> bool {
        lock(&self.times).next_start > now
    }
}

impl Times {
    /// When to try again: postponed requests come back one after the other.
    fn retry_in(&mut self, now: Instant, spacing: Duration) -> Duration {
        let next = self.next_start.max(self.last_retry + spacing);
        self.last_retry = next.min(now + MAX_RETRY);
        self.last_retry - now
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut queue = lock(&self.gate.queue);
        queue.n -= 1;
        if let Some(n_own) = queue.by_feed.get_mut(&self.feed) {
            *n_own -= 1;
            if *n_own == 0 {
                queue.by_feed.remove(&self.feed);
            }
        }
    }
}

/// After a panic elsewhere the values are still valid.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
