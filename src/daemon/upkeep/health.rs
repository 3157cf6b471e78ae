//! How the running daemon is doing, as far as the store does not know.

use crate::store::StoreError;
use jiff::Timestamp;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What changes while it runs.
#[derive(Debug)]
pub(crate) struct Health {
    since: Timestamp,
    state: Mutex<State>,
    /// Whether the store refused the last write.
    refused: AtomicBool,
}

#[derive(Clone, Debug)]
struct State {
    watchlist_read: Timestamp,
    watchlist_error: Option<String>,
    line: String,
}

impl Health {
    pub(crate) fn new(now: Timestamp) -> Self {
        let state = State {
            watchlist_read: now,
            watchlist_error: None,
            line: "starting".to_owned(),
        };
        Self {
            since: now,
            state: Mutex::new(state),
            refused: AtomicBool::new(false),
        }
    }

    /// The store refused a write. Said once: more would fill the log, perhaps on
    /// the same full disk.
    pub(crate) fn store_refuses(&self, err: &StoreError) {
        if !self.refused.swap(true, Relaxed) {
            tracing::error!(err = %err, "the store refuses to write; what is in hand is kept, and tried again every 2 s");
        }
    }

    /// The store took a write.
    pub(crate) fn store_writes(&self) {
        if self.refused.load(Relaxed) && self.refused.swap(false, Relaxed) {
            tracing::info!("the store writes again");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Since when the daemon runs.
    pub(crate) fn since(&self) -> Timestamp {
        self.since
    }

    /// When the watchlist in force was read.
    pub(crate) fn watchlist_read(&self) -> Timestamp {
        self.state().watchlist_read
    }

    /// Why the files as they are now are not in force.
    pub(crate) fn watchlist_error(&self) -> Option<String> {
        self.state().watchlist_error.clone()
    }

    /// The last status line.
    pub(crate) fn line(&self) -> String {
        self.state().line.clone()
    }

    pub(crate) fn reloaded(&self, now: Timestamp) {
        let mut state = self.state();
        state.watchlist_read = now;
        state.watchlist_error = None;
    }

    pub(crate) fn reload_failed(&self, error: String) {
        self.state().watchlist_error = Some(error);
    }

    pub(crate) fn set_line(&self, line: &str) {
        line.clone_into(&mut self.state().line);
    }
}
