//! Earlier documents of a feed (RFC 5005 `prev-archive`). They are fetched if no
//! entry of the current document is known: entries from between the last poll and
//! the oldest entry of this document would be lost otherwise.

use crate::daemon::Daemon;
use crate::daemon::poll::diff;
use crate::daemon::poll::parse::parse;
use crate::feed::ParsedFeed;
use crate::http::{Fetched, Get, Kind};
use crate::store::KnownEntry;
use std::collections::HashSet;
use std::time::Duration;
use url::Url;

/// Most documents fetched in one poll.
const MAX_DOCUMENTS: usize = 5;

/// Most entries collected in one poll.
const MAX_ENTRIES: usize = 2_000;

/// Adds the entries of earlier documents to `feed`, back to the first known entry,
/// within limits. `current` is the request and the final address of the current
/// document. An earlier document that cannot be read ends the search; this is not a
/// failure of the feed. Returns the processor time and the bytes that it took.
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
        // Documents of another host are not fetched.
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
        "no entry of the feed was known, so its older pages were read as well"
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
