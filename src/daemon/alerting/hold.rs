//! Whether an alert is sent at once or held for a summary: a pure function of the
//! watch's terms and what it sent recently.
//!
//! No severity is exempt from a cooldown or a budget. A summary counts for both as any
//! other alert does, so that a watch never sends more often than its cooldown, nor
//! more than its budget.

use crate::config::settings::AlertTerms;
use crate::config::watchlist::{AlertMode, Budget};
use crate::store::{Held, Recent};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use std::time::Duration;

/// Monday 1970-01-05. Budget periods are counted from it, so that hours, days and
/// weeks begin as on the calendar.
const FIRST_MONDAY_S: i64 = 4 * 86_400;

/// The time since which [`held`] needs to know what the watch sent; `None` for terms that
/// never hold an alert.
pub(in crate::daemon) fn looks_back_to(
    terms: &AlertTerms,
    zone: &TimeZone,
    now: Timestamp,
) -> Option<Timestamp> {
    match terms.budget {
        Some(budget) => Some(period(budget, zone, now).0),
        None => terms.cooldown.map(|_| now),
    }
}

/// Why and until when an alert of a watch is held at `now`; `None` if it is sent.
pub(super) fn held(
    terms: &AlertTerms,
    recent: Recent,
    zone: &TimeZone,
    now: Timestamp,
) -> Option<Held> {
    if let AlertMode::Digest { hour, minute } = terms.mode {
        return Some(for_digest(hour, minute, zone, now));
    }
    let cooldown = recent
        .last
        .zip(terms.cooldown)
        // An alert with a later time was sent before the clock was set back; it does not
        // count.
        .filter(|(last, cooldown)| *last <= later(now, *cooldown))
        .map(|(last, cooldown)| (last, later(last, cooldown)))
        .filter(|(_, until)| now < *until);
    if let Some(budget) = terms.budget.filter(|budget| recent.n_sent >= budget.n) {
        let (since, end) = period(budget, zone, now);
        let until = cooldown.map_or(end, |(_, until)| until.max(end));
        let reason = format!(
            "the budget of {} alerts in {} is used up",
            budget.n,
            crate::model::Span(budget.per)
        );
        return Some(Held {
            reason,
            since,
            until: Some(until),
        });
    }
    cooldown.map(|(since, until)| Held {
        reason: "the watch's last alert is too short a time ago (cooldown)".to_owned(),
        since,
        until: Some(until),
    })
}

/// Held from the last time of the daily digest to the next one after `now`.
fn for_digest(hour: u8, minute: u8, zone: &TimeZone, now: Timestamp) -> Held {
    let today = now.to_zoned(zone.clone()).date();
    let time = Time::new(hour.cast_signed(), minute.cast_signed(), 0, 0).unwrap_or_default();
    // If a clock change skips the digest's hour, the digest comes an hour later.
    let on = |days: i64| {
        let day = today.saturating_add(days.days());
        day.to_datetime(time)
            .to_zoned(zone.clone())
            .map_or(now, |at| at.timestamp())
    };
    let (since, until) = if now < on(0) {
        (on(-1), on(0))
    } else {
        (on(0), on(1))
    };
    Held {
        reason: "it is kept for the digest".to_owned(),
        since,
        until: Some(until),
    }
}

/// Start and end of the budget period that contains `now`, by the local clock.
fn period(budget: Budget, zone: &TimeZone, now: Timestamp) -> (Timestamp, Timestamp) {
    let per = i64::try_from(budget.per.as_secs())
        .unwrap_or(i64::MAX)
        .max(1);
    let anchor = FIRST_MONDAY_S - i64::from(zone.to_offset(now).seconds());
    let since = now.as_second() - (now.as_second() - anchor).rem_euclid(per);
    let since = Timestamp::from_second(since).unwrap_or(Timestamp::MIN);
    (
        since,
        later(since, Duration::from_secs(per.cast_unsigned())),
    )
}

fn later(at: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait)
        .ok()
        .and_then(|wait| at.checked_add(wait).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(mode: &str, cooldown: Option<&str>, budget: Option<&str>) -> AlertTerms {
        AlertTerms {
            mode: mode.parse().unwrap(),
            updates: Vec::new(),
            to: Vec::new(),
            cooldown: cooldown.map(|text| text.parse::<crate::model::Span>().unwrap().0),
            budget: budget.map(|text| text.parse().unwrap()),
            severity: None,
            min_sources: 3,
            development: None,
        }
    }

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// What becomes of an alert at `now`, by the clock of a place two hours
    /// east: sent (`None`), or held from and until.
    fn check(terms: &AlertTerms, recent: (u32, Option<&str>), now: &str, want: Option<[&str; 2]>) {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let recent = Recent {
            n_sent: recent.0,
            last: recent.1.map(time),
        };
        let held = held(terms, recent, &zone, time(now));
        let held = held.map(|held| (held.since, held.until));
        assert_eq!(held, want.map(|[a, b]| (time(a), Some(time(b)))), "{now}");
    }

    #[test]
    fn an_alert_within_the_cooldown_is_held_until_its_end() {
        let terms = terms("story", Some("30m"), None);
        let last = Some("2031-05-04T12:00:00Z");
        check(&terms, (0, None), "2031-05-04T12:00:00Z", None);
        let held = Some(["2031-05-04T12:00:00Z", "2031-05-04T12:30:00Z"]);
        check(&terms, (0, last), "2031-05-04T12:00:00Z", held);
        check(&terms, (0, last), "2031-05-04T12:29:59Z", held);
        // Fetched before the last one, placed after it.
        check(&terms, (0, last), "2031-05-04T11:59:00Z", held);
        check(&terms, (0, last), "2031-05-04T12:30:00Z", None);
        // The clock was set back by a day.
        check(&terms, (0, last), "2031-05-03T12:00:00Z", None);
    }

    #[test]
    fn an_alert_over_the_budget_is_held_until_the_local_day_is_over() {
        let terms = terms("every", None, Some("2/day"));
        check(&terms, (1, None), "2031-05-04T12:00:00Z", None);
        let held = Some(["2031-05-03T22:00:00Z", "2031-05-04T22:00:00Z"]);
        check(&terms, (2, None), "2031-05-04T12:00:00Z", held);
        check(&terms, (3, None), "2031-05-03T22:00:00Z", held);
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let since = looks_back_to(&terms, &zone, time("2031-05-04T12:00:00Z"));
        assert_eq!(since, Some(time("2031-05-03T22:00:00Z")));
    }

    #[test]
    fn a_week_begins_on_monday() {
        let terms = terms("every", None, Some("1/week"));
        // 2031-05-04 is a Sunday.
        let held = Some(["2031-04-27T22:00:00Z", "2031-05-04T22:00:00Z"]);
        check(&terms, (1, None), "2031-05-04T12:00:00Z", held);
    }

    #[test]
    fn a_summary_over_the_budget_waits_for_the_cooldown_as_well() {
        let terms = terms("story", Some("4h"), Some("1/day"));
        let held = Some(["2031-05-03T22:00:00Z", "2031-05-05T00:00:00Z"]);
        let last = Some("2031-05-04T20:00:00Z");
        check(&terms, (1, last), "2031-05-04T21:00:00Z", held);
    }

    #[test]
    fn a_digest_is_due_at_its_local_time_today_or_tomorrow() {
        let terms = terms("07:00", None, None);
        let today = Some(["2031-05-03T05:00:00Z", "2031-05-04T05:00:00Z"]);
        check(&terms, (0, None), "2031-05-04T04:59:59Z", today);
        let tomorrow = Some(["2031-05-04T05:00:00Z", "2031-05-05T05:00:00Z"]);
        check(&terms, (0, None), "2031-05-04T05:00:00Z", tomorrow);
        check(&terms, (0, None), "2031-05-04T23:00:00Z", tomorrow);
    }

    #[test]
    fn terms_without_cooldown_and_budget_ask_for_nothing_and_hold_nothing() {
        let terms = terms("story", None, None);
        let now = time("2031-05-04T12:00:00Z");
        assert_eq!(looks_back_to(&terms, &TimeZone::UTC, now), None);
        check(
            &terms,
            (9, Some("2031-05-04T12:00:00Z")),
            "2031-05-04T12:00:00Z",
            None,
        );
    }
}
