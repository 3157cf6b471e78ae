//! The sitemaps that an index of sitemaps lists: they hold the entries of the feed.

use crate::daemon::Daemon;
use crate::daemon::poll::parse::parse;
use crate::feed::ParsedFeed;
use crate::http::{Fetched, Get, Kind};
use std::time::Duration;
use url::Url;

/// Most sitemaps that are read in one poll: those for news and the latest ones.
const MAX_PARTS: usize = 5;

/// Most entries collected in one poll.
const MAX_ENTRIES: usize = 5_000;

/// Adds the entries of the sitemaps that `feed` lists, one level deep. `current` is the
/// request and the final address of the index. Returns the processor time and the bytes
/// that it took.
///
/// # Errors
/// If none of them is a news sitemap; the first error.
pub(crate) async fn read(
    daemon: &Daemon,
    current: (&Get, &Url),
    feed: &mut ParsedFeed,
) -> Result<(Duration, usize), String> {
    let (get, url) = current;
    let (mut processor, mut n_bytes, mut n_read) = (Duration::ZERO, 0, 0);
    let mut first_error = None;
    let parts = std::mem::take(&mut feed.parts);
    let own = parts.iter().filter_map(|part| url.join(part).ok());
    // Documents of another host are not fetched.
    for part in own
        .filter(|part| part.origin() == url.origin())
        .take(MAX_PARTS)
    {
        let fetched = match document(daemon, get, part).await {
            Ok(fetched) => fetched,
            Err(err) => {
                first_error.get_or_insert(err);
                continue;
            }
        };
        let (parsed, took) = parse(&fetched).await;
        processor += took;
        n_bytes += fetched.body.len();
        match parsed {
            Ok(part) => {
                n_read += 1;
                let room = MAX_ENTRIES.saturating_sub(feed.entries.len());
                feed.title = feed.title.take().or(part.title);
                feed.language = feed.language.take().or(part.language);
                feed.entries.extend(part.entries.into_iter().take(room));
            }
            Err(err) => {
                first_error.get_or_insert(err);
            }
        }
    }
    match (n_read, first_error) {
        (0, Some(err)) => Err(format!(
            "none of the sitemaps in this index can be read: {err}"
        )),
        (0, None) => Err("this index of sitemaps lists no sitemap of its own site".to_owned()),
        _ => Ok((processor, n_bytes)),
    }
}

async fn document(daemon: &Daemon, get: &Get, url: Url) -> Result<Fetched, String> {
    let get = Get {
        url,
        kind: Kind::Feed,
        validators: None,
        accepts_delta: false,
        ..get.clone()
    };
    let fetched = daemon
        .client
        .get(&get)
        .await
        .map_err(|err| err.to_string())?;
    match fetched.is_success() {
        true => Ok(fetched),
        false => Err(format!("answered {}", fetched.status)),
    }
}
