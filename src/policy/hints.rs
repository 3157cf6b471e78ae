//! When a server and a feed ask to be polled again.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Longest interval that a feed's own `ttl` or `sy:updatePeriod` can ask for.
/// Publishing systems write "daily" into feeds that change every few minutes;
/// an hour respects the request without missing the news.
const MAX_OWN: Duration = Duration::from_secs(3_600);

/// When a server and a feed ask to be polled again; all of it optional.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hints {
    /// `Cache-Control: max-age` less `Age`, or `Expires`.
    pub fresh_for: Option<Duration>,
    /// `ttl` of RSS.
    pub ttl: Option<Duration>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`.
    pub update_period: Option<Duration>,
    /// `skipHours` of RSS: bit n for the hour n, UTC.
    pub skip_hours: u32,
    /// `skipDays` of RSS: bit 0 for Monday.
    pub skip_days: u8,
}

impl Hints {
    /// The shortest interval that respects them.
    pub(super) fn floor(&self) -> Duration {
        let own = self.ttl.max(self.update_period).unwrap_or_default();
        self.fresh_for.unwrap_or_default().max(own.min(MAX_OWN))
    }

    /// `at`, or the start of the next hour that is not skipped. If the whole week is
    /// skipped, the hints are ignored.
    pub(super) fn skip(&self, at: Timestamp) -> Timestamp {
        if self.skip_hours == 0 && self.skip_days == 0 {
            return at;
        }
        let mut time = at.to_zoned(TimeZone::UTC);
        for n_hours in 0..=7 * 24 {
            let (hour, day) = (time.hour(), time.weekday().to_monday_zero_offset());
            let is_skipped = self.skip_hours >> hour & 1 == 1 || self.skip_days >> day & 1 == 1;
            if !is_skipped {
                return if n_hours == 0 { at } else { time.timestamp() };
            }
            let hour_begun = time.with().minute(0).second(0).subsec_nanosecond(0).build();
            match hour_begun.and_then(|time| time.checked_add(1.hour())) {
                Ok(next) => time = next,
                Err(_) => return at,
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_skip(hours: &[u32], days: &[u32], at: &str, want: &str) {
        let hints = Hints {
            skip_hours: hours.iter().map(|hour| 1 << hour).sum(),
            skip_days: days.iter().map(|day| 1_u8 << day).sum(),
            ..Hints::default()
        };
        let at: Timestamp = at.parse().unwrap();
        assert_eq!(hints.skip(at).to_string(), want);
    }

    #[test]
    fn a_poll_in_a_skipped_hour_waits_for_the_next_that_is_not() {
        check_skip(&[], &[], "2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z");
        check_skip(&[1, 2], &[], "2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z");
        check_skip(&[7, 8], &[], "2024-05-06T07:08:09Z", "2024-05-06T09:00:00Z");
        check_skip(
            &[23, 0],
            &[],
            "2024-05-06T23:30:00Z",
            "2024-05-07T01:00:00Z",
        );
    }

    #[test]
    fn a_poll_on_a_skipped_day_waits_for_the_next_that_is_not() {
        // 2024-05-04 is a Saturday.
        check_skip(&[], &[5, 6], "2024-05-04T12:00:00Z", "2024-05-06T00:00:00Z");
        check_skip(
            &[0],
            &[5, 6],
            "2024-05-04T12:00:00Z",
            "2024-05-06T01:00:00Z",
        );
    }

    #[test]
    fn the_hints_of_a_feed_that_skips_everything_are_ignored() {
        let all: Vec<u32> = (0..24).collect();
        check_skip(&all, &[], "2024-05-04T12:00:00Z", "2024-05-04T12:00:00Z");
    }

    fn check_floor(hints: Hints, want_s: u64) {
        assert_eq!(hints.floor().as_secs(), want_s, "{hints:?}");
    }

    #[test]
    fn the_longest_hint_counts_but_a_feeds_own_hints_only_up_to_an_hour() {
        let secs = |n| Some(Duration::from_secs(n));
        check_floor(Hints::default(), 0);
        check_floor(
            Hints {
                fresh_for: secs(900),
                ttl: secs(600),
                ..Hints::default()
            },
            900,
        );
        check_floor(
            Hints {
                fresh_for: secs(900),
                ttl: secs(1_800),
                ..Hints::default()
            },
            1_800,
        );
        check_floor(
            Hints {
                ttl: secs(86_400),
                ..Hints::default()
            },
            3_600,
        );
        check_floor(
            Hints {
                update_period: secs(86_400),
                ..Hints::default()
            },
            3_600,
        );
        check_floor(
            Hints {
                fresh_for: secs(86_400),
                ..Hints::default()
            },
            86_400,
        );
    }
}
