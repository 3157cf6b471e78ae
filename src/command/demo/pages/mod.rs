//! How an outlet dresses an article: the text goes into a page full of what a
//! reader does not come for.

use super::script::Outlet;
use crate::text::escape_markup;
use jiff::Timestamp;

/// A text as a newsroom files it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    pub title: &'static str,
    pub dek: &'static str,
    pub author: &'static str,
    place: &'static str,
    caption: &'static str,
    body: &'static str,
}

impl Text {
    /// Reads lines of `name: value`, a blank line, and paragraphs separated by
    /// blank lines.
    pub(super) fn parse(written: &'static str) -> Self {
        let (head, body) = written.split_once("\n\n").unwrap_or((written, ""));
        let value = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(':'));
            lines
                .find(|(key, _)| *key == name)
                .map_or("", |(_, value)| value.trim())
        };
        Self {
            title: value("title"),
            dek: value("dek"),
            author: value("author"),
            place: value("place"),
            caption: value("caption"),
            body,
        }
    }

    /// What the outlet's feed says of it: the dek, else the first paragraph.
    pub(super) fn summary(&self) -> &'static str {
        if self.dek.is_empty() {
            self.paragraphs().next().unwrap_or_default()
        } else {
            self.dek
        }
    }

    pub(super) fn paragraphs(&self) -> impl Iterator<Item = &'static str> {
        self.body
            .split("\n\n")
            .map(str::trim)
            .filter(|paragraph| !paragraph.is_empty())
    }
}

/// Paragraphs of an article before the outlet's first interruption.
const UPPER: usize = 3;

/// The page of `text` at `url`.
pub(super) fn page(outlet: &Outlet, text: &Text, url: &str, at: Timestamp) -> String {
    let paragraphs: Vec<String> = text.paragraphs().map(escape_markup).collect();
    let (upper, lower) = paragraphs.split_at(paragraphs.len().min(UPPER));
    let parts = [
        ("title", escape_markup(text.title)),
        ("dek", escape_markup(text.dek)),
        ("author", escape_markup(text.author)),
        ("place", escape_markup(text.place)),
        ("caption", escape_markup(text.caption)),
        ("first", upper.first().cloned().unwrap_or_default()),
        ("upper", html(upper.get(1..).unwrap_or_default())),
        ("lower", html(lower)),
        ("published", at.to_string()),
        ("day", at.strftime("%-d %B %Y").to_string()),
        ("url", escape_markup(url)),
    ];
    parts
        .iter()
        .fold(outlet.page.to_owned(), |page, (name, part)| {
            page.replace(&format!("[[{name}]]"), part)
        })
}

fn html(paragraphs: &[String]) -> String {
    paragraphs
        .iter()
        .map(|paragraph| format!("<p>{paragraph}</p>\n"))
        .collect()
}

/// All words of a page but its tags': what a reader would search that does not
/// tell the article from what is around it.
pub(super) fn everything(page: &str) -> String {
    page.split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text).trim())
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}
