//! The loop that all three stages share: lend due work, do it in a bounded
//! number of slots, and wait for more.

use super::Health;
use crate::store::{Answer, StoreError};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long a stage sleeps at most. Waking is a hint, this tick is the truth:
/// it finds what another process made due, and what a lost hint left behind.
pub(super) const TICK: Duration = Duration::from_millis(500);

/// Pause after the store refused, such as on a full disk: long enough to leave
/// it in peace, short enough to recover within seconds.
pub(super) const REFUSED: Duration = Duration::from_secs(2);

/// Time that work in hand has to finish once the daemon stops.
pub(super) const GRACE: Duration = Duration::from_secs(20);

/// One of the loops: feeds to poll, entries to read, deliveries to send.
pub(super) trait Stage: Send + Sync + 'static {
    /// A piece of work, lent.
    type Lease: Send + 'static;

    /// Its name in the log.
    const NAME: &'static str;

    /// Pieces of work under way at once.
    fn slots(&self) -> usize;

    /// Rings when there may be new work.
    fn wake(&self) -> &Notify;

    /// How long it sleeps, should nobody ring.
    fn pause(&self) -> Duration {
        TICK
    }

    /// Where it tells that the store refuses to write.
    fn health(&self) -> &Health;

    /// Lends up to `free` pieces of work.
    fn lease(
        &self,
        free: usize,
    ) -> impl Future<Output = Result<Vec<Self::Lease>, StoreError>> + Send;

    /// Does one piece of work and records its outcome.
    fn work(
        self: Arc<Self>,
        lease: Self::Lease,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Records an outcome, as often as it takes while the disk is full: given up,
/// the work would rest until its lease runs out, minutes after the disk has
/// room again, and a delivery would be sent once more. It ends with the stop's
/// [`GRACE`] at the latest.
pub(super) async fn record<'a, T>(
    health: &Health,
    mut write: impl FnMut() -> Answer<'a, T>,
) -> Result<T, StoreError> {
    loop {
        match write().await {
            Err(err @ StoreError::CannotWrite(_)) => {
                health.store_refuses(&err);
                tokio::time::sleep(REFUSED).await;
            }
            Ok(answer) => {
                health.store_writes();
                return Ok(answer);
            }
            Err(err) => return Err(err),
        }
    }
}

/// Runs `stage` until `stop`, then lets the work in hand finish within [`GRACE`].
pub(super) async fn run<S: Stage>(stage: Arc<S>, stop: CancellationToken) {
    let mut tasks = JoinSet::new();
    while !stop.is_cancelled() {
        let free = stage.slots().saturating_sub(tasks.len());
        let leases = if free == 0 {
            Ok(Vec::new())
        } else {
            stage.lease(free).await
        };
        let pause = match leases {
            Ok(leases) => {
                for lease in leases {
                    tasks.spawn(Arc::clone(&stage).work(lease));
                }
                stage.pause()
            }
            Err(err) => {
                stage.health().store_refuses(&err);
                REFUSED
            }
        };
        wait(&stage, &mut tasks, &stop, pause).await;
    }
    finish::<S>(tasks).await;
}

/// Waits for a hint, a slot, the tick or the stop.
async fn wait<S: Stage>(
    stage: &Arc<S>,
    tasks: &mut JoinSet<Result<(), StoreError>>,
    stop: &CancellationToken,
    pause: Duration,
) {
    let is_full = tasks.len() >= stage.slots();
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(pause) => {}
        // A hint is of no use while there is no slot; it is kept until then.
        () = stage.wake().notified(), if !is_full => {}
        Some(done) = tasks.join_next(), if is_full => told::<S>(done),
    }
    while let Some(done) = tasks.try_join_next() {
        told::<S>(done);
    }
}

async fn finish<S: Stage>(mut tasks: JoinSet<Result<(), StoreError>>) {
    let deadline = Instant::now() + GRACE;
    while let Ok(Some(done)) = tokio::time::timeout_at(deadline, tasks.join_next()).await {
        told::<S>(done);
    }
    if !tasks.is_empty() {
        // Their leases run out by themselves: the same path as after a crash.
        tracing::warn!(
            stage = S::NAME,
            n = tasks.len(),
            "work in hand was cut off; it will be done again"
        );
        tasks.shutdown().await;
    }
}

fn told<S: Stage>(done: Result<Result<(), StoreError>, tokio::task::JoinError>) {
    match done {
        Ok(Ok(())) => {}
        Ok(Err(err)) => {
            tracing::warn!(stage = S::NAME, err = %err, "an outcome was not recorded; it will be done again");
        }
        Err(err) => {
            // The try was counted when the lease was taken, so work that
            // panics each time ends as given up.
            tracing::error!(stage = S::NAME, err = %err, "work panicked; it is tried again until its tries run out");
        }
    }
}
