//! One `[[feed]]` of the watchlist.

use super::reader::{Pair, Reader};
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;
use toml::de::DeTable;
use url::Url;

/// Whether the articles of a feed are fetched from their pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FullText {
    /// If the feed does not contain the full text.
    #[default]
    Auto,
    /// For every entry.
    Always,
    /// Never: the text in the feed is used.
    Never,
}

/// A feed to poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedSpec {
    /// Where it is; HTTP or HTTPS.
    pub url: Url,
    /// Its name, which replaces the feed's own title.
    pub name: Option<String>,
    /// Its tags, for the `sources` of watches.
    pub tags: Vec<String>,
    /// A fixed interval; `None` for an adaptive one.
    pub every: Option<Duration>,
    /// Whether articles are fetched from their pages.
    pub full_text: FullText,
    /// Additional request headers: name and value.
    pub headers: Vec<(String, String)>,
    /// A file with `user:password` for it.
    pub basic_auth_file: Option<PathBuf>,
    /// The `User-Agent` for it.
    pub user_agent: Option<String>,
    /// A CSS selector of the article on its pages.
    pub article_selector: Option<String>,
    /// CSS selectors of what is removed from its pages.
    pub remove: Vec<String>,
    /// Its place, as [`crate::matcher::Written::at`].
    pub at: u64,
}

const KNOWN: &[&str] = &[
    "url",
    "name",
    "tags",
    "every",
    "full_text",
    "headers",
    "basic_auth_file",
    "user_agent",
    "article_selector",
    "remove",
];
const FULL_TEXT: &[(&str, FullText)] = &[
    ("auto", FullText::Auto),
    ("always", FullText::Always),
    ("never", FullText::Never),
];

impl Reader<'_> {
    pub(super) fn feed(&mut self, span: Range<usize>, table: &DeTable<'_>) -> Option<FeedSpec> {
        let texts = |reader: &mut Self, pair| {
            reader
                .terms(pair)
                .into_iter()
                .map(|term| term.text)
                .collect()
        };
        let mut url = None;
        let mut feed = FeedSpec {
            url: Url::parse("http://localhost/").ok()?,
            name: None,
            tags: Vec::new(),
            every: None,
            full_text: FullText::Auto,
            headers: Vec::new(),
            basic_auth_file: None,
            user_agent: None,
            article_selector: None,
            remove: Vec::new(),
            at: self.written(span.clone(), "").at,
        };
        let mut has_url = false;
        for pair in table {
            match pair.0.get_ref().as_ref() {
                "url" => {
                    has_url = true;
                    url = self.url(pair);
                }
                "name" => feed.name = self.string(pair).map(|name| name.text),
                "tags" => feed.tags = texts(self, pair),
                "every" => feed.every = self.duration(pair),
                "full_text" => feed.full_text = self.one_of(pair, FULL_TEXT).unwrap_or_default(),
                "headers" => feed.headers = self.headers(pair),
                "basic_auth_file" => {
                    feed.basic_auth_file = self.string(pair).map(|path| path.text.into());
                }
                "user_agent" => feed.user_agent = self.string(pair).map(|agent| agent.text),
                "article_selector" => {
                    feed.article_selector = self.string(pair).map(|selector| selector.text);
                }
                "remove" => feed.remove = texts(self, pair),
                unknown => self.unknown(pair, unknown, "a feed", KNOWN),
            }
        }
        if !has_url {
            self.wrong(span, "this feed has no url", "add url = \"https://...\"");
        }
        feed.url = url?;
        Some(feed)
    }

    fn url(&mut self, pair: Pair<'_, '_>) -> Option<Url> {
        let text = self.string(pair)?.text;
        match Url::parse(text.trim()) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Some(url),
            Ok(url) => {
                let message = format!(
                    "a feed needs an HTTP or HTTPS address; the scheme {} is not supported",
                    url.scheme()
                );
                self.wrong(pair.1.span(), message, "write https://...");
                None
            }
            Err(err) => {
                let help = format!(
                    "write the whole address, as in https://{}",
                    text.trim_start_matches('/')
                );
                self.wrong(
                    pair.1.span(),
                    format!("\"{text}\" is not an address: {err}"),
                    help,
                );
                None
            }
        }
    }

    fn headers(&mut self, pair: Pair<'_, '_>) -> Vec<(String, String)> {
        let example = "{ Authorization = \"...\" }";
        let Some(table) = self.table(pair, example) else {
            return Vec::new();
        };
        let mut headers = Vec::new();
        for pair in table {
            if let Some(value) = self.string(pair) {
                headers.push((pair.0.get_ref().to_string(), value.text));
            }
        }
        headers
    }
}
