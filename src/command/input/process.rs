//! The async runtime of the commands, and the signals that stop them.

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

/// The async runtime that the daemon and the commands run on.
///
/// # Errors
/// When the system cannot start threads.
pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")
}

/// Resolves on SIGTERM or SIGINT. A second signal ends the process at once,
/// which is safe: the store survives being killed at any moment.
///
/// # Errors
/// When the signal handlers cannot be installed.
pub(crate) fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let (stop, stopped) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let mut stop = Some(stop);
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            match stop.take() {
                Some(stop) => drop(stop.send(())),
                None => std::process::exit(130),
            }
        }
    });
    Ok(async move {
        let _ = stopped.await;
    })
}
