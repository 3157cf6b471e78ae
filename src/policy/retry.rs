//! When a delivery is tried again, and when it is given up.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// Waiting time before each try, in seconds: 0, 5 s, 5 min, 30 min, 2 h, 5 h,
/// 10 h, 14 h, 20 h, 24 h. Some three days in all, so that a receiver that is
/// down over a weekend misses nothing.
const DELAYS_S: [u64; 10] = [
    0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
];

/// Longest wait that a receiver may ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(86_400);

/// Random spread of a wait, from 10 % less to 10 % more, so that the deliveries of a
/// receiver that was down are not all sent at once.
const SPREAD: f64 = 0.2;

/// The result of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The receiver accepted the delivery.
    Accepted,
    /// It failed now and may work later.
    Transient {
        /// Why it failed, for a person.
        reason: String,
        /// The wait that the receiver asked for, if any.
        retry_after: Option<Duration>,
    },
    /// It fails however often it is tried.
    Permanent {
        /// Why it fails, for a person.
        reason: String,
    },
    /// The destination takes no more for now. It was not a failure, so that it does
    /// not count as a try.
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The receiver said that it is gone for good (410).
    Gone,
    /// The service refuses newsvane for good, such as for a token that was revoked.
    Refused {
        /// Why, and what to do, for a person.
        reason: String,
    },
}

/// What happens to the delivery next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Delivered.
    Done,
    /// It is tried again at this time.
    Retry(Timestamp),
    /// The same, and the attempt does not count as a try.
    Postpone(Timestamp),
    /// It is given up, and kept so that a person can look at it and redeliver it.
    DeadLetter(String),
    /// It is given up, and the receiver is disabled until a person acts.
    DisableReceiver(String),
}

/// What happens to a delivery after its `tries`-th attempt (the first is 1).
/// `jitter` is a random number from 0 to 1.
///
/// A `Retry-After` longer than the wait in the table is respected up to a day. A
/// shorter one is ignored: otherwise a receiver could ask for a flood of attempts.
#[must_use]
pub fn after_attempt(tries: u32, outcome: &AttemptOutcome, now: Timestamp, jitter: f64) -> Next {
    match outcome {
        AttemptOutcome::Accepted => Next::Done,
        AttemptOutcome::Permanent { reason } => Next::DeadLetter(reason.clone()),
        AttemptOutcome::Throttled { retry_after } => {
            let wait = (*retry_after).min(MAX_RETRY_AFTER);
            let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
            Next::Postpone(now.saturating_add(wait).unwrap_or(Timestamp::MAX))
        }
        AttemptOutcome::Refused { reason } => Next::DisableReceiver(reason.clone()),
        AttemptOutcome::Gone => {
            Next::DisableReceiver("it answered 410 (gone); enable it again once it is back".into())
        }
        AttemptOutcome::Transient {
            reason,
            retry_after,
        } => match DELAYS_S.get(tries as usize) {
            None => Next::DeadLetter(format!("{reason} (tried {tries} times)")),
            Some(delay) => Next::Retry(later(now, *delay, *retry_after, jitter)),
        },
    }
}

fn later(now: Timestamp, delay_s: u64, retry_after: Option<Duration>, jitter: f64) -> Timestamp {
    let factor = 1.0 + SPREAD * (jitter.clamp(0.0, 1.0) - 0.5);
    let spread = Duration::from_secs(delay_s).mul_f64(factor);
    let asked = retry_after.unwrap_or_default().min(MAX_RETRY_AFTER);
    let wait = SignedDuration::try_from(spread.max(asked)).unwrap_or(SignedDuration::MAX);
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tries: u32, retry_after_s: Option<u64>, jitter: f64, want_s: Option<i64>) {
        let now: Timestamp = "2024-05-06T07:08:09Z".parse().unwrap();
        let outcome = AttemptOutcome::Transient {
            reason: "it answered 500".into(),
            retry_after: retry_after_s.map(Duration::from_secs),
        };
        let wait_s = match after_attempt(tries, &outcome, now, jitter) {
            Next::Retry(at) => Some(at.duration_since(now).as_secs()),
            Next::DeadLetter(_) => None,
            next @ (Next::Done | Next::Postpone(_) | Next::DisableReceiver(_)) => {
                panic!("{next:?}")
            }
        };
        assert_eq!(wait_s, want_s, "after try {tries}");
    }

    #[test]
    fn the_waits_grow_from_five_seconds_to_a_day_and_then_it_is_given_up() {
        for (tries, want_s) in [
            (1, 5),
            (2, 300),
            (3, 1_800),
            (4, 7_200),
            (5, 18_000),
            (6, 36_000),
            (7, 50_400),
            (8, 72_000),
            (9, 86_400),
        ] {
            check(tries, None, 0.5, Some(want_s));
        }
        check(10, None, 0.5, None);
        check(u32::MAX, None, 0.5, None);
    }

    #[test]
    fn a_wait_is_spread_by_a_tenth_either_way() {
        check(2, None, 0.0, Some(270));
        check(2, None, 1.0, Some(330));
    }

    #[test]
    fn a_longer_retry_after_is_honoured_up_to_a_day() {
        check(2, Some(900), 0.5, Some(900));
        check(2, Some(1), 0.5, Some(300));
        check(2, Some(10_000_000), 0.5, Some(86_400));
    }

    #[test]
    fn gone_disables_the_receiver_and_a_hopeless_delivery_is_dead_at_once() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(
            after_attempt(1, &AttemptOutcome::Accepted, now, 0.5),
            Next::Done
        );
        assert!(matches!(
            after_attempt(1, &AttemptOutcome::Gone, now, 0.5),
            Next::DisableReceiver(_)
        ));
        let hopeless = AttemptOutcome::Permanent {
            reason: "no".into(),
        };
        assert_eq!(
            after_attempt(1, &hopeless, now, 0.5),
            Next::DeadLetter("no".into())
        );
    }
}
