//! How newsvane is doing, as one value: what the page, the API and
//! `newsvane status` show.

use crate::store::{AlertFilter, AlertView, FeedFilter, FeedView, Numbers, Store, StoreError};
use jiff::Timestamp;
use serde::Serialize;
use std::sync::Arc;

/// Alerts shown.
const ALERTS: usize = 20;

/// What the running daemon knows and the store does not.
#[derive(Clone, Debug, Serialize)]
pub struct Running {
    /// The program's version.
    pub version: &'static str,
    /// Since when it runs.
    pub since: Timestamp,
    /// Watches in force.
    pub watches: usize,
    /// When the watchlist in force was read.
    pub watchlist_read: Timestamp,
    /// Why the files as they are now are not in force; `None` if they are.
    pub watchlist_error: Option<String>,
}

/// How newsvane is doing.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// The daemon; `None` if it does not run.
    pub running: Option<Running>,
    /// How much there is of everything.
    pub numbers: Numbers,
    /// Feeds that need a look: failing, gone, silent against their own rhythm.
    pub troubled: Vec<FeedView>,
    /// The next poll of any feed.
    pub next_poll: Option<Timestamp>,
    /// Receivers that are not sent to, with the reason.
    pub disabled_receivers: Vec<(String, String)>,
    /// The newest alerts.
    pub alerts: Vec<AlertView>,
}

impl Status {
    /// Reads it from `store`; `now` is the clock.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn gather(
        store: &Arc<dyn Store>,
        running: Option<Running>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            running,
            numbers: store.numbers().await?,
            troubled: store.feeds(FeedFilter::Troubled).await?,
            next_poll: store.next_due(now).await?.feed,
            disabled_receivers: store.disabled_receivers().await?,
            alerts: store
                .alerts(AlertFilter {
                    limit: ALERTS,
                    ..AlertFilter::default()
                })
                .await?,
        })
    }

    /// One line that says it all, for `systemctl status` and the log.
    #[must_use]
    pub fn line(&self) -> String {
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
        if self
            .running
            .as_ref()
            .is_some_and(|running| running.watchlist_error.is_some())
        {
            line.push_str(", the edited watchlist is not in force");
        }
        line
    }
}
