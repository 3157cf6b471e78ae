//! Fair shares: how much of a common resource, such as processor time, one feed
//! may use.
//!
//! Each feed has a debt. Use adds to it, and time pays it off at the rate of the
//! feed's share (the generic cell rate algorithm of ITU-T I.371, with seconds of
//! use instead of cells). A feed within its tolerance is left alone. A feed beyond
//! it is throttled until its debt is paid off. The more feeds are throttled at
//! the same time, the longer each of them waits, so that together they stay
//! within a fixed part of the resource and other feeds are not affected.

use crate::model::FeedId;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Longest time that a feed is throttled for, however much it used.
const MAX_THROTTLE: Duration = Duration::from_mins(15);

/// How often the same feed is reported as throttled, at most.
const REPORT_EVERY: Duration = Duration::from_hours(6);

/// How long a feed still counts as throttled afterwards. Otherwise many feeds that
/// return at the same moment would each be treated as the only one.
const COUNTED_FOR: Duration = Duration::from_mins(1);

/// Number of accounts from which paid-off ones are removed.
const TIDY_AT: usize = 1_024;

/// What feeds may use, in seconds of use per second.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// One feed, in the long run.
    pub each: f64,
    /// All throttled feeds together.
    pub all: f64,
    /// Use beyond its share that a feed is allowed: one large page now and then
    /// is normal.
    pub tolerance: Duration,
}

/// The accounts of all feeds for one resource.
#[derive(Debug)]
pub struct Shares {
    limits: Limits,
    accounts: HashMap<FeedId, Account>,
    /// The feeds that are throttled, or were until just now, and until when.
    throttled: HashMap<FeedId, Instant>,
    tidy_at: usize,
}

#[derive(Debug)]
struct Account {
    /// When its debt is paid off.
    settled: Instant,
    reported: Option<Instant>,
}

impl Shares {
    /// No feed has a debt.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            accounts: HashMap::new(),
            throttled: HashMap::new(),
            tidy_at: TIDY_AT,
        }
    }

    /// Adds use to the account of `feed`. Returns for how long the feed is throttled
    /// if that should be reported, which is at most every [`REPORT_EVERY`].
    pub fn spend(&mut self, feed: FeedId, used: Duration, now: Instant) -> Option<Duration> {
        let Limits {
            each,
            all,
            tolerance,
        } = self.limits;
        let allowed = now + tolerance.div_f64(each);
        let crowd = ((self.throttled.len() + 1) as f64 * each / all).max(1.0);
        let account = self.accounts.entry(feed).or_insert(Account {
            settled: now,
            reported: None,
        });
        let settled = account.settled.max(now) + used.div_f64(each);
        let beyond = settled.saturating_duration_since(allowed);
        if beyond.is_zero() {
            account.settled = settled;
            self.tidy(now);
            return None;
        }
        let wait = beyond.mul_f64(crowd).min(MAX_THROTTLE);
        account.settled = allowed + wait;
        self.throttled.insert(feed, now + wait);
        let is_reported = account
            .reported
            .is_some_and(|reported| now.saturating_duration_since(reported) < REPORT_EVERY);
        (!is_reported).then(|| {
            account.reported = Some(now);
            wait
        })
    }

    /// For how long `feed` is still throttled; zero if it is not.
    #[must_use]
    pub fn throttled_for(&self, feed: FeedId, now: Instant) -> Duration {
        self.throttled
            .get(&feed)
            .map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }

    /// The feeds that are throttled now.
    pub fn throttled(&mut self, now: Instant) -> impl Iterator<Item = FeedId> {
        self.throttled.retain(|_, until| *until + COUNTED_FOR > now);
        let throttled = self.throttled.iter();
        throttled.filter_map(move |(feed, until)| (*until > now).then_some(*feed))
    }

    /// Removes accounts without a debt, from time to time.
    fn tidy(&mut self, now: Instant) {
        if self.accounts.len() < self.tidy_at {
            return;
        }
        self.accounts.retain(|_, account| {
            let is_reported = |reported| now.saturating_duration_since(reported) < REPORT_EVERY;
            account.settled > now || account.reported.is_some_and(is_reported)
        });
        self.tidy_at = TIDY_AT.max(self.accounts.len() * 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        each: 0.05,
        all: 0.5,
        tolerance: Duration::from_millis(250),
    };

    /// The seconds that each of `n_feeds` can use in `minutes` if each needs `cost`
    /// every second and uses it unless it is throttled.
    fn used(n_feeds: i64, cost: Duration, minutes: u64) -> Vec<f64> {
        let (mut shares, start) = (Shares::new(LIMITS), Instant::now());
        let mut used = vec![0.0; n_feeds as usize];
        for tick in 0..minutes * 60 {
            let now = start + Duration::from_secs(tick);
            let throttled: Vec<FeedId> = shares.throttled(now).collect();
            for (id, used) in (0..).map(FeedId).zip(&mut used) {
                if !throttled.contains(&id) {
                    shares.spend(id, cost, now);
                    *used += cost.as_secs_f64();
                }
            }
        }
        used
    }

    #[test]
    fn a_feed_within_its_share_is_never_throttled() {
        let all = used(3, Duration::from_millis(40), 10);
        assert!(all.iter().all(|used| (used - 24.0).abs() < 0.1), "{all:?}");
    }

    #[test]
    fn a_feed_beyond_its_share_gets_its_share_only() {
        let alone = used(1, Duration::from_millis(300), 60)[0];
        assert!((170.0..190.0).contains(&alone), "5 % of an hour: {alone}");
    }

    #[test]
    fn many_feeds_beyond_their_shares_stay_within_the_common_limit() {
        let all = used(200, Duration::from_millis(300), 60);
        let total: f64 = all.iter().sum();
        // It takes a few seconds until all of them count as throttled.
        let first = 200.0 * 0.3 * 4.0;
        assert!(total < 0.5 * 3_600.0 + first, "{total}");
        let least = all.iter().copied().fold(f64::MAX, f64::min);
        assert!(least > 0.6, "none is starved: {least}");
    }

    #[test]
    fn a_feed_within_its_share_is_not_throttled_whatever_the_others_do() {
        let (mut shares, now) = (Shares::new(LIMITS), Instant::now());
        for id in 0..500 {
            shares.spend(FeedId(id), Duration::from_secs(2), now);
        }
        let quiet = FeedId(1_000);
        shares.spend(quiet, Duration::from_millis(200), now);
        assert_eq!(shares.throttled_for(quiet, now), Duration::ZERO);
    }

    #[test]
    fn throttling_is_bounded_and_reported_once() {
        let (mut shares, now) = (Shares::new(LIMITS), Instant::now());
        let feed = FeedId(1);
        assert_eq!(
            shares.spend(feed, Duration::from_hours(1), now),
            Some(MAX_THROTTLE)
        );
        assert_eq!(shares.spend(feed, Duration::from_hours(1), now), None);
        assert_eq!(shares.throttled_for(feed, now), MAX_THROTTLE);
        assert_eq!(
            shares.throttled_for(feed, now + MAX_THROTTLE),
            Duration::ZERO
        );
    }
}
