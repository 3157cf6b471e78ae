//! The poll queue: every feed with what a poll of it needs, ordered by when it is
//! due. It is kept in memory, filled from the store at the start and updated after
//! each reload.
//!
//! A poll with news is committed at once. Polls without news (most of them) are
//! collected here and flushed to the store together every few seconds. If a crash
//! loses some of them, these feeds are polled again.

mod feed;
mod notes;

use crate::control::Polled;
use crate::model::FeedId;
use crate::policy::Rhythm;
use crate::store::{PollNote, PollRecord, Subscription};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

pub(crate) use feed::{Outcome, QueuedFeed};
use notes::PollNotes;

/// When a feed is polled again after a poll that did not finish, for example because
/// of a panic.
const RETRY_AFTER_PANIC: SignedDuration = SignedDuration::from_mins(5);

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
    notes: PollNotes,
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

    /// Makes the next poll of `feed` fetch its whole document. A poll that is under way
    /// stays conditional.
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
    pub(crate) fn note(&self, id: FeedId, note: PollNote) {
        self.state().notes.add(id, note);
    }

    /// All outcomes that are to be flushed.
    pub(crate) fn take_notes(&self) -> Vec<(FeedId, PollNote)> {
        self.state().notes.take()
    }

    /// Takes back outcomes that could not be flushed; newer ones are kept.
    pub(crate) fn put_back(&self, notes: Vec<(FeedId, PollNote)>) {
        self.state().notes.put_back(notes);
    }

    /// Merges the notes of earlier polls into a record that is committed now.
    pub(crate) fn supersede(&self, id: FeedId, record: &mut PollRecord) {
        self.state().notes.supersede(id, record);
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

/// A feed that is being polled. If it is dropped without an outcome, the feed is
/// polled again some minutes later, and one try is counted.
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
mod tests;
