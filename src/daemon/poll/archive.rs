//! The documents before a feed's current one (RFC 5005 `prev-archive`), walked
//! when a gap shows: nothing in the current document is known, so that what
//! came between the last poll and its oldest entry would be lost.

use crate::daemon::Daemon;
use crate::daemon::poll::attempt::parse;
use crate::daemon::poll::diff;
use crate::feed::ParsedFeed;
use crate::http::{Fetched, Get, Kind};
use crate::store::KnownEntry;
use std::collections::HashSet;
use std::time::Duration;
use url::Url;

/// Most documents asked for in one poll.
const MAX_DOCUMENTS: usize = 5;

/// Most entries gathered in one poll.
const MAX_ENTRIES: usize = 2_000;

/// Adds the entries of `feed`'s earlier documents, back to the first that is
/// known, within bounds. `current` is the request and the address by which the
/// feed was had. What cannot be had ends the walk, and is no failure of the
/// feed: its current document was read. Says how much of a processor that took,
/// and for how many bytes.
pub(crate) async fn fill_gap(
    daemon: &Daemon,
    current: (&Get, &Url),
    known: &[KnownEntry],
    feed: &mut ParsedFeed,
) -> (Duration, usize) {
    let (get, url) = current;
    let mut visited = HashSet::from([url.clone()]);
    let mut next = feed.prev_archive.clone();
    let mut n_added = 0;
    let (mut processor, mut n_bytes) = (Duration::ZERO, 0);
    while let Some(address) = next.take().and_then(|address| url.join(&address).ok()) {
        // Another host's documents are not this feed's to name.
        let is_own = address.origin() == url.origin();
        let is_over = visited.len() > MAX_DOCUMENTS || feed.entries.len() >= MAX_ENTRIES;
        if !is_own || is_over || !visited.insert(address.clone()) {
            break;
        }
        let Some(fetched) = document(daemon, get, address).await else {
            break;
        };
        let (earlier, took) = parse(&fetched).await;
        processor += took;
        n_bytes += fetched.body.len();
        let Ok(earlier) = earlier else {
            break;
        };
        let is_bridged = diff::knows_any(known, &earlier.entries);
        next = earlier.prev_archive.filter(|_| !is_bridged);
        let room = MAX_ENTRIES.saturating_sub(feed.entries.len());
        n_added += earlier.entries.len().min(room);
        feed.entries.extend(earlier.entries.into_iter().take(room));
    }
    tracing::info!(
        feed = %crate::http::shown_url(url),
        documents = visited.len() - 1,
        added = n_added,
        "nothing in a feed was known, so its archive was read as well"
    );
    (processor, n_bytes)
}

async fn document(daemon: &Daemon, get: &Get, url: Url) -> Option<Fetched> {
    let get = Get {
        url,
        kind: Kind::Feed,
        validators: None,
        accepts_delta: false,
        ..get.clone()
    };
    let fetched = daemon.client.get(&get).await.ok()?;
    fetched.is_success().then_some(fetched)
}
