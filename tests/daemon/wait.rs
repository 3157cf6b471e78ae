//! Waiting for what happens in another process: for a condition, never for a time.

use std::time::{Duration, Instant};

/// Long enough for a debug build on a machine that does other work beside.
pub(crate) const LONG: Duration = Duration::from_secs(30);

/// Waits until `holds`; fails with `what` after [`LONG`].
pub(crate) async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(
            begun.elapsed() < LONG,
            "waited {LONG:?} in vain for this: {what}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A condition that is to hold all along: looked at for `time`.
pub(crate) async fn always(what: &str, time: Duration, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        assert!(holds().await, "this does not hold: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
