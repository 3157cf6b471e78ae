//! What the poll stage remembers of a feed from poll to poll, and when the feed is
//! polled next by `policy`.

use crate::config::watchlist::FeedSpec;
use crate::daemon::Daemon;
use crate::feed::{ParsedFeed, Timing, Weekday};
use crate::policy::{Hints, Moved, Planner, PollFailure, PollNext, Rhythm, after_failure};
use crate::web::FeedStatistics;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

/// The poll memory of a feed; stored as JSON, and written only if it changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PollMemory {
    /// A permanent redirect that was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// When the whole document was last received, to within a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole_at: Option<Timestamp>,
    /// Whether entries are recognised by their links because the guids are unreliable.
    pub by_link: bool,
    /// When the feed itself asks to be polled.
    pub hints: Hints,
    /// When it publishes; none before the first document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rhythm: Option<Rhythm>,
    /// The longest time without a new entry, in seconds; fades.
    pub longest_pause_s: f64,
    /// The failures in a row, if the last poll failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing: Option<Failing>,
    /// Since when it is silent, if that was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent_since: Option<Timestamp>,
    /// Until when its host asked clients to wait, if it is not polled for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Timestamp>,
}

/// Failures in a row up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failing {
    /// The time of the first one.
    pub since: Timestamp,
    /// Whether an event reported them.
    #[serde(rename = "is_told")]
    pub is_reported: bool,
}

/// After this time, in seconds, the longest pause counts half: a quiet summer must
/// not excuse a silence in winter.
const PAUSE_HALF_LIFE_S: f64 = 60.0 * 86_400.0;

/// Longest time in which a 304 is believed. Some servers answer 304 although the feed has changed.
const MAX_CONDITIONAL: SignedDuration = SignedDuration::from_hours(4 * 24);

/// How exactly the time of the last whole document is kept.
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Longest wait after failures of a feed with `every`, unless `every` itself is longer.
const MAX_WAIT_WITH_EVERY: Duration = Duration::from_mins(15);

impl PollMemory {
    /// The memory from its stored form; an empty one if that cannot be read.
    pub(crate) fn from_json(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// The memory as it is stored.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a memory is always JSON")
    }

    /// Whether the feed should be asked without conditions: it has answered 304 for so long
    /// that the server may be wrong.
    pub(crate) fn is_due_for_a_plain_poll(&self, now: Timestamp) -> bool {
        self.whole_at
            .is_some_and(|at| now.duration_since(at) > MAX_CONDITIONAL)
    }

    /// The whole document was received. Kept to within a day, so that most polls have
    /// nothing to write.
    pub(crate) fn note_whole(&mut self, now: Timestamp) {
        let is_stale = |at: Timestamp| now.duration_since(at) > WHOLE_EVERY;
        if self.whole_at.is_none_or(is_stale) {
            self.whole_at = Some(now);
        }
    }

    /// Learns from a document: its hints, and when its new entries were published (of
    /// a first document, all entries).
    pub(crate) fn learn(
        &mut self,
        feed: &ParsedFeed,
        new: &[Timestamp],
        is_first: bool,
        now: Timestamp,
    ) {
        self.hints = hints(&feed.timing);
        match &mut self.rhythm {
            Some(rhythm) if !is_first => {
                if !new.is_empty() {
                    let pause_s = now.duration_since(rhythm.changed()).as_secs_f64().max(0.0);
                    let kept = 0.5_f64.powf(pause_s / PAUSE_HALF_LIFE_S);
                    self.longest_pause_s = (self.longest_pause_s * kept).max(pause_s);
                }
                rhythm.learn(new, now);
            }
            rhythm => {
                let mut all: Vec<_> = feed
                    .entries
                    .iter()
                    .filter_map(|entry| entry.published)
                    .filter(|at| *at <= now)
                    .collect();
                *rhythm = Some(Rhythm::from_backlog(&all, now));
                all.sort_unstable();
                let pauses = all.windows(2).map(|pair| pair[1].duration_since(pair[0]));
                self.longest_pause_s = pauses.max().unwrap_or_default().as_secs_f64();
            }
        }
    }
}

impl FeedStatistics {
    /// The figures in a stored `memory` at `now`.
    #[must_use]
    pub fn of(memory: &str, now: Timestamp) -> Self {
        let memory = PollMemory::from_json(memory);
        Self {
            entries_a_day: memory.rhythm.map(|rhythm| rhythm.rate(now) * 86_400.0),
            failing_since: memory.failing.map(|failing| failing.since),
            held_until: memory.held_until.filter(|until| *until > now),
        }
    }
}

fn hints(timing: &Timing) -> Hints {
    let skip_hours = timing.skip_hours.iter().filter(|hour| **hour < 24);
    Hints {
        fresh_for: None,
        ttl: timing.ttl,
        update_period: timing.update_every,
        skip_hours: skip_hours.fold(0, |bits, hour| bits | 1 << hour),
        skip_days: timing
            .skip_days
            .iter()
            .fold(0, |bits, day| bits | 1 << weekday(*day)),
    }
}

/// 0 for Monday.
fn weekday(day: Weekday) -> u8 {
    match day {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    }
}

impl Daemon {
    fn planner(&self) -> MutexGuard<'_, Planner> {
        self.planner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When a feed is polled after a success at `now`; `fresh_for` is how long the
    /// response may be cached.
    pub(crate) fn after_success(
        &self,
        feed: Option<&FeedSpec>,
        memory: &PollMemory,
        fresh_for: Option<Duration>,
        now: Timestamp,
    ) -> Timestamp {
        let hints = Hints {
            fresh_for,
            ..memory.hints
        };
        let every = feed.and_then(|feed| feed.every);
        let unknown = Rhythm::new(now);
        let rhythm = memory.rhythm.as_ref().unwrap_or(&unknown);
        self.planner()
            .after_poll(rhythm, every, &hints, now, fastrand::f64())
    }

    /// Entries that a rhythm makes likely from `since` to `now`.
    pub(crate) fn expected_entries(
        &self,
        rhythm: &Rhythm,
        since: Timestamp,
        now: Timestamp,
    ) -> f64 {
        self.planner().expected_items(rhythm, since, now)
    }

    /// Tells the planner how late a poll began.
    pub(crate) fn observe_poll(&self, due: Timestamp, begun: Timestamp) {
        self.planner().observe(due, begun);
    }

    /// Lets the planner learn from all feeds.
    pub(crate) fn rebalance(&self) {
        let now = self.now();
        self.poll_queue
            .with_rhythms(|rhythms| self.planner().rebalance(rhythms.iter().copied(), now));
    }
}

/// What is known of a feed's new address after a poll that was redirected `to` it by
/// permanent redirects only, or was not redirected. A certain new address is asked
/// directly, so there is no redirect any more, and is kept.
pub(crate) fn moved(before: Option<&Moved>, to: Option<&str>, now: Timestamp) -> Option<Moved> {
    match to {
        Some(to) => Some(Moved::seen(before, to, now)),
        None => before.filter(|moved| moved.is_certain(now)).cloned(),
    }
}

/// The longest wait after failures. A feed with `every` is wanted often, so it is soon
/// tried again.
pub(crate) fn longest_wait(every: Option<Duration>, max_interval: Duration) -> Duration {
    every.map_or(max_interval, |every| {
        every.max(MAX_WAIT_WITH_EVERY).min(max_interval.max(every))
    })
}

/// When a feed is polled after its `failures`-th failure in a row; `None` if not
/// until a person acts. `longest` is the longest interval that the operator allows;
/// only a server that names a time may exceed it.
pub(crate) fn after_trouble(
    failure: PollFailure,
    failures: u32,
    longest: Duration,
    now: Timestamp,
) -> Option<Timestamp> {
    match after_failure(failure, failures, now, fastrand::f64()) {
        PollNext::At(at) if matches!(failure, PollFailure::Throttled(_)) => Some(at),
        PollNext::At(at) => {
            let longest = SignedDuration::try_from(longest).unwrap_or(SignedDuration::MAX);
            Some(at.min(now.saturating_add(longest).unwrap_or(Timestamp::MAX)))
        }
        PollNext::Stopped => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    /// Polls at these hours that were redirected permanently (or not) to `b`; whether
    /// the new address is used after the last one.
    fn check_moved(polls: &[(i64, bool)], wanted: bool) {
        let mut known = None;
        let mut last = at(0);
        for (hour, is_moved) in polls {
            last = at(*hour);
            let to = is_moved.then_some("https://b.example/");
            known = moved(known.as_ref(), to, last);
            // Between two polls the memory is in the store.
            let memory = PollMemory {
                moved: known,
                ..PollMemory::default()
            };
            known = PollMemory::from_json(&memory.to_json()).moved;
        }
        let is_used = known.is_some_and(|moved| moved.is_certain(last));
        assert_eq!(is_used, wanted, "{polls:?}");
    }

    #[test]
    fn a_permanent_redirect_is_used_after_a_day_of_the_same_answer() {
        check_moved(&[(0, true), (1, true), (2, true)], false);
        check_moved(&[(0, true), (12, true), (25, true)], true);
        check_moved(&[(0, true), (25, true)], false);
    }

    #[test]
    fn a_poll_without_a_redirect_resets_the_count_but_keeps_a_certain_address() {
        check_moved(&[(0, true), (12, true), (13, false), (25, true)], false);
        check_moved(&[(0, true), (12, true), (25, true), (26, false)], true);
    }

    fn feed_of(hours: &[i64]) -> ParsedFeed {
        let dates = hours.iter().map(|hour| at(*hour).to_string());
        let items: String = dates
            .map(|date| format!("<item><title>a</title><pubDate>{date}</pubDate></item>"))
            .collect();
        let document = format!("<rss version=\"2.0\"><channel>{items}</channel></rss>");
        crate::feed::parse(document.as_bytes(), &crate::feed::Hints::default()).unwrap()
    }

    #[test]
    fn the_longest_pause_is_learnt_from_the_backlog_and_from_new_entries_and_fades() {
        let hours = |memory: &PollMemory| (memory.longest_pause_s / 3_600.0).round();
        let mut memory = PollMemory::default();
        memory.learn(&feed_of(&[90, 10, 80, 84]), &[], true, at(100));
        assert_eq!(hours(&memory), 70.0, "of the dates, in their order");
        let news = feed_of(&[]);
        memory.learn(&news, &[at(119)], false, at(120));
        assert_eq!(hours(&memory), 69.0, "a day later");
        memory.learn(&news, &[], false, at(220));
        memory.learn(&news, &[at(319)], false, at(320));
        assert_eq!(hours(&memory), 200.0);
    }

    #[test]
    fn a_304_is_believed_for_four_days() {
        let mut memory = PollMemory::default();
        assert!(!memory.is_due_for_a_plain_poll(at(1_000)), "never received");
        memory.note_whole(at(0));
        memory.note_whole(at(20));
        assert_eq!(memory.whole_at, Some(at(0)), "kept to within a day");
        assert!(!memory.is_due_for_a_plain_poll(at(96)));
        assert!(memory.is_due_for_a_plain_poll(at(97)));
        memory.note_whole(at(97));
        assert!(!memory.is_due_for_a_plain_poll(at(98)));
    }

    #[test]
    fn a_feed_with_every_is_tried_again_soon() {
        let check = |every: Option<u64>, wanted_mins: u64| {
            let every = every.map(Duration::from_mins);
            let longest = longest_wait(every, Duration::from_hours(24));
            assert_eq!(longest, Duration::from_mins(wanted_mins), "{every:?}");
        };
        check(None, 24 * 60);
        check(Some(1), 15);
        check(Some(60), 60);
        check(Some(3 * 24 * 60), 3 * 24 * 60);
    }

    #[test]
    fn a_memory_that_cannot_be_read_is_empty() {
        assert_eq!(PollMemory::from_json("{"), PollMemory::default());
        assert!(PollMemory::from_json("{\"by_link\":true}").by_link);
    }
}
