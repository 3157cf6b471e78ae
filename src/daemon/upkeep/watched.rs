//! The watchlist in force, with its feeds and watches by name.

use crate::config;
use crate::config::watchlist::{AlertMode, FeedSpec, WatchSpec, Watchlist};
use crate::extract::Overrides;
use crate::http::feed_name;
use crate::model::WatchId;
use std::collections::HashMap;

/// A watchlist, indexed.
#[derive(Debug)]
pub struct Watched {
    /// The list.
    pub list: Watchlist,
    /// The feeds' own rules for their pages, in the order of the feeds.
    overrides: Vec<Overrides>,
    feeds: HashMap<String, usize>,
    watches: HashMap<WatchId, usize>,
    /// The watches that tell spikes or silences.
    counted: Vec<usize>,
}

impl Watched {
    /// Indexes `list`.
    ///
    /// # Errors
    /// A feed's selector that is no CSS, with its place.
    pub(crate) fn new(list: Watchlist) -> anyhow::Result<Self> {
        let overrides = list
            .feeds
            .iter()
            .map(config::cross_check::overrides)
            .collect::<Result<_, _>>()?;
        let feeds = list
            .feeds
            .iter()
            .enumerate()
            .map(|(at, feed)| (feed_name(&feed.url), at))
            .collect();
        let watches = list
            .watches
            .iter()
            .enumerate()
            .map(|(at, watch)| (watch.id.clone(), at))
            .collect();
        let is_counted = |watch: &WatchSpec| {
            let mode = watch.alert.as_ref().and_then(|alert| alert.mode);
            matches!(mode, Some(AlertMode::Spike | AlertMode::Silence))
        };
        let all = list.watches.iter().enumerate();
        let counted = all.filter(|(_, watch)| is_counted(watch));
        let counted = counted.map(|(at, _)| at).collect();
        Ok(Self {
            counted,
            list,
            overrides,
            feeds,
            watches,
        })
    }

    /// The feed of this address.
    #[must_use]
    pub fn feed(&self, url: &str) -> Option<&FeedSpec> {
        self.feeds.get(url).map(|at| &self.list.feeds[*at])
    }

    /// The rules that the feed of this address has for its pages.
    pub(crate) fn overrides(&self, url: &str) -> Option<&Overrides> {
        self.feeds
            .get(url)
            .map(|at| &self.overrides[*at])
            .filter(|overrides| !overrides.is_empty())
    }

    /// The watches that tell spikes or silences.
    pub(crate) fn counted(&self) -> impl Iterator<Item = &WatchSpec> {
        self.counted.iter().map(|at| &self.list.watches[*at])
    }

    /// The watch of this id.
    #[must_use]
    pub fn watch(&self, id: &WatchId) -> Option<&WatchSpec> {
        self.watches.get(id).map(|at| &self.list.watches[*at])
    }
}
