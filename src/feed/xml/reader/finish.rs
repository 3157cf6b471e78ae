//! The end of a document: the feed that was read, or what the document is instead.

use super::Reader;
use crate::feed::limits::{MAX_ENTRIES, cut};
use crate::feed::xml::names::Element;
use crate::feed::xml::repair::Repair;
use crate::feed::{FeedError, ParsedFeed, key, plain};

/// Bytes of a document that an error message quotes.
const MAX_ERROR_TEXT_BYTES: usize = 120;

impl Reader<'_> {
    pub(super) fn finish(mut self, encoding: &'static str) -> Result<ParsedFeed, FeedError> {
        let root_open = self.stack.iter().any(|frame| match frame.element {
            Element::Root(_) | Element::Channel => true,
            Element::Entry
            | Element::Foreign
            | Element::Field(_)
            | Element::Html
            | Element::Other => false,
        });
        let truncated = root_open && !self.facts.root_closed && self.entries.len() < MAX_ENTRIES;
        if truncated {
            // The entry in which the document is cut off is incomplete.
            self.entry = None;
            self.repairs.note(Repair::Truncated);
        }
        self.pop_to(0, self.text.len(), self.text.len());
        self.note_decode_repairs();
        let is_feed = self.facts.root || !self.facts.html;
        let Some(kind) = self.facts.kind.filter(|_| is_feed) else {
            return Err(self.not_a_feed());
        };
        key::drop_shared_aliases(&mut self.entries);
        let authors = self.feed.authors.join();
        for entry in &mut self.entries {
            entry.author = entry.author.take().or_else(|| authors.clone());
        }
        let mut timing = self.feed.timing;
        timing.update_every = self.feed.syndication.update_every();
        Ok(ParsedFeed {
            kind,
            encoding,
            title: self.feed.title.take(),
            site: self.feed.site.take(),
            language: self.feed.language.take(),
            entries: self.entries,
            timing,
            prev_archive: self.feed.prev_archive,
            parts: Vec::new(),
            repairs: self.repairs.list(),
            truncated,
        })
    }

    fn note_decode_repairs(&mut self) {
        let decoding = self.decode_repairs;
        self.repairs
            .note_if(decoding.bare_ampersand, Repair::BareAmpersand);
        self.repairs
            .note_if(decoding.undeclared_entity, Repair::UndeclaredEntity);
        self.repairs
            .note_if(decoding.bad_character, Repair::BadCharacter);
    }

    fn not_a_feed(self) -> FeedError {
        match self.facts.first {
            Some(first) if self.facts.html || is_page_element(first) => FeedError::Html {
                title: html_title(self.text),
            },
            None if self.facts.html => FeedError::Html {
                title: html_title(self.text),
            },
            Some(root) => FeedError::OtherXml {
                root: cut(&plain::fold(root), 64).to_owned(),
                text: plain::text_of(self.text, MAX_ERROR_TEXT_BYTES),
            },
            None => FeedError::Unknown {
                start: plain::fold(cut(self.text, MAX_ERROR_TEXT_BYTES)),
            },
        }
    }
}

/// Whether a document that begins with this element is a web page without `<html>`.
fn is_page_element(name: &str) -> bool {
    [
        "a", "article", "b", "body", "br", "center", "div", "font", "footer", "form", "h1", "h2",
        "h3", "head", "header", "hr", "iframe", "img", "main", "meta", "nav", "noscript", "p",
        "script", "section", "span", "strong", "style", "table", "title", "ul",
    ]
    .iter()
    .any(|known| name.eq_ignore_ascii_case(known))
}

/// The title of a web page, for the error message.
fn html_title(text: &str) -> Option<String> {
    let head = cut(text, 16 << 10);
    let lower = head.to_ascii_lowercase();
    let tag = lower.find("<title")?;
    let start = tag + lower[tag..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let title = plain::of_html(cut(&head[start..end], 100));
    (!title.is_empty()).then_some(title)
}
