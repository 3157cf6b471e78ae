//! Parses the bytes of RSS, Atom, RDF or JSON Feed into entries with stable keys,
//! however damaged the bytes are.
//!
//! One reader handles sound and damaged XML alike: `xml::scan` splits the text into
//! tokens and never fails, `xml::reader` knows the vocabulary and the nesting, and
//! `xml::draft` decides which of several values counts. Nothing recurses, and every
//! buffer has a limit in [`limits`], so that no document can exhaust the stack or the
//! memory.
//!
//! Not here: fetching, and when to poll. [`identity`] finds out which entries are
//! known, from what the caller reads from the store.

mod xml;
mod date;
pub mod discover;
mod error;
pub mod identity;
mod json;
mod key;
mod limits;
mod link;
pub mod opml;
mod plain;
mod timing;

pub use date::parse_date;
pub use error::FeedError;
pub use link::{canonical_link, web_link};
pub use timing::{Timing, Weekday};
pub use xml::repair::Repair;

use crate::text::charset::{self, Markup};
use jiff::Timestamp;
use std::fmt;

/// What is known about the bytes from the HTTP response.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The final address of the feed; relative links are resolved against it.
    pub base: Option<&'a str>,
}

/// The format a feed is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedKind {
    /// RSS 0.91 to 2.0.
    Rss,
    /// RSS 0.90 and 1.0, which are RDF.
    Rdf,
    /// Atom 1.0, RFC 4287.
    Atom,
    /// Atom 0.3 and older drafts.
    Atom03,
    /// JSON Feed.
    Json,
}

impl fmt::Display for FeedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rss => "RSS",
            Self::Rdf => "RSS in RDF",
            Self::Atom => "Atom",
            Self::Atom03 => "Atom 0.3",
            Self::Json => "JSON Feed",
        })
    }
}

/// A parsed feed.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedFeed {
    /// The format it is written in.
    pub kind: FeedKind,
    /// The encoding that its bytes were decoded from.
    pub encoding: &'static str,
    /// The feed's own title, as plain text.
    pub title: Option<String>,
    /// The address of the site that the feed belongs to.
    pub site: Option<String>,
    /// Its language as the feed writes it, in lower case: `en-gb`.
    pub language: Option<String>,
    /// The entries in the feed's order.
    pub entries: Vec<ParsedEntry>,
    /// How often the feed asks to be polled.
    pub timing: Timing,
    /// The address of the document with the entries before these (RFC 5005
    /// `prev-archive`).
    pub prev_archive: Option<String>,
    /// What had to be repaired to read it, each once.
    pub repairs: Vec<Repair>,
    /// Whether the document is cut off; its last, unfinished entry is left out.
    pub truncated: bool,
}

/// One entry of a feed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedEntry {
    /// The stable identity within the feed: the guid, or else the canonical link, or
    /// else a hash of title and body. Never random, never the date.
    pub key: String,
    /// Other names by which the entry is recognised if its guid or link changes: the
    /// guid without scheme and host, the canonical link.
    pub aliases: Vec<String>,
    /// The guid or id as given, relative ones resolved.
    pub id: Option<String>,
    /// The title as plain text.
    pub title: Option<String>,
    /// The address of the article, absolute if possible.
    pub link: Option<String>,
    /// When it was published, or else updated, or else created.
    pub published: Option<Timestamp>,
    /// When it was last updated.
    pub updated: Option<Timestamp>,
    /// The authors' names, joined by ", ".
    pub author: Option<String>,
    /// The summary as HTML.
    pub summary: Option<String>,
    /// The full content as HTML.
    pub content: Option<String>,
    /// The entry's own language, in lower case.
    pub language: Option<String>,
    /// Categories and keywords.
    pub tags: Vec<String>,
    /// A hash of title, body and canonical link: changes when the entry is edited.
    pub content_hash: u64,
}

/// Parses a feed.
///
/// A feed without entries is not an error but suspicious: see
/// [`ParsedFeed::is_suspicious`].
///
/// # Errors
/// If the bytes are not a feed; the error says what they are instead.
pub fn parse(bytes: &[u8], hints: &Hints<'_>) -> Result<ParsedFeed, FeedError> {
    if bytes.len() > limits::MAX_DOCUMENT_BYTES {
        return Err(FeedError::TooLarge {
            n_bytes: bytes.len(),
        });
    }
    let decoded = charset::decode(bytes, hints.content_type, Markup::Xml);
    let text = decoded.text.trim_start_matches(is_padding);
    let mut repairs = xml::repair::Repairs::default();
    if decoded.is_mended {
        repairs.note(Repair::Encoding);
    }
    match text.as_bytes().first() {
        None => Err(FeedError::Empty),
        Some(b'{' | b'[') => json::read(text, decoded.encoding, hints, repairs),
        Some(_) => xml::reader::read(text, decoded.encoding, hints, repairs),
    }
}

/// Blanks, byte order marks and zeros before a document.
fn is_padding(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\0')
}

impl ParsedFeed {
    /// Whether it has no entry: either the feed is empty, or its format was
    /// misunderstood.
    #[must_use]
    pub fn is_suspicious(&self) -> bool {
        self.entries.is_empty()
    }
}

impl ParsedEntry {
    /// The best text of the entry in the feed itself, as HTML.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.content.as_deref().or(self.summary.as_deref())
    }
}
