//! The probability of at least, or at most, a number of reports by chance.
//!
//! Counts follow a negative binomial distribution: a Poisson distribution whose
//! mean varies. `stray` is the relative variance of the mean; at 0 the
//! distribution is a plain Poisson.

/// Counts above this are not summed up; only their distance from the mean counts.
const MAX_SUMMED: u32 = 10_000;

/// Smallest relative variance: keeps the sums away from underflow.
const MIN_STRAY: f64 = 0.02;

/// The standard deviation of the count.
pub(super) fn deviation(expected: f64, stray: f64) -> f64 {
    (expected + stray.max(MIN_STRAY) * expected * expected).sqrt()
}

/// The probability of `n` or more.
pub(super) fn at_least(n: u32, expected: f64, stray: f64) -> f64 {
    match n.checked_sub(1) {
        None => 1.0,
        Some(below) => (1.0 - at_most(below, expected, stray)).max(0.0),
    }
}

/// The probability of `n` or fewer.
pub(super) fn at_most(n: u32, expected: f64, stray: f64) -> f64 {
    let stray = stray.max(MIN_STRAY);
    if n > MAX_SUMMED {
        let distance = (f64::from(n) - expected) / deviation(expected, stray);
        return if distance > 6.0 { 1.0 } else { 0.5 };
    }
    let shape = 1.0 / stray;
    let step = expected / (shape + expected);
    let mut of_n = (-shape * (stray * expected).ln_1p()).exp();
    let mut sum = of_n;
    for k in 0..n {
        let k = f64::from(k);
        of_n *= (k + shape) / (k + 1.0) * step;
        sum += of_n;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u32, expected: f64, stray: f64, at_most_wanted: f64) {
        let found = at_most(n, expected, stray);
        assert!(
            (found - at_most_wanted).abs() < 0.002,
            "{n} of {expected} straying {stray}: {found}"
        );
    }

    #[test]
    fn counts_with_a_varying_mean_are_negative_binomial() {
        // With shape 1 the distribution is geometric: 1 - (m / (1 + m))^(n + 1).
        check(0, 1.0, 1.0, 0.5);
        check(3, 1.0, 1.0, 0.9375);
        check(1, 3.0, 1.0, 0.4375);
        check(400, 100.0, 1.0, 0.9815);
    }

    #[test]
    fn huge_counts_are_compared_by_their_distance_from_the_mean() {
        assert!(at_least(1_000_000, 10.0, 0.5) < 1e-9);
        assert!(at_least(1_000_000, 900_000.0, 0.5) > 0.1);
        assert!(at_least(0, 0.0, 0.5) > 0.999);
    }
}
