//! What the three loops share: take due work, do it in a bounded number of slots,
//! and wait for more.

use super::Health;
use crate::store::{Answer, StoreError};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long a loop sleeps at most. A wake-up can be lost, and other processes cannot wake
/// a loop; the next tick finds their work all the same.
pub(super) const TICK: Duration = Duration::from_millis(500);

/// Pause after the store refused to write, for example because the disk is full: long
/// enough not to load the disk with retries, short enough to recover within seconds.
pub(super) const REFUSED: Duration = Duration::from_secs(2);

/// How long unfinished work may take once the daemon stops.
pub(super) const GRACE: Duration = Duration::from_secs(20);

/// One of the loops: feeds to poll, entries to read, deliveries to send.
pub(super) trait Stage: Send + Sync + 'static {
    /// A piece of work that this loop has the exclusive right to do for a time.
    type Lease: Send + 'static;

    /// Its name in the log.
    const NAME: &'static str;

    /// Pieces of work under way at once.
    fn slots(&self) -> usize;

    /// Notified when there may be new work.
    fn wake(&self) -> &Notify;

    /// How long it sleeps if it is not woken.
    fn pause(&self) -> Duration {
        TICK
    }

    /// Where it reports its progress, and errors of the store.
    fn health(&self) -> &Health;

    /// Takes up to `free` pieces of work.
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

/// Records an outcome, however often the store refuses to write: otherwise the
/// work would wait until its lease ends, minutes after the disk has room again,
/// and a delivery would be sent once more. Ends at the latest with the [`GRACE`]
/// of a stop.
pub(super) async fn record<'a, T>(
    health: &Health,
    mut write: impl FnMut() -> Answer<'a, T>,
) -> Result<T, StoreError> {
    loop {
        match write().await {
            Err(err) if err.is_transient() => {
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

/// Awaits `work`, and calls `extend` every so often, so that its lease does not
/// end while it is under way, however long a host or receiver lets it wait.
pub(super) async fn keep_lease<'a, T>(
    every: Duration,
    extend: impl Fn() -> Answer<'a, ()>,
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = tokio::time::sleep(every) => {
                if let Err(err) = extend().await {
                    tracing::warn!(err = %err, "the lease of work under way could not be extended");
                }
            }
        }
    }
}

/// Runs `stage` until `stop`, then gives unfinished work [`GRACE`].
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
                stage.health().turned(S::NAME, free == 0);
                for lease in leases {
                    tasks.spawn(Arc::clone(&stage).work(lease));
                }
                stage.pause()
            }
            Err(err) => {
                stage.health().turn_failed(S::NAME, &err);
                REFUSED
            }
        };
        wait(&stage, &mut tasks, &stop, pause).await;
    }
    finish(&stage, tasks).await;
}

/// Waits until it is woken, a slot is free, the pause is over, or the daemon stops.
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
        // While no slot is free, a wake-up is left pending until one is.
        () = stage.wake().notified(), if !is_full => {}
        Some(done) = tasks.join_next(), if is_full => report(stage, done),
    }
    while let Some(done) = tasks.try_join_next() {
        report(stage, done);
    }
}

async fn finish<S: Stage>(stage: &Arc<S>, mut tasks: JoinSet<Result<(), StoreError>>) {
    let deadline = Instant::now() + GRACE;
    while let Ok(Some(done)) = tokio::time::timeout_at(deadline, tasks.join_next()).await {
        report(stage, done);
    }
    if !tasks.is_empty() {
        // The leases of the stopped work run out by themselves, as after a crash.
        tracing::warn!(
            stage = S::NAME,
            n = tasks.len(),
            "unfinished work was stopped after 20 s; it is done again after the next start"
        );
        tasks.shutdown().await;
    }
}

fn report<S: Stage>(stage: &Arc<S>, done: Result<Result<(), StoreError>, tokio::task::JoinError>) {
    match done {
        Ok(Ok(())) => stage.health().work_done(S::NAME),
        Ok(Err(err)) => {
            stage.health().work_failed(&err);
            tracing::warn!(stage = S::NAME, err = %err, "an outcome was not recorded; the work will be done again");
        }
        Err(err) => {
            // The try was counted when the lease was taken, so that work that
            // panics each time is given up in the end.
            tracing::error!(stage = S::NAME, err = %err, "work panicked; it is tried again until its tries run out");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    #[tokio::test(start_paused = true)]
    async fn a_lease_is_extended_for_as_long_as_its_work_takes() {
        let n_extended = AtomicU32::new(0);
        let extend = || -> Answer<'_, ()> {
            n_extended.fetch_add(1, Relaxed);
            Box::pin(async { Ok(()) })
        };
        let work = tokio::time::sleep(Duration::from_secs(480));
        keep_lease(Duration::from_secs(60), extend, work).await;
        assert_eq!(n_extended.load(Relaxed), 7);
    }
}
