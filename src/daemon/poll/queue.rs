//! The rota: every feed with what a poll of it needs, in the order in which
//! they are due. It lives in memory, filled from the store at the start and
//! brought in step after each reload.
//!
//! Polls with news are committed by whoever made them. Polls without (most of
//! them) are noted here and handed to the store together, every few seconds:
//! what a crash loses of them is polled again.

use crate::daemon::poll::feed_memory::Memory;
use crate::model::FeedId;
use crate::policy::Rhythm;
use crate::store::{PollNote, PollRecord, Subscription};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// When a feed is polled again whose turn was not brought to an end, such as by
/// a panic.
const AFTER_A_BREAK: SignedDuration = SignedDuration::from_mins(5);

/// A feed on the rota.
#[derive(Debug)]
pub(crate) struct Scheduled {
    pub subscription: Subscription,
    /// The subscription's memory, read.
    pub memory: Memory,
}

impl Scheduled {
    fn new(mut subscription: Subscription) -> Self {
        let json = std::mem::take(&mut subscription.memory);
        Self {
            subscription,
            memory: Memory::from_json(&json),
        }
    }

    /// What the next poll needs to know of this one.
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

/// What came of a poll: for the store, and for the rota.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub record: PollRecord,
    /// What is remembered now; `None` for what was.
    pub memory: Option<Memory>,
    /// Whether a document was read: its try has to be taken off the books.
    pub began_document: bool,
}

impl Outcome {
    /// Whether it has to be in the store before anything follows from it.
    pub(crate) fn is_news(&self) -> bool {
        self.began_document || !self.record.entries.is_empty() || !self.record.alerts.is_empty()
    }
}

/// The feeds and their turns.
#[derive(Debug, Default)]
pub(crate) struct Rota {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    seats: HashMap<FeedId, Seat>,
    /// The feeds that wait.
    due: BTreeSet<(Timestamp, FeedId)>,
    /// What the store does not know yet.
    notes: HashMap<FeedId, PollNote>,
}

#[derive(Debug)]
enum Seat {
    Waiting(Box<Scheduled>),
    Polling,
    /// Being polled, and taken out of the watchlist meanwhile.
    Leaving,
}

impl Rota {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the rota's feeds those of `subscriptions`. What it knows of a feed
    /// already is newer than the store's, but for the name. None waits longer than
    /// until its `latest`.
    pub(crate) fn sync(
        &self,
        subscriptions: Vec<Subscription>,
        latest: impl Fn(&Scheduled) -> Option<Timestamp>,
    ) {
        let mut state = self.state();
        let named: HashSet<FeedId> = subscriptions.iter().map(|feed| feed.id).collect();
        for subscription in subscriptions {
            let id = subscription.id;
            state.seat(subscription);
            state.bring_forward(id, &latest);
        }
        let State { seats, due, .. } = &mut *state;
        seats.retain(|id, seat| match seat {
            _ if named.contains(id) => true,
            Seat::Waiting(feed) => {
                due.remove(&(feed.subscription.due, *id));
                false
            }
            Seat::Polling | Seat::Leaving => {
                *seat = Seat::Leaving;
                true
            }
        });
    }

    /// Hands out up to `n` feeds due at `now`, the longest due first.
    pub(crate) fn claim(self: &Arc<Self>, now: Timestamp, n: usize) -> Vec<Claim> {
        let mut state = self.state();
        let again = now.saturating_add(AFTER_A_BREAK).unwrap_or(now);
        let mut claims = Vec::new();
        while claims.len() < n
            && let Some((at, id)) = state.due.first().copied()
            && at <= now
        {
            state.due.pop_first();
            if let Some(Seat::Waiting(feed)) = state.seats.insert(id, Seat::Polling) {
                claims.push(Claim {
                    rota: Arc::clone(self),
                    feed: Some(feed),
                    again,
                });
            }
        }
        claims
    }

    /// When the next feed is due; none while nobody waits.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.state().due.first().map(|(at, _)| *at)
    }

    /// Whether nothing is being polled, or due by `by`.
    pub(crate) fn is_idle(&self, by: Timestamp) -> bool {
        let state = self.state();
        // Whoever has a seat and does not wait is being polled.
        state.seats.len() == state.due.len() && state.due.first().is_none_or(|(at, _)| *at > by)
    }

    /// The clock was set back by `by` to `now`: the turns move with it, but
    /// none to the past.
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
            if let Some(Seat::Waiting(feed)) = state.seats.get_mut(&id) {
                feed.subscription.due = due;
                state.due.insert((due, id));
            }
        }
    }

    /// The rhythms of the feeds that wait.
    pub(crate) fn with_rhythms<T>(&self, with: impl FnOnce(&[&Rhythm]) -> T) -> T {
        let state = self.state();
        let rhythms: Vec<&Rhythm> = state
            .seats
            .values()
            .filter_map(|seat| match seat {
                Seat::Waiting(feed) => feed.memory.rhythm.as_ref(),
                Seat::Polling | Seat::Leaving => None,
            })
            .collect();
        with(&rhythms)
    }

    /// Keeps what the store is to be told with the next batch.
    pub(crate) fn note(&self, id: FeedId, mut note: PollNote) {
        let mut state = self.state();
        if let Some(before) = state.notes.remove(&id) {
            carry_over(&mut note, before);
        }
        state.notes.insert(id, note);
    }

    /// All that the store is to be told.
    pub(crate) fn take_notes(&self) -> Vec<(FeedId, PollNote)> {
        self.state().notes.drain().collect()
    }

    /// What the store could not be told; newer notes stand.
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

    /// A record that is committed now says what notes before it did.
    pub(crate) fn supersede(&self, id: FeedId, record: &mut PollRecord) {
        if let Some(PollNote::Polled(before)) = self.state().notes.remove(&id) {
            carry_over_record(record, *before);
        }
    }

    fn give_back(&self, feed: Box<Scheduled>, due: Option<Timestamp>) {
        let id = feed.subscription.id;
        let mut state = self.state();
        match (state.seats.remove(&id), due) {
            (Some(Seat::Polling), Some(due)) => state.wait(feed, due),
            // Taken out of the watchlist, or gone for good.
            (Some(Seat::Leaving | Seat::Polling) | None, _) => {}
            (Some(Seat::Waiting(newer)), _) => {
                state.seats.insert(id, Seat::Waiting(newer));
            }
        }
    }
}

impl State {
    fn seat(&mut self, subscription: Subscription) {
        match self.seats.get_mut(&subscription.id) {
            Some(Seat::Waiting(feed)) => feed.subscription.name = subscription.name,
            Some(seat @ Seat::Leaving) => *seat = Seat::Polling,
            Some(Seat::Polling) => {}
            None => {
                let due = subscription.due;
                self.wait(Box::new(Scheduled::new(subscription)), due);
            }
        }
    }

    fn bring_forward(&mut self, id: FeedId, latest: impl Fn(&Scheduled) -> Option<Timestamp>) {
        let Some(Seat::Waiting(feed)) = self.seats.get_mut(&id) else {
            return;
        };
        let due = feed.subscription.due;
        if let Some(latest) = latest(feed).filter(|latest| *latest < due) {
            feed.subscription.due = latest;
            self.due.remove(&(due, id));
            self.due.insert((latest, id));
        }
    }

    fn wait(&mut self, mut feed: Box<Scheduled>, due: Timestamp) {
        let id = feed.subscription.id;
        feed.subscription.due = due;
        self.due.insert((due, id));
        self.seats.insert(id, Seat::Waiting(feed));
    }
}

/// Adds to a note what the one before it said and it does not.
fn carry_over(note: &mut PollNote, before: PollNote) {
    match (&mut *note, before) {
        (PollNote::Polled(record), PollNote::Polled(before)) => carry_over_record(record, *before),
        (PollNote::Postponed(at), PollNote::Polled(mut before)) => {
            before.next = Some(*at);
            *note = PollNote::Polled(before);
        }
        (_, PollNote::Postponed(_)) => {}
    }
}

fn carry_over_record(record: &mut PollRecord, before: PollRecord) {
    record.title = record.title.take().or(before.title);
    record.memory = record.memory.take().or(before.memory);
}

/// A feed whose turn it is. Dropped without an outcome, it has another turn
/// some minutes later, with one try less.
#[derive(Debug)]
pub(crate) struct Claim {
    rota: Arc<Rota>,
    feed: Option<Box<Scheduled>>,
    /// When it is claimed again if this turn comes to no end.
    again: Timestamp,
}

impl Claim {
    /// Its turn is over.
    pub(crate) fn settle(mut self, outcome: Outcome) {
        if let Some(mut feed) = self.feed.take() {
            let next = outcome.record.next;
            feed.learn(outcome);
            self.rota.give_back(feed, next);
        }
    }

    /// It was not polled; its turn comes at `at`.
    pub(crate) fn postpone(mut self, at: Timestamp) {
        if let Some(feed) = self.feed.take() {
            self.rota
                .note(feed.subscription.id, PollNote::Postponed(at));
            self.rota.give_back(feed, Some(at));
        }
    }
}

impl Deref for Claim {
    type Target = Scheduled;

    fn deref(&self) -> &Scheduled {
        self.feed.as_deref().expect("there until it is dropped")
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(mut feed) = self.feed.take() {
            feed.subscription.tries += 1;
            self.rota.give_back(feed, Some(self.again));
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

    fn rota(feeds: &[(i64, i64)]) -> Arc<Rota> {
        let rota = Arc::<Rota>::default();
        let feeds = feeds.iter().map(|(id, due)| subscription(*id, *due));
        rota.sync(feeds.collect(), |_| None);
        rota
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
        let rota = rota(&[(1, 3), (2, 1), (3, 9), (4, 2)]);
        let first = rota.claim(at(5), 2);
        assert_eq!(ids(&first), [2, 4]);
        assert_eq!(ids(&rota.claim(at(5), 9)), [1]);
        assert_eq!(rota.next_due(), Some(at(9)));
        assert!(!rota.is_idle(at(5)), "two are being polled");
        for claim in first {
            claim.settle(outcome(Some(20)));
        }
        assert!(rota.is_idle(at(5)));
        assert!(!rota.is_idle(at(9)));
    }

    #[test]
    fn what_a_poll_learnt_is_known_to_the_next() {
        let rota = rota(&[(1, 0)]);
        rota.claim(at(5), 1).remove(0).settle(outcome(Some(6)));
        let again = rota.claim(at(6), 1).remove(0);
        assert_eq!(again.subscription.etag.as_deref(), Some("\"7\""));
        assert_eq!(again.subscription.succeeded, Some(at(5)));
    }

    #[test]
    fn a_turn_that_comes_to_no_end_is_had_again_with_a_try_less() {
        let rota = rota(&[(1, 0)]);
        drop(rota.claim(at(5), 1));
        assert!(rota.claim(at(9), 1).is_empty());
        assert_eq!(rota.claim(at(10), 1)[0].subscription.tries, 1);
    }

    #[test]
    fn a_feed_taken_out_of_the_watchlist_has_no_turn_and_may_come_back() {
        let rota = rota(&[(1, 0), (2, 0)]);
        let polling = rota.claim(at(5), 1);
        let waits = 3 - polling[0].subscription.id.0;
        rota.sync(Vec::new(), |_| None);
        assert!(rota.claim(at(5), 9).is_empty());
        rota.sync(vec![subscription(waits, 1)], |_| None);
        for claim in polling {
            claim.settle(outcome(Some(6)));
        }
        assert_eq!(ids(&rota.claim(at(99), 9)), [waits]);
    }

    #[test]
    fn a_feed_that_is_gone_has_no_turn() {
        let rota = rota(&[(1, 0)]);
        rota.claim(at(5), 1).remove(0).settle(outcome(None));
        assert_eq!(rota.next_due(), None);
        assert!(rota.is_idle(at(999)));
    }

    #[test]
    fn the_last_note_of_a_feed_stands_and_keeps_what_it_does_not_say() {
        let rota = rota(&[(1, 0)]);
        let id = FeedId(1);
        rota.note(id, polled(7, Some("{}")));
        rota.note(id, polled(8, None));
        rota.note(id, PollNote::Postponed(at(9)));
        let notes = rota.take_notes();
        let [(_, PollNote::Polled(noted))] = &notes[..] else {
            panic!("{notes:?}");
        };
        assert_eq!(
            (noted.next, noted.memory.as_deref()),
            (Some(at(9)), Some("{}"))
        );
        rota.note(id, polled(10, None));
        rota.put_back(notes);
        let mut committed = record(Some(11), None);
        rota.supersede(id, &mut committed);
        assert_eq!(committed.memory.as_deref(), Some("{}"));
        assert!(rota.take_notes().is_empty());
    }
}
