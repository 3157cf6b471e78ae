//! The feeds that a web page links to, and the usual addresses of feeds if it links
//! to none. This scans `<link>` and `<a>` tags without parsing the page. The result is
//! a list of guesses; the caller fetches them and keeps the ones that are feeds.

use super::link::{is_web, resolve};
use super::{Hints, limits, plain};
use crate::feed::xml::attributes::Attributes;
use crate::feed::xml::entities::Entities;
use crate::feed::xml::scan::{Scanner, Token};
use crate::text::charset::{self, Markup};
use url::Url;

/// Most addresses of one page.
const MAX_FOUND: usize = 32;

/// Types of `<link rel="alternate">` that are used for feeds. The general ones are also
/// used for other documents, which the caller sorts out.
const FEED_TYPES: &[&str] = &[
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
    "application/xml",
    "text/xml",
    "text/rss+xml",
    "text/atom+xml",
];

/// Usual paths of feeds, the most common first.
const USUAL_PATHS: &[&str] = &[
    "feed",
    "rss",
    "rss.xml",
    "atom.xml",
    "feed.xml",
    "index.xml",
    "feed.json",
];

/// An address that may be a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    /// The address, absolute.
    pub url: String,
    /// The title that the page gives it.
    pub title: Option<String>,
}

/// The feeds that a page links to: first its `<link rel="alternate">` of feed types,
/// then links whose address looks like a feed. Each address once, in the page's order,
/// 32 at most.
#[must_use]
pub fn announced(page: &[u8], hints: &Hints<'_>) -> Vec<FeedLink> {
    let page = &page[..page.len().min(limits::MAX_DOCUMENT_BYTES)];
    let decoded = charset::decode(page, hints.content_type, Markup::Html);
    let entities = Entities::default();
    let mut scanner = Scanner::new(&decoded.text);
    let mut base = hints.base.map(str::to_owned);
    let (mut links, mut anchors) = (Vec::new(), Vec::new());
    while let Some(token) = scanner.next(|_| false) {
        let Token::Start {
            name, attributes, ..
        } = token
        else {
            continue;
        };
        let attributes = Attributes::new(attributes);
        let get = |name| attributes.get(name, &entities);
        let href = |base: Option<&str>| {
            let url = resolve(&get("href")?, base)?;
            is_web(&url).then_some(url)
        };
        if name.eq_ignore_ascii_case("base") {
            base = href(hints.base).or(base);
        } else if name.eq_ignore_ascii_case("link") {
            let (rel, kind) = (get("rel"), get("type"));
            if is_announcement(&rel.unwrap_or_default(), &kind.unwrap_or_default()) {
                let title = get("title").map(|title| plain::fold(&title));
                add(&mut links, href(base.as_deref()), title);
            }
        } else if name.eq_ignore_ascii_case("a") {
            let url = href(base.as_deref()).filter(|url| looks_like_feed(url));
            add(&mut anchors, url, None);
        }
    }
    for candidate in anchors {
        add(&mut links, Some(candidate.url), candidate.title);
    }
    links
}

/// The usual addresses of feeds, below the page itself and below the site's root.
#[must_use]
pub fn usual_places(page: &str) -> Vec<FeedLink> {
    let Ok(mut root) = Url::parse(page) else {
        return Vec::new();
    };
    root.set_query(None);
    root.set_fragment(None);
    let mut below = root.clone();
    below.set_path(&format!("{}/", root.path().trim_end_matches('/')));
    root.set_path("/");
    let mut places = Vec::new();
    for base in [below, root] {
        for path in USUAL_PATHS {
            add(&mut places, base.join(path).ok().map(String::from), None);
        }
    }
    places
}

fn add(found: &mut Vec<FeedLink>, url: Option<String>, title: Option<String>) {
    let Some(url) = url else { return };
    if found.len() < MAX_FOUND && found.iter().all(|known| known.url != url) {
        let title = title.filter(|title| !title.is_empty());
        found.push(FeedLink { url, title });
    }
}

fn is_announcement(rel: &str, kind: &str) -> bool {
    let has = |word: &str| {
        rel.split_ascii_whitespace()
            .any(|found| found.eq_ignore_ascii_case(word))
    };
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_feed_type = FEED_TYPES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(kind));
    // `rel="feed"` is from a draft of HTML 5. A translation of the page is an
    // alternate as well, but without a feed type.
    has("feed") || (has("alternate") && is_feed_type)
}

/// Whether an address looks like that of a feed.
fn looks_like_feed(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let path = url.path().trim_end_matches('/').to_ascii_lowercase();
    let last = path.rsplit('/').next().unwrap_or_default();
    let has_word = ["rss", "feed", "atom"]
        .iter()
        .any(|word| path.contains(word));
    let (stem, ending) = last.rsplit_once('.').unwrap_or((last, ""));
    match ending {
        "rss" | "atom" | "rdf" => true,
        "xml" | "json" => has_word || (ending == "xml" && stem == "index"),
        _ => matches!(last, "feed" | "rss" | "atom"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, wanted: &[&str]) {
        let hints = Hints {
            content_type: Some("text/html"),
            base: Some("https://paper.example/world/"),
        };
        let found: Vec<_> = announced(page.as_bytes(), &hints)
            .into_iter()
            .map(|found| found.url)
            .collect();
        assert_eq!(found, wanted, "{page}");
    }

    #[test]
    fn alternates_of_feed_types_are_announced() {
        check(
            r#"<link rel="alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2">
               <LINK REL='home alternate' TYPE="application/atom+xml; charset=utf-8" HREF=atom.xml />
               <link rel=feed href="https://other.example/f">"#,
            &[
                "https://paper.example/rss?a=1&b=2",
                "https://paper.example/world/atom.xml",
                "https://other.example/f",
            ],
        );
    }

    #[test]
    fn other_links_are_not() {
        check(
            r#"<link rel="alternate" hreflang="fr" href="/fr">
               <link rel="stylesheet" type="text/css" href="/feed.css">
               <link rel="alternate" type="application/rss+xml">
               <link rel="alternate" type="application/rss+xml" href="javascript:void(0)">
               <!-- <link rel="alternate" type="application/rss+xml" href="/old"> -->"#,
            &[],
        );
    }

    #[test]
    fn the_pages_own_base_counts_and_each_address_is_listed_once() {
        check(
            r#"<base href="/en/"><link rel="alternate" type="text/xml" href="rss.xml">
               <a href="rss.xml">RSS</a>"#,
            &["https://paper.example/en/rss.xml"],
        );
    }

    #[test]
    fn links_that_look_like_feeds_come_after_announced_ones() {
        check(
            r#"<a href="/news/feed/">feed</a><a href="/feedback">write</a><a href="/sitemap.xml">map</a>
               <a href="a.rss"><link rel="alternate" type="application/feed+json" href="/j">"#,
            &[
                "https://paper.example/j",
                "https://paper.example/news/feed/",
                "https://paper.example/world/a.rss",
            ],
        );
    }

    #[test]
    fn damaged_and_endless_pages_are_read_within_limits() {
        check(
            "<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/a",
            &[],
        );
        check("<<<link", &[]);
        let many: String = (0..1_000)
            .map(|n| format!("<a href=\"/{n}.rss\">"))
            .collect();
        let hints = Hints {
            content_type: None,
            base: Some("https://paper.example/"),
        };
        assert_eq!(announced(many.as_bytes(), &hints).len(), MAX_FOUND);
    }

    #[test]
    fn usual_places_are_below_the_page_and_below_the_root() {
        let found = usual_places("https://paper.example/world?x=1#top");
        assert_eq!(found.len(), 14);
        assert_eq!(found[0].url, "https://paper.example/world/feed");
        assert_eq!(found[7].url, "https://paper.example/feed");
        assert_eq!(usual_places("https://paper.example").len(), 7);
        assert_eq!(usual_places("no address"), []);
    }
}
