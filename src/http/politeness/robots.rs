//! The `robots.txt` of the sites whose pages are read: fetched once, kept for a day.
//!
//! It is not consulted for feeds: a feed is published to be polled.

use crate::http::politeness::purpose::{Asker, Purpose};
use crate::http::politeness::robots_rules::Rules;
use crate::http::shown::{shown_host, shown_url};
use crate::http::{FetchError, Fetched, Get, Kind};
use futures_util::future::BoxFuture;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use url::{Position, Url};

/// Sends the request for a file. Boxed, because it is a request within a request.
pub(crate) type FetchFile<'a> =
    dyn Fn(Get) -> BoxFuture<'a, Result<Fetched, FetchError>> + Send + Sync + 'a;

/// Most bytes read of one file (RFC 9309 §2.5: at least 500 KiB).
pub(crate) const MAX_BYTES: usize = 500 << 10;

/// Most sites remembered, with at most 16 kB of rules each.
const MAX_SITES: usize = 2_048;

/// How long rules are kept (RFC 9309 §2.4: at most a day).
const KEPT: Duration = Duration::from_secs(24 * 3_600);

/// When a file that could not be fetched is requested again.
const UNAVAILABLE: Duration = Duration::from_secs(600);

/// If the file cannot be fetched for this long, its site counts as one without
/// rules. The RFC suggests 30 days, for crawlers of whole sites; newsvane reads
/// the pages that a feed announces, and they are no news after a day.
const GRACE: Duration = Duration::from_secs(24 * 3_600);

#[derive(Debug, Default)]
pub(crate) struct Robots {
    sites: Mutex<FxHashMap<Box<str>, Arc<Site>>>,
}

/// One site. The lock is held while its file is fetched, so that ten pages of
/// one site fetch it once.
#[derive(Debug)]
struct Site {
    known: tokio::sync::Mutex<Option<Known>>,
}

#[derive(Debug)]
struct Known {
    state: State,
    until: Instant,
}

#[derive(Debug)]
enum State {
    Rules(Rules),
    /// The file could not be fetched since then.
    Unavailable {
        since: Instant,
        cause: String,
    },
}

impl Robots {
    /// Whether `url` may be fetched, and the site's `Crawl-delay`. Fetches the
    /// site's file if it is not known.
    ///
    /// Feeds of the site and other feeds have separate copies: that the file
    /// cannot be fetched for a stranger's link must not delay the site's feeds.
    pub(crate) async fn check(
        &self,
        fetch: &FetchFile<'_>,
        page: &Get,
        url: &Url,
    ) -> Result<Duration, FetchError> {
        let origin = &url[..Position::BeforePath];
        let site = match Asker::of(page, url).purpose {
            Purpose::OwnPage => self.site(origin),
            Purpose::OtherPage | Purpose::Poll | Purpose::Redirect => {
                self.site(&format!("other {origin}"))
            }
        };
        let mut known = site.known.lock().await;
        let now = Instant::now();
        if known.as_ref().is_none_or(|known| known.until <= now) {
            let since = known.as_ref().and_then(Known::unavailable_since);
            *known = Some(Known::fetch(fetch, page, url, since.unwrap_or(now)).await?);
        }
        known
            .as_ref()
            .map_or(Ok(Duration::ZERO), |known| known.check(url, now))
    }

    fn site(&self, origin: &str) -> Arc<Site> {
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(site) = sites.get(origin) {
            return site.clone();
        }
        if sites.len() >= MAX_SITES {
            // It does not matter which: a forgotten site costs one request.
            let evicted = sites.keys().next().cloned();
            evicted.map(|origin| sites.remove(&origin));
        }
        let site = Arc::new(Site {
            known: tokio::sync::Mutex::default(),
        });
        sites.insert(origin.into(), site.clone());
        site
    }
}

impl Known {
    /// Fetches the file. `since` is when it could first not be fetched, if it was
    /// unavailable until now.
    async fn fetch(
        fetch: &FetchFile<'_>,
        page: &Get,
        url: &Url,
        since: Instant,
    ) -> Result<Self, FetchError> {
        let Ok(file) = url.join("/robots.txt") else {
            return Ok(Self::rules(Rules::default()));
        };
        let mut file = Get::new(file, Kind::Robots);
        file.feed = Some(page.feed.as_ref().unwrap_or(&page.url).clone());
        match fetch(file).await {
            Ok(fetched) if fetched.is_success() => Ok(Self::rules(Rules::parse(&fetched.body))),
            // RFC 9309 §2.3.1.4: after a server error nothing is allowed.
            Ok(fetched) if fetched.status >= 500 || fetched.status == 429 => Ok(Self::unavailable(
                since,
                format!("status {}", fetched.status),
            )),
            // RFC 9309 §2.3.1.3: a site without the file has no rules.
            Ok(_) => Ok(Self::rules(Rules::default())),
            Err(err) if err.is_postponed() => Err(err),
            Err(err) if err.is_transient() => Ok(Self::unavailable(since, err.to_string())),
            Err(_) => Ok(Self::rules(Rules::default())),
        }
    }

    fn rules(rules: Rules) -> Self {
        Self {
            state: State::Rules(rules),
            until: Instant::now() + KEPT,
        }
    }

    fn unavailable(since: Instant, cause: String) -> Self {
        Self {
            state: State::Unavailable { since, cause },
            until: Instant::now() + UNAVAILABLE,
        }
    }

    fn unavailable_since(&self) -> Option<Instant> {
        match self.state {
            State::Rules(_) => None,
            State::Unavailable { since, .. } => Some(since),
        }
    }

    fn check(&self, url: &Url, now: Instant) -> Result<Duration, FetchError> {
        match &self.state {
            State::Rules(rules)
                if rules.allow(&url[Position::BeforePath..Position::AfterQuery]) =>
            {
                Ok(rules.delay.unwrap_or_default())
            }
            State::Rules(_) => Err(FetchError::Disallowed {
                url: shown_url(url),
            }),
            State::Unavailable { since, .. } if now - *since >= GRACE => Ok(Duration::ZERO),
            State::Unavailable { cause, .. } => Err(FetchError::RobotsUnavailable {
                host: shown_host(url),
                cause: cause.clone(),
                retry_in: self.until - now,
            }),
        }
    }
}
