//! When a feed is polled again after a failed poll.

use super::after;
use jiff::Timestamp;
use std::time::Duration;

/// Why a poll failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollFailure {
    /// No answer, a broken answer, a server error, or an answer without a feed.
    Trouble,
    /// 404, or another status that says that the address is wrong or forbidden.
    NotFound,
    /// 410: the feed was removed for good.
    Gone,
    /// 429 or 503 that names a time.
    Throttled(Duration),
}

impl PollFailure {
    /// The failure that this status means; none for 2xx and 304.
    #[must_use]
    pub fn of_status(status: u16, retry_after: Option<Duration>) -> Option<Self> {
        match (status, retry_after) {
            (200..=299 | 304, _) => None,
            (410, _) => Some(Self::Gone),
            (429 | 503, Some(asked)) => Some(Self::Throttled(asked)),
            (408 | 425 | 429, _) | (500.., _) => Some(Self::Trouble),
            _ => Some(Self::NotFound),
        }
    }
}

/// The next poll after a failed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PollNext {
    /// The feed is polled again at this time.
    At(Timestamp),
    /// The feed is not polled until a person acts.
    Stopped,
}

/// First and longest wait after [`PollFailure::Trouble`]; the wait doubles with each
/// failure.
const TROUBLE_S: (f64, f64) = (300.0, 6.0 * 3_600.0);

/// The same for [`PollFailure::NotFound`].
const NOT_FOUND_S: (f64, f64) = (3_600.0, 24.0 * 3_600.0);

/// Longest `Retry-After` that is respected.
const MAX_RETRY_AFTER_S: f64 = 24.0 * 3_600.0;

/// Random spread of the waits, so that feeds of one host that fail together are not
/// polled again together.
const SPREAD: f64 = 0.2;

/// The next poll after the `failures`-th failure in a row (the first is 1). `jitter`
/// is a random number from 0 to 1.
///
/// The feed's own interval does not count: polls every minute would make it worse
/// for a server in trouble.
#[must_use]
pub fn after_failure(failure: PollFailure, failures: u32, now: Timestamp, jitter: f64) -> PollNext {
    let wait_s = match failure {
        PollFailure::Trouble => doubled(TROUBLE_S, failures),
        PollFailure::NotFound => doubled(NOT_FOUND_S, failures),
        PollFailure::Throttled(asked) => {
            let asked_s = asked.as_secs_f64().min(MAX_RETRY_AFTER_S);
            // Never earlier than the server asked: the spread goes to one side only.
            let wait_s = doubled(TROUBLE_S, failures).max(asked_s);
            return PollNext::At(after(
                now,
                wait_s * (1.0 + SPREAD / 2.0 * jitter.clamp(0.0, 1.0)),
            ));
        }
        PollFailure::Gone => return PollNext::Stopped,
    };
    PollNext::At(after(
        now,
        wait_s * (1.0 + SPREAD * (jitter.clamp(0.0, 1.0) - 0.5)),
    ))
}

fn doubled((first_s, longest_s): (f64, f64), failures: u32) -> f64 {
    let n_doublings = failures.saturating_sub(1).min(16);
    (first_s * f64::from(1_u32 << n_doublings)).min(longest_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(failure: PollFailure, failures: u32, jitter: f64, want_s: i64) {
        let now: Timestamp = "2024-05-06T07:08:09Z".parse().unwrap();
        match after_failure(failure, failures, now, jitter) {
            PollNext::At(at) => assert_eq!(at.duration_since(now).as_secs(), want_s, "{failure:?}"),
            PollNext::Stopped => panic!("{failure:?} stops the polls"),
        }
    }

    #[test]
    fn waits_double_up_to_a_bound() {
        for (failures, want_s) in [
            (1, 300),
            (2, 600),
            (3, 1_200),
            (7, 19_200),
            (8, 21_600),
            (u32::MAX, 21_600),
        ] {
            check(PollFailure::Trouble, failures, 0.5, want_s);
        }
        for (failures, want_s) in [(1, 3_600), (2, 7_200), (6, 86_400)] {
            check(PollFailure::NotFound, failures, 0.5, want_s);
        }
    }

    #[test]
    fn a_server_that_names_a_time_is_not_asked_earlier() {
        let asked = |secs| PollFailure::Throttled(Duration::from_secs(secs));
        check(asked(1_000), 1, 0.0, 1_000);
        check(asked(1_000), 1, 1.0, 1_100);
        check(asked(10), 1, 0.0, 300);
        check(asked(99_999_999), 1, 0.0, 86_400);
    }

    #[test]
    fn a_status_says_what_is_wrong() {
        let asked = Some(Duration::from_secs(9));
        let check = |status, retry_after, want| {
            assert_eq!(
                PollFailure::of_status(status, retry_after),
                want,
                "{status}"
            );
        };
        for status in [200, 226, 304] {
            check(status, asked, None);
        }
        check(410, None, Some(PollFailure::Gone));
        check(503, asked, asked.map(PollFailure::Throttled));
        check(429, asked, asked.map(PollFailure::Throttled));
        for status in [408, 429, 500, 503, 599, 999] {
            check(status, None, Some(PollFailure::Trouble));
        }
        for status in [305, 400, 401, 403, 404, 451] {
            check(status, None, Some(PollFailure::NotFound));
        }
    }

    #[test]
    fn waits_are_spread() {
        check(PollFailure::Trouble, 1, 0.0, 270);
        check(PollFailure::Trouble, 1, 1.0, 330);
    }

    #[test]
    fn a_feed_that_is_gone_is_not_polled_any_more() {
        let next = after_failure(PollFailure::Gone, 1, Timestamp::UNIX_EPOCH, 0.5);
        assert_eq!(next, PollNext::Stopped);
    }
}
