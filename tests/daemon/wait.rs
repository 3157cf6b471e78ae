//! Waiting for what happens in another process: for a condition, never for a time.

use std::time::{Duration, Instant};

/// A bound on waiting for what must happen: long enough for a debug build on a busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(180);

/// Waits until `holds`; fails with `what` after [`LONG`].
pub(crate) async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(
            begun.elapsed() < LONG,
            "after {LONG:?} this has not happened: {what}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Checks again and again, for `time`, that `holds`. A busy machine only checks less often.
pub(crate) async fn always(what: &str, time: Duration, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        assert!(holds().await, "this does not hold: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
