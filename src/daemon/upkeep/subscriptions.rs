//! Updates the feeds in the store and the poll queue from the watchlist: at the start,
//! and after each reload.

use crate::config::watchlist::Watchlist;
use crate::daemon::upkeep::changes::is_same_feed;
use crate::daemon::{Daemon, Watched};
use crate::http::feed_name;
use crate::store::FeedSeed;
use jiff::Timestamp;
use std::collections::HashMap;
use std::time::Duration;

/// Updates store and poll queue to the feeds of `list`. A feed with its own interval
/// waits no longer than that since its last poll.
pub(crate) async fn sync_feeds(
    daemon: &Daemon,
    list: &Watched,
    seeds: Vec<FeedSeed>,
) -> anyhow::Result<()> {
    let firsts = seeds.iter().map(|seed| (seed.url.clone(), seed.first_poll));
    let firsts: HashMap<String, Timestamp> = firsts.collect();
    daemon.store.sync_feeds(seeds).await?;
    let subscriptions = daemon.store.subscriptions().await?;
    let before = daemon.watched();
    daemon.poll_queue.sync(subscriptions, |feed| {
        let known = &feed.subscription;
        // A feed that failed, or whose settings changed, is polled soon: the edit, or
        // whatever was done before a restart, may have helped it.
        let is_changed = !is_same_feed(before.feed(&known.url), list.feed(&known.url));
        if known.failures > 0 || is_changed {
            return firsts.get(&known.url).copied();
        }
        let last = known.succeeded?;
        let spec = list.feed(&known.url).filter(|spec| spec.every.is_some())?;
        let due = daemon.after_success(Some(spec), &feed.memory, None, last);
        // If the interval of many feeds has already passed, their polls are spread out.
        Some(due.max(*firsts.get(&known.url)?))
    });
    Ok(())
}

/// The watchlist's feeds for the store. New ones are due over the next minute
/// or so rather than all at once.
pub(crate) fn seeds(daemon: &Daemon, list: &Watchlist) -> Vec<FeedSeed> {
    let now = daemon.now();
    let spread = Duration::from_millis(50 * list.feeds.len() as u64)
        .min(daemon.settings.scheduler.start_spread.0);
    list.feeds
        .iter()
        .map(|feed| FeedSeed {
            url: feed_name(&feed.url),
            written: feed.url.to_string(),
            name: feed.name.clone(),
            first_poll: now + spread.mul_f64(fastrand::f64()),
        })
        .collect()
}
