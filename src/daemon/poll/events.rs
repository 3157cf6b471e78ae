//! What is worth telling about a feed itself: that it fails, that it is silent
//! against its own rhythm, that it is back. Each trouble is told once, and its
//! end once, and only if its beginning was.
//!
//! A feed fails when it has failed for an hour and three polls in a row, or for
//! ten polls, or for good (410). Shorter troubles mend themselves, and whoever
//! is woken by them stops listening; they stand in `newsvane feeds` and in the
//! log from the first failure on.
//!
//! A feed is silent when its rhythm made nine entries or more likely since the
//! last one (by chance that happens once in 8,000 such times), for six hours at
//! least, and for half as long again as any pause it made of late: weekends and
//! holidays are rhythm too, whatever the average says.

use crate::daemon::alerting::{alert_record, computed_id};
use crate::daemon::poll::feed_memory::Memory;
use crate::model::AlertId;
use crate::notify::payload::{Event, FeedHealth};
use crate::policy::Rhythm;
use crate::store::AlertRecord;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Failures in a row that are trouble once they have lasted for [`FAILING_FOR`].
const MIN_FAILURES: u32 = 3;

/// See [`MIN_FAILURES`].
const FAILING_FOR: SignedDuration = SignedDuration::from_hours(1);

/// Failures in a row that are trouble however short a time they took.
const MANY_FAILURES: u32 = 10;

/// Entries that should have come before their absence is trouble.
const MIN_MISSED: f64 = 9.0;

/// Shortest silence that is trouble.
const MIN_SILENCE_S: f64 = 6.0 * 3_600.0;

/// How far a silence has to exceed the longest pause of late.
const BEYOND_PAUSE: f64 = 1.5;

/// Failures in a row that still go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failing {
    /// The first one's time.
    pub since: Timestamp,
    /// Whether it was told.
    pub is_told: bool,
}

/// What a feed went into or came out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Failing,
    Silent,
    Recovered,
}

/// Something to tell about a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FeedEvent {
    pub turn: Turn,
    /// When the trouble began.
    pub since: Timestamp,
    /// What happened, and what to do.
    pub reason: String,
}

/// A feed as an event names it.
pub(crate) struct Named<'a> {
    pub id: String,
    pub url: &'a str,
    pub title: Option<&'a str>,
}

/// After the `failures`-th failure in a row; `is_final` if it is polled no more.
pub(crate) fn after_failure(
    memory: &mut Memory,
    failures: u32,
    is_final: bool,
    error: &str,
    now: Timestamp,
) -> Option<FeedEvent> {
    let failing = memory.failing.get_or_insert(Failing {
        since: now,
        is_told: false,
    });
    let is_long = failures >= MIN_FAILURES && now.duration_since(failing.since) >= FAILING_FOR;
    if failing.is_told || !(is_final || is_long || failures >= MANY_FAILURES) {
        return None;
    }
    failing.is_told = true;
    let reason = match failures {
        1 => error.to_owned(),
        n => format!("failed {n} times in a row, the last time: {error}"),
    };
    Some(FeedEvent {
        turn: Turn::Failing,
        since: failing.since,
        reason,
    })
}

/// After a poll that went well and found new entries, or not. `expected` says
/// how many a rhythm makes likely since a time.
pub(crate) fn after_success(
    memory: &mut Memory,
    found_news: bool,
    expected: impl FnOnce(&Rhythm, Timestamp) -> f64,
    now: Timestamp,
) -> Vec<FeedEvent> {
    let recovered = |since, reason: &str| FeedEvent {
        turn: Turn::Recovered,
        since,
        reason: reason.to_owned(),
    };
    let mut events = Vec::new();
    if let Some(failing) = memory.failing.take().filter(|failing| failing.is_told) {
        events.push(recovered(failing.since, "it can be read again"));
    }
    if found_news {
        let silent = memory.silent_since.take();
        events.extend(silent.map(|since| recovered(since, "it has new entries again")));
    } else if memory.silent_since.is_none()
        && let Some(silent) = silence(memory, expected, now)
    {
        memory.silent_since = Some(silent.since);
        events.push(silent);
    }
    events
}

fn silence(
    memory: &Memory,
    expected: impl FnOnce(&Rhythm, Timestamp) -> f64,
    now: Timestamp,
) -> Option<FeedEvent> {
    let rhythm = memory.rhythm.as_ref()?;
    let since = rhythm.changed();
    let silent_s = now.duration_since(since).as_secs_f64();
    // The cheap question first: this is asked at every poll.
    if silent_s < MIN_SILENCE_S.max(BEYOND_PAUSE * memory.longest_pause_s) {
        return None;
    }
    let n_missed = expected(rhythm, since);
    (n_missed >= MIN_MISSED).then(|| FeedEvent {
        turn: Turn::Silent,
        since,
        reason: format!(
            "it can be read, but had no new entry for {:.0} hours, in which some {n_missed:.0} would be usual; \
             look whether its site goes on and the feed has moved",
            silent_s / 3_600.0
        ),
    })
}

/// The event as an alert to the receivers `to`.
pub(crate) fn alert(
    event: FeedEvent,
    feed: &Named<'_>,
    next_poll: Option<Timestamp>,
    to: &[String],
    now: Timestamp,
) -> AlertRecord {
    let id = alert_id(&event, feed.url);
    let url = url::Url::parse(feed.url)
        .map_or_else(|_| feed.url.to_owned(), |url| crate::http::shown_url(&url));
    let health = FeedHealth {
        feed: feed.id.clone(),
        name: feed.title.map_or_else(|| url.clone(), str::to_owned),
        url,
        reason: event.reason,
        since: Some(event.since),
        next_poll,
    };
    let event = match event.turn {
        Turn::Failing => Event::FeedFailing(health),
        Turn::Silent => Event::FeedSilent(health),
        Turn::Recovered => Event::FeedRecovered(health),
    };
    alert_record(id, event, to.to_vec(), now)
}

/// Of the feed and the time its trouble began: worked out again after a crash,
/// it is the same.
fn alert_id(event: &FeedEvent, url: &str) -> AlertId {
    let turn = match event.turn {
        Turn::Failing => "failing",
        Turn::Silent => "silent",
        Turn::Recovered => "recovered",
    };
    trouble_id(turn, url, event.since)
}

/// The id of an alert of newsvane's own troubles; `whose` is an address or a host.
pub(crate) fn trouble_id(turn: &str, whose: &str, since: Timestamp) -> AlertId {
    let about = format!("{turn}{whose}");
    computed_id(&[&about], since.as_millisecond().to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        let monday: Timestamp = "2031-05-05T00:00:00Z".parse().unwrap();
        monday + SignedDuration::from_mins(minutes)
    }

    /// The numbers of the failures, at these minutes, that are told.
    fn check_failing(minutes: &[i64], wanted: &[u32]) {
        let mut memory = Memory::default();
        let told = (1..).zip(minutes).filter(|(n, minute)| {
            after_failure(&mut memory, *n, false, "answered 500", at(**minute)).is_some()
        });
        let told: Vec<u32> = told.map(|(n, _)| n).collect();
        assert_eq!(told, wanted, "{minutes:?}");
    }

    #[test]
    fn failures_are_told_once_after_an_hour_and_three_or_after_ten() {
        check_failing(&[0, 5], &[]);
        check_failing(&[0, 120], &[]);
        check_failing(&[0, 5, 15, 35, 75, 155, 300], &[5]);
        check_failing(&[0, 60, 180, 420], &[3]);
        check_failing(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], &[10]);
    }

    #[test]
    fn a_feed_that_is_gone_is_told_at_once() {
        let mut memory = Memory::default();
        let event = after_failure(&mut memory, 1, true, "answered 410", at(0)).unwrap();
        assert_eq!((event.turn, event.since), (Turn::Failing, at(0)));
        assert!(after_failure(&mut memory, 2, true, "answered 410", at(9)).is_none());
    }

    fn success(
        memory: &mut Memory,
        found_news: bool,
        n_expected: f64,
        now: Timestamp,
    ) -> Vec<Turn> {
        let events = after_success(memory, found_news, |_, _| n_expected, now);
        events.iter().map(|event| event.turn).collect()
    }

    #[test]
    fn a_recovery_is_told_only_of_a_trouble_that_was() {
        let mut memory = Memory::default();
        after_failure(&mut memory, 1, false, "", at(0));
        assert_eq!(success(&mut memory, false, 0.0, at(9)), []);
        after_failure(&mut memory, 10, false, "", at(10));
        assert_eq!(success(&mut memory, false, 0.0, at(19)), [Turn::Recovered]);
        assert_eq!(success(&mut memory, false, 0.0, at(29)), []);
    }

    #[test]
    fn a_silence_is_told_once_and_so_is_its_end() {
        let mut memory = Memory {
            rhythm: Some(Rhythm::new(at(0))),
            ..Memory::default()
        };
        assert_eq!(
            success(&mut memory, false, 99.0, at(5 * 60)),
            [],
            "too short"
        );
        assert_eq!(
            success(&mut memory, false, 8.0, at(7 * 60)),
            [],
            "by chance"
        );
        assert_eq!(success(&mut memory, false, 9.0, at(8 * 60)), [Turn::Silent]);
        assert_eq!(memory.silent_since, Some(at(0)));
        assert_eq!(success(&mut memory, false, 30.0, at(9 * 60)), []);
        assert_eq!(
            success(&mut memory, true, 0.0, at(10 * 60)),
            [Turn::Recovered]
        );
        assert_eq!(memory.silent_since, None);
    }

    #[test]
    fn a_pause_that_a_feed_has_made_before_is_no_silence() {
        let mut memory = Memory {
            rhythm: Some(Rhythm::new(at(0))),
            longest_pause_s: 60.0 * 3_600.0,
            ..Memory::default()
        };
        assert_eq!(success(&mut memory, false, 40.0, at(60 * 62)), []);
        assert_eq!(
            success(&mut memory, false, 60.0, at(60 * 91)),
            [Turn::Silent]
        );
    }

    #[test]
    fn an_alerts_id_is_of_the_feed_and_the_troubles_beginning() {
        let id = |turn, minutes, url| {
            let event = FeedEvent {
                turn,
                since: at(minutes),
                reason: String::new(),
            };
            alert_id(&event, url)
        };
        let one = id(Turn::Failing, 0, "https://a.example/");
        assert_eq!(one, id(Turn::Failing, 0, "https://a.example/"));
        assert_ne!(one, id(Turn::Recovered, 0, "https://a.example/"));
        assert_ne!(one, id(Turn::Failing, 1, "https://a.example/"));
        assert_ne!(one, id(Turn::Failing, 0, "https://b.example/"));
    }
}
