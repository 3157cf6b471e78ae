//! How likely as many, or as few, reports are by chance.
//!
//! Counts are negative binomial: a Poisson whose mean itself strays. `stray` is
//! the square of how far, as a share of the mean; at 0 it is a plain Poisson.

/// Counts beyond which the sum is not worked out: so many more than expected are
/// judged by the distance from the mean alone.
const MAX_SUMMED: u32 = 10_000;

/// The least that a mean strays: keeps the sums clear of the smallest numbers.
const MIN_STRAY: f64 = 0.02;

/// The standard deviation of the count.
pub(super) fn deviation(expected: f64, stray: f64) -> f64 {
    (expected + stray.max(MIN_STRAY) * expected * expected).sqrt()
}

/// How likely `n` or more are.
pub(super) fn at_least(n: u32, expected: f64, stray: f64) -> f64 {
    match n.checked_sub(1) {
        None => 1.0,
        Some(below) => (1.0 - at_most(below, expected, stray)).max(0.0),
    }
}

/// How likely `n` or fewer are.
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
    fn counts_that_stray_are_negative_binomial() {
        // Of a shape of 1 these are geometric: 1 - (m / (1 + m))^(n + 1).
        check(0, 1.0, 1.0, 0.5);
        check(3, 1.0, 1.0, 0.9375);
        check(1, 3.0, 1.0, 0.4375);
        check(400, 100.0, 1.0, 0.9815);
    }

    #[test]
    fn as_many_as_nobody_counts_are_judged_by_their_distance() {
        assert!(at_least(1_000_000, 10.0, 0.5) < 1e-9);
        assert!(at_least(1_000_000, 900_000.0, 0.5) > 0.1);
        assert!(at_least(0, 0.0, 0.5) > 0.999);
    }
}
