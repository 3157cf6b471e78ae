//! The socket by which the commands reach the running daemon.
//!
//! It lies beside the store's file, as `newsvane.db.sock`, and only its owner (and
//! root) may open it. A connection carries one request and its answer, each a line
//! of JSON:
//!
//! ```text
//! {"ask":"poll","feed":"https://example.org/world.rss"}
//! {"answer":"polled","feed":"https://example.org/world.rss","status":200,"new":3,...}
//! ```
//!
//! What a command can read from the store, or write into it, needs no daemon; the
//! socket is for what only the daemon knows or does.
//!
//! - `client`: a command asks
//! - `server`: the daemon answers, within bounds
//!
//! To add a request: a variant of [`Request`] and one of [`Answer`], and an arm in
//! `daemon/upkeep/control.rs`.

mod client;
mod server;

#[cfg(test)]
use client::Unanswered;
pub(crate) use client::ask;
pub(crate) use server::{Answered, bind, serve};

use crate::web::Status;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest time that the daemon takes for an answer. A poll may wait for its host,
/// and for redirects.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// What a command asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Request {
    /// Poll this feed of the watchlist now: its URL or its name.
    Poll {
        /// The URL or the name.
        feed: String,
    },
    /// Read the watchlist again now.
    Reload,
    /// How the daemon is doing.
    Status,
}

/// What the daemon answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(crate) enum Answer {
    /// To [`Request::Poll`].
    Polled(Polled),
    /// To [`Request::Reload`].
    Reloaded(Reloaded),
    /// To [`Request::Status`].
    Status(Box<Status>),
    /// It cannot be done.
    Refused {
        /// Why, for a person.
        error: String,
    },
}

/// What came of a poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Polled {
    /// The feed's address, without its secrets.
    pub(crate) feed: String,
    /// The response's status; `None` where there was none.
    pub(crate) status: Option<u16>,
    /// What went wrong; `None` for a success.
    pub(crate) error: Option<String>,
    /// New entries, which are read now.
    pub(crate) new: usize,
    /// New entries that are only recorded, as on the first poll.
    pub(crate) recorded: usize,
    /// Known entries that changed.
    pub(crate) updated: usize,
    /// When it is polled next; `None` for never.
    pub(crate) next: Option<Timestamp>,
}

impl Polled {
    /// What the poll brought, or what went wrong, for a person.
    pub(crate) fn outcome(&self) -> String {
        if let Some(error) = &self.error {
            return error.clone();
        }
        let status = match self.status {
            Some(304) => "not modified (304)".to_owned(),
            Some(status) => format!("answered {status}"),
            None => "polled".to_owned(),
        };
        let mut parts = vec![status];
        if self.new > 0 {
            parts.push(format!("{} new, to read", self.new));
        }
        if self.recorded > 0 {
            parts.push(format!("{} new, only recorded", self.recorded));
        }
        match self.updated {
            0 => {}
            1 => parts.push("1 entry changed".to_owned()),
            n => parts.push(format!("{n} entries changed")),
        }
        if parts.len() == 1 {
            parts.push("nothing new".to_owned());
        }
        parts.join(", ")
    }
}

/// What came of a reload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reloaded {
    /// Why the files are not in force; `None` if they are.
    pub(crate) error: Option<String>,
    /// What changed, such as `2 feeds added`; empty if nothing did.
    pub(crate) changes: Vec<String>,
    /// The keys of newsvane.toml that changed and take effect after a restart.
    pub(crate) restart: Vec<String>,
    /// Why a restart would fail: newsvane.toml is wrong.
    pub(crate) settings_error: Option<String>,
}

/// The socket of the daemon on the store in `store`.
pub(crate) fn path(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".sock");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests;
