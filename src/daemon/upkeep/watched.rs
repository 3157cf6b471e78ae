//! The watchlist in force, with its feeds and watches by name.

use crate::config::settings::Settings;
use crate::config::watchlist::{self, AlertMode, FeedSpec, WatchSpec, Watchlist};
use crate::config::{self, cross_check};
use crate::extract::Overrides;
use crate::http::feed_name;
use crate::model::WatchId;
use crate::notify::Receivers;
use std::collections::HashMap;
use std::path::Path;

/// A compiled watchlist, with its feeds and watches by name.
#[derive(Debug)]
pub struct Watched {
    /// The list.
    pub list: Watchlist,
    /// The feeds' own rules for their pages, in the order of the feeds.
    overrides: Vec<Overrides>,
    feeds: HashMap<String, usize>,
    watches: HashMap<WatchId, usize>,
    /// The watches on spikes or silences.
    counted: Vec<usize>,
}

impl Watched {
    /// Reads, checks and compiles the watchlist. What did not change since
    /// `before` is taken over from it.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub(crate) fn load(
        file: &Path,
        receivers: &Receivers,
        settings: &Settings,
        before: Option<&Watchlist>,
    ) -> anyhow::Result<Self> {
        let files = config::watchlist_files(Some(file))?;
        let list = watchlist::load(&files, before).map_err(|found| {
            let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("{}", texts.join("\n"))
        })?;
        let names: Vec<&str> = receivers.names().collect();
        let problems = cross_check::disagreements(settings, &list, &names);
        let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow::ensure!(texts.is_empty(), "{}", texts.join("\n"));
        warn_of_no_receivers(settings, &list, &names);
        Self::new(list)
    }

    /// Indexes `list`.
    ///
    /// # Errors A feed's selector that is not valid CSS, with its place in the file.
    pub(crate) fn new(list: Watchlist) -> anyhow::Result<Self> {
        let overrides = list
            .feeds
            .iter()
            .map(cross_check::overrides)
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

    /// The watches on spikes or silences.
    pub(crate) fn counted(&self) -> impl Iterator<Item = &WatchSpec> {
        self.counted.iter().map(|at| &self.list.watches[*at])
    }

    /// The watch of this id.
    #[must_use]
    pub fn watch(&self, id: &WatchId) -> Option<&WatchSpec> {
        self.watches.get(id).map(|at| &self.list.watches[*at])
    }
}

/// Logs a warning for each watch without a receiver, because nothing else would show that
/// nobody gets its alerts.
fn warn_of_no_receivers(settings: &Settings, list: &Watchlist, receivers: &[&str]) {
    let receivers = receivers.join(", ");
    for watch in
        cross_check::without_receiver(settings, list).take(cross_check::MAX_WITHOUT_RECEIVER)
    {
        let (id, help) = (&watch.id, cross_check::HOW_TO_NAME_RECEIVER);
        tracing::warn!(watch = %id, receivers, help, "a watch alerts nobody");
    }
    let n_more = cross_check::without_receiver(settings, list)
        .skip(cross_check::MAX_WITHOUT_RECEIVER)
        .count();
    if n_more > 0 {
        tracing::warn!(watches = n_more, "more watches alert nobody");
    }
}
