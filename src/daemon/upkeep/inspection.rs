//! Looks at the whole store, over and over: damage is found and named before
//! anybody needs what is damaged.

use crate::daemon::Daemon;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// The least time from one look to the next.
const PAUSE: Duration = Duration::from_secs(10);

/// How much longer a pause is than the look before it: one processor is busy with
/// it one percent of the time.
const SHARE: u32 = 100;

/// Looks until `stop`.
pub(crate) async fn run(daemon: Arc<Daemon>, stop: CancellationToken) {
    loop {
        let begun = Instant::now();
        // One that is under way at the stop is ended by the closing store.
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
