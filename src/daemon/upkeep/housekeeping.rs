//! Regular tasks: summaries of held alerts, the status line, deletion of old articles and
//! alerts, and the note of when newsvane last ran.

use crate::daemon::runtime::failpoint;
use crate::daemon::upkeep::retention::RetentionClock;
use crate::daemon::upkeep::systemd;
use crate::daemon::upkeep::threads::end_threads;
use crate::daemon::{Daemon, alerting};
use crate::store::StoreError;
use crate::web::Status;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the status line is renewed.
const STATUS: Duration = Duration::from_secs(10);

/// The number of rounds between two deletions of what is older than the retention, and
/// between two warnings that the store is full.
const SWEEP_EVERY: u32 = 60;

/// Pause between the steps of a sweep, so that it does not hold up the loops.
const SWEEP_PAUSE: Duration = Duration::from_millis(100);

/// The name of this loop in the health.
pub(crate) const NAME: &str = "housekeeping";

/// Does the housekeeping until `stop`.
pub(crate) async fn run(
    daemon: Arc<Daemon>,
    mut retention: RetentionClock,
    stop: CancellationToken,
) {
    let mut round = 0_u32;
    let mut next_warning = 0;
    loop {
        failpoint::reached("housekeeping");
        match keep(
            &daemon,
            &mut retention,
            round.is_multiple_of(SWEEP_EVERY),
            &stop,
        )
        .await
        {
            Ok(true) if round >= next_warning => {
                next_warning = round.saturating_add(SWEEP_EVERY);
                let max_bytes = daemon.settings.store.max_size.0;
                tracing::warn!(
                    max_bytes,
                    "the store is at its max_size; the oldest articles of the largest feeds are deleted early"
                );
            }
            Ok(_) => {}
            Err(err) => {
                if let Some(err) = err.downcast_ref::<StoreError>() {
                    daemon.health.turn_failed(NAME, err);
                }
                tracing::warn!(err = %err, "housekeeping failed; it is tried again in the next round");
            }
        }
        round = round.saturating_add(1);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(STATUS) => {}
        }
    }
}

/// One round; says whether something was deleted to keep the store within its size.
async fn keep(
    daemon: &Daemon,
    retention: &mut RetentionClock,
    sweeps: bool,
    stop: &CancellationToken,
) -> anyhow::Result<bool> {
    let now = daemon.now();
    summarise(daemon, now).await?;
    let status = Status::gather(&daemon.store, Some(daemon.running()), now).await?;
    let line = status.line();
    daemon.health.store_was_read();
    systemd::status(&line);
    daemon.health.set_line(&line);
    daemon.store.set_note("alive", now.to_string()).await?;
    daemon.health.store_writes();
    daemon.health.turned(NAME, false);
    let seen = retention.advance(daemon).await?;
    if sweeps {
        end_threads(daemon, now).await?;
        daemon.rebalance();
        let keep_for = SignedDuration::try_from(daemon.settings.store.retention.0)
            .unwrap_or(SignedDuration::MAX);
        let before = seen.saturating_sub(keep_for)?;
        while !stop.is_cancelled() && daemon.store.sweep(before).await? {
            daemon.health.turned(NAME, false);
            tokio::time::sleep(SWEEP_PAUSE).await;
        }
    }
    sweep_to_size(daemon, stop).await
}

/// Sends the summaries that are due.
async fn summarise(daemon: &Daemon, now: Timestamp) -> anyhow::Result<()> {
    let store = &daemon.store;
    for watch in store.summaries_due(now).await? {
        // No article is placed meanwhile: the next one sees this summary as the
        // watch's last alert, and is not marked as part of it.
        let _placing = daemon.stories.lock().await;
        let Some(pending) = store
            .pending_summary(watch.clone(), now, alerting::LINES)
            .await?
        else {
            continue;
        };
        let watched = daemon.watched();
        let spec = watched.watch(&watch);
        let defaults = &daemon.settings.defaults.alert;
        let summary = alerting::summary(&watch, spec, &pending, defaults, now);
        tracing::info!(watch = %watch, alerts = pending.n_alerts, stories = pending.n_stories, "held alerts are summarised");
        store.summarise(summary, now).await?;
        daemon.wakes.deliver.notify_one();
    }
    Ok(())
}

/// Keeps the store within `store.max_size`, if there is one; says whether
/// something had to be deleted.
async fn sweep_to_size(daemon: &Daemon, stop: &CancellationToken) -> anyhow::Result<bool> {
    let max_bytes = daemon.settings.store.max_size.0;
    if max_bytes == 0 {
        return Ok(false);
    }
    let mut has_swept = false;
    while !stop.is_cancelled() && daemon.store.sweep_to_size(max_bytes, daemon.now()).await? {
        has_swept = true;
        daemon.health.turned(NAME, false);
        tokio::time::sleep(SWEEP_PAUSE).await;
    }
    Ok(has_swept)
}
