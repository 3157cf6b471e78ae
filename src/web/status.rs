//! The state of newsvane as one value, for the page, the API and `newsvane status`.

use crate::store::{AlertView, DamagedRow, FeedView, Mute, Numbers, Overview, Store, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Number of alerts shown.
const ALERTS: usize = 20;

/// What only the running daemon knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Running {
    /// The program's version.
    pub(crate) version: String,
    /// When it was started.
    pub(crate) since: Timestamp,
    /// The number of watches in force.
    pub(crate) watches: usize,
    /// When the watchlist in force was loaded.
    pub(crate) watchlist_read: Timestamp,
    /// Why the current watchlist files are not in force; `None` if they are.
    pub(crate) watchlist_error: Option<String>,
    /// The keys of newsvane.toml that changed since the start, and take effect after
    /// a restart.
    #[serde(default)]
    pub(crate) restart_needed: Vec<String>,
    /// How far it has got, and what keeps it from its work.
    #[serde(default)]
    pub(crate) progress: Progress,
}

/// The daemon's progress: whether work gets done, and not only whether it runs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// What keeps it from its work, each in a sentence; empty while all is well.
    pub(crate) troubles: Vec<String>,
    /// The loops.
    pub(crate) loops: Vec<LoopProgress>,
    /// Seconds since the store last took a write.
    pub(crate) committed_s: u64,
    /// Seconds since the status was last read from the store.
    pub(crate) read_s: u64,
    /// Damaged rows that were met in the store.
    pub(crate) damaged_rows: Vec<DamagedRow>,
}

/// The progress of one loop.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LoopProgress {
    /// Its name: `poll`, `read`, `deliver` or `housekeeping`.
    pub(crate) name: String,
    /// Seconds since it last turned.
    pub(crate) turned_s: u64,
    /// Seconds since a piece of its work was finished; `None` if none was yet.
    pub(crate) done_s: Option<u64>,
    /// Seconds without a turn from which on it counts as stuck.
    pub(crate) bound_s: u64,
}

/// The state of newsvane.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Status {
    /// The daemon; `None` if it is not running.
    pub(crate) running: Option<Running>,
    /// Counts of feeds, articles, alerts and others.
    pub(crate) numbers: Numbers,
    /// Feeds with problems: failing, gone, or silent for longer than usual.
    pub(crate) troubled: Vec<FeedView>,
    /// How many feeds have problems; `troubled` may be a part of them.
    #[serde(default)]
    pub(crate) troubled_total: usize,
    /// The time of the next poll.
    pub(crate) next_poll: Option<Timestamp>,
    /// Disabled receivers, with the reason.
    pub(crate) disabled_receivers: Vec<(String, String)>,
    /// When the oldest alert that is still to be delivered came about.
    #[serde(default)]
    pub(crate) oldest_undelivered: Option<Timestamp>,
    /// The newest alerts.
    pub(crate) alerts: Vec<AlertView>,
    /// The watches and feeds that are muted, the first to end first.
    #[serde(default)]
    pub(crate) mutes: Vec<Mute>,
}

impl Status {
    /// Reads the state from `store`; `now` is the current time.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn gather(
        store: &Arc<dyn Store>,
        running: Option<Running>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let Overview {
            numbers,
            troubled,
            pulse,
            oldest_pending,
            disabled_receivers,
            alerts,
            mutes,
        } = store.overview(now, ALERTS).await?;
        Ok(Self {
            running,
            numbers,
            troubled_total: troubled.len(),
            troubled,
            next_poll: pulse.feed,
            disabled_receivers,
            oldest_undelivered: oldest_pending,
            alerts,
            mutes,
        })
    }

    /// Keeps a part of the feeds with problems.
    pub(super) fn show_part(&mut self, from: usize, n: usize) {
        let feeds = std::mem::take(&mut self.troubled);
        self.troubled = feeds.into_iter().skip(from).take(n).collect();
    }

    /// A summary in one line, for `systemctl status` and the log.
    #[must_use]
    pub(crate) fn line(&self) -> String {
        let n = &self.numbers;
        let mut line = format!("{} feeds", n.feeds);
        let mut add = |n: u64, what: &str| {
            if n > 0 {
                line.push_str(&format!(", {n} {what}"));
            }
        };
        add(n.failing, "failing");
        add(n.silent, "silent");
        add(n.unread, "entries to read");
        add(n.articles, "articles");
        add(n.stories, "stories");
        add(n.alerts, "alerts");
        add(n.pending, "to deliver");
        add(n.dead, "dead letters");
        add(self.mutes.len() as u64, "muted");
        if let Some(running) = &self.running {
            if let Some(error) = &running.watchlist_error {
                line.push_str(", the edited watchlist is not in force: ");
                line.push_str(error.lines().next().unwrap_or_default());
            }
            if !running.restart_needed.is_empty() {
                line.push_str(", newsvane.toml has changes that need a restart");
            }
        }
        let progress = self.running.as_ref().map(|running| &running.progress);
        if let Some(progress) = progress {
            if !progress.damaged_rows.is_empty() {
                let n = progress.damaged_rows.len();
                line.push_str(&format!(", {n} damaged rows"));
            }
            if let Some(trouble) = progress.troubles.first() {
                line.push_str(&format!(", does not work: {trouble}"));
            }
        }
        line
    }
}
