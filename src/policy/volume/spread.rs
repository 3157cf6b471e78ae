//! How much the days of a watch vary around the expected number of reports.

use serde::{Deserialize, Serialize};

/// Weight that earlier days keep per day: a half-life of 56 days.
const KEPT: f64 = 0.9877;
/// Prior: a standard deviation of seven tenths of the mean, with the weight of
/// so many days.
const PRIOR: f64 = 0.5;
const PRIOR_DAYS: f64 = 5.0;
/// Bounds of the estimate: no watch is perfectly even, and one extreme day must
/// not decide.
const LEAST: f64 = 0.05;
const MOST: f64 = 5.0;

/// The relative variance of days around the expected number, beyond what a
/// Poisson distribution explains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Spread {
    /// Weighted sum over the days; days with few expected reports count little.
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

    /// The relative variance over `n_days`. Several days average out; parts of one
    /// day vary as much as the whole day.
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
    fn even_days_vary_little_and_uneven_ones_much() {
        check(&[20.0, 21.0, 19.0], 20.0, 0.05, 0.1);
        check(&[0.0, 0.0, 60.0], 20.0, 1.5, 2.5);
        check(&[0.0], 0.01, 0.3, 0.6);
    }

    #[test]
    fn longer_times_vary_less() {
        let spread = Spread::default();
        assert!(spread.over(10.0) < 0.2 * spread.over(1.0));
        assert!((spread.over(0.1) - spread.over(1.0)).abs() < 1e-9);
    }
}
