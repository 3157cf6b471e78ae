//! Events of a feed's health: it is failing, it is silent for longer than its rhythm
//! explains, it has recovered. Each is reported once, and a recovery only if the trouble
//! before it was reported.
//!
//! A feed is failing if it failed three times in a row over an hour or longer, ten
//! times in a row, or for good (410). Shorter troubles pass by themselves, and people
//! who are woken by them stop reading alerts. `newsvane feeds` and the log show every
//! failure from the first on.
//!
//! A feed is silent if nine or more entries were expected since the last one (the
//! probability of none by chance is 1 in 8,000), for at least six hours, and for at
//! least 1.5 times its longest recent pause, because weekends and holidays are part
//! of its rhythm.

use crate::daemon::alerting::{alert_record, computed_id};
use crate::daemon::poll::feed_memory::{Failing, PollMemory};
use crate::model::AlertId;
use crate::notify::payload::{Event, FeedHealth};
use crate::policy::Rhythm;
use crate::store::AlertRecord;
use jiff::{SignedDuration, Timestamp};

/// Failures in a row that are reported once they have lasted for [`FAILING_FOR`].
const MIN_FAILURES: u32 = 3;

/// See [`MIN_FAILURES`].
const FAILING_FOR: SignedDuration = SignedDuration::from_hours(1);

/// Failures in a row that are reported however soon they came.
const MANY_FAILURES: u32 = 10;

/// Expected entries from which a silence is reported.
const MIN_MISSED: f64 = 9.0;

/// Shortest silence that is reported.
const MIN_SILENCE_S: f64 = 6.0 * 3_600.0;

/// How many times the longest recent pause a silence has to last.
const BEYOND_PAUSE: f64 = 1.5;

/// A change of a feed's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HealthChange {
    Failing,
    Silent,
    Recovered,
}

/// A change of a feed's health, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FeedEvent {
    pub change: HealthChange,
    /// When the trouble began.
    pub since: Timestamp,
    /// What happened, and what to do about it.
    pub reason: String,
}

/// How an event names its feed.
pub(crate) struct FeedName<'a> {
    pub id: String,
    pub url: &'a str,
    pub title: Option<&'a str>,
}

/// The event after the `failures`-th failure in a row, if one is due; `is_final` if
/// the feed is not polled any more.
pub(crate) fn after_failure(
    memory: &mut PollMemory,
    failures: u32,
    is_final: bool,
    error: &str,
    now: Timestamp,
) -> Option<FeedEvent> {
    let failing = memory.failing.get_or_insert(Failing {
        since: now,
        is_reported: false,
    });
    let is_long = failures >= MIN_FAILURES && now.duration_since(failing.since) >= FAILING_FOR;
    if failing.is_reported || !(is_final || is_long || failures >= MANY_FAILURES) {
        return None;
    }
    failing.is_reported = true;
    let reason = match failures {
        1 => error.to_owned(),
        n => format!("failed {n} times in a row, the last time: {error}"),
    };
    Some(FeedEvent {
        change: HealthChange::Failing,
        since: failing.since,
        reason,
    })
}

/// The events after a successful poll. `expected` gives the number of entries that
/// are expected of a rhythm since a time.
pub(crate) fn after_success(
    memory: &mut PollMemory,
    found_news: bool,
    expected: impl FnOnce(&Rhythm, Timestamp) -> f64,
    now: Timestamp,
) -> Vec<FeedEvent> {
    let recovered = |since, reason: &str| FeedEvent {
        change: HealthChange::Recovered,
        since,
        reason: reason.to_owned(),
    };
    let mut events = Vec::new();
    if let Some(failing) = memory.failing.take().filter(|failing| failing.is_reported) {
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
    memory: &PollMemory,
    expected: impl FnOnce(&Rhythm, Timestamp) -> f64,
    now: Timestamp,
) -> Option<FeedEvent> {
    let rhythm = memory.rhythm.as_ref()?;
    let since = rhythm.changed();
    let silent_s = now.duration_since(since).as_secs_f64();
    // The cheap check first, because this runs at every poll.
    if silent_s < MIN_SILENCE_S.max(BEYOND_PAUSE * memory.longest_pause_s) {
        return None;
    }
    let n_missed = expected(rhythm, since);
    (n_missed >= MIN_MISSED).then(|| FeedEvent {
        change: HealthChange::Silent,
        since,
        reason: format!(
            "it can be read but had no new entry for {:.0} hours, in which about {n_missed:.0} are usual; \
             check whether the site still publishes and whether the feed has moved",
            silent_s / 3_600.0
        ),
    })
}

/// The event as an alert to the receivers `to`.
pub(crate) fn alert(
    event: FeedEvent,
    feed: &FeedName<'_>,
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
    let event = match event.change {
        HealthChange::Failing => Event::FeedFailing(health),
        HealthChange::Silent => Event::FeedSilent(health),
        HealthChange::Recovered => Event::FeedRecovered(health),
    };
    alert_record(id, event, to.to_vec(), now)
}

/// The id is computed from the feed and the time at which the trouble began, so that
/// it is the same when it is computed again after a crash.
fn alert_id(event: &FeedEvent, url: &str) -> AlertId {
    let change = match event.change {
        HealthChange::Failing => "failing",
        HealthChange::Silent => "silent",
        HealthChange::Recovered => "recovered",
    };
    trouble_id(change, url, event.since)
}

/// The id of a health alert; `whose` is an address or a host.
pub(crate) fn trouble_id(change: &str, whose: &str, since: Timestamp) -> AlertId {
    let about = format!("{change}{whose}");
    computed_id(&[&about], since.as_millisecond().to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        let monday: Timestamp = "2031-05-05T00:00:00Z".parse().unwrap();
        monday + SignedDuration::from_mins(minutes)
    }

    /// Which of the failures at these minutes are reported.
    fn check_failing(minutes: &[i64], wanted: &[u32]) {
        let mut memory = PollMemory::default();
        let reported = (1..).zip(minutes).filter(|(n, minute)| {
            after_failure(&mut memory, *n, false, "answered 500", at(**minute)).is_some()
        });
        let reported: Vec<u32> = reported.map(|(n, _)| n).collect();
        assert_eq!(reported, wanted, "{minutes:?}");
    }

    #[test]
    fn failures_are_reported_once_after_three_in_an_hour_or_after_ten() {
        check_failing(&[0, 5], &[]);
        check_failing(&[0, 120], &[]);
        check_failing(&[0, 5, 15, 35, 75, 155, 300], &[5]);
        check_failing(&[0, 60, 180, 420], &[3]);
        check_failing(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], &[10]);
    }

    #[test]
    fn a_feed_that_is_gone_is_reported_at_once() {
        let mut memory = PollMemory::default();
        let event = after_failure(&mut memory, 1, true, "answered 410", at(0)).unwrap();
        assert_eq!((event.change, event.since), (HealthChange::Failing, at(0)));
        assert!(after_failure(&mut memory, 2, true, "answered 410", at(9)).is_none());
    }

    fn success(
        memory: &mut PollMemory,
        found_news: bool,
        n_expected: f64,
        now: Timestamp,
    ) -> Vec<HealthChange> {
        let events = after_success(memory, found_news, |_, _| n_expected, now);
        events.iter().map(|event| event.change).collect()
    }

    #[test]
    fn a_recovery_is_reported_only_if_the_trouble_was() {
        let mut memory = PollMemory::default();
        after_failure(&mut memory, 1, false, "", at(0));
        assert_eq!(success(&mut memory, false, 0.0, at(9)), []);
        after_failure(&mut memory, 10, false, "", at(10));
        assert_eq!(
            success(&mut memory, false, 0.0, at(19)),
            [HealthChange::Recovered]
        );
        assert_eq!(success(&mut memory, false, 0.0, at(29)), []);
    }

    #[test]
    fn a_silence_is_reported_once_and_so_is_its_end() {
        let mut memory = PollMemory {
            rhythm: Some(Rhythm::new(at(0))),
            ..PollMemory::default()
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
        assert_eq!(
            success(&mut memory, false, 9.0, at(8 * 60)),
            [HealthChange::Silent]
        );
        assert_eq!(memory.silent_since, Some(at(0)));
        assert_eq!(success(&mut memory, false, 30.0, at(9 * 60)), []);
        assert_eq!(
            success(&mut memory, true, 0.0, at(10 * 60)),
            [HealthChange::Recovered]
        );
        assert_eq!(memory.silent_since, None);
    }

    #[test]
    fn a_pause_that_a_feed_made_before_is_not_a_silence() {
        let mut memory = PollMemory {
            rhythm: Some(Rhythm::new(at(0))),
            longest_pause_s: 60.0 * 3_600.0,
            ..PollMemory::default()
        };
        assert_eq!(success(&mut memory, false, 40.0, at(60 * 62)), []);
        assert_eq!(
            success(&mut memory, false, 60.0, at(60 * 91)),
            [HealthChange::Silent]
        );
    }

    #[test]
    fn an_alert_id_depends_on_the_feed_and_the_start_of_the_trouble() {
        let id = |change, minutes, url| {
            let event = FeedEvent {
                change,
                since: at(minutes),
                reason: String::new(),
            };
            alert_id(&event, url)
        };
        let one = id(HealthChange::Failing, 0, "https://a.example/");
        assert_eq!(one, id(HealthChange::Failing, 0, "https://a.example/"));
        assert_ne!(one, id(HealthChange::Recovered, 0, "https://a.example/"));
        assert_ne!(one, id(HealthChange::Failing, 1, "https://a.example/"));
        assert_ne!(one, id(HealthChange::Failing, 0, "https://b.example/"));
    }
}
