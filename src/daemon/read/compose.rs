//! Makes the article from an entry's page and the feed's own text, and finds the watches
//! that it matches.

use super::{PageMeasure, Read, Reading, n_words};
use crate::daemon::Daemon;
use crate::daemon::poll::entry::Entry;
use crate::daemon::runtime::cost::metered;
use crate::daemon::runtime::offload;
use crate::extract::health::Measure;
use crate::extract::{self, ExtractError, Options, Overrides};
use crate::http::Fetched;
use crate::matcher::{Doc, Matcher, Scratch};
use crate::model::{Article, Match, RemovedKind, TextFrom};
use crate::store::EntryLease;
use crate::text::without_www;
use std::ops::Range;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use url::Url;

impl Read {
    /// Extracts the article and matches it; also returns the processor time that it took.
    pub(super) async fn read(
        &self,
        lease: &EntryLease,
        entry: Entry,
        page: Option<Fetched>,
    ) -> (Reading, Duration) {
        let daemon = Arc::clone(&self.daemon);
        let (feed_url, feed_title) = (lease.feed_url.clone(), lease.feed_title.clone());
        let fallback = entry.title.clone();
        // A page is always extracted on a background thread, whatever its size.
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
                // Extraction must not panic. If it does, the title can still match.
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

fn look(url: Url, measure: Measure) -> Option<PageMeasure> {
    let site = without_www(url.host_str()?).to_owned();
    Some(PageMeasure { site, url, measure })
}

/// The measure of a page's extraction; `None` if the response is not a page, which says
/// nothing about the site's pages.
fn measure(from_page: &Result<Article, ExtractError>) -> Option<Measure> {
    match from_page {
        Ok(article) => Some(Measure::of(article)),
        Err(ExtractError::Empty | ExtractError::NotAnArticle { .. }) => Some(Measure::NOTHING),
        Err(ExtractError::TooBig { .. } | ExtractError::NotHtml { .. }) => None,
    }
}

/// The article of the page, or of the feed if that has more text; and the measure of the
/// page's extraction.
fn article(
    entry: &Entry,
    page: Option<&Fetched>,
    overrides: Option<&Overrides>,
) -> (Article, Option<Measure>) {
    let from_page = page.map(|page| article_of_page(entry, page, overrides));
    let measure = from_page.as_ref().and_then(measure);
    let mut article = fuller(from_page.and_then(Result::ok), article_of_feed(entry));
    article.canonical_url = article
        .canonical_url
        .filter(|own| page.is_some_and(|page| is_own_address(own, &page.url)));
    // The feed's title is meant for readers outside the site; the page's may be cut,
    // or contain the site's name.
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

fn article_of_page(
    entry: &Entry,
    page: &Fetched,
    overrides: Option<&Overrides>,
) -> Result<Article, ExtractError> {
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
}

/// The article as the feed itself has it: its content, else its summary.
fn article_of_feed(entry: &Entry) -> Option<Article> {
    let options = Options {
        url: entry.link.as_deref(),
        title_hint: entry.title.as_deref(),
        language: entry.language.as_deref(),
        ..Options::default()
    };
    let of = |html: &str, from| Article {
        text_from: from,
        ..extract::from_fragment(html, &options)
    };
    if let Some(content) = &entry.content {
        let from = match extract::is_teaser(content, entry.link.as_deref()) {
            true => TextFrom::Summary,
            false => TextFrom::Feed,
        };
        return Some(of(content, from));
    }
    let summary = entry.summary.as_deref();
    summary.map(|summary| of(summary, TextFrom::Summary))
}

/// The page's article, with the feed's text where that has more words.
fn fuller(from_page: Option<Article>, from_feed: Option<Article>) -> Article {
    let n_words = |article: &Article| n_words(&article.text());
    match (from_page, from_feed) {
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
    }
}

fn find(
    daemon: &Daemon,
    article: &Article,
    text: &str,
    source: &str,
    tags: &[String],
    url: Option<&str>,
) -> Vec<Match> {
    let captions = captions(article);
    let doc = Doc {
        body: text,
        captions: &captions,
        source,
        tags,
        url: url.unwrap_or_default(),
        ..doc(article)
    };
    with_scratch(daemon, |matcher, scratch| matcher.matches(scratch, &doc))
}

/// Removes the matches that hold only because of the byte ranges `boilerplate` of
/// `text`, the text of the article, and returns them.
pub(super) fn split_off_boilerplate(
    daemon: &Daemon,
    lease: &EntryLease,
    reading: &mut Reading,
    text: &str,
    boilerplate: &[Range<usize>],
) -> Vec<Match> {
    let captions = captions(&reading.article);
    let watched = daemon.watched();
    let feed = watched.feed(&lease.feed_url);
    let doc = Doc {
        body: text,
        captions: &captions,
        source: &reading.source,
        tags: feed.map_or(&[], |feed| &feed.tags),
        url: reading.url.as_deref().unwrap_or_default(),
        ..doc(&reading.article)
    };
    let matches = &mut reading.matches;
    with_scratch(daemon, |matcher, scratch| {
        matcher.mark_boilerplate(scratch, &doc, boilerplate, matches);
    });
    matches.extract_if(.., |found| found.boilerplate).collect()
}

fn captions(article: &Article) -> Vec<String> {
    let removed = article.removed.iter();
    let captions = removed.filter(|removed| removed.kind == RemovedKind::Caption);
    captions.map(|removed| removed.text.clone()).collect()
}

/// The parts of the article that are matched.
fn doc(article: &Article) -> Doc<'_> {
    Doc {
        title: article.title.as_deref().unwrap_or_default(),
        dek: article.dek.as_deref().unwrap_or_default(),
        author: article.author.as_deref().unwrap_or_default(),
        language: article.language.as_deref(),
        ..Doc::default()
    }
}

/// Runs `work` with the matcher in force and a free working memory.
fn with_scratch<T>(daemon: &Daemon, work: impl FnOnce(&Matcher, &mut Scratch) -> T) -> T {
    let scratches = || {
        let scratches = daemon.scratches.lock();
        scratches.unwrap_or_else(PoisonError::into_inner)
    };
    let mut scratch = scratches().pop().unwrap_or_default();
    let done = work(&daemon.watched().list.matcher, &mut scratch);
    scratches().push(scratch);
    done
}

/// Whether the canonical address of a page is plausible: on the page's site, and not
/// its front page. Some templates give all pages one address; believed, they would
/// all be one article.
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
    fn a_canonical_address_on_another_site_or_of_the_front_page_is_ignored() {
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
