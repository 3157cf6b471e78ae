//! What the poll stage remembers of a feed from poll to poll, and when it is
//! polled next.

use crate::config::settings::Scheduler;
use crate::config::watchlist::FeedSpec;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

/// A feed's memory; stored as JSON with each poll.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    /// A permanent redirect that was seen, and when for the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// Entries are recognised by their links: the feed's guids are no good.
    pub by_link: bool,
    /// It was reported as failing.
    pub failing: bool,
}

/// A permanent redirect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Moved {
    /// Where to.
    pub to: String,
    /// Seen for the first time.
    pub since: Timestamp,
    /// Seen last.
    pub until: Timestamp,
    /// Polls that agreed.
    pub times: u32,
}

impl Moved {
    /// Whether it was seen for so long that it is believed: a site under attack
    /// or in maintenance redirects for hours, not for days.
    pub(super) fn is_settled(&self) -> bool {
        self.times >= 3 && self.until.duration_since(self.since) >= SignedDuration::from_hours(24)
    }

    /// The redirect to `to` seen once more at `now`; one to another place starts over.
    pub(super) fn again(before: Option<&Self>, to: &Url, now: Timestamp) -> Self {
        let before = before.filter(|before| before.to == to.as_str());
        Self {
            to: to.to_string(),
            since: before.map_or(now, |before| before.since),
            until: now,
            times: before.map_or(1, |before| before.times.saturating_add(1)),
        }
    }
}

impl Memory {
    /// As it was stored; what cannot be read is an empty memory.
    pub(super) fn from_json(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// As it is stored.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a memory is always JSON")
    }
}

/// When to poll after a success.
pub(super) fn after_success(
    now: Timestamp,
    feed: Option<&FeedSpec>,
    asked: Option<Duration>,
    settings: &Scheduler,
) -> Timestamp {
    let wait = match feed.and_then(|feed| feed.every) {
        Some(every) => every,
        None => asked
            .unwrap_or_default()
            .clamp(settings.min_interval.0, settings.max_interval.0),
    };
    later(now, wait, 0.05)
}

/// When to poll after the `failures`-th failure in a row.
pub(super) fn after_failure(
    now: Timestamp,
    feed: Option<&FeedSpec>,
    failures: u32,
    retry_after: Option<Duration>,
    settings: &Scheduler,
) -> Timestamp {
    let floor = feed
        .and_then(|feed| feed.every)
        .unwrap_or(settings.min_interval.0);
    let wait = floor
        .saturating_mul(1 << failures.min(12))
        .min(settings.max_interval.0.max(floor));
    later(now, wait.max(retry_after.unwrap_or_default()), 0.2)
}

/// `wait` after `now`, up to `spread` of it more or less, so that feeds that
/// fell into step fall out of it again.
fn later(now: Timestamp, wait: Duration, spread: f64) -> Timestamp {
    let wait = wait.mul_f64(1.0 + spread * (fastrand::f64() - 0.5));
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
