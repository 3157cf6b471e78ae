//! Fetches the page of an entry, if it is wanted; decides what a failure leads to.

use super::{LEASE, n_words};
use crate::config::watchlist::{FeedSpec, FullText};
use crate::daemon::poll::entry::Entry;
use crate::daemon::runtime::cost::Spent;
use crate::daemon::{Daemon, stage};
use crate::extract::{self, Options};
use crate::http::{FetchError, Fetched, Get, Kind, Wait};
use crate::store::{EntryLease, ReadOutcome};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use url::Url;

/// How often the lease of an entry is extended while its page is fetched: a host
/// with a Crawl-delay may let it wait longer than the lease lasts.
const EXTEND_EVERY: Duration = Duration::from_secs(100);

/// How long to wait before a page is requested again, after the first, second and third
/// failure.
const PAGE_RETRIES: [SignedDuration; 3] = [
    SignedDuration::from_secs(20),
    SignedDuration::from_mins(3),
    SignedDuration::from_mins(15),
];

/// Tries after which an entry is read without its page: the page may be what ends
/// the process.
const MAX_TRIES_WITH_PAGE: u32 = 6;

/// From this many words on, a feed's own content counts as the whole article.
const WHOLE_WORDS: usize = 250;

/// Fetches the entry's page, if it is wanted; `None` means that the feed's own text
/// is used. The error says when to try again. What was received is added to `spent`.
pub(super) async fn get(
    daemon: &Daemon,
    lease: &EntryLease,
    entry: &Entry,
    feed: Option<&FeedSpec>,
    spent: &mut Spent,
    patience: Duration,
) -> Result<Option<Fetched>, ReadOutcome> {
    let url = entry.link.as_deref().and_then(|link| Url::parse(link).ok());
    let is_wanted = lease.tries <= MAX_TRIES_WITH_PAGE && is_wanted(entry, feed);
    let (true, Some(url)) = (is_wanted, url) else {
        return Ok(None);
    };
    let mut get = Get::new(url, Kind::Page);
    get.feed = match feed {
        Some(feed) => Some(feed.url.clone()),
        None => Url::parse(&lease.feed_url).ok(),
    };
    if let Some(feed) = feed {
        get.user_agent.clone_from(&feed.user_agent);
    }
    let extend = || {
        let until = daemon.now() + LEASE;
        daemon.store.extend_entry_lease(lease, until)
    };
    let answer = stage::keep_lease(
        EXTEND_EVERY,
        extend,
        request_through_refresh(daemon, &mut get, patience),
    )
    .await;
    spent.n_bytes += match &answer {
        Ok(fetched) => fetched.body.len(),
        Err(FetchError::TooLarge { limit, .. }) => *limit as usize,
        Err(_) => 0,
    };
    match answer {
        Ok(fetched) if fetched.is_success() => Ok(Some(fetched)),
        Ok(fetched) => {
            let is_passing = matches!(fetched.status, 408 | 425 | 429 | 500..);
            let error = format!(
                "{} answered {}",
                get.url.host_str().unwrap_or("the page"),
                fetched.status
            );
            later_or_without(daemon, lease, is_passing, error)
        }
        Err(
            FetchError::Postponed { retry_in, .. } | FetchError::RobotsUnavailable { retry_in, .. },
        ) => {
            let at = daemon
                .now()
                .saturating_add(retry_in)
                .unwrap_or(Timestamp::MAX);
            Err(ReadOutcome::Postponed { at })
        }
        Err(err) => later_or_without(daemon, lease, err.is_transient(), err.to_string()),
    }
}

/// Whether the feed's settings ask for the page; by default where the feed's own
/// content is not the whole article.
fn is_wanted(entry: &Entry, feed: Option<&FeedSpec>) -> bool {
    match feed.map_or(FullText::Auto, |feed| feed.full_text) {
        FullText::Always => true,
        FullText::Never => false,
        FullText::Auto => {
            let content = entry.content.as_deref();
            !content.is_some_and(|content| is_whole(content, entry.link.as_deref()))
        }
    }
}

/// Sends the request. If it has to wait for others, up to `patience`, that is
/// waited for here.
async fn request(daemon: &Daemon, get: &Get, patience: Duration) -> Result<Fetched, FetchError> {
    let begun = tokio::time::Instant::now();
    loop {
        match daemon.client.get(get).await {
            Err(FetchError::Postponed { retry_in, why, .. })
                if why != Wait::Held && begun.elapsed() + retry_in <= patience =>
            {
                tokio::time::sleep(retry_in).await;
            }
            result => return result,
        }
    }
}

/// The page, or the one that it leads to by a refresh of a few seconds; followed once.
async fn request_through_refresh(
    daemon: &Daemon,
    get: &mut Get,
    patience: Duration,
) -> Result<Fetched, FetchError> {
    let fetched = request(daemon, get, patience).await?;
    let target = extract::refresh_target(&fetched.body, &fetched.url);
    match target.filter(|_| fetched.is_success()) {
        Some(target) => {
            get.url = target;
            request(daemon, get, patience).await
        }
        None => Ok(fetched),
    }
}

/// If a later try may help, says when, up to a few times; after that the entry is read
/// without its page.
fn later_or_without(
    daemon: &Daemon,
    lease: &EntryLease,
    is_passing: bool,
    error: String,
) -> Result<Option<Fetched>, ReadOutcome> {
    let wait = PAGE_RETRIES
        .get(lease.tries.saturating_sub(1) as usize)
        .filter(|_| is_passing);
    match wait {
        Some(wait) => {
            let at = daemon.now() + *wait;
            tracing::warn!(entry = %lease.id, feed = %lease.feed_url, err = %error, next = %at, "a page could not be fetched; it is tried again");
            Err(ReadOutcome::Retry { at, error })
        }
        None => {
            tracing::warn!(entry = %lease.id, feed = %lease.feed_url, err = %error, "a page could not be fetched; the feed's own text is used");
            Ok(None)
        }
    }
}

/// Whether a feed's content looks like the whole article rather than its beginning.
fn is_whole(content: &str, link: Option<&str>) -> bool {
    let article = extract::from_fragment(content, &Options::default());
    n_words(&article.text()) >= WHOLE_WORDS && !extract::is_teaser(content, link)
}
