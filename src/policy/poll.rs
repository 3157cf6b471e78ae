//! When a feed is polled next.
//!
//! A feed is polled when the expected waiting time of its new entries since the
//! last poll (summed over the entries, in entry-seconds) reaches a threshold. The
//! threshold is the same for all feeds. With a budget of polls per hour it is
//! chosen, for each hour of the week, so that all feeds together use the budget;
//! without one it is a constant.
//!
//! For known rates this rule minimises the mean delay; with constant rates it polls
//! each feed in proportion to the square root of its rate. Limiting the longest
//! delays costs almost nothing ([`IMPATIENCE`]). `examples/poll_policy.rs` runs it
//! in a simulator.

use super::profile::Profile;
use super::rhythm::{HOUR_S, HOURS, hour_of, seconds};
use super::{Hints, Pool, Rhythm, SchedulerSettings};
use jiff::Timestamp;
use std::time::Duration;

/// Threshold without a budget, in entry-seconds: a feed with one entry an hour is
/// polled about five times an hour, a feed with one entry a day every hour.
const FREE_THRESHOLD: f64 = 60.0;

/// Shortest interval that can be set, in seconds: zero would be a busy loop.
const MIN_S: f64 = 0.01;

/// The cost of waiting grows a little faster than the time, by this share for each
/// mean interval between two polls. Otherwise feeds with few entries would wait
/// longest. Measured on simulated feeds: the slowest twentieth of entries waits 57
/// instead of 60 minutes, at the same mean.
const IMPATIENCE: f64 = 0.9;

/// With a budget, polls queue up. This is the wanted length of the queue as a share
/// of the mean interval. Without a queue the budget would be unused between two
/// polls; a longer queue would delay every feed. Measured: 0.03 to 0.05 give the
/// same result.
const WANTED_LAG: f64 = 0.05;

/// How much the queue changes the threshold: at once, and per hour.
const LAG_GAIN: f64 = 0.1;
const LAG_GAIN_PER_HOUR: f64 = 0.02;

/// Weight of a new observation of the queue.
const LAG_WEIGHT: f64 = 0.1;

/// Random spread of the intervals, so that feeds that were added together are not
/// polled together for ever.
const SPREAD: f64 = 0.04;

/// Plans the polls of all feeds: the settings, what the feeds have in common, and
/// the threshold.
#[derive(Clone, Debug)]
pub struct Planner {
    min_s: f64,
    max_s: f64,
    /// Polls a second; none without a budget.
    budget: Option<f64>,
    pool: Pool,
    /// By hour of the week: polls a second at a threshold of 1/2.
    demand: [f64; HOURS],
    n_feeds: usize,
    /// How late polls begin, smoothed.
    lag_s: f64,
    /// Correction of the logarithm of the threshold.
    trim: f64,
    observed_at: f64,
}

impl Planner {
    /// A planner that knows no feed yet; see [`Planner::rebalance`].
    #[must_use]
    pub fn new(settings: &SchedulerSettings) -> Self {
        let min_s = settings.min_interval.as_secs_f64().max(MIN_S);
        Self {
            min_s,
            max_s: settings.max_interval.as_secs_f64().max(min_s),
            budget: (settings.polls_per_hour > 0)
                .then(|| f64::from(settings.polls_per_hour) / HOUR_S),
            pool: Pool::default(),
            demand: [0.0; HOURS],
            n_feeds: 0,
            lag_s: 0.0,
            trim: 0.0,
            observed_at: 0.0,
        }
    }

    /// Learns from the rhythms of all feeds. To be called at the start, when feeds are
    /// added or removed, and about every hour.
    pub fn rebalance<'r>(
        &mut self,
        rhythms: impl Iterator<Item = &'r Rhythm> + Clone,
        now: Timestamp,
    ) {
        self.pool.learn(&rhythms);
        self.n_feeds = rhythms.clone().count();
        self.demand = [0.0; HOURS];
        if self.budget.is_none() {
            return;
        }
        for rhythm in rhythms {
            let rate = rhythm.rate(now);
            let profile = rhythm.profile(&self.pool);
            for (demand, weight) in self.demand.iter_mut().zip(profile.hours) {
                *demand += (rate * f64::from(weight)).sqrt();
            }
        }
    }

    /// A poll that was due at `due` began at `begun`. With a budget, this shows the
    /// planner whether it plans too many or too few polls.
    pub fn observe(&mut self, due: Timestamp, begun: Timestamp) {
        let begun = seconds(begun);
        self.lag_s += LAG_WEIGHT * ((begun - seconds(due)).max(0.0) - self.lag_s);
        let passed_s = (begun - self.observed_at).clamp(0.0, HOUR_S);
        if self.observed_at > 0.0 {
            self.trim += LAG_GAIN_PER_HOUR * passed_s / HOUR_S * self.excess_lag().min(1.0);
            self.trim = self.trim.clamp(-5.0, 5.0);
        }
        self.observed_at = begun;
    }

    /// When a feed is polled after a poll at `now` that went well. `jitter` is a
    /// random number from 0 to 1.
    ///
    /// `every`, the feed's own fixed interval, sets all but `skipHours` and
    /// apart from `skipDays`.
    #[must_use]
    pub fn after_poll(
        &self,
        rhythm: &Rhythm,
        every: Option<Duration>,
        hints: &Hints,
        now: Timestamp,
        jitter: f64,
    ) -> Timestamp {
        let interval_s = match every {
            Some(every) => every.as_secs_f64(),
            None => {
                let floor_s = hints.floor().as_secs_f64().clamp(self.min_s, self.max_s);
                self.learnt_interval(rhythm, seconds(now))
                    .clamp(floor_s, self.max_s)
            }
        };
        let spread = 1.0 + SPREAD * (jitter.clamp(0.0, 1.0) - 0.5);
        hints.skip(super::after(now, interval_s * spread))
    }

    /// The number of entries expected of this rhythm from `since` to `now`. The
    /// probability of no entry by chance is e to the minus this number.
    #[must_use]
    pub fn expected_items(&self, rhythm: &Rhythm, since: Timestamp, now: Timestamp) -> f64 {
        let (since, now) = (seconds(since), seconds(now));
        // A month at most.
        let since = since.max(now - 720.0 * HOUR_S);
        rhythm.rate_at(since) * rhythm.profile(&self.pool).seconds(since, now)
    }

    /// Seconds from `now` until the expected waiting reaches the threshold.
    fn learnt_interval(&self, rhythm: &Rhythm, now: f64) -> f64 {
        let rate = rhythm.rate_at(now);
        let profile = rhythm.profile(&self.pool);
        let mut course = Course {
            rate,
            profile: &profile,
            at: now,
            items: 0.0,
            waiting: 0.0,
        };
        while course.at - now < self.max_s {
            let end = course.step_end(now);
            let threshold = self.threshold(end) / self.impatience(end - now);
            if let Some(at) = course.advance(end, threshold) {
                return at - now;
            }
        }
        self.max_s
    }

    fn threshold(&self, time: f64) -> f64 {
        let Some(budget) = self.budget else {
            return FREE_THRESHOLD;
        };
        let demand = self.demand_at(time) / budget;
        demand * demand / 2.0 * (self.trim + LAG_GAIN * self.excess_lag().min(2.0)).exp()
    }

    /// The factor by which waiting counts more after this time without a poll.
    fn impatience(&self, elapsed_s: f64) -> f64 {
        let mean_interval_s = match self.budget {
            Some(budget) => self.n_feeds.max(1) as f64 / budget,
            None => return 1.0,
        };
        1.0 + IMPATIENCE * elapsed_s / mean_interval_s
    }

    /// The demand between the middles of two hours: a step at the full hour
    /// would make a crowd of feeds due at once.
    fn demand_at(&self, time: f64) -> f64 {
        let middle = time - HOUR_S / 2.0;
        let later = (middle / HOUR_S).rem_euclid(1.0);
        let hour = hour_of(middle);
        self.demand[hour] * (1.0 - later) + self.demand[(hour + 1) % HOURS] * later
    }

    /// The length of the queue compared with the wanted one: -1 empty, 0 as wanted.
    fn excess_lag(&self) -> f64 {
        let Some(budget) = self.budget else {
            return 0.0;
        };
        let wanted_s = (WANTED_LAG * self.n_feeds as f64).max(4.0) / budget;
        self.lag_s / wanted_s - 1.0
    }
}

/// The expected entries and their waiting time since a poll, advanced step by step.
struct Course<'p> {
    rate: f64,
    profile: &'p Profile,
    at: f64,
    items: f64,
    waiting: f64,
}

impl Course<'_> {
    /// Steps of a minute at first, then longer ones: a feed that is polled once a
    /// day does not need to the minute.
    fn step_end(&self, begun: f64) -> f64 {
        let step_s = if self.at - begun < 6.0 * HOUR_S {
            60.0
        } else {
            300.0
        };
        next_multiple(self.at, step_s)
    }

    /// Advances to `end`; the time at which the waiting reached `threshold`, if it did.
    fn advance(&mut self, end: f64, threshold: f64) -> Option<f64> {
        let rate = self.rate * self.profile.at(self.at);
        let left = threshold - self.waiting;
        if left <= 0.0 {
            return Some(self.at);
        }
        let step = end - self.at;
        let gathered = self.items * step + rate * step * step / 2.0;
        if gathered >= left {
            // Solves items x + rate x^2 / 2 = left in the form that stays exact for
            // very small rates.
            let root = (self.items * self.items + 2.0 * rate * left).sqrt();
            return Some(self.at + 2.0 * left / (self.items + root));
        }
        self.waiting += gathered;
        self.items += rate * step;
        self.at = end;
        None
    }
}

/// The first multiple of `step` after `time`.
fn next_multiple(time: f64, step: f64) -> f64 {
    ((time / step).floor() + 1.0) * step
}

#[cfg(test)]
#[path = "poll_tests.rs"]
mod tests;
