//! The read loop: an entry's page is fetched and extracted, matched, placed in its
//! story, and committed with the alerts that follow from it.
//!
//! - `restore`: the story index, rebuilt from the store after a start
//! - `page`: fetches the page, if it is wanted
//! - `compose`: the article that page and feed give together, with its matches
//! - `batch`: articles are placed one after the other, and committed together
//! - `place`: an article's story, and its alerts
//! - `site_health`: whether a site's pages still come out of extraction as usual

pub(super) mod restore;
pub(super) mod site_health;
mod page;
mod compose;
mod batch;
mod place;

use super::stage::{self, Stage};
use super::{Daemon, Extent, Health};
use crate::daemon::poll::entry::Entry;
use crate::daemon::runtime::cost::Spent;
use crate::daemon::runtime::failpoint;
use crate::extract::health::Measure;
use crate::http::Kind;
use crate::model::{Article, Match};
use crate::store::{EntryLease, ReadOutcome, StoreError};
use jiff::{SignedDuration, Timestamp};
use serde::de::IgnoredAny;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use url::Url;

/// How long an entry is leased. Fetching its page may take longer: then the lease is
/// extended.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// One feed gets at most the slots divided by this, so that pages that hang can fill all
/// slots only if they belong to at least this many feeds.
const SHARES: usize = 8;

/// How long a page waits for its turn at its host with `--once`, where there is no later
/// try.
const PATIENCE_ONCE: Duration = Duration::from_mins(3);

/// Tries after which an entry is given up.
const MAX_TRIES: u32 = 9;

/// The read loop.
pub(super) struct Read {
    daemon: Arc<Daemon>,
    /// A run with `--once` reads throttled feeds as well: there is no later.
    extent: Extent,
    queue: batch::Queue,
}

/// An article with what was known of its entry, before it is placed.
struct Reading {
    article: Article,
    url: Option<String>,
    source: String,
    words: usize,
    matches: Vec<Match>,
    fetched: Timestamp,
    /// The measure of its page's extraction, if a page was fetched.
    look: Option<PageMeasure>,
}

/// The measure of a page's extraction, with the page's site and address.
struct PageMeasure {
    site: String,
    url: Url,
    measure: Measure,
}

impl Read {
    pub(super) fn new(daemon: Arc<Daemon>, extent: Extent) -> Self {
        Self {
            daemon,
            extent,
            queue: batch::Queue::default(),
        }
    }
}

impl Stage for Read {
    type Lease = EntryLease;
    const NAME: &'static str = "read";

    fn health(&self) -> &Health {
        &self.daemon.health
    }

    fn slots(&self) -> usize {
        self.daemon.settings.daemon.reads
    }

    fn wake(&self) -> &Notify {
        &self.daemon.wakes.read
    }

    async fn lease(&self, free: usize) -> Result<Vec<EntryLease>, StoreError> {
        let now = self.daemon.now();
        let each = (self.slots() / SHARES).max(1);
        let store = &self.daemon.store;
        let throttled = match self.extent {
            Extent::Endless => self.daemon.costs.throttled(),
            Extent::Once => Vec::new(),
        };
        let leased = store.lease_entries(now, now + LEASE, free, each, throttled);
        let leased = leased.await;
        failpoint::reached("entries-leased");
        leased
    }

    async fn work(self: Arc<Self>, lease: EntryLease) -> Result<(), StoreError> {
        let daemon = &self.daemon;
        // The next entry that may have ended the process is leased only when this
        // one is done.
        let _next = lease.is_suspect.then(|| WakeOnDrop(daemon));
        if lease.tries > MAX_TRIES {
            tracing::error!(entry = %lease.id, feed = %lease.feed_url, key = %lease.key, tries = lease.tries, "an entry was given up: reading it ended the process each time");
            let error = format!("reading it did not finish in {MAX_TRIES} tries");
            return daemon
                .store
                .finish_read(&lease, ReadOutcome::GivenUp { error })
                .await;
        }
        if serde_json::from_str::<IgnoredAny>(&lease.payload).is_err() {
            tracing::error!(entry = %lease.id, feed = %lease.feed_url, key = %lease.key, "an entry is damaged in the store; it is read if its feed still holds it");
            daemon.store.refetch(&lease).await?;
            daemon.poll_queue.forget_validators(lease.feed);
            return Ok(());
        }
        let entry = Entry::from_json(&lease.payload);
        let watched = daemon.watched();
        let feed = watched.feed(&lease.feed_url);
        let patience = match self.extent {
            Extent::Endless => Duration::ZERO,
            Extent::Once => PATIENCE_ONCE,
        };
        let begun = Instant::now();
        let mut spent = Spent::default();
        let page = match page::get(daemon, &lease, &entry, feed, &mut spent, patience).await {
            Ok(page) => page,
            Err(retry) => {
                spent.slot = begun.elapsed();
                daemon.charge_read((lease.feed, &lease.feed_url), spent);
                return stage::record(&self.daemon.health, || {
                    daemon.store.finish_read(&lease, retry.clone())
                })
                .await;
            }
        };
        let n_bytes = page.as_ref().map_or(0, |page| page.body.len());
        let n_bytes = n_bytes.max(lease.payload.len());
        let parsing = daemon.client.parsing(Kind::Page, n_bytes).await;
        let reading;
        (reading, spent.processor) = self.read(&lease, entry, page).await;
        drop(parsing);
        spent.slot = begun.elapsed();
        daemon.charge_read((lease.feed, &lease.feed_url), spent);
        self.place(lease, reading).await
    }
}

/// Wakes the read loop when it is dropped.
struct WakeOnDrop<'a>(&'a Daemon);

impl Drop for WakeOnDrop<'_> {
    fn drop(&mut self) {
        self.0.wakes.read.notify_one();
    }
}

fn n_words(text: &str) -> usize {
    text.split_whitespace().count()
}
