//! What systemd is told: ready, reloading, stopping, alive, and how it goes.
//! Without systemd (`NOTIFY_SOCKET` unset) all of it does nothing.

use crate::daemon::Daemon;
use sd_notify::NotifyState;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Sends states; a socket that cannot be written is said once in a debug line,
/// as there is nobody else to tell.
fn send(states: &[NotifyState<'_>]) {
    if let Err(err) = sd_notify::notify(states) {
        tracing::debug!(err = %err, "systemd could not be told");
    }
}

/// The store is open, the watchlist is compiled: work begins.
pub(crate) fn ready(status: &str) {
    send(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// The files are being read again (`Type=notify-reload` wants the clock with it).
pub(crate) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => send(&[NotifyState::Reloading, now]),
        Err(_) => send(&[NotifyState::Reloading]),
    }
}

/// No more work is taken.
pub(crate) fn stopping() {
    send(&[
        NotifyState::Stopping,
        NotifyState::Status("stopping: finishing work in hand"),
    ]);
}

/// One line for `systemctl status`.
pub(crate) fn status(line: &str) {
    send(&[NotifyState::Status(line)]);
}

/// Tells systemd that we are alive, for as long as the store answers: a
/// daemon whose commits hang does no work, whatever else still runs.
pub(crate) async fn watchdog(daemon: &Daemon, stop: CancellationToken) {
    let Some(limit) = sd_notify::watchdog_enabled() else {
        return;
    };
    let every = (limit / 3).max(Duration::from_millis(100));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        match tokio::time::timeout(every, daemon.store.ping()).await {
            // A full disk is reported elsewhere, and a restart would not empty it.
            Ok(Ok(()) | Err(crate::store::StoreError::CannotWrite(_))) => {
                send(&[NotifyState::Watchdog]);
            }
            Ok(Err(err)) => {
                tracing::error!(err = %err, "the store fails its check; systemd is not told that we live");
            }
            Err(_) => {
                tracing::error!("the store does not answer; systemd is not told that we live");
            }
        }
    }
}
