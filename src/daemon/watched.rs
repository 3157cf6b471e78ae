//! The watchlist in force, with its feeds and watches by name.

use crate::config::watchlist::{FeedSpec, WatchSpec, Watchlist};
use crate::model::WatchId;
use std::collections::HashMap;

/// A watchlist, indexed.
#[derive(Debug)]
pub struct Watched {
    /// The list.
    pub list: Watchlist,
    feeds: HashMap<String, usize>,
    watches: HashMap<WatchId, usize>,
}

impl Watched {
    pub(super) fn new(list: Watchlist) -> Self {
        let feeds = list
            .feeds
            .iter()
            .enumerate()
            .map(|(at, feed)| (feed.url.to_string(), at))
            .collect();
        let watches = list
            .watches
            .iter()
            .enumerate()
            .map(|(at, watch)| (watch.id.clone(), at))
            .collect();
        Self {
            list,
            feeds,
            watches,
        }
    }

    /// The feed of this address.
    #[must_use]
    pub fn feed(&self, url: &str) -> Option<&FeedSpec> {
        self.feeds.get(url).map(|at| &self.list.feeds[*at])
    }

    /// The watch of this id.
    #[must_use]
    pub fn watch(&self, id: &WatchId) -> Option<&WatchSpec> {
        self.watches.get(id).map(|at| &self.list.watches[*at])
    }
}
