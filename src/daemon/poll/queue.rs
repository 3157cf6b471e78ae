//! The poll queue: every feed with what a poll of it needs, ordered by when it is
//! due. It is kept in memory, filled from the store at the start and updated after
//! each reload.
//!
//! A poll with news is committed at once. Polls without news (most of them) are
//! collected here and flushed to the store together every few seconds. If a crash
//! loses some of them, these feeds are polled again.

use crate::control::Polled;
use crate::daemon::poll::feed_memory::PollMemory;
use crate::model::FeedId;
use crate::policy::Rhythm;
use crate::store::{PollNote, PollRecord, Subscription};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// When a feed is polled again after a poll that did not finish, for example because
/// of a panic.
const RETRY_AFTER_PANIC: SignedDuration = SignedDuration::from_mins(5);

/// A feed in the poll queue.
#[derive(Debug)]
pub(crate) struct QueuedFeed {
    pub subscription: Subscription,
    /// The poll memory of the subscription.
    pub memory: PollMemory,
}

impl QueuedFeed {
    fn new(mut subscription: Subscription) -> Self {
        let json = std::mem::take(&mut subscription.memory);
        Self {
            subscription,
            memory: PollMemory::from_json(&json),
        }
    }

    /// Takes over what the next poll needs to know of this one.
    fn learn(&mut self, outcome: Outcome) {
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
    /// Makes the next poll bring the whole document: some of its entries could not
    /// be stored.
    pub(crate) fn forget_validators(&mut self) {
        let record = &mut self.record;
        (record.etag, record.last_modified, record.body_hash) = (None, None, None);
    }

    /// Whether it has to be in the store before anything else follows from it.
    pub(crate) fn must_be_committed(&self) -> bool {
        self.began_document || !self.record.entries.is_empty() || !self.record.alerts.is_empty()
    }
}

/// All feeds, ordered by when they are due.
#[derive(Debug, Default)]
pub(crate) struct PollQueue {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    feeds: HashMap<FeedId, Progress>,
    /// The feeds that wait for their next poll.
    due: BTreeSet<(Timestamp, FeedId)>,
    /// Outcomes that are not in the store yet.
    notes: HashMap<FeedId, PollNote>,
    /// Who waits for the outcome of a feed's next poll.
    asked: HashMap<FeedId, Vec<oneshot::Sender<Polled>>>,
}

#[derive(Debug)]
enum Progress {
    Waiting(Box<QueuedFeed>),
    Polling,
    /// Being polled, and removed from the watchlist in the meantime.
    Leaving,
}

impl PollQueue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the feeds in the queue by those of `subscriptions`. For a feed that is
    /// in the queue already, only the name is taken over: the rest is newer here than
    /// in the store. No feed waits beyond its `latest` time.
    pub(crate) fn sync(
        &self,
        subscriptions: Vec<Subscription>,
        latest: impl Fn(&QueuedFeed) -> Option<Timestamp>,
    ) {
        let mut state = self.state();
        let named: HashSet<FeedId> = subscriptions.iter().map(|feed| feed.id).collect();
        for subscription in subscriptions {
            let id = subscription.id;
            state.add(subscription);
            state.bring_forward(id, &latest);
        }
        let State {
            feeds, due, asked, ..
        } = &mut *state;
        asked.retain(|id, _| named.contains(id));
        feeds.retain(|id, progress| match progress {
            _ if named.contains(id) => true,
            Progress::Waiting(feed) => {
                due.remove(&(feed.subscription.due, *id));
                false
            }
            Progress::Polling | Progress::Leaving => {
                *progress = Progress::Leaving;
                true
            }
        });
    }

    /// Claims up to `n` feeds that are due at `now`, the longest due first.
    pub(crate) fn claim(self: &Arc<Self>, now: Timestamp, n: usize) -> Vec<Claim> {
        let mut state = self.state();
        let again = now.saturating_add(RETRY_AFTER_PANIC).unwrap_or(now);
        let mut claims = Vec::new();
        while claims.len() < n
            && let Some((at, id)) = state.due.first().copied()
            && at <= now
        {
            state.due.pop_first();
            if let Some(Progress::Waiting(feed)) = state.feeds.insert(id, Progress::Polling) {
                claims.push(Claim {
                    queue: Arc::clone(self),
                    feed: Some(feed),
                    again,
                });
            }
        }
        claims
    }

    /// Makes a feed due at `now`; the outcome of its next poll is sent. If it is being
    /// polled, that is the poll.
    pub(crate) fn ask(&self, feed: FeedId, now: Timestamp) -> oneshot::Receiver<Polled> {
        let (answer, answered) = oneshot::channel();
        let mut state = self.state();
        if state.feeds.contains_key(&feed) {
            state.asked.entry(feed).or_default().push(answer);
            state.bring_forward(feed, |_| Some(now));
        }
        answered
    }

    /// Sends the outcome of a poll to those who asked for it.
    pub(crate) fn answer(&self, feed: FeedId, polled: impl FnOnce() -> Polled) {
        let asked = self.state().asked.remove(&feed);
        if let Some(asked) = asked {
            let polled = polled();
            for answer in asked {
                let _ = answer.send(polled.clone());
            }
        }
    }

    /// When the next feed is due; none if no feed waits.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.state().due.first().map(|(at, _)| *at)
    }

    /// Whether no feed is being polled, and none is due at `by`.
    pub(crate) fn is_idle(&self, by: Timestamp) -> bool {
        let state = self.state();
        // A feed that does not wait is being polled.
        state.feeds.len() == state.due.len() && state.due.first().is_none_or(|(at, _)| *at > by)
    }

    /// The clock was set back by `by` to `now`: due times move with it, but not into
    /// the past.
    pub(crate) fn turn_back(&self, now: Timestamp, by: SignedDuration) {
        let mut state = self.state();
        let later: Vec<_> = state
            .due
            .iter()
            .filter(|(at, _)| *at > now)
            .copied()
            .collect();
        for (at, id) in later {
            state.due.remove(&(at, id));
            let due = at.saturating_sub(by).unwrap_or(now).max(now);
            if let Some(Progress::Waiting(feed)) = state.feeds.get_mut(&id) {
                feed.subscription.due = due;
                state.due.insert((due, id));
            }
        }
    }

    /// The next poll of `feed` brings its whole document. A poll that is under way
    /// still brings what the feed says has changed.
    pub(crate) fn forget_validators(&self, feed: FeedId) {
        if let Some(Progress::Waiting(feed)) = self.state().feeds.get_mut(&feed) {
            let known = &mut feed.subscription;
            (known.etag, known.last_modified, known.body_hash) = (None, None, None);
        }
    }

    /// The rhythms of the feeds that wait.
    pub(crate) fn with_rhythms<T>(&self, with: impl FnOnce(&[&Rhythm]) -> T) -> T {
        let state = self.state();
        let rhythms: Vec<&Rhythm> = state
            .feeds
            .values()
            .filter_map(|progress| match progress {
                Progress::Waiting(feed) => feed.memory.rhythm.as_ref(),
                Progress::Polling | Progress::Leaving => None,
            })
            .collect();
        with(&rhythms)
    }

    /// Keeps an outcome for the next flush.
    pub(crate) fn note(&self, id: FeedId, mut note: PollNote) {
        let mut state = self.state();
        if let Some(before) = state.notes.remove(&id) {
            carry_over(&mut note, before);
        }
        state.notes.insert(id, note);
    }

    /// All outcomes that are to be flushed.
    pub(crate) fn take_notes(&self) -> Vec<(FeedId, PollNote)> {
        self.state().notes.drain().collect()
    }

    /// Takes back outcomes that could not be flushed; newer ones are kept.
    pub(crate) fn put_back(&self, notes: Vec<(FeedId, PollNote)>) {
        let mut state = self.state();
        for (id, note) in notes {
            if let Some(newer) = state.notes.get_mut(&id) {
                carry_over(newer, note);
            } else {
                state.notes.insert(id, note);
            }
        }
    }

    /// Merges the notes of earlier polls into a record that is committed now.
    pub(crate) fn supersede(&self, id: FeedId, record: &mut PollRecord) {
        if let Some(PollNote::Polled(before)) = self.state().notes.remove(&id) {
            carry_over_record(record, *before);
        }
    }

    fn give_back(&self, feed: Box<QueuedFeed>, due: Option<Timestamp>) {
        let id = feed.subscription.id;
        let mut state = self.state();
        match (state.feeds.remove(&id), due) {
            (Some(Progress::Polling), Some(due)) => state.wait(feed, due),
            // Removed from the watchlist, or gone for good.
            (Some(Progress::Leaving | Progress::Polling) | None, _) => {}
            (Some(Progress::Waiting(newer)), _) => {
                state.feeds.insert(id, Progress::Waiting(newer));
            }
        }
    }
}

impl State {
    fn add(&mut self, subscription: Subscription) {
        match self.feeds.get_mut(&subscription.id) {
            Some(Progress::Waiting(feed)) => feed.subscription.name = subscription.name,
            Some(progress @ Progress::Leaving) => *progress = Progress::Polling,
            Some(Progress::Polling) => {}
            None => {
                let due = subscription.due;
                self.wait(Box::new(QueuedFeed::new(subscription)), due);
            }
        }
    }

    fn bring_forward(&mut self, id: FeedId, latest: impl Fn(&QueuedFeed) -> Option<Timestamp>) {
        let Some(Progress::Waiting(feed)) = self.feeds.get_mut(&id) else {
            return;
        };
        let due = feed.subscription.due;
        if let Some(latest) = latest(feed).filter(|latest| *latest < due) {
            feed.subscription.due = latest;
            self.due.remove(&(due, id));
            self.due.insert((latest, id));
        }
    }

    fn wait(&mut self, mut feed: Box<QueuedFeed>, due: Timestamp) {
        let id = feed.subscription.id;
        feed.subscription.due = due;
        self.due.insert((due, id));
        self.feeds.insert(id, Progress::Waiting(feed));
    }
}

/// Adds to a note what only the earlier one says.
fn carry_over(note: &mut PollNote, before: PollNote) {
    match (&mut *note, before) {
        (PollNote::Polled(record), PollNote::Polled(before)) => carry_over_record(record, *before),
        (PollNote::Postponed { at, memory }, PollNote::Polled(mut before)) => {
            before.memory = memory.take().or(before.memory);
            before.next = Some(*at);
            *note = PollNote::Polled(before);
        }
        (PollNote::Postponed { memory, .. }, PollNote::Postponed { memory: before, .. }) => {
            *memory = memory.take().or(before);
        }
        (PollNote::Polled(_), PollNote::Postponed { .. }) => {}
    }
}

fn carry_over_record(record: &mut PollRecord, before: PollRecord) {
    record.title = record.title.take().or(before.title);
    record.memory = record.memory.take().or(before.memory);
}

/// A feed that is being polled. If it is dropped without an outcome, the feed is
/// polled again some minutes later, with one try less.
#[derive(Debug)]
pub(crate) struct Claim {
    queue: Arc<PollQueue>,
    feed: Option<Box<QueuedFeed>>,
    /// When it is due again if this poll does not finish.
    again: Timestamp,
}

impl Claim {
    /// The poll is finished.
    pub(crate) fn settle(mut self, outcome: Outcome) {
        if let Some(mut feed) = self.feed.take() {
            let next = outcome.record.next;
            feed.learn(outcome);
            self.queue.give_back(feed, next);
        }
    }

    /// The store could not record the poll: the feed is polled again at `at`. That
    /// counts as no try of its document, as the feed is not to blame.
    pub(crate) fn put_back(mut self, at: Timestamp) {
        if let Some(feed) = self.feed.take() {
            self.queue.give_back(feed, Some(at));
        }
    }

    /// It was not polled and is due at `at`. `is_held` says that its host asked
    /// clients to wait until then.
    pub(crate) fn postpone(mut self, at: Timestamp, is_held: bool) {
        if let Some(mut feed) = self.feed.take() {
            let held_until = is_held.then_some(at);
            let has_changed = feed.memory.held_until != held_until;
            feed.memory.held_until = held_until;
            let memory = has_changed.then(|| feed.memory.to_json());
            self.queue
                .note(feed.subscription.id, PollNote::Postponed { at, memory });
            self.queue.give_back(feed, Some(at));
        }
    }
}

impl Deref for Claim {
    type Target = QueuedFeed;

    fn deref(&self) -> &QueuedFeed {
        self.feed.as_deref().expect("there until it is dropped")
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(mut feed) = self.feed.take() {
            feed.subscription.tries += 1;
            self.queue.give_back(feed, Some(self.again));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn subscription(id: i64, due: i64) -> Subscription {
        Subscription {
            id: FeedId(id),
            url: format!("https://feed-{id}.example/"),
            name: None,
            title: None,
            due: at(due),
            tries: 0,
            etag: None,
            last_modified: None,
            body_hash: None,
            memory: String::new(),
            succeeded: None,
            failures: 0,
        }
    }

    fn queue(feeds: &[(i64, i64)]) -> Arc<PollQueue> {
        let queue = Arc::<PollQueue>::default();
        let feeds = feeds.iter().map(|(id, due)| subscription(*id, *due));
        queue.sync(feeds.collect(), |_| None);
        queue
    }

    fn record(next: Option<i64>, memory: Option<&str>) -> PollRecord {
        PollRecord {
            at: at(5),
            next: next.map(at),
            status: Some(304),
            error: None,
            etag: Some("\"7\"".to_owned()),
            last_modified: None,
            body_hash: None,
            title: None,
            is_whole: false,
            silent_since: None,
            memory: memory.map(str::to_owned),
            entries: Vec::new(),
            alerts: Vec::new(),
        }
    }

    fn polled(next: i64, memory: Option<&str>) -> PollNote {
        PollNote::Polled(Box::new(record(Some(next), memory)))
    }

    fn outcome(next: Option<i64>) -> Outcome {
        Outcome {
            record: record(next, None),
            memory: None,
            began_document: false,
        }
    }

    fn ids(claims: &[Claim]) -> Vec<i64> {
        claims.iter().map(|claim| claim.subscription.id.0).collect()
    }

    #[test]
    fn feeds_are_claimed_once_each_the_longest_due_first() {
        let queue = queue(&[(1, 3), (2, 1), (3, 9), (4, 2)]);
        let first = queue.claim(at(5), 2);
        assert_eq!(ids(&first), [2, 4]);
        assert_eq!(ids(&queue.claim(at(5), 9)), [1]);
        assert_eq!(queue.next_due(), Some(at(9)));
        assert!(!queue.is_idle(at(5)), "two are being polled");
        for claim in first {
            claim.settle(outcome(Some(20)));
        }
        assert!(queue.is_idle(at(5)));
        assert!(!queue.is_idle(at(9)));
    }

    #[test]
    fn what_a_poll_learnt_is_known_to_the_next() {
        let queue = queue(&[(1, 0)]);
        queue.claim(at(5), 1).remove(0).settle(outcome(Some(6)));
        let again = queue.claim(at(6), 1).remove(0);
        assert_eq!(again.subscription.etag.as_deref(), Some("\"7\""));
        assert_eq!(again.subscription.succeeded, Some(at(5)));
    }

    #[test]
    fn a_poll_that_does_not_finish_is_repeated_with_one_try_less() {
        let queue = queue(&[(1, 0)]);
        drop(queue.claim(at(5), 1));
        assert!(queue.claim(at(9), 1).is_empty());
        assert_eq!(queue.claim(at(10), 1)[0].subscription.tries, 1);
    }

    #[test]
    fn a_poll_that_the_store_could_not_record_counts_as_no_try() {
        let queue = queue(&[(1, 0)]);
        queue.claim(at(5), 1).remove(0).put_back(at(6));
        let again = queue.claim(at(6), 1);
        assert_eq!(again[0].subscription.tries, 0);
    }

    #[test]
    fn a_feed_removed_from_the_watchlist_is_not_polled_and_may_come_back() {
        let queue = queue(&[(1, 0), (2, 0)]);
        let polling = queue.claim(at(5), 1);
        let waits = 3 - polling[0].subscription.id.0;
        queue.sync(Vec::new(), |_| None);
        assert!(queue.claim(at(5), 9).is_empty());
        queue.sync(vec![subscription(waits, 1)], |_| None);
        for claim in polling {
            claim.settle(outcome(Some(6)));
        }
        assert_eq!(ids(&queue.claim(at(99), 9)), [waits]);
    }

    #[test]
    fn a_feed_that_is_gone_is_not_polled() {
        let queue = queue(&[(1, 0)]);
        queue.claim(at(5), 1).remove(0).settle(outcome(None));
        assert_eq!(queue.next_due(), None);
        assert!(queue.is_idle(at(999)));
    }

    #[test]
    fn the_last_note_of_a_feed_counts_and_keeps_what_only_earlier_ones_say() {
        let queue = queue(&[(1, 0)]);
        let id = FeedId(1);
        queue.note(id, polled(7, Some("{}")));
        queue.note(id, polled(8, None));
        queue.note(
            id,
            PollNote::Postponed {
                at: at(9),
                memory: None,
            },
        );
        let notes = queue.take_notes();
        let [(_, PollNote::Polled(noted))] = &notes[..] else {
            panic!("{notes:?}");
        };
        assert_eq!(
            (noted.next, noted.memory.as_deref()),
            (Some(at(9)), Some("{}"))
        );
        queue.note(id, polled(10, None));
        queue.put_back(notes);
        let mut committed = record(Some(11), None);
        queue.supersede(id, &mut committed);
        assert_eq!(committed.memory.as_deref(), Some("{}"));
        assert!(queue.take_notes().is_empty());
    }
}
