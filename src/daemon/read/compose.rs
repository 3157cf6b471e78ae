//! The article that an entry's page and its feed give together, and the watches
//! that it meets.

use super::{Look, Read, Reading, n_words};
use crate::daemon::Daemon;
use crate::daemon::poll::entry::Entry;
use crate::daemon::runtime::cost::metered;
use crate::daemon::runtime::offload;
use crate::extract::health::Measure;
use crate::extract::{self, ExtractError, Options, Overrides};
use crate::http::Fetched;
use crate::matcher::Doc;
use crate::model::{Article, Match, RemovedKind, TextFrom};
use crate::store::EntryLease;
use crate::text::without_www;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use url::Url;

impl Read {
    /// Extracts and matches, and says how much of a processor it took.
    pub(super) async fn read(
        &self,
        lease: &EntryLease,
        entry: Entry,
        page: Option<Fetched>,
    ) -> (Reading, Duration) {
        let daemon = Arc::clone(&self.daemon);
        let (feed_url, feed_title) = (lease.feed_url.clone(), lease.feed_title.clone());
        let fallback = entry.title.clone();
        // A page takes its time, whatever its size.
        let n_bytes = page.as_ref().map_or(entry.n_bytes(), |_| usize::MAX);
        let work = move || {
            let watched = daemon.watched();
            let feed = watched.feed(&feed_url);
            let url = page
                .as_ref()
                .map(|page| page.url.to_string())
                .or_else(|| entry.link.clone());
            let (mut article, measure) =
                article(&entry, page.as_ref(), watched.overrides(&feed_url));
            let look = page.and_then(|page| look(page.url, measure?));
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
                look,
            }
        };
        match offload::run(n_bytes, || metered(work)).await {
            Ok(read) => read,
            Err(err) => {
                // Extraction must not panic; should it, the title is still news.
                tracing::error!(entry = %lease.id, feed = %lease.feed_url, err = %err, "reading an article panicked; only its title is used");
                (self.title_only(lease, fallback), Duration::ZERO)
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
            look: None,
        }
    }
}

fn look(url: Url, measure: Measure) -> Option<Look> {
    let site = without_www(url.host_str()?).to_owned();
    Some(Look { site, url, measure })
}

/// How a page came out; none where what came is no page, which says nothing of
/// the site's pages.
fn measure(from_page: &Result<Article, ExtractError>) -> Option<Measure> {
    match from_page {
        Ok(article) => Some(Measure::of(article)),
        Err(ExtractError::Empty | ExtractError::NotAnArticle { .. }) => Some(Measure::NOTHING),
        Err(ExtractError::TooBig { .. } | ExtractError::NotHtml { .. }) => None,
    }
}

/// The best article that page and feed give together: the page's, unless the
/// feed itself has more of it; and how the page came out.
fn article(
    entry: &Entry,
    page: Option<&Fetched>,
    overrides: Option<&Overrides>,
) -> (Article, Option<Measure>) {
    let from_page = page.map(|page| {
        let options = Options {
            url: Some(page.url.as_str()),
            content_type: page.content_type.as_deref(),
            title_hint: entry.title.as_deref(),
            language: entry.language.as_deref(),
            overrides,
        };
        extract::from_html(&page.body, &options).inspect_err(|err| {
            tracing::warn!(url = %crate::http::shown_url(&page.url), err = %err, "a page holds no article; the feed's own text is used");
        })
    });
    let measure = from_page.as_ref().and_then(measure);
    let from_page = from_page.and_then(Result::ok);
    let options = Options {
        url: entry.link.as_deref(),
        title_hint: entry.title.as_deref(),
        language: entry.language.as_deref(),
        ..Options::default()
    };
    let own = |html: &Option<String>, from| {
        html.as_deref().map(|html| Article {
            text_from: from,
            ..extract::from_fragment(html, &options)
        })
    };
    let is_teaser = entry
        .content
        .as_deref()
        .is_some_and(|content| extract::is_teaser(content, entry.link.as_deref()));
    let of_content = if is_teaser {
        TextFrom::Summary
    } else {
        TextFrom::Feed
    };
    let from_feed =
        own(&entry.content, of_content).or_else(|| own(&entry.summary, TextFrom::Summary));
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
    (article, measure)
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
    let bare = |url: &Url| url.host_str().map(|host| without_www(host).to_owned());
    Url::parse(own).is_ok_and(|own| bare(&own) == bare(fetched) && own.path().len() > 1)
}

fn host(url: &str) -> String {
    Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| url.to_owned())
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
