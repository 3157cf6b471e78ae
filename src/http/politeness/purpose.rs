//! For which purpose a host is asked, and on behalf of which feed.
//!
//! Each purpose has its own queue, spacing and holds at a host. Without this, a
//! feed could link or redirect to another site's host, and what newsvane learns
//! there (a 429, a slow server) would delay that site's own feeds.

use crate::http::client::request::{Get, Kind};
use crate::text::without_www;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use url::{Position, Url};

/// Why a host is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A feed at the URL that the watchlist names.
    Poll,
    /// A feed at another URL: a redirect's target, or an archived document.
    Redirect,
    /// A page on the feed's own site.
    OwnPage,
    /// A page on another site than the feed's.
    OtherPage,
}

/// Who asks a host: a purpose, and the feed on whose behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asker {
    pub(crate) purpose: Purpose,
    /// A hash of the feed's URL.
    pub(crate) feed: u64,
}

impl Asker {
    /// Who asks for `url`, which is the request's own URL or a redirect's target.
    pub(crate) fn of(get: &Get, url: &Url) -> Self {
        let feed = get.feed.as_ref().unwrap_or(&get.url);
        let purpose = match get.kind {
            Kind::Feed if address(url) == address(feed) => Purpose::Poll,
            Kind::Feed => Purpose::Redirect,
            Kind::Page | Kind::Robots if is_same_site(url, feed) => Purpose::OwnPage,
            Kind::Page | Kind::Robots => Purpose::OtherPage,
        };
        let mut hasher = DefaultHasher::new();
        address(feed).hash(&mut hasher);
        Self {
            purpose,
            feed: hasher.finish(),
        }
    }
}

/// The URL without scheme, credentials and fragment.
fn address(url: &Url) -> &str {
    &url[Position::BeforeHost..Position::AfterQuery]
}

/// Whether the hosts are equal, but for a leading `www.`, or one is a subdomain
/// of the other.
fn is_same_site(a: &Url, b: &Url) -> bool {
    let host = |url: &Url| without_www(url.host_str().unwrap_or_default()).to_owned();
    let (a, b) = (host(a), host(b));
    let is_below = |low: &str, high: &str| {
        low.strip_suffix(high)
            .is_some_and(|rest| rest.ends_with('.') && high.contains('.'))
    };
    a == b || is_below(&a, &b) || is_below(&b, &a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, feed: &str, url: &str, want: Purpose) {
        let parse = |url: &str| Url::parse(url).unwrap();
        let mut get = Get::new(parse(url), kind);
        get.feed = Some(parse(feed));
        assert_eq!(Asker::of(&get, &get.url).purpose, want, "{url}");
    }

    #[test]
    fn only_the_url_of_the_watchlist_is_a_poll() {
        let feed = "https://ann:pw@news.example/rss?a=1";
        check(
            Kind::Feed,
            feed,
            "https://news.example/rss?a=1",
            Purpose::Poll,
        );
        check(
            Kind::Feed,
            feed,
            "https://news.example/rss?a=2",
            Purpose::Redirect,
        );
        check(
            Kind::Feed,
            feed,
            "https://victim.example/rss",
            Purpose::Redirect,
        );
    }

    #[test]
    fn pages_on_the_site_of_the_feed_are_its_own() {
        let feed = "https://feeds.news.example/rss";
        for own in ["feeds.news.example", "www.news.example", "news.example"] {
            check(
                Kind::Page,
                feed,
                &format!("https://{own}/1"),
                Purpose::OwnPage,
            );
        }
        for other in [
            "victim.example",
            "ews.example",
            "evilnews.example",
            "example",
        ] {
            check(
                Kind::Page,
                feed,
                &format!("https://{other}/1"),
                Purpose::OtherPage,
            );
        }
    }
}
