//! What the feeds cost this machine: each has its share of the processors and of
//! the read stage's slots. One that takes more, by pages of a million tags or
//! that never end, is polled and read less often for a while; see [`Shares`].

use crate::daemon::Daemon;
use crate::model::FeedId;
use crate::policy::{Limits, Shares};
use rustix::time::{ClockId, clock_gettime};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A debug build takes so many times as long; its feeds cost no more for it.
const SLOWNESS: u32 = if cfg!(debug_assertions) { 20 } else { 1 };

/// An article under the lock on the stories holds up all others; more than this
/// is the machine's fault and not the feed's.
const PLACING_MOST: Duration = Duration::from_millis(50);

/// Receiving and unpacking a kilobyte.
const EACH_KB: Duration = Duration::from_micros(5);

/// Of one processor, what one feed may use in the long run.
const PROCESSOR_EACH: f64 = 0.02;

/// Of all processors, what the feeds beyond that may use together.
const PROCESSORS_ALL: f64 = 0.1;

/// A page of the largest size costs half of it.
const PROCESSOR_TOLERANCE: Duration = Duration::from_millis(500);

/// Of the slots, what one feed may use in the long run.
const SLOTS_EACH: f64 = 1.0 / 16.0;

/// Of the slots, what the feeds beyond that may use together.
const SLOTS_ALL: f64 = 0.5;

/// Some pages of one feed that hang at once, until it is noticed.
const SLOTS_TOLERANCE: Duration = Duration::from_secs(30);

/// The accounts of all feeds.
#[derive(Debug)]
pub(crate) struct Effort {
    processors: Mutex<Shares>,
    slots: Mutex<Shares>,
}

impl Effort {
    /// For a read stage with so many slots.
    pub(crate) fn new(n_slots: usize) -> Self {
        let n_processors = std::thread::available_parallelism().map_or(1, usize::from);
        let shares = |each, all, tolerance| {
            Mutex::new(Shares::new(Limits {
                each,
                all,
                tolerance,
            }))
        };
        let (n_slots, n_processors) = (n_slots as f64, n_processors as f64);
        Self {
            processors: shares(
                PROCESSOR_EACH,
                PROCESSORS_ALL * n_processors,
                PROCESSOR_TOLERANCE,
            ),
            // Of few slots, one feed may well hold one.
            slots: shares(
                (SLOTS_EACH * n_slots).max(1.0),
                (SLOTS_ALL * n_slots).max(1.0),
                SLOTS_TOLERANCE,
            ),
        }
    }

    /// How long `feed` should not be polled.
    pub(crate) fn rest(&self, feed: FeedId) -> Duration {
        lock(&self.processors).throttled_for(feed, Instant::now())
    }

    /// The feeds of which nothing should be read now.
    pub(crate) fn resting(&self) -> Vec<FeedId> {
        let now = Instant::now();
        let mut feeds: Vec<FeedId> = lock(&self.processors).throttled(now).collect();
        feeds.extend(lock(&self.slots).throttled(now));
        feeds
    }
}

impl Daemon {
    /// Placing an article of `feed` took so long.
    pub(crate) fn charge_placing(&self, feed: (FeedId, &str), placing: Duration) {
        self.charge_processor(feed, (placing / SLOWNESS).min(PLACING_MOST));
    }

    /// A poll of `feed` took so much of a processor, for a document of `n_bytes`.
    pub(crate) fn charge_poll(&self, feed: (FeedId, &str), processor: Duration, n_bytes: usize) {
        self.charge_processor(feed, processor + receiving(n_bytes));
    }

    /// Reading an entry of `feed` took so much of a processor, for a page of
    /// `n_bytes`, and held a slot for so long.
    pub(crate) fn charge_read(&self, feed: (FeedId, &str), spent: Spent) {
        self.charge_processor(feed, spent.processor + receiving(spent.n_bytes));
        let slots = &self.effort.slots;
        if let Some(rest) = lock(slots).spend(feed.0, spent.slot, Instant::now()) {
            tracing::warn!(
                feed = feed.1,
                rest_s = rest.as_secs(),
                "the pages of a feed take so long that its articles are read less often for now; full_text = \"never\" reads them from the feed alone"
            );
        }
    }

    fn charge_processor(&self, feed: (FeedId, &str), used: Duration) {
        let processors = &self.effort.processors;
        if let Some(rest) = lock(processors).spend(feed.0, used, Instant::now()) {
            tracing::warn!(
                feed = feed.1,
                rest_s = rest.as_secs(),
                "a feed takes more than its share of the processors; it is polled and read less often for now"
            );
        }
    }
}

/// What reading an entry took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    pub processor: Duration,
    pub slot: Duration,
    pub n_bytes: usize,
}

fn receiving(n_bytes: usize) -> Duration {
    EACH_KB.mul_f64(n_bytes as f64 / 1_000.0)
}

fn lock(shares: &Mutex<Shares>) -> MutexGuard<'_, Shares> {
    shares.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `work`, and says how much of a processor this thread took for it.
pub(crate) fn metered<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = thread_time();
    let done = work();
    (done, thread_time().saturating_sub(before) / SLOWNESS)
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}
