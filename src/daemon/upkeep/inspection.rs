//! Checks the whole store again and again, so that damage is found and reported before
//! somebody needs the damaged rows.

use crate::daemon::Daemon;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// The shortest pause between two checks.
const PAUSE: Duration = Duration::from_secs(10);

/// How many times longer the pause is than the check before it: checks take about one
/// percent of one processor's time.
const SHARE: u32 = 100;

/// Checks until `stop`.
pub(crate) async fn run(daemon: Arc<Daemon>, stop: CancellationToken) {
    loop {
        let begun = Instant::now();
        // Closing the store ends a check that is under way at the stop.
        tokio::select! {
            () = stop.cancelled() => return,
            looked = daemon.store.inspect() => if let Err(err) = looked {
                daemon.health.work_failed(&err);
            }
        }
        let pause = PAUSE.max(begun.elapsed() * SHARE);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
