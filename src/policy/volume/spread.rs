//! How far a watch's days stray from what is expected of them.

use serde::{Deserialize, Serialize};

/// What is kept of what was learnt, from day to day: a half-life of 56 days.
const KEPT: f64 = 0.9877;
/// Before anything is known: days stray by seven tenths of their mean, and so
/// many days say so.
const PRIOR: f64 = 0.5;
const PRIOR_DAYS: f64 = 5.0;
/// No watch is as even as a clock, and none is told by its wildest day.
const LEAST: f64 = 0.05;
const MOST: f64 = 5.0;

/// The square of how far days stray from what is expected of them, as a share of
/// it, beyond what chance explains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Spread {
    /// Sum over the days, each by how much it can tell.
    sum: f64,
    weight: f64,
    n_days: u32,
}

impl Spread {
    /// Learns from a whole day.
    pub(super) fn learn(&mut self, found: f64, expected: f64) {
        let ratio = expected / (1.0 + expected);
        let weight = ratio * ratio;
        let beyond = ((found - expected).powi(2) - expected) / (expected * expected);
        self.sum = self.sum * KEPT + weight * beyond.min(4.0 * MOST);
        self.weight = self.weight * KEPT + weight;
        self.n_days = self.n_days.saturating_add(1);
    }

    /// Whole days learnt from.
    pub(super) fn n_days(self) -> u32 {
        self.n_days
    }

    /// Over so many days. Several days even each other out; hours of one day
    /// stray as far as it does.
    pub(super) fn over(self, n_days: f64) -> f64 {
        let stray = (self.sum + PRIOR * PRIOR_DAYS) / (self.weight + PRIOR_DAYS);
        stray.clamp(LEAST, MOST) / n_days.max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How far days of these counts stray, where `expected` is expected of each.
    fn check(counts: &[f64], expected: f64, least: f64, most: f64) {
        let mut spread = Spread::default();
        for count in counts.iter().cycle().take(200) {
            spread.learn(*count, expected);
        }
        let found = spread.over(1.0);
        assert!((least..most).contains(&found), "{counts:?}: {found}");
    }

    #[test]
    fn even_days_stray_little_and_wild_ones_much() {
        check(&[20.0, 21.0, 19.0], 20.0, 0.05, 0.1);
        check(&[0.0, 0.0, 60.0], 20.0, 1.5, 2.5);
        check(&[0.0], 0.01, 0.3, 0.6);
    }

    #[test]
    fn longer_times_stray_less() {
        let spread = Spread::default();
        assert!(spread.over(10.0) < 0.2 * spread.over(1.0));
        assert!((spread.over(0.1) - spread.over(1.0)).abs() < 1e-9);
    }
}
