//! When a feed publishes: its rate, and the profile of that rate over the week and
//! the hour.
//!
//! The rate is a Gamma-Poisson estimate with forgetting: entries seen divided by
//! time watched, both fading with a half-life, on a prior of one entry a day. It is
//! kept twice, with a short and a long half-life. Each counts by how well it has
//! predicted the feed's entries so far: feeds that change need the short one, steady
//! feeds the long one. The weekly profile has 168 hours, the hourly profile 60 minutes
//! (editors publish on the hour and the half hour). Both are shrunk towards the
//! profile of similar feeds ([`super::Pool`]), because three entries say nothing about
//! Tuesdays.
//!
//! A rhythm does not change while a feed is silent: the fading is computed on
//! demand, so that a poll without news has nothing to write.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(super) const HOURS: usize = 168;
pub(super) const MINUTES: usize = 60;
pub(super) const HOUR_S: f64 = 3_600.0;
const DAY_S: f64 = 86_400.0;

/// Half-lives of the short and the long estimate. Measured with one estimate alone:
/// on real feeds a half-life of 5 days is 3.8 times fresher than a fixed interval, 14
/// days 3.3 times; feeds that never change need a longer one.
const SHORT_HALF_LIFE_S: f64 = 7.0 * DAY_S;
const LONG_HALF_LIFE_S: f64 = 90.0 * DAY_S;

/// Most entries of one poll that count for which estimate predicted better: a
/// burst is one event, not many.
const MAX_WEIGHED: f64 = 3.0;

/// The most that one poll changes these log odds, the share of earlier log odds
/// that is kept, and the largest log odds.
const MAX_GAIN: f64 = 2.0;
const ODDS_KEPT: f64 = 0.995;
const MAX_ODDS: f64 = 6.0;

/// Half-life of the profiles.
const PROFILE_HALF_LIFE_S: f64 = 56.0 * DAY_S;

/// The rate's prior: this many entries in this many seconds.
const PRIOR_ITEMS: f64 = 0.5;
const PRIOR_S: f64 = 0.5 * DAY_S;

/// Most entries of one poll that are learnt from.
const MAX_LEARNT: usize = 1_000;

/// The share of an entry that counts for the hour before and after its own: an
/// entry at 9:59 says as much about ten o'clock.
const NEIGHBOUR: f32 = 0.2;

/// What was learnt about when a feed publishes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rhythm {
    /// Entries seen, faded to `at` with the short half-life.
    items: f64,
    /// Seconds watched, faded to `at` with the short half-life.
    watched_s: f64,
    /// Both with the long half-life; none in what older versions stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    long: Option<Pace>,
    /// Log odds that the long estimate predicts better than the short one.
    #[serde(default)]
    odds: f64,
    /// Unix time of the last change.
    at: f64,
    /// Entries by hour of the week (Monday 00 UTC first); empty before the first.
    hours: Vec<f32>,
    /// Entries by minute of the hour.
    minutes: Vec<f32>,
}

/// Entries over time, faded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Pace {
    items: f64,
    watched_s: f64,
}

impl Pace {
    /// The pace after `passed_s` more seconds without an entry.
    fn faded(self, passed_s: f64, half_life_s: f64) -> Self {
        let kept = 0.5_f64.powf(passed_s / half_life_s);
        let new_s = (1.0 - kept) * half_life_s / std::f64::consts::LN_2;
        Self {
            items: self.items * kept,
            watched_s: self.watched_s * kept + new_s,
        }
    }

    /// Entries a second.
    fn rate(self) -> f64 {
        (self.items + PRIOR_ITEMS) / (self.watched_s + PRIOR_S)
    }
}

impl Rhythm {
    /// The rhythm of a feed that is watched from `now` on.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self::starting(seconds(now))
    }

    fn starting(at: f64) -> Self {
        Self {
            items: 0.0,
            watched_s: 0.0,
            long: Some(Pace::default()),
            odds: 0.0,
            at,
            hours: Vec::new(),
            minutes: Vec::new(),
        }
    }

    /// Learns from a poll at `now` that found new entries with these dates. Dates in
    /// the future count as now.
    ///
    /// Not for a feed's first poll, whose backlog spans an unknown time: see
    /// [`Rhythm::from_backlog`].
    pub fn learn(&mut self, published: &[Timestamp], now: Timestamp) {
        if published.is_empty() {
            return;
        }
        let now = seconds(now);
        self.weigh(published.len(), now);
        self.fade(now);
        let profile_fade = 0.5_f64.powf((now - self.at).max(0.0) / PROFILE_HALF_LIFE_S) as f32;
        for bin in self.hours.iter_mut().chain(&mut self.minutes) {
            *bin *= profile_fade;
        }
        self.at = self.at.max(now);
        let n_items = published.len().min(MAX_LEARNT) as f64;
        self.items += n_items;
        if let Some(long) = &mut self.long {
            long.items += n_items;
        }
        for published in published.iter().take(MAX_LEARNT) {
            self.count(seconds(*published).min(now));
        }
    }

    /// The rhythm by the entries of a feed's first document, which came between the
    /// oldest date and `now`. Undated and single entries say nothing.
    #[must_use]
    pub fn from_backlog(published: &[Timestamp], now: Timestamp) -> Self {
        let now_s = seconds(now);
        let dates = || {
            published
                .iter()
                .map(|at| seconds(*at))
                .filter(|at| *at <= now_s)
        };
        let (oldest, n_dated) = dates().fold((now_s, 0), |(oldest, n), at| (oldest.min(at), n + 1));
        let mut rhythm = Self::starting(now_s);
        if n_dated < 2 || now_s - oldest < HOUR_S {
            return rhythm;
        }
        // Counted over one half-life at most: a feed whose last ten entries reach
        // back to 2009 is silent now, and its rate has to say so.
        let span_s = now_s - oldest;
        let paced = |half_life_s: f64| {
            let watched_s = span_s.min(half_life_s);
            let items = f64::from(n_dated) * watched_s / span_s;
            Pace { items, watched_s }
        };
        rhythm.set_short(paced(SHORT_HALF_LIFE_S));
        rhythm.long = Some(paced(LONG_HALF_LIFE_S));
        for at in dates().take(MAX_LEARNT) {
            rhythm.count(at);
        }
        rhythm
    }

    /// When it last learnt of an entry; before the first, when watching began.
    #[must_use]
    pub fn changed(&self) -> Timestamp {
        Timestamp::from_millisecond((self.at * 1e3) as i64).unwrap_or_default()
    }

    /// Entries a second, averaged over the week.
    #[must_use]
    pub fn rate(&self, now: Timestamp) -> f64 {
        self.rate_at(seconds(now))
    }

    pub(super) fn rate_at(&self, now: f64) -> f64 {
        let (short, long) = self.rates(now);
        let long_share = self.long_share();
        long * long_share + short * (1.0 - long_share)
    }

    /// The number of entries that the rate is based on, the prior's included.
    pub(super) fn weight_at(&self, now: f64) -> f64 {
        let (short, long) = self.faded(now);
        let long_share = self.long_share();
        long.items * long_share + short.items * (1.0 - long_share) + PRIOR_ITEMS
    }

    /// The weight of the long estimate, 0 to 1.
    fn long_share(&self) -> f64 {
        1.0 / (1.0 + (-self.odds).exp())
    }

    fn short(&self) -> Pace {
        Pace {
            items: self.items,
            watched_s: self.watched_s,
        }
    }

    fn set_short(&mut self, pace: Pace) {
        (self.items, self.watched_s) = (pace.items, pace.watched_s);
    }

    /// The short and the long estimate, in entries a second.
    fn rates(&self, now: f64) -> (f64, f64) {
        let (short, long) = self.faded(now);
        (short.rate(), long.rate())
    }

    /// Both estimates, faded to `now`.
    fn faded(&self, now: f64) -> (Pace, Pace) {
        let passed_s = (now - self.at).max(0.0);
        let long = self.long.unwrap_or(self.short());
        (
            self.short().faded(passed_s, SHORT_HALF_LIFE_S),
            long.faded(passed_s, LONG_HALF_LIFE_S),
        )
    }

    fn fade(&mut self, now: f64) {
        let (short, long) = self.faded(now);
        self.set_short(short);
        self.long = Some(long);
    }

    /// Updates which estimate predicts better, by the probability of `n_items`
    /// since the last entries under a Poisson process of each rate.
    fn weigh(&mut self, n_items: usize, now: f64) {
        let (short, long) = self.rates(self.at);
        let passed_s = (now - self.at).max(1.0);
        let n_items = (n_items as f64).min(MAX_WEIGHED);
        let gain = n_items * (long / short).ln() - (long - short) * passed_s;
        let odds = self.odds * ODDS_KEPT + gain.clamp(-MAX_GAIN, MAX_GAIN);
        self.odds = odds.clamp(-MAX_ODDS, MAX_ODDS);
    }

    fn count(&mut self, at: f64) {
        if self.hours.is_empty() {
            self.hours = vec![0.0; HOURS];
            self.minutes = vec![0.0; MINUTES];
        }
        let (hour, minute) = (hour_of(at), minute_of(at));
        self.hours[hour] += 1.0 - 2.0 * NEIGHBOUR;
        self.hours[(hour + 1) % HOURS] += NEIGHBOUR;
        self.hours[(hour + HOURS - 1) % HOURS] += NEIGHBOUR;
        self.minutes[minute] += 1.0;
    }

    pub(super) fn hours(&self) -> &[f32] {
        &self.hours
    }

    pub(super) fn minutes(&self) -> &[f32] {
        &self.minutes
    }
}

/// Unix time as a number.
pub(super) fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1e3
}

/// Hour of the week, Monday 00 UTC first; 1970 began on a Thursday.
pub(super) fn hour_of(time: f64) -> usize {
    ((time / HOUR_S).floor() as i64 + 72).rem_euclid(HOURS as i64) as usize
}

pub(super) fn minute_of(time: f64) -> usize {
    ((time / 60.0).floor() as i64).rem_euclid(MINUTES as i64) as usize
}
