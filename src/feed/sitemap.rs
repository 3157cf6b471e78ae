//! News sitemaps (sitemap-news 0.9) and indexes of sitemaps. Many outlets have no other
//! feed.

use super::limits::{MAX_ENTRIES, MAX_NAME_BYTES, MAX_RAW_TITLE_BYTES, cut};
use super::timing::Timing;
use super::xml::attributes::Attributes;
use super::xml::draft::{self, EntryDraft, link_rank};
use super::xml::entities::{DecodeRepairs, Entities};
use super::xml::names::local;
use super::xml::scan::{Scanner, Token};
use super::{FeedError, FeedKind, Hints, ParsedEntry, ParsedFeed, date, key, link, plain};
use crate::text::mojibake;
use jiff::Timestamp;

/// Most sitemaps of an index that are listed.
const MAX_PARTS: usize = 32;

/// Most bytes of one field.
const MAX_FIELD_BYTES: usize = MAX_RAW_TITLE_BYTES;

/// Reads `text`, whose root is `urlset` or `sitemapindex`.
///
/// # Errors
/// If it is a sitemap without news.
pub(super) fn read(
    text: &str,
    encoding: &'static str,
    hints: &Hints<'_>,
) -> Result<ParsedFeed, FeedError> {
    let mut sitemap = Sitemap {
        base: hints.base,
        ..Sitemap::default()
    };
    sitemap.scan(text);
    if !(sitemap.is_news || sitemap.is_index) {
        return Err(FeedError::Sitemap);
    }
    key::drop_shared_aliases(&mut sitemap.entries);
    Ok(ParsedFeed {
        kind: FeedKind::NewsSitemap,
        encoding,
        title: sitemap.outlet,
        site: None,
        language: sitemap.language,
        entries: sitemap.entries,
        timing: Timing::default(),
        prev_archive: None,
        parts: latest_parts(sitemap.parts),
        repairs: Vec::new(),
        truncated: false,
    })
}

/// The sitemaps of an index: those for news first, then those with the latest changes.
fn latest_parts(mut parts: Vec<Part>) -> Vec<String> {
    parts.sort_by_key(|part| {
        let is_news = part.url.to_ascii_lowercase().contains("news");
        (!is_news, std::cmp::Reverse(part.changed))
    });
    parts.truncate(MAX_PARTS);
    parts.into_iter().map(|part| part.url).collect()
}

struct Part {
    url: String,
    changed: Option<Timestamp>,
}

/// What has been read so far.
#[derive(Default)]
struct Sitemap<'a> {
    base: Option<&'a str>,
    is_index: bool,
    /// Whether it declares or uses the elements of news.
    is_news: bool,
    outlet: Option<String>,
    language: Option<String>,
    entries: Vec<ParsedEntry>,
    parts: Vec<Part>,
    /// The `url` or `sitemap` being read.
    open: Option<Open>,
}

#[derive(Default)]
struct Open {
    draft: EntryDraft,
    address: Option<String>,
    is_news: bool,
}

impl Sitemap<'_> {
    fn scan(&mut self, text: &str) {
        let entities = Entities::default();
        let mut scanner = Scanner::new(text);
        let mut field = String::new();
        while let Some(token) = scanner.next(|_| false) {
            match token {
                Token::Start {
                    name, attributes, ..
                } => {
                    field.clear();
                    self.start(name, Attributes::new(attributes));
                }
                Token::Text(text) if field.len() < MAX_FIELD_BYTES => {
                    let text = cut(text, MAX_FIELD_BYTES);
                    field.push_str(&entities.decode(text, &mut DecodeRepairs::default()));
                }
                Token::Cdata(text) if field.len() < MAX_FIELD_BYTES => {
                    field.push_str(cut(text, MAX_FIELD_BYTES));
                }
                Token::End(name) => {
                    self.end(name, &field);
                    field.clear();
                    if self.entries.len() >= MAX_ENTRIES {
                        return;
                    }
                }
                Token::Text(_)
                | Token::Cdata(_)
                | Token::Doctype(_)
                | Token::Instruction(_)
                | Token::Comment => {}
            }
        }
    }

    fn start(&mut self, name: &str, attributes: Attributes<'_>) {
        match local(name) {
            "sitemapindex" => self.is_index = true,
            "urlset" => {
                self.is_news = attributes
                    .iter()
                    .any(|(_, value)| value.contains("sitemap-news"));
            }
            "url" | "sitemap" => self.open = Some(Open::default()),
            "news" => {
                self.is_news = true;
                if let Some(open) = &mut self.open {
                    open.is_news = true;
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str, text: &str) {
        let is_news = name.starts_with("news:") || !name.contains(':');
        let Some(open) = &mut self.open else { return };
        match local(name) {
            "loc" if !name.contains(':') => {
                open.address = open
                    .address
                    .take()
                    .or_else(|| link::resolve(text, self.base));
            }
            "title" if is_news => {
                let title = mojibake::repair_field(text);
                let title = plain::of_html(title.as_deref().unwrap_or(text));
                if !title.is_empty() {
                    open.draft.title.offer(1, title);
                }
            }
            "publication_date" if is_news => {
                if let Some(date) = date::parse_date(text) {
                    open.draft.published.offer(1, date);
                }
            }
            "lastmod" => {
                if let Some(date) = date::parse_date(text) {
                    open.draft.updated.offer(1, date);
                }
            }
            "keywords" if is_news => {
                for keyword in text.split(',') {
                    open.draft.tag(keyword);
                }
            }
            "language" if is_news => {
                if let Some(language) = draft::language(text) {
                    self.language.get_or_insert_with(|| language.clone());
                    open.draft.language.offer(1, language);
                }
            }
            "name" if is_news => {
                let outlet = plain::of_html(cut(text, MAX_NAME_BYTES));
                if self.outlet.is_none() && !outlet.is_empty() {
                    self.outlet = Some(outlet);
                }
            }
            "url" => self.end_url(),
            "sitemap" => self.end_part(),
            _ => {}
        }
    }

    /// A `url` without news is a page of the site, not an entry.
    fn end_url(&mut self) {
        let Some(mut open) = self.open.take().filter(|open| open.is_news) else {
            return;
        };
        if let Some(address) = open.address {
            open.draft.link.offer(link_rank::OWN, address);
            self.entries.push(open.draft.finish());
        }
    }

    fn end_part(&mut self) {
        let Some(open) = self.open.take() else { return };
        let changed = open.draft.updated.take();
        if let Some(url) = open.address.filter(|url| link::is_web(url)) {
            self.parts.push(Part { url, changed });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
        xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>";

    fn parse(text: &str) -> Result<ParsedFeed, FeedError> {
        super::super::parse(text.as_bytes(), &Hints::default())
    }

    #[test]
    fn an_index_lists_its_news_sitemaps_first_then_the_latest() {
        let part = |url: &str, changed: &str| {
            format!(
                "<sitemap><loc>https://e.example/{url}</loc><lastmod>{changed}</lastmod></sitemap>"
            )
        };
        let index = format!(
            "<sitemapindex>{}{}{}</sitemapindex>",
            part("2024.xml", "2024-12-31"),
            part("2026-11.xml", "2026-11-03T10:00:00Z"),
            part("news.xml", "2026-01-01"),
        );
        let wanted =
            ["news.xml", "2026-11.xml", "2024.xml"].map(|url| format!("https://e.example/{url}"));
        assert_eq!(parse(&index).unwrap().parts, wanted);
    }

    #[test]
    fn a_news_sitemap_may_be_empty_and_a_plain_one_is_no_feed() {
        assert_eq!(parse(&format!("{HEAD}</urlset>")).unwrap().entries, []);
        let plain = "<urlset><url><loc>https://e.example/</loc></url></urlset>";
        assert_eq!(parse(plain), Err(FeedError::Sitemap));
    }

    #[test]
    fn pages_without_news_are_not_entries() {
        let text = format!(
            "{HEAD}<url><loc>https://e.example/about</loc></url>\
             <url><loc>https://e.example/1</loc><news:news><news:title>One</news:title></news:news></url></urlset>"
        );
        let feed = parse(&text).unwrap();
        assert_eq!(feed.entries.len(), 1);
        assert_eq!(feed.entries[0].link.as_deref(), Some("https://e.example/1"));
    }
}
