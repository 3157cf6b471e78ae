//! The read stage: an entry's page is fetched and extracted, matched, placed in
//! its story, and committed with the alerts that follow from it.

use super::alerting::{self, Audience, Placed};
use super::entry::Entry;
use super::point;
use super::stage::{self, Stage};
use super::{Daemon, Health, Watched};
use crate::config::watchlist::{FeedSpec, FullText};
use crate::extract::{self, Options, Overrides};
use crate::http::{FetchError, Fetched, Get, Kind};
use crate::matcher::Doc;
use crate::model::{Article, ArticleId, Match, RemovedKind, TextFrom, WatchId};
use crate::store::{ArticleRecord, EntryLease, ReadOutcome, Recent, StoreError};
use crate::story::Incoming;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, PoisonError};
use tokio::sync::Notify;
use url::Url;

/// How long an entry is lent: a page's own time limit, with waiting for its host.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// Waits before a page is asked for again, after each try that failed.
const PAGE_RETRIES: [SignedDuration; 3] = [
    SignedDuration::from_secs(20),
    SignedDuration::from_mins(3),
    SignedDuration::from_mins(15),
];

/// Tries after which an entry is read without its page: whatever it holds may
/// have killed the process.
const MAX_TRIES_WITH_PAGE: u32 = 6;

/// Tries after which it is given up altogether.
const MAX_TRIES: u32 = 9;

/// Words from which on a feed's own content passes for the whole article.
const WHOLE_WORDS: usize = 250;

/// The read stage.
pub(super) struct Read {
    daemon: Arc<Daemon>,
}

/// An article with what was known of its entry, before it is placed.
struct Reading {
    article: Article,
    url: Option<String>,
    source: String,
    words: usize,
    matches: Vec<Match>,
    fetched: Timestamp,
}

impl Read {
    pub(super) fn new(daemon: Arc<Daemon>) -> Self {
        Self { daemon }
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
        let lent = self.daemon.store.lease_entries(now, now + LEASE, free);
        let lent = lent.await;
        point::reached("entries-lent");
        lent
    }

    async fn work(self: Arc<Self>, lease: EntryLease) -> Result<(), StoreError> {
        let daemon = &self.daemon;
        // The next suspect, if there is one, is lent only when this one is done.
        let _next = lease.is_suspect.then(|| Ring(daemon));
        if lease.tries > MAX_TRIES {
            tracing::error!(entry = %lease.id, feed = %lease.feed_url, key = %lease.key, tries = lease.tries, "an entry was given up: reading it ended the process each time");
            let error = format!("reading it did not come to an end in {MAX_TRIES} tries");
            return daemon
                .store
                .finish_read(&lease, ReadOutcome::GivenUp { error })
                .await;
        }
        let entry = Entry::from_json(&lease.payload);
        let watched = daemon.watched();
        let feed = watched.feed(&lease.feed_url);
        let page = match page(daemon, &lease, &entry, feed).await {
            Ok(page) => page,
            Err(retry) => {
                return stage::record(&self.daemon.health, || {
                    daemon.store.finish_read(&lease, retry.clone())
                })
                .await;
            }
        };
        let reading = self.read(&lease, entry, page).await;
        self.place(&lease, reading).await
    }
}

/// Rings the read stage when it is dropped.
struct Ring<'a>(&'a Daemon);

impl Drop for Ring<'_> {
    fn drop(&mut self) {
        self.0.wakes.read.notify_one();
    }
}

/// Fetches the entry's page, if it is wanted; `None` means to do with what the
/// feed says. The error is to come back later.
async fn page(
    daemon: &Daemon,
    lease: &EntryLease,
    entry: &Entry,
    feed: Option<&FeedSpec>,
) -> Result<Option<Fetched>, ReadOutcome> {
    let full_text = feed.map_or(FullText::Auto, |feed| feed.full_text);
    let is_whole = || entry.content.as_deref().is_some_and(is_whole);
    let wanted = match full_text {
        FullText::Always => true,
        FullText::Never => false,
        FullText::Auto => !is_whole(),
    };
    let url = entry.link.as_deref().and_then(|link| Url::parse(link).ok());
    let (true, Some(url)) = (wanted && lease.tries <= MAX_TRIES_WITH_PAGE, url) else {
        return Ok(None);
    };
    let mut get = Get::new(url, Kind::Page);
    if let Some(feed) = feed {
        get.user_agent.clone_from(&feed.user_agent);
    }
    match daemon.client.get(&get).await {
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
            FetchError::HostClosed { retry_in, .. }
            | FetchError::RobotsUnavailable { retry_in, .. },
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

/// Comes back later where that may help, a few times; then does without the page.
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
            tracing::warn!(entry = %lease.id, feed = %lease.feed_url, err = %error, next = %at, "a page could not be had; it is asked for again");
            Err(ReadOutcome::Retry { at, error })
        }
        None => {
            tracing::warn!(entry = %lease.id, feed = %lease.feed_url, err = %error, "a page could not be had; the feed's own text is used");
            Ok(None)
        }
    }
}

/// Whether a feed's content looks like the whole article rather than its beginning.
fn is_whole(content: &str) -> bool {
    let article = extract::from_fragment(content, &Options::default());
    let text = article.text();
    let is_cut = text.trim_end().ends_with(['…', ']']) || text.trim_end().ends_with("...");
    n_words(&text) >= WHOLE_WORDS && !is_cut
}

fn n_words(text: &str) -> usize {
    text.split_whitespace().count()
}

impl Read {
    /// Extracts and matches, on a thread that may take its time.
    async fn read(&self, lease: &EntryLease, entry: Entry, page: Option<Fetched>) -> Reading {
        let daemon = Arc::clone(&self.daemon);
        let (feed_url, feed_title) = (lease.feed_url.clone(), lease.feed_title.clone());
        let fallback = entry.title.clone();
        let work = move || {
            let watched = daemon.watched();
            let feed = watched.feed(&feed_url);
            let url = page
                .as_ref()
                .map(|page| page.url.to_string())
                .or_else(|| entry.link.clone());
            let mut article = article(&entry, page.as_ref(), watched.overrides(&feed_url));
            article.language = article.language.or_else(|| entry.language.clone());
            let source = feed
                .and_then(|feed| feed.name.clone())
                .or(feed_title)
                .or_else(|| article.site.clone())
                .unwrap_or_else(|| host(&feed_url));
            let tags = feed.map_or(&[][..], |feed| &feed.tags);
            let text = article.text();
            let words = n_words(&text);
            let matches = find(&daemon, &article, &text, &source, tags, url.as_deref());
            Reading {
                article,
                url,
                source,
                words,
                matches,
                fetched: daemon.now(),
            }
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(reading) => reading,
            Err(err) => {
                // Extraction must not panic; should it, the title is still news.
                tracing::error!(entry = %lease.id, feed = %lease.feed_url, err = %err, "reading an article panicked; only its title is used");
                self.title_only(lease, fallback)
            }
        }
    }

    fn title_only(&self, lease: &EntryLease, title: Option<String>) -> Reading {
        let article = Article {
            title,
            text_from: TextFrom::TitleOnly,
            ..Article::default()
        };
        let source = lease
            .feed_title
            .clone()
            .unwrap_or_else(|| host(&lease.feed_url));
        let matches = find(&self.daemon, &article, "", &source, &[], None);
        Reading {
            article,
            url: None,
            source,
            words: 0,
            matches,
            fetched: self.daemon.now(),
        }
    }

    /// Places the article, works out the alerts and commits all of it; the
    /// story index takes it over only then.
    async fn place(&self, lease: &EntryLease, reading: Reading) -> Result<(), StoreError> {
        let daemon = &self.daemon;
        let text = reading.article.text();
        let at = reading
            .article
            .published
            .filter(|at| *at <= reading.fetched)
            .unwrap_or(reading.fetched);
        let mut placer = daemon.stories.lock().await;
        let id = placer.next_article;
        let incoming = Incoming {
            id,
            url: reading
                .article
                .canonical_url
                .as_deref()
                .or(reading.url.as_deref()),
            source: &reading.source,
            title: reading.article.title.as_deref().unwrap_or_default(),
            dek: reading.article.dek.as_deref().unwrap_or_default(),
            text: &text,
            language: reading.article.language.as_deref(),
            at,
            same_as: lease.article,
        };
        let placement = placer.stories.plan(&incoming);
        let watched = daemon.watched();
        let (recent, zone) = (self.recent(&reading, &watched).await?, TimeZone::system());
        let watches = reading
            .matches
            .iter()
            .map(|matched| matched.watch.clone())
            .collect::<Vec<_>>();
        let followed = if watches.is_empty() {
            Vec::new()
        } else {
            daemon.store.watch_stories(placement.story, watches).await?
        };
        let placed = Placed {
            id,
            identity: (&lease.feed_url, &lease.key),
            revision: lease.article.map(|_| lease.content_hash),
            url: reading.url.as_deref(),
            source: &reading.source,
            article: &reading.article,
            words: reading.words,
            placement: &placement,
            is_quiet: lease.quiet,
            now: reading.fetched,
        };
        let audience = Audience {
            watched: &watched,
            defaults: &daemon.settings.defaults.alert,
            zone: &zone,
            followed: &followed,
            recent: &recent,
        };
        let alerts = alerting::alerts(&placed, &reading.matches, &audience);
        log(lease, &reading, &placement, alerts.len());
        let n_alerts = alerts.len();
        let record = ArticleRecord {
            id,
            url: reading.url.clone(),
            source: reading.source.clone(),
            fetched: reading.fetched,
            at,
            words: reading.words,
            article: reading.article.clone(),
            story: placement.story,
            story_title: placement.coverage.title.clone(),
            kind: placement.kind,
            of: placement.of,
            new: placement.new.clone(),
            linked: placement.linked.clone(),
            matches: reading.matches.clone(),
            alerts,
        };
        point::reached("placed");
        let outcome = ReadOutcome::Article(Box::new(record));
        stage::record(&self.daemon.health, || {
            daemon.store.finish_read(lease, outcome.clone())
        })
        .await?;
        point::reached("read");
        placer.stories.apply(&incoming, &placement);
        placer.next_article = ArticleId(id.0 + 1);
        drop(placer);
        if n_alerts > 0 {
            daemon.wakes.deliver.notify_one();
        }
        Ok(())
    }
}

impl Read {
    /// What the article's watches sent of late, as far as it matters. To be
    /// asked under the lock on the stories, so that no other alert comes between.
    async fn recent(
        &self,
        reading: &Reading,
        watched: &Watched,
    ) -> Result<Vec<(WatchId, Recent)>, StoreError> {
        let asked = alerting::looks_back(
            &reading.matches,
            watched,
            &self.daemon.settings.defaults.alert,
            &TimeZone::system(),
            reading.fetched,
        );
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let recent = self.daemon.store.watch_recent(asked.clone()).await?;
        Ok(asked.into_iter().map(|(id, _)| id).zip(recent).collect())
    }
}

/// The best article that page and feed give together: the page's, unless the
/// feed itself has more of it.
fn article(entry: &Entry, page: Option<&Fetched>, overrides: Option<&Overrides>) -> Article {
    let from_page = page.and_then(|page| {
        let options = Options {
            url: Some(page.url.as_str()),
            content_type: page.content_type.as_deref(),
            title_hint: entry.title.as_deref(),
            overrides,
        };
        extract::from_html(&page.body, &options).inspect_err(|err| {
            tracing::warn!(url = %crate::http::shown_url(&page.url), err = %err, "a page holds no article; the feed's own text is used");
        }).ok()
    });
    let options = Options {
        url: entry.link.as_deref(),
        title_hint: entry.title.as_deref(),
        ..Options::default()
    };
    let own = |html: &Option<String>, from| {
        html.as_deref().map(|html| Article {
            text_from: from,
            ..extract::from_fragment(html, &options)
        })
    };
    let from_feed =
        own(&entry.content, TextFrom::Feed).or_else(|| own(&entry.summary, TextFrom::Summary));
    let n_words = |article: &Article| n_words(&article.text());
    let mut article = match (from_page, from_feed) {
        (Some(page), Some(feed)) if n_words(&feed) > n_words(&page) => Article {
            blocks: feed.blocks,
            removed: feed.removed,
            text_from: feed.text_from,
            ..page
        },
        (Some(page), _) => page,
        (None, Some(feed)) => feed,
        (None, None) => Article {
            text_from: TextFrom::TitleOnly,
            ..Article::default()
        },
    };
    article.canonical_url = article
        .canonical_url
        .filter(|own| page.is_some_and(|page| is_own_address(own, &page.url)));
    // The feed's title is the outlet's own choice for a reader outside its
    // site; the page's may be cut, or carry the site's name.
    article.title = entry
        .title
        .clone()
        .filter(|title| !title.trim().is_empty())
        .or(article.title);
    article.author = article.author.or_else(|| entry.author.clone());
    article.published = entry.published.or(article.published);
    article.updated = article.updated.or(entry.updated);
    article
}

fn find(
    daemon: &Daemon,
    article: &Article,
    text: &str,
    source: &str,
    tags: &[String],
    url: Option<&str>,
) -> Vec<Match> {
    let captions: Vec<String> = article
        .removed
        .iter()
        .filter(|removed| removed.kind == RemovedKind::Caption)
        .map(|removed| removed.text.clone())
        .collect();
    let doc = Doc {
        title: article.title.as_deref().unwrap_or_default(),
        dek: article.dek.as_deref().unwrap_or_default(),
        body: text,
        captions: &captions,
        author: article.author.as_deref().unwrap_or_default(),
        source,
        tags,
        url: url.unwrap_or_default(),
        language: article.language.as_deref(),
    };
    let mut scratch = daemon
        .scratches
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop()
        .unwrap_or_default();
    let matches = daemon.watched().list.matcher.matches(&mut scratch, &doc);
    daemon
        .scratches
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(scratch);
    matches
}

/// Whether the address that a page calls its own can be: it lies on the page's
/// site, and names more than its front page. Templates that give all pages one
/// address would otherwise make one article of them, and lose the others.
fn is_own_address(own: &str, fetched: &Url) -> bool {
    let bare = |url: &Url| {
        url.host_str()
            .map(|host| host.trim_start_matches("www.").to_owned())
    };
    Url::parse(own).is_ok_and(|own| bare(&own) == bare(fetched) && own.path().len() > 1)
}

fn host(url: &str) -> String {
    Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| url.to_owned())
}

fn log(
    lease: &EntryLease,
    reading: &Reading,
    placement: &crate::story::Placement,
    n_alerts: usize,
) {
    let delay_s = reading
        .article
        .published
        .map(|at| reading.fetched.duration_since(at).as_secs());
    tracing::info!(
        entry = %lease.id, feed = %lease.feed_url, story = %placement.story, kind = ?placement.kind,
        words = reading.words, from = ?reading.article.text_from,
        matches = reading.matches.len(), alerts = n_alerts, delay_s,
        "read"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_the_pages_own_is_not_believed() {
        let check = |own: &str, want: bool| {
            let fetched = Url::parse("https://www.harbour.example/news/ferry?ref=rss").unwrap();
            assert_eq!(is_own_address(own, &fetched), want, "{own}");
        };
        check("https://www.harbour.example/news/ferry", true);
        check("https://harbour.example/news/ferry", true);
        check("https://harbour.example/", false);
        check("https://wire.example/news/ferry", false);
        check("/news/ferry", false);
    }
}
