//! An entry and a feed while they are being read. Decides which of several values for
//! the same field counts.

use crate::feed::limits::{MAX_NAME_BYTES, MAX_NAMES, MAX_TITLE_BYTES, cut};
use crate::feed::timing::{Syndication, Timing};
use crate::feed::{ParsedEntry, key, link, plain};
use jiff::Timestamp;

/// A value with a rank. A value of a higher rank replaces it; of equal ranks the first
/// counts.
#[derive(Debug)]
pub(crate) struct Ranked<T>(Option<(u8, T)>);

impl<T> Default for Ranked<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Ranked<T> {
    pub(crate) fn offer(&mut self, rank: u8, value: T) {
        if self.is_worse_than(rank) {
            self.0 = Some((rank, value));
        }
    }

    /// Whether a value of `rank` would replace the current one.
    pub(crate) fn is_worse_than(&self, rank: u8) -> bool {
        self.0.as_ref().is_none_or(|(held, _)| *held < rank)
    }

    pub(crate) fn take(self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }
}

/// The ranks of links.
pub(crate) mod link_rank {
    /// An id that is also an address.
    pub(crate) const ID: u8 = 1;
    /// A guid that is a permalink, or `rdf:about`.
    pub(crate) const GUID: u8 = 2;
    /// An alternate link that is not HTML.
    pub(crate) const ALTERNATE: u8 = 3;
    /// An alternate link that is HTML or has no type.
    pub(crate) const HTML_ALTERNATE: u8 = 4;
    /// The `link` of RSS.
    pub(crate) const OWN: u8 = 5;
    /// `feedburner:origLink`: the address that FeedBurner replaced by its own.
    pub(crate) const ORIGINAL: u8 = 6;
}

/// An entry being read.
#[derive(Debug, Default)]
pub(crate) struct EntryDraft {
    /// The id as written, and resolved.
    pub(crate) id: Ranked<(String, String)>,
    pub(crate) title: Ranked<String>,
    pub(crate) link: Ranked<String>,
    pub(crate) published: Ranked<Timestamp>,
    pub(crate) updated: Ranked<Timestamp>,
    pub(crate) created: Ranked<Timestamp>,
    pub(crate) summary: Ranked<String>,
    pub(crate) content: Ranked<String>,
    pub(crate) language: Ranked<String>,
    pub(crate) authors: Names,
    pub(crate) tags: Vec<String>,
}

/// Names; only those of the highest rank count.
#[derive(Debug, Default)]
pub(crate) struct Names {
    rank: u8,
    names: Vec<String>,
}

impl Names {
    pub(crate) fn offer(&mut self, rank: u8, name: String) {
        if name.is_empty() || rank < self.rank {
            return;
        }
        if rank > self.rank {
            self.names.clear();
            self.rank = rank;
        }
        if self.names.len() < MAX_NAMES && !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    fn join(self) -> Option<String> {
        (!self.names.is_empty()).then(|| self.names.join(", "))
    }
}

impl EntryDraft {
    pub(crate) fn tag(&mut self, tag: &str) {
        let tag = plain::of_html(cut(tag, MAX_NAME_BYTES));
        if !tag.is_empty() && self.tags.len() < MAX_NAMES && !self.tags.contains(&tag) {
            self.tags.push(tag);
        }
    }

    pub(crate) fn finish(self) -> ParsedEntry {
        let updated = self.updated.take();
        let (guid, id) = match self.id.take() {
            Some((guid, id)) => (Some(guid), Some(id)),
            None => (None, None),
        };
        let mut entry = ParsedEntry {
            id,
            title: self.title.take().map(bounded_title),
            link: self.link.take(),
            published: self.published.take().or(updated).or(self.created.take()),
            updated,
            author: self.authors.join(),
            summary: self.summary.take(),
            content: self.content.take(),
            language: self.language.take(),
            tags: self.tags,
            ..ParsedEntry::default()
        };
        key::assign(&mut entry, guid.as_deref());
        entry
    }
}

fn bounded_title(title: String) -> String {
    if title.len() <= MAX_TITLE_BYTES {
        return title;
    }
    cut(&title, MAX_TITLE_BYTES).to_owned()
}

/// The feed itself being read.
#[derive(Debug, Default)]
pub(crate) struct FeedDraft {
    pub(crate) title: Ranked<String>,
    pub(crate) site: Ranked<String>,
    pub(crate) language: Ranked<String>,
    pub(crate) prev_archive: Option<String>,
    pub(crate) timing: Timing,
    pub(crate) syndication: Syndication,
}

/// A language as feeds write it, in lower case: `en_GB` is `en-gb`.
pub(crate) fn language(text: &str) -> Option<String> {
    let language = text.trim().to_ascii_lowercase().replace('_', "-");
    let is_tag = (2..=35).contains(&language.len())
        && language
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_tag.then_some(language)
}

/// The name in `jane@example.org (Jane Doe)` and `Jane Doe <jane@example.org>`; the
/// text itself if it has another form.
pub(crate) fn author_name(text: &str) -> String {
    let text = plain::fold(text);
    let in_brackets = text
        .split_once('(')
        .filter(|(before, _)| before.contains('@'))
        .and_then(|(_, rest)| rest.split(')').next());
    let before_angle = text
        .split_once('<')
        .filter(|(_, rest)| rest.contains('@'))
        .map(|(before, _)| before);
    let name = in_brackets.or(before_angle).unwrap_or(&text).trim();
    cut(if name.is_empty() { &text } else { name }, MAX_NAME_BYTES).to_owned()
}

/// Takes a guid or id as the entry's id, and as a link of `link_rank` if it is an
/// address.
pub(crate) fn offer_id(
    entry: &mut EntryDraft,
    rank: u8,
    raw: &str,
    base: Option<&str>,
    link_rank: Option<u8>,
) {
    let raw = plain::fold(raw);
    // A relative path is an address; a number or a word is just a name.
    let is_path = !link::is_absolute(&raw) && raw.contains('/') && !raw.contains(' ');
    let id = if is_path {
        link::resolve(&raw, base).unwrap_or_else(|| raw.clone())
    } else {
        raw.clone()
    };
    if raw.is_empty() {
        return;
    }
    if let Some(link_rank) = link_rank.filter(|_| link::is_web(&id))
        && let Some(link) = link::resolve(&id, None)
    {
        entry.link.offer(link_rank, link);
    }
    entry.id.offer(rank, (raw, id));
}
