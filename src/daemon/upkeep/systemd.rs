//! Messages to systemd: ready, reloading, stopping, watchdog, and the status line.
//! Without systemd (`NOTIFY_SOCKET` unset) nothing is sent.

use crate::daemon::Daemon;
use sd_notify::NotifyState;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Sends states. A socket that cannot be written is only logged at debug level.
fn send(states: &[NotifyState<'_>]) {
    if let Err(err) = sd_notify::notify(states) {
        tracing::debug!(err = %err, "systemd could not be notified");
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

/// Why the process ends, for `systemctl status`: its first line.
pub fn tell_supervisor(why: &str) {
    status(why.lines().next().unwrap_or_default());
}

/// No more work is taken.
pub(crate) fn stopping() {
    send(&[
        NotifyState::Stopping,
        NotifyState::Status("stopping: waiting for unfinished work"),
    ]);
}

/// One line for `systemctl status`.
pub(crate) fn status(line: &str) {
    send(&[NotifyState::Status(line)]);
}

/// Tells systemd that we are alive for as long as work gets done: each loop turns,
/// and the store takes writes and answers. Otherwise systemd restarts us.
pub(crate) async fn watchdog(daemon: &Daemon, stop: CancellationToken) {
    let Some(limit) = sd_notify::watchdog_enabled() else {
        stop.cancelled().await;
        return;
    };
    let every = (limit / 3).max(Duration::from_millis(100));
    let mut is_stuck = false;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        if daemon.health.is_stuck() {
            if !std::mem::replace(&mut is_stuck, true) {
                let troubles = daemon.health.progress().troubles.join("; ");
                tracing::error!(err = %troubles, "newsvane makes no progress; it no longer notifies systemd's watchdog, which will restart it");
            }
            continue;
        }
        is_stuck = false;
        send(&[NotifyState::Watchdog]);
    }
}
