//! Fair shares: what a feed may take of something that all feeds need, such as
//! the processors.
//!
//! Every feed has a debt that its use adds to and that time pays off, at the
//! rate of its own share: the generic cell rate algorithm of ITU-T I.371, with
//! seconds of use for cells. A feed within its tolerance is not noticed. One
//! beyond it rests until it is back, and the more feeds rest at once, the longer
//! each does, so that all of them together stay within a part of the whole: the
//! others never notice how many they are.

use crate::model::FeedId;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Longest rest: whatever a feed did, it is tried again.
const MAX_REST: Duration = Duration::from_mins(15);

/// A feed whose rest was told is not told of again within this time.
const TOLD_FOR: Duration = Duration::from_hours(6);

/// One that rested is counted among those that rest for so long after: else
/// many that come back at once would each find the others gone.
const COUNTED_FOR: Duration = Duration::from_mins(1);

/// Accounts beyond which those that are settled are cleared away.
const TIDY_AT: usize = 1_024;

/// What feeds may take, in seconds of use a second.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// One feed, in the long run.
    pub each: f64,
    /// All those together that have taken more than that.
    pub all: f64,
    /// Use beyond its share that a feed may save up for: a page of its own size
    /// now and then is no fault.
    pub tolerance: Duration,
}

/// The accounts of all feeds for one thing.
#[derive(Debug)]
pub struct Shares {
    limits: Limits,
    accounts: HashMap<FeedId, Account>,
    /// The feeds that rest or did just now, and until when.
    resting: HashMap<FeedId, Instant>,
    tidy_at: usize,
}

#[derive(Debug)]
struct Account {
    /// When its debt will be paid off.
    settled: Instant,
    told: Option<Instant>,
}

impl Shares {
    /// Nobody owes anything.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            accounts: HashMap::new(),
            resting: HashMap::new(),
            tidy_at: TIDY_AT,
        }
    }

    /// `feed` has used so much. Answers how long it rests for that, where that is
    /// worth telling: it did not rest of late.
    pub fn spend(&mut self, feed: FeedId, used: Duration, now: Instant) -> Option<Duration> {
        let Limits {
            each,
            all,
            tolerance,
        } = self.limits;
        let allowed = now + tolerance.div_f64(each);
        let crowd = ((self.resting.len() + 1) as f64 * each / all).max(1.0);
        let account = self.accounts.entry(feed).or_insert(Account {
            settled: now,
            told: None,
        });
        let settled = account.settled.max(now) + used.div_f64(each);
        let beyond = settled.saturating_duration_since(allowed);
        if beyond.is_zero() {
            account.settled = settled;
            self.tidy(now);
            return None;
        }
        let rest = beyond.mul_f64(crowd).min(MAX_REST);
        account.settled = allowed + rest;
        self.resting.insert(feed, now + rest);
        let is_told = account
            .told
            .is_some_and(|told| now.saturating_duration_since(told) < TOLD_FOR);
        (!is_told).then(|| {
            account.told = Some(now);
            rest
        })
    }

    /// How long `feed` still rests; zero for one that does not.
    #[must_use]
    pub fn rest(&self, feed: FeedId, now: Instant) -> Duration {
        self.resting
            .get(&feed)
            .map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }

    /// The feeds that rest.
    pub fn resting(&mut self, now: Instant) -> impl Iterator<Item = FeedId> {
        self.resting.retain(|_, until| *until + COUNTED_FOR > now);
        let resting = self.resting.iter();
        resting.filter_map(move |(feed, until)| (*until > now).then_some(*feed))
    }

    /// Forgets accounts of which nothing is to be known, from time to time.
    fn tidy(&mut self, now: Instant) {
        if self.accounts.len() < self.tidy_at {
            return;
        }
        self.accounts.retain(|_, account| {
            let is_told = |told| now.saturating_duration_since(told) < TOLD_FOR;
            account.settled > now || account.told.is_some_and(is_told)
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

    /// The seconds that each of `n_feeds` gets to use in `minutes`, when each
    /// has something of `cost` to do every second and does it unless it rests.
    fn used(n_feeds: i64, cost: Duration, minutes: u64) -> Vec<f64> {
        let (mut shares, start) = (Shares::new(LIMITS), Instant::now());
        let mut used = vec![0.0; n_feeds as usize];
        for tick in 0..minutes * 60 {
            let now = start + Duration::from_secs(tick);
            let resting: Vec<FeedId> = shares.resting(now).collect();
            for (id, used) in (0..).map(FeedId).zip(&mut used) {
                if !resting.contains(&id) {
                    shares.spend(id, cost, now);
                    *used += cost.as_secs_f64();
                }
            }
        }
        used
    }

    #[test]
    fn a_feed_within_its_share_never_rests() {
        let all = used(3, Duration::from_millis(40), 10);
        assert!(all.iter().all(|used| (used - 24.0).abs() < 0.1), "{all:?}");
    }

    #[test]
    fn a_feed_beyond_its_share_gets_that_and_no_more() {
        let alone = used(1, Duration::from_millis(300), 60)[0];
        assert!((170.0..190.0).contains(&alone), "5 % of an hour: {alone}");
    }

    #[test]
    fn many_beyond_their_share_stay_within_a_part_of_the_whole() {
        let all = used(200, Duration::from_millis(300), 60);
        let total: f64 = all.iter().sum();
        // It takes some turns until it is known how many they are.
        let first = 200.0 * 0.3 * 4.0;
        assert!(total < 0.5 * 3_600.0 + first, "{total}");
        let least = all.iter().copied().fold(f64::MAX, f64::min);
        assert!(least > 0.6, "each has its turn: {least}");
    }

    #[test]
    fn one_within_its_share_is_spared_whatever_the_others_do() {
        let (mut shares, now) = (Shares::new(LIMITS), Instant::now());
        for id in 0..500 {
            shares.spend(FeedId(id), Duration::from_secs(2), now);
        }
        let quiet = FeedId(1_000);
        shares.spend(quiet, Duration::from_millis(200), now);
        assert_eq!(shares.rest(quiet, now), Duration::ZERO);
    }

    #[test]
    fn a_rest_is_bounded_and_told_once() {
        let (mut shares, now) = (Shares::new(LIMITS), Instant::now());
        let feed = FeedId(1);
        assert_eq!(
            shares.spend(feed, Duration::from_hours(1), now),
            Some(MAX_REST)
        );
        assert_eq!(shares.spend(feed, Duration::from_hours(1), now), None);
        assert_eq!(shares.rest(feed, now), MAX_REST);
        assert_eq!(shares.rest(feed, now + MAX_REST), Duration::ZERO);
    }
}
