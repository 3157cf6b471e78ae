//! Checks that the store's file is still the one that was opened, and that writes
//! succeed. Troubles are noticed within seconds, even if there is nothing to store.

use crate::daemon::Daemon;
use crate::daemon::upkeep::systemd;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the file's name is checked.
const LOOK: Duration = Duration::from_secs(2);

/// How many of these checks there are for each test write.
const LOOKS_PER_WRITE: u32 = 3;

/// How long a test write may take. Normally it takes milliseconds; it takes longer while
/// another program locks the store.
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
        // Nothing to do: the health notices by itself that the last commit is long ago.
        Err(_) => {}
    }
}

/// Logs troubles that are new, and the end of those that are over.
fn report(daemon: &Daemon, known: &mut Vec<String>) {
    let troubles = daemon.health.progress().troubles;
    if troubles.is_empty() {
        if !known.is_empty() {
            tracing::info!("newsvane can do its work again");
            known.clear();
        }
        return;
    }
    if known.len() != troubles.len() {
        for trouble in &troubles {
            tracing::error!(trouble, "newsvane cannot do its work");
        }
        systemd::status(&format!("does not work: {}", troubles.join("; ")));
    }
    *known = troubles;
}
