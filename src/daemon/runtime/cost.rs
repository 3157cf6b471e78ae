//! The cost accounts of the feeds. Each feed has a share of the processors and of the
//! read loop's slots. A feed that costs more, for example by huge pages or pages that
//! never end, is throttled: polled and read less often for a while; see [`Shares`].

use crate::daemon::Daemon;
use crate::model::FeedId;
use crate::policy::{Limits, Shares};
use rustix::time::{ClockId, clock_gettime};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Measured times are divided by this: a debug build is about 20 times slower, and feeds
/// are charged as in a release build.
const SLOWNESS: u32 = if cfg!(debug_assertions) { 20 } else { 1 };

/// While one article holds the lock on the stories, all others wait. Beyond this
/// much time the machine is slow, and the feed is not charged for it.
const PLACING_MOST: Duration = Duration::from_millis(50);

/// Processor time charged for receiving and decompressing a kilobyte.
const EACH_KB: Duration = Duration::from_micros(5);

/// The share of one processor that one feed may use in the long run.
const PROCESSOR_EACH: f64 = 0.02;

/// The share of all processors that the feeds above [`PROCESSOR_EACH`] may use together.
const PROCESSORS_ALL: f64 = 0.1;

/// Processor time that a feed may use at once before it is throttled; a page of the
/// largest size costs half of it.
const PROCESSOR_TOLERANCE: Duration = Duration::from_millis(500);

/// The share of the read slots that one feed may use in the long run.
const SLOTS_EACH: f64 = 1.0 / 16.0;

/// The share of the read slots that the feeds above [`SLOTS_EACH`] may use together.
const SLOTS_ALL: f64 = 0.5;

/// Slot time that a feed may use at once before it is throttled: as much as a few pages
/// that hang.
const SLOTS_TOLERANCE: Duration = Duration::from_secs(30);

/// The cost accounts of all feeds.
#[derive(Debug)]
pub(crate) struct CostAccounts {
    processors: Mutex<Shares>,
    slots: Mutex<Shares>,
}

impl CostAccounts {
    /// Accounts for a read loop with this many slots.
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
            // Where there are few slots, one feed may hold one of them.
            slots: shares(
                (SLOTS_EACH * n_slots).max(1.0),
                (SLOTS_ALL * n_slots).max(1.0),
                SLOTS_TOLERANCE,
            ),
        }
    }

    /// How long `feed` should not be polled.
    pub(crate) fn throttled_for(&self, feed: FeedId) -> Duration {
        lock(&self.processors).throttled_for(feed, Instant::now())
    }

    /// The feeds whose entries should not be read now.
    pub(crate) fn throttled(&self) -> Vec<FeedId> {
        let now = Instant::now();
        let mut feeds: Vec<FeedId> = lock(&self.processors).throttled(now).collect();
        feeds.extend(lock(&self.slots).throttled(now));
        feeds
    }
}

impl Daemon {
    /// Charges `feed` for the time that placing one of its articles took.
    pub(crate) fn charge_placing(&self, feed: (FeedId, &str), placing: Duration) {
        self.charge_processor(feed, (placing / SLOWNESS).min(PLACING_MOST));
    }

    /// Charges `feed` for the processor time of a poll with a document of `n_bytes`.
    pub(crate) fn charge_poll(&self, feed: (FeedId, &str), processor: Duration, n_bytes: usize) {
        self.charge_processor(feed, processor + receiving(n_bytes));
    }

    /// Charges `feed` for the cost of reading one of its entries.
    pub(crate) fn charge_read(&self, feed: (FeedId, &str), spent: Spent) {
        self.charge_processor(feed, spent.processor + receiving(spent.n_bytes));
        let slots = &self.costs.slots;
        if let Some(rest) = lock(slots).spend(feed.0, spent.slot, Instant::now()) {
            tracing::warn!(
                feed = feed.1,
                rest_s = rest.as_secs(),
                "the pages of this feed are slow, so its articles are read less often for now; full_text = \"never\" avoids reading its pages"
            );
        }
    }

    fn charge_processor(&self, feed: (FeedId, &str), used: Duration) {
        let processors = &self.costs.processors;
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

/// Runs `work`, and says how much processor time this thread took for it.
pub(crate) fn metered<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = thread_time();
    let done = work();
    (done, thread_time().saturating_sub(before) / SLOWNESS)
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}
