//! Holds: until when hosts asked newsvane to wait (429, or 503 with
//! `Retry-After`).
//!
//! A hold that a poll learnt applies to all polls at its host. Any other hold
//! applies only to the feed on whose behalf it was learnt: a stranger's link to
//! a host must not delay the feeds of that host.

use super::purpose::{Asker, Purpose};
use rustc_hash::FxHashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Longest hold; a longer `Retry-After` is shortened to this.
const MAX_HOLD: Duration = Duration::from_secs(24 * 3_600);

/// Most holds that are remembered of requests other than polls. Beyond it the
/// one that ends first is forgotten, which costs one request.
const MAX_HOLDS: usize = 16_384;

/// The hosts that are held, by whom.
#[derive(Debug, Default)]
pub(crate) struct Holds {
    /// The ends of holds that apply to all polls at a host.
    polls: Mutex<FxHashMap<Box<str>, Instant>>,
    /// The ends of other holds, by host and feed.
    others: Mutex<FxHashMap<(Box<str>, u64), Instant>>,
}

impl Holds {
    /// The asker sends no request to the host for `wait`, or longer if a longer
    /// hold is already in place.
    pub(crate) fn hold(&self, host: &str, asker: Asker, wait: Duration) {
        let now = Instant::now();
        let until = now + wait.min(MAX_HOLD);
        if asker.purpose == Purpose::Poll {
            let mut polls = lock(&self.polls);
            polls.retain(|_, until| *until > now);
            let held = polls.entry(host.into()).or_insert(until);
            *held = until.max(*held);
            return;
        }
        let mut others = lock(&self.others);
        if others.len() >= MAX_HOLDS {
            others.retain(|_, until| *until > now);
        }
        if others.len() >= MAX_HOLDS
            && let Some(first) = others.iter().min_by_key(|(_, until)| **until)
        {
            let first = first.0.clone();
            others.remove(&first);
        }
        let held = others.entry((host.into(), asker.feed)).or_insert(until);
        *held = until.max(*held);
    }

    /// How long the asker must not send requests to the host; `None` if it may.
    pub(crate) fn left(&self, host: &str, asker: Asker) -> Option<Duration> {
        let until = match asker.purpose {
            Purpose::Poll => lock(&self.polls).get(host).copied(),
            Purpose::Redirect | Purpose::OwnPage | Purpose::OtherPage => {
                let others = lock(&self.others);
                match others.is_empty() {
                    true => None,
                    false => others.get(&(host.into(), asker.feed)).copied(),
                }
            }
        };
        let left = until?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }
}

/// After a panic elsewhere the ends are still valid.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn asker(purpose: Purpose, feed: u64) -> Asker {
        Asker { purpose, feed }
    }

    #[tokio::test(start_paused = true)]
    async fn what_links_of_a_feed_learn_holds_back_that_feed_only() {
        let holds = Holds::default();
        for learnt in [Purpose::OtherPage, Purpose::Redirect, Purpose::OwnPage] {
            holds.hold("victim.example", asker(learnt, 1), HOUR);
        }
        let left = |purpose, feed| holds.left("victim.example", asker(purpose, feed));
        assert_eq!(left(Purpose::OtherPage, 1), Some(HOUR));
        assert_eq!(left(Purpose::OwnPage, 2), None);
        assert_eq!(left(Purpose::Redirect, 2), None);
        assert_eq!(left(Purpose::Poll, 2), None);
        assert_eq!(left(Purpose::Poll, 1), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_poll_learns_holds_back_all_polls_at_the_host_until_it_ends() {
        let holds = Holds::default();
        let poll = asker(Purpose::Poll, 1);
        holds.hold("a.example", poll, HOUR);
        holds.hold("a.example", poll, Duration::from_secs(9));
        let left = |host| holds.left(host, asker(Purpose::Poll, 2));
        assert_eq!((left("a.example"), left("b.example")), (Some(HOUR), None));
        tokio::time::advance(HOUR).await;
        assert_eq!(left("a.example"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn links_to_any_number_of_hosts_keep_a_bounded_number_of_holds() {
        let holds = Holds::default();
        for n in 0..MAX_HOLDS as u64 + 9 {
            let wait = HOUR + Duration::from_secs(n);
            holds.hold(&format!("{n}.example"), asker(Purpose::OtherPage, 1), wait);
        }
        assert_eq!(lock(&holds.others).len(), MAX_HOLDS);
        let first = holds.left("0.example", asker(Purpose::OtherPage, 1));
        assert_eq!(first, None, "the one that ends first was forgotten");
    }
}
