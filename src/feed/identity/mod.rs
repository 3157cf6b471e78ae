//! Which entries of a document are known and which are new, from what the store
//! knows of the feed and one parsed document.
//!
//! An entry is looked up by its key, then by its aliases. If most entries of a
//! document are unknown, the feed may have been re-keyed, and its entries are
//! looked up by link, title and date as well. An entry that is dated after all
//! known ones is new even then, because a lost alert is worse than a second one.

mod keys;
mod matcher;
mod replaced;

use super::ParsedEntry;
use jiff::Timestamp;
use keys::{document_keys, key_mode};
use matcher::EntryMatcher;

/// What the store knows of one entry of the feed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StoredEntry<'a> {
    /// The entry's row in the store.
    pub row: i64,
    /// The key it is stored under.
    pub key: &'a str,
    /// The other names it goes by.
    pub aliases: &'a [String],
    /// Its title.
    pub title: Option<&'a str>,
    /// Its link.
    pub link: Option<&'a str>,
    /// Its date as the feed gave it.
    pub published: Option<Timestamp>,
    /// [`ParsedEntry::content_hash`] when it was last seen.
    pub content_hash: u64,
}

/// By what the entries of a feed are recognised. A feed changes from guid to link
/// once, and never back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyMode {
    /// The guid.
    #[default]
    Guid,
    /// The link, because guids are missing or used for several entries.
    Link,
}

/// What is known of one entry of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryStatus {
    /// Never seen before: it is read and may alert.
    New,
    /// Not recognised in a feed that may be re-keyed: it is stored without alerting.
    NewQuietly,
    /// Never seen before, but older than the known entries, and below them: an old entry
    /// that took the place of a deleted one. It is recorded only.
    Old,
    /// Known, and unchanged.
    Known(i64),
    /// Known, with a changed title, body or link.
    Edited(i64),
    /// Known under another key: the row takes over the new key and aliases.
    Rekeyed {
        /// The entry's row in the store.
        row: i64,
        /// Whether title, body or link changed as well.
        is_edited: bool,
    },
    /// A repetition of an earlier entry of the same document.
    Repeated,
}

/// The status of an entry, and the key to store it under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifiedEntry {
    /// The key in the feed's mode; unique within the document.
    pub key: String,
    /// What is known of the entry.
    pub status: EntryStatus,
}

/// What happened to a document with mostly unknown keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flood {
    /// Entries whose key was unknown.
    pub n_unknown: usize,
    /// Entries among them that were recognised by alias, link, title or date.
    pub n_recognised: usize,
    /// Entries among them that are stored without alerting.
    pub n_quiet: usize,
}

/// The status of all entries of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identification {
    /// The mode to keep for the feed.
    pub mode: KeyMode,
    /// One for each entry, in the document's order.
    pub entries: Vec<IdentifiedEntry>,
    /// What to report if most keys were unknown.
    pub flood: Option<Flood>,
}

impl EntryStatus {
    /// The row of an entry seen before.
    #[must_use]
    pub fn row(self) -> Option<i64> {
        match self {
            Self::Known(row) | Self::Edited(row) | Self::Rekeyed { row, .. } => Some(row),
            Self::New | Self::NewQuietly | Self::Old | Self::Repeated => None,
        }
    }
}

/// Unknown keys from which a feed may be re-keyed, if they are also half of the
/// document.
const MIN_FLOOD: usize = 5;

/// Compares the entries of a document with the `known` entries of the feed.
///
/// If nothing is known, all entries are new; the caller decides which entries of a
/// first poll alert.
#[must_use]
pub fn identify(
    known: &[StoredEntry<'_>],
    mode: KeyMode,
    entries: &[ParsedEntry],
) -> Identification {
    identify_in(known, mode, entries, true)
}

/// As [`identify`], for a document that was put together from the entries that a delta
/// (RFC 3229) left out and those that it holds: the order says nothing.
#[must_use]
pub fn identify_delta(
    known: &[StoredEntry<'_>],
    mode: KeyMode,
    entries: &[ParsedEntry],
) -> Identification {
    identify_in(known, mode, entries, false)
}

fn identify_in(
    known: &[StoredEntry<'_>],
    mode: KeyMode,
    entries: &[ParsedEntry],
    is_ordered: bool,
) -> Identification {
    let mode = key_mode(mode, entries);
    let keys = document_keys(mode, entries);
    let mut matcher = EntryMatcher::new(known, entries, &keys);
    matcher.by_key();
    let first_known = matcher.statuses.iter().position(Option::is_some);
    let n_unknown = matcher.n_open();
    matcher.by_alias();
    let is_flood = !known.is_empty() && n_unknown >= MIN_FLOOD && 2 * n_unknown >= entries.len();
    if is_flood {
        matcher.by_link();
        matcher.by_title();
    }
    let n_left = matcher.n_open();
    // If no unknown entry was recognised and known ones keep their keys, the feed was
    // not re-keyed: undated entries above the known ones are new.
    let n_on_top = first_known.filter(|_| n_left == n_unknown).unwrap_or(0);
    matcher.close(is_flood, n_on_top, is_ordered);
    let (statuses, keys) = matcher.finish();
    let n_quiet = statuses
        .iter()
        .filter(|v| **v == Some(EntryStatus::NewQuietly))
        .count();
    let flood = Flood {
        n_unknown,
        n_recognised: n_unknown - n_left,
        n_quiet,
    };
    Identification {
        mode,
        entries: keys
            .into_iter()
            .zip(statuses)
            .map(|(key, status)| IdentifiedEntry {
                key,
                status: status.unwrap_or(EntryStatus::New),
            })
            .collect(),
        // Many entries that are all newer than the known ones are just a busy day.
        flood: (is_flood && flood.n_recognised + flood.n_quiet > 0).then_some(flood),
    }
}

/// When an entry counts as published: never after `now`. `now` also replaces dates
/// that are missing or too old to be true (1970, from a clock that was not set).
#[must_use]
pub fn sane_date(published: Option<Timestamp>, now: Timestamp) -> Timestamp {
    /// 1990-01-01: no feed and hardly any site is older.
    const EARLIEST: i64 = 631_152_000;
    published
        .filter(|date| date.as_second() >= EARLIEST)
        .map_or(now, |date| date.min(now))
}

#[cfg(test)]
mod tests;
