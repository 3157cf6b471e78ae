//! Watches the store from outside: whether its file is still the one that was
//! opened, and whether a write gets through. What is wrong is noticed within
//! seconds, also when there is nothing to store.

use crate::daemon::Daemon;
use crate::daemon::upkeep::systemd;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the file's name is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// How many looks there are for each write.
const LOOKS_PER_WRITE: u32 = 3;

/// A write takes milliseconds, and as long as another program locks the store.
const PATIENCE: Duration = Duration::from_secs(30);

/// Watches until `stop`.
pub(crate) async fn run(daemon: Arc<Daemon>, stop: CancellationToken) {
    let mut known = Vec::new();
    for round in 0_u32.. {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let store = Arc::clone(&daemon.store);
        // The file may lie on a disk that does not answer.
        let look = tokio::task::spawn_blocking(move || store.file_trouble());
        if let Ok(Ok(trouble)) = tokio::time::timeout(LOOK, look).await {
            daemon.health.set_file_trouble(trouble);
        }
        if round.is_multiple_of(LOOKS_PER_WRITE) {
            write(&daemon).await;
        }
        report(&daemon, &mut known);
    }
}

async fn write(daemon: &Daemon) {
    match tokio::time::timeout(PATIENCE, daemon.store.ping()).await {
        Ok(Ok(())) => daemon.health.store_writes(),
        Ok(Err(err)) => daemon.health.work_failed(&err),
        // The health goes by the time of the last commit.
        Err(_) => {}
    }
}

/// Logs troubles that are new, and the end of those that are over.
fn report(daemon: &Daemon, known: &mut Vec<String>) {
    let troubles = daemon.health.progress().troubles;
    if troubles.is_empty() {
        if !known.is_empty() {
            tracing::info!("newsvane works as it should again");
            known.clear();
        }
        return;
    }
    if known.len() != troubles.len() {
        for trouble in &troubles {
            tracing::error!(trouble, "newsvane does not work as it should");
        }
        systemd::status(&format!("does not work: {}", troubles.join("; ")));
    }
    *known = troubles;
}
