//! A feed in the poll queue, and what it keeps from one poll for the next.

use crate::daemon::poll::feed_memory::PollMemory;
use crate::store::{PollRecord, Subscription};

/// A feed in the poll queue.
#[derive(Debug)]
pub(crate) struct QueuedFeed {
    pub subscription: Subscription,
    /// The poll memory of the subscription.
    pub memory: PollMemory,
}

impl QueuedFeed {
    pub(super) fn new(mut subscription: Subscription) -> Self {
        let json = std::mem::take(&mut subscription.memory);
        Self {
            subscription,
            memory: PollMemory::from_json(&json),
        }
    }

    /// Takes over what the next poll needs to know of this one.
    pub(super) fn learn(&mut self, outcome: Outcome) {
        let (record, known) = (outcome.record, &mut self.subscription);
        known.tries = 0;
        if record.error.is_some() {
            known.failures += 1;
        } else {
            known.failures = 0;
            known.succeeded = Some(record.at);
        }
        known.etag = record.etag;
        known.last_modified = record.last_modified;
        known.body_hash = record.body_hash;
        known.title = record.title.or(known.title.take());
        if let Some(memory) = outcome.memory {
            self.memory = memory;
        }
    }
}

/// The outcome of a poll, for the store and for the poll queue.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub record: PollRecord,
    /// The new poll memory; `None` if it did not change.
    pub memory: Option<PollMemory>,
    /// Whether a document was begun: the store has counted a try, which the commit
    /// resets.
    pub began_document: bool,
}

impl Outcome {
    /// Makes the next poll fetch the whole document, because some of its entries could
    /// not be stored.
    pub(crate) fn forget_validators(&mut self) {
        let record = &mut self.record;
        (record.etag, record.last_modified, record.body_hash) = (None, None, None);
    }

    /// Whether the outcome must be committed at once: it changes more than the time of
    /// the next poll.
    pub(crate) fn must_be_committed(&self) -> bool {
        self.began_document || !self.record.entries.is_empty() || !self.record.alerts.is_empty()
    }
}
