//! Whether the number of reports that a watch matches is a spike or a silence.
//!
//! The usual number is a [`Rhythm`]. It learns each day only a day later, so that a
//! spike does not become normal while it lasts. How much days vary is learnt as
//! well (`spread`): news comes in bursts, and one story in six outlets is not six
//! independent events.
//!
//! Nothing here reads a clock: the state depends only on the reports counted and on
//! the times at which it was checked.

mod odds;
mod spread;

use super::profile::Profile;
use super::rhythm::Rhythm;
use super::{Pool, after};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use spread::Spread;
use std::sync::LazyLock;

/// Reports are counted by quarter of an hour.
const QUARTER_S: i64 = 900;
const DAY_S: i64 = 86_400;

/// The windows in which a spike is looked for, in quarters: an hour, six hours,
/// a day.
const WINDOWS: [i64; 3] = [4, 24, 96];

/// A spike begins if chance alone would give this many reports with at most this probability, and
/// lasts up to the second one. With about thirty independent checks a day this
/// gives one false spike in several years.
const SPIKE_ODDS: f64 = 2e-5;
const SPIKE_LASTS: f64 = 1e-2;
/// A spike is at least this many times the usual number; the second value applies
/// while it lasts.
const SPIKE_TIMES: f64 = 3.0;
const SPIKE_LASTS_TIMES: f64 = 1.5;

/// A silence begins if so few reports have at most this probability by chance, and
/// lasts up to the second one. Its reports are at most this share of the usual
/// number.
const SILENCE_ODDS: f64 = 1e-3;
const SILENCE_LASTS: f64 = 2e-2;
const SILENCE_SHARE: f64 = 0.25;

/// Longest silence that is looked at: a month.
const MAX_GAP_S: i64 = 30 * DAY_S;

/// Most outlets remembered, the latest ones.
const MAX_OUTLETS: usize = 200;

/// Most reports of one hour that are learnt from.
const MAX_LEARNT: u32 = 1_000;

/// Whole days that have to be learnt before anything is reported.
const FEW_DAYS: u32 = 3;

/// Whole days that have to be learnt before a day's reports are capped.
const MIN_DAYS: u32 = 5;

/// After a longer gap, days are skipped instead of learnt one by one.
const MAX_DAYS: i64 = 400;

/// Prior for the hours at which a watch matches: those of usual newsrooms.
static POOL: LazyLock<Pool> = LazyLock::new(Pool::default);

/// What a watch asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Far more than usual.
    Spike {
        /// The fewest independent outlets.
        min_sources: u32,
    },
    /// Far less than usual.
    Silence,
}

/// A spike or silence that has begun.
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeChange {
    /// Start of the window.
    pub since: Timestamp,
    /// End of the window.
    pub until: Timestamp,
    /// Reports in the window.
    pub articles: u32,
    /// Reports that would be usual in the window.
    pub expected: f64,
    /// The outlets of these reports, the latest first; for a silence, the outlets
    /// of the last reports before it.
    pub outlets: Vec<String>,
}

/// What a watch matched recently, and what is usual for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Volume {
    /// Up to when the rhythm has learnt; a midnight UTC after the first day.
    learnt: i64,
    rhythm: Rhythm,
    spread: Spread,
    /// Reports by quarter of an hour since `learnt`, ascending.
    recent: Vec<(i64, u32)>,
    /// Outlets with the time of their latest report, the latest last.
    outlets: Vec<(i64, String)>,
    /// The latest report.
    last: Option<i64>,
    /// Since when the daemon has watched without a break.
    awake: i64,
    /// Since when the reported spike or silence lasts.
    #[serde(rename = "told")]
    reported: Option<i64>,
    /// The quarter of the last check: the answer does not change within one.
    #[serde(skip)]
    checked: Option<i64>,
}

impl Volume {
    /// The state of a watch that is new at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            learnt: now.as_second(),
            rhythm: Rhythm::new(now),
            spread: Spread::default(),
            recent: Vec::new(),
            outlets: Vec::new(),
            last: None,
            awake: now.as_second(),
            reported: None,
            checked: None,
        }
    }

    /// Counts an outlet's own report of the time `at`. A report from before the
    /// days already learnt is ignored.
    pub fn take(&mut self, at: Timestamp, outlet: &str) {
        let at = at.as_second();
        if at < self.learnt {
            return;
        }
        self.checked = None;
        self.last = self.last.max(Some(at));
        let quarter = at.div_euclid(QUARTER_S);
        match self.recent.binary_search_by_key(&quarter, |(at, _)| *at) {
            Ok(place) => self.recent[place].1 = self.recent[place].1.saturating_add(1),
            Err(place) => self.recent.insert(place, (quarter, 1)),
        }
        let known = self.outlets.iter().position(|(_, known)| known == outlet);
        let before = known.map_or(at, |place| self.outlets.remove(place).0);
        let at = at.max(before);
        let place = self.outlets.partition_point(|(known, _)| *known <= at);
        self.outlets.insert(place, (at, outlet.to_owned()));
        if self.outlets.len() > MAX_OUTLETS {
            self.outlets.remove(0);
        }
    }

    /// The daemon did not run for a while until `now`: what it missed is not a
    /// silence.
    pub fn resume(&mut self, now: Timestamp) {
        self.awake = self.awake.max(now.as_second());
    }

    /// Whether a reported spike or silence still lasts.
    #[must_use]
    pub fn is_reported(&self) -> bool {
        self.reported.is_some()
    }

    /// Whether what is `wanted` has begun by `now`. Each spike or silence is
    /// returned once; the next one only after this one has ended.
    pub fn look(&mut self, wanted: Wanted, now: Timestamp) -> Option<VolumeChange> {
        let (now_s, quarter) = (now.as_second(), now.as_second().div_euclid(QUARTER_S));
        if self.checked.replace(quarter) == Some(quarter) {
            return None;
        }
        self.learn_until(now_s);
        let profile = self.rhythm.profile(&POOL);
        let (change, lasts) = match wanted {
            Wanted::Spike { min_sources } => self.spike(&profile, min_sources as usize, now_s),
            Wanted::Silence => self.silence(&profile, now_s),
        };
        match (self.reported, change) {
            (None, Some(change)) => {
                self.reported = Some(now_s);
                Some(change)
            }
            (Some(_), None) if !lasts => {
                self.reported = None;
                None
            }
            (None | Some(_), _) => None,
        }
    }

    /// A spike that begins, and whether a reported one lasts.
    fn spike(
        &self,
        profile: &Profile,
        min_sources: usize,
        now: i64,
    ) -> (Option<VolumeChange>, bool) {
        let mut lasts = false;
        for n_quarters in WINDOWS {
            let since = (now.div_euclid(QUARTER_S) + 1 - n_quarters) * QUARTER_S;
            let (articles, n_outlets) = (self.count(since), self.n_outlets(since));
            // Before anything is learnt, the usual number is unknown.
            if articles == 0 || since < self.learnt || self.spread.n_days() < FEW_DAYS {
                continue;
            }
            let (expected, stray) = self.expected(profile, self.learnt, since, now);
            let odds = odds::at_least(articles, expected, stray);
            let times = f64::from(articles) / expected;
            if odds < SPIKE_ODDS && times >= SPIKE_TIMES && n_outlets >= min_sources {
                return (Some(self.change(since, now, expected)), true);
            }
            lasts |= odds < SPIKE_LASTS && times >= SPIKE_LASTS_TIMES;
        }
        (None, lasts)
    }

    /// A silence that begins, and whether a reported one lasts.
    fn silence(&self, profile: &Profile, now: i64) -> (Option<VolumeChange>, bool) {
        let Some(last) = self.last.filter(|_| self.spread.n_days() >= FEW_DAYS) else {
            return (None, false);
        };
        // Two windows: since the last report (none since), and the last day (few).
        let gap = last.max(self.awake).max(now - MAX_GAP_S);
        let day = now - DAY_S;
        let mut lasts = false;
        for (since, rate_at) in [(gap, last), (day, self.learnt)] {
            if since >= now || since < self.awake || rate_at > since {
                continue;
            }
            let articles = if since == gap { 0 } else { self.count(since) };
            let (expected, stray) = self.expected(profile, rate_at, since, now);
            let odds = odds::at_most(articles, expected, stray);
            if odds < SILENCE_ODDS && f64::from(articles) <= SILENCE_SHARE * expected {
                let change = VolumeChange {
                    articles,
                    outlets: self.latest(i64::MIN),
                    ..self.change(since, now, expected)
                };
                return (Some(change), true);
            }
            lasts |= odds < SILENCE_LASTS;
        }
        (None, lasts)
    }

    fn change(&self, since: i64, now: i64, expected: f64) -> VolumeChange {
        let timestamp = |at| Timestamp::from_second(at).unwrap_or_default();
        VolumeChange {
            since: timestamp(since),
            until: timestamp(now),
            articles: self.count(since),
            expected,
            outlets: self.latest(since),
        }
    }

    /// The usual number of reports from `since` to `until` by the rate at `rate_at`,
    /// and its relative variance.
    fn expected(&self, profile: &Profile, rate_at: i64, since: i64, until: i64) -> (f64, f64) {
        let rate_at = rate_at as f64;
        let weighed_s = profile.seconds(since as f64, until as f64);
        let expected = self.rhythm.rate_at(rate_at) * weighed_s;
        let n_days = (until - since) as f64 / DAY_S as f64;
        let stray = self.spread.over(n_days) + 1.0 / self.rhythm.weight_at(rate_at);
        (expected.max(f64::MIN_POSITIVE), stray)
    }

    fn count(&self, since: i64) -> u32 {
        let first = since.div_euclid(QUARTER_S);
        let recent = self.recent.iter().rev();
        recent
            .take_while(|(quarter, _)| *quarter >= first)
            .fold(0, |sum, (_, n)| sum.saturating_add(*n))
    }

    fn n_outlets(&self, since: i64) -> usize {
        let outlets = self.outlets.iter().rev();
        outlets.take_while(|(at, _)| *at >= since).count()
    }

    fn latest(&self, since: i64) -> Vec<String> {
        let outlets = self.outlets.iter().rev();
        outlets
            .take_while(|(at, _)| *at >= since)
            .map(|(_, outlet)| outlet.clone())
            .collect()
    }

    /// Learns the days that ended at least a day before `now`.
    fn learn_until(&mut self, now: i64) {
        if now - self.learnt > MAX_DAYS * DAY_S {
            self.recent.clear();
            self.learnt = (now.div_euclid(DAY_S) - 1) * DAY_S;
        }
        loop {
            let end = (self.learnt.div_euclid(DAY_S) + 1) * DAY_S;
            if end + DAY_S > now {
                return;
            }
            self.learn_day(end);
        }
    }

    fn learn_day(&mut self, end: i64) {
        let start = self.learnt;
        let quarters = self
            .recent
            .partition_point(|(quarter, _)| quarter * QUARTER_S < end);
        let day: Vec<(i64, u32)> = self.recent.drain(..quarters).collect();
        let found: u32 = day.iter().fold(0, |sum, (_, n)| sum.saturating_add(*n));
        let profile = self.rhythm.profile(&POOL);
        let (expected, stray) = self.expected(&profile, start, start, end);
        let mut kept = 1.0;
        // A spike counts as a busy day at most; otherwise it would become normal.
        if self.spread.n_days() >= MIN_DAYS {
            let most = expected + 4.0 * odds::deviation(expected, stray) + 1.0;
            kept = (most / f64::from(found.max(1))).min(1.0);
        }
        for hour in day.chunk_by(|a, b| a.0.div_euclid(4) == b.0.div_euclid(4)) {
            self.learn_hour(hour, kept);
        }
        if end - start >= DAY_S {
            self.spread.learn(f64::from(found) * kept, expected);
        }
        self.learnt = end;
    }

    /// Learns from the reports of one hour; `kept` is the share of them that counts.
    fn learn_hour(&mut self, hour: &[(i64, u32)], kept: f64) {
        let (mut times, mut due) = (Vec::new(), 0.5);
        for (quarter, n) in hour {
            due += f64::from((*n).min(MAX_LEARNT)) * kept;
            let at = after(Timestamp::UNIX_EPOCH, (quarter * QUARTER_S) as f64);
            while due >= 1.0 {
                times.push(at);
                due -= 1.0;
            }
        }
        let Some(last) = times.last() else { return };
        let end = *last + SignedDuration::from_secs(QUARTER_S);
        self.rhythm.learn(&times, end);
    }
}

#[cfg(test)]
mod tests;
