//! When a feed's new address is used instead of the old one.
//!
//! A permanent redirect (301, 308) is not followed for good at once: captive
//! portals, expired domains and misconfigured proxies send it as well, and the feed
//! would be lost.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How often, and over what time, the same redirect has to be seen.
const MIN_TIMES: u32 = 3;
const MIN_AGE: SignedDuration = SignedDuration::from_hours(24);

/// A permanent redirect that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The new address.
    pub to: String,
    /// When it was first seen.
    pub since: Timestamp,
    /// How often it was seen in a row.
    pub times: u32,
}

impl Moved {
    /// What is known after a poll that found a feed at `to` through permanent
    /// redirects only. After any other poll (no redirect, a temporary one, no feed)
    /// nothing is kept.
    #[must_use]
    pub fn seen(before: Option<&Self>, to: &str, now: Timestamp) -> Self {
        match before.filter(|before| before.to == to) {
            Some(before) => Self {
                times: before.times.saturating_add(1),
                ..before.clone()
            },
            None => Self {
                to: to.to_owned(),
                since: now,
                times: 1,
            },
        }
    }

    /// Whether the new address replaces the old one.
    #[must_use]
    pub fn is_certain(&self, now: Timestamp) -> bool {
        self.times >= MIN_TIMES && now.duration_since(self.since) >= MIN_AGE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hours_and_targets: &[(i64, &str)], want: bool) {
        let mut moved: Option<Moved> = None;
        let mut now = Timestamp::UNIX_EPOCH;
        for (hours, to) in hours_and_targets {
            now = Timestamp::from_second(hours * 3_600).unwrap();
            moved = Some(Moved::seen(moved.as_ref(), to, now));
        }
        assert_eq!(
            moved.unwrap().is_certain(now),
            want,
            "{hours_and_targets:?}"
        );
    }

    #[test]
    fn a_new_address_is_used_after_a_day_of_the_same_redirect() {
        check(&[(0, "b")], false);
        check(&[(0, "b"), (1, "b"), (2, "b")], false);
        check(&[(0, "b"), (25, "b")], false);
        check(&[(0, "b"), (12, "b"), (24, "b")], true);
        check(&[(0, "b"), (12, "c"), (24, "b"), (25, "b")], false);
    }
}
