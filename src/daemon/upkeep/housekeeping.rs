//! What is done beside the stages, now and then: summaries of what was held
//! back, the status line, retention, the note that we are alive.

use crate::daemon::upkeep::systemd;
use crate::daemon::{Daemon, alerting};
use crate::web::Status;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the status line is renewed.
const STATUS: Duration = Duration::from_secs(10);

/// Rounds between two sweeps of what is past its retention, and between two warnings
/// that the store is full.
const SWEEP_EVERY: u32 = 60;

/// Pause between the steps of a sweep, so that it never holds up the stages.
const SWEEP_PAUSE: Duration = Duration::from_millis(100);

/// Keeps house until `stop`.
pub(crate) async fn run(daemon: Arc<Daemon>, stop: CancellationToken) {
    let mut round = 0_u32;
    let mut next_warning = 0;
    loop {
        match keep(&daemon, round.is_multiple_of(SWEEP_EVERY), &stop).await {
            Ok(true) if round >= next_warning => {
                next_warning = round.saturating_add(SWEEP_EVERY);
                let max_bytes = daemon.settings.store.max_size.0;
                tracing::warn!(
                    max_bytes,
                    "the store is at its max_size; its oldest stories go before their time"
                );
            }
            Ok(_) => {}
            Err(err) => tracing::warn!(err = %err, "housekeeping is put off"),
        }
        round = round.saturating_add(1);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(STATUS) => {}
        }
    }
}

/// One round; says whether stories went to keep the store within its size.
async fn keep(daemon: &Daemon, sweeps: bool, stop: &CancellationToken) -> anyhow::Result<bool> {
    let now = daemon.now();
    summarise(daemon, now).await?;
    let status = Status::gather(&daemon.store, Some(daemon.running()), now).await?;
    let line = status.line();
    systemd::status(&line);
    daemon.health.set_line(&line);
    daemon.store.set_note("alive", now.to_string()).await?;
    daemon.health.store_writes();
    if sweeps {
        daemon.rebalance();
        let retention = SignedDuration::try_from(daemon.settings.store.retention.0)
            .unwrap_or(SignedDuration::MAX);
        let before = now.saturating_sub(retention)?;
        while !stop.is_cancelled() && daemon.store.sweep(before).await? {
            tokio::time::sleep(SWEEP_PAUSE).await;
        }
    }
    sweep_to_size(daemon, stop).await
}

/// Sends the summaries that are due.
async fn summarise(daemon: &Daemon, now: Timestamp) -> anyhow::Result<()> {
    let store = &daemon.store;
    for watch in store.summaries_due(now).await? {
        // No article is placed meanwhile: the next one sees the summary as the
        // watch's last alert, and what it adds is not marked as told by this one.
        let _placing = daemon.stories.lock().await;
        let Some(untold) = store.untold(watch.clone(), now, alerting::LINES).await? else {
            continue;
        };
        let watched = daemon.watched();
        let spec = watched.watch(&watch);
        let defaults = &daemon.settings.defaults.alert;
        let summary = alerting::summary(&watch, spec, &untold, defaults, now);
        tracing::info!(watch = %watch, alerts = untold.n_alerts, stories = untold.n_stories, "what was held back is summed up");
        store.summarise(summary, now).await?;
        daemon.wakes.deliver.notify_one();
    }
    Ok(())
}

/// Keeps the store within `store.max_size`, if there is one; says whether stories
/// had to go.
async fn sweep_to_size(daemon: &Daemon, stop: &CancellationToken) -> anyhow::Result<bool> {
    let max_bytes = daemon.settings.store.max_size.0;
    if max_bytes == 0 {
        return Ok(false);
    }
    let mut has_swept = false;
    while !stop.is_cancelled() && daemon.store.sweep_to_size(max_bytes).await? {
        has_swept = true;
        tokio::time::sleep(SWEEP_PAUSE).await;
    }
    Ok(has_swept)
}
