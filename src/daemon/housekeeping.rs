//! What is done beside the stages, now and then: the status line, retention,
//! the note that we are alive.

use super::{Daemon, systemd};
use crate::web::Status;
use jiff::SignedDuration;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the status line is renewed.
const STATUS: Duration = Duration::from_secs(10);

/// Rounds between two sweeps.
const SWEEP_EVERY: u32 = 60;

/// Pause between the steps of a sweep, so that it never holds up the stages.
const SWEEP_PAUSE: Duration = Duration::from_millis(100);

/// Keeps house until `stop`.
pub(super) async fn run(daemon: Arc<Daemon>, stop: CancellationToken) {
    let mut round = 0_u32;
    loop {
        if let Err(err) = keep(&daemon, round.is_multiple_of(SWEEP_EVERY), &stop).await {
            tracing::warn!(err = %err, "housekeeping is put off");
        }
        round = round.wrapping_add(1);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(STATUS) => {}
        }
    }
}

async fn keep(daemon: &Daemon, sweeps: bool, stop: &CancellationToken) -> anyhow::Result<()> {
    let now = daemon.now();
    let status = Status::gather(&daemon.store, Some(daemon.running()), now).await?;
    let line = status.line();
    systemd::status(&line);
    daemon.health.set_line(&line);
    daemon.store.set_note("alive", now.to_string()).await?;
    if sweeps {
        daemon.rebalance().await?;
        let retention = SignedDuration::try_from(daemon.settings.store.retention.0)
            .unwrap_or(SignedDuration::MAX);
        let before = now.saturating_sub(retention)?;
        while !stop.is_cancelled() && daemon.store.sweep(before).await? {
            tokio::time::sleep(SWEEP_PAUSE).await;
        }
    }
    Ok(())
}
