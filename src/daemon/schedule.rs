//! What the poll stage remembers of a feed from poll to poll, and when it is
//! polled next: the store's JSON on one side, `policy` on the other.

use super::Daemon;
use crate::config::watchlist::FeedSpec;
use crate::feed::{ParsedFeed, Timing, Weekday};
use crate::policy::{Hints, Moved, Planner, PollFailure, PollNext, Rhythm, after_failure};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

/// A feed's memory; stored as JSON, and written only where it changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    /// A permanent redirect that was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// Entries are recognised by their links: the feed's guids are no good.
    pub by_link: bool,
    /// What the feed itself says of its times.
    pub hints: Hints,
    /// When it publishes; none before its first document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rhythm: Option<Rhythm>,
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

    /// Learns from a document: its hints, and when its new entries (or, of a
    /// first document, all its entries) were published.
    pub(super) fn learn(
        &mut self,
        feed: &ParsedFeed,
        new: &[Timestamp],
        is_first: bool,
        now: Timestamp,
    ) {
        self.hints = hints(&feed.timing);
        match &mut self.rhythm {
            Some(rhythm) if !is_first => rhythm.learn(new, now),
            rhythm => {
                let all: Vec<_> = feed
                    .entries
                    .iter()
                    .filter_map(|entry| entry.published)
                    .collect();
                *rhythm = Some(Rhythm::from_backlog(&all, now));
            }
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

    /// When a feed is polled after a success at `now`; `fresh_for` is the answer's own word.
    pub(super) fn after_success(
        &self,
        feed: Option<&FeedSpec>,
        memory: &Memory,
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

    /// Tells the planner how late a poll began.
    pub(super) fn observe_poll(&self, due: Timestamp, begun: Timestamp) {
        self.planner().observe(due, begun);
    }

    /// Lets the planner take stock of all feeds.
    pub(super) async fn rebalance(&self) -> Result<(), crate::store::StoreError> {
        let feeds = self.store.feeds().await?;
        let active = feeds
            .iter()
            .filter(|feed| feed.state == crate::store::FeedState::Active);
        let rhythms: Vec<Rhythm> = active
            .filter_map(|feed| Memory::from_json(&feed.memory).rhythm)
            .collect();
        self.planner().rebalance(rhythms.iter(), self.now());
        Ok(())
    }
}

/// When a feed is polled after its `failures`-th failure in a row; `None` if
/// not until a person acts. `longest` is the operator's word on how long a feed
/// may go unpolled; only a server that names a time goes before it.
pub(super) fn after_trouble(
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
        PollNext::Stopped(_) => None,
    }
}
