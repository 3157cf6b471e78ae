//! Which entries of a document are known and which are new, from what the store
//! knows of the feed and one parsed document.
//!
//! An entry is looked up by its key, then by its aliases. If most entries of a
//! document are unknown, the feed may have been re-keyed, and its entries are
//! looked up by link, title and date as well. An entry that is dated after all
//! known ones is new even then, because a lost alert is worse than a second one.

mod keys;

use super::ParsedEntry;
use jiff::{SignedDuration, Timestamp};
use keys::{canonical, document_keys, key_mode};
use rustc_hash::{FxHashMap, FxHashSet};

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
            Self::New | Self::NewQuietly | Self::Repeated => None,
        }
    }
}

/// Unknown keys from which a feed may be re-keyed, if they are also half of the
/// document.
const MIN_FLOOD: usize = 5;

/// Words from which a title alone identifies an entry.
const MIN_DISTINCTIVE_WORDS: usize = 5;

/// How far the dates of one entry may differ if only a short title is equal.
const MAX_DATE_DRIFT: SignedDuration = SignedDuration::from_hours(24);

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
    matcher.close(is_flood, n_on_top);
    let statuses = matcher.statuses;
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

/// Finds the status of each entry of one document, step by step.
struct EntryMatcher<'a> {
    known: &'a [StoredEntry<'a>],
    entries: &'a [ParsedEntry],
    keys: &'a [String],
    statuses: Vec<Option<EntryStatus>>,
    /// By index, whether a known entry was found in the document.
    claimed: Vec<bool>,
}

impl<'a> EntryMatcher<'a> {
    fn new(known: &'a [StoredEntry<'a>], entries: &'a [ParsedEntry], keys: &'a [String]) -> Self {
        Self {
            known,
            entries,
            keys,
            statuses: vec![None; entries.len()],
            claimed: vec![false; known.len()],
        }
    }

    fn n_open(&self) -> usize {
        self.statuses
            .iter()
            .filter(|status| status.is_none())
            .count()
    }

    fn by_key(&mut self) {
        let known: FxHashMap<&str, usize> = self
            .known
            .iter()
            .enumerate()
            .map(|(index, entry)| (entry.key, index))
            .collect();
        let mut seen = FxHashSet::default();
        for (at, key) in self.keys.iter().enumerate() {
            if !seen.insert(key.as_str()) {
                self.statuses[at] = Some(EntryStatus::Repeated);
            } else if let Some(&index) = known.get(key.as_str()) {
                self.claimed[index] = true;
                let row = self.known[index].row;
                self.statuses[at] = Some(if self.is_edited(at, index) {
                    EntryStatus::Edited(row)
                } else {
                    EntryStatus::Known(row)
                });
            }
        }
    }

    /// Recognises entries that share a key or an alias with a known one.
    fn by_alias(&mut self) {
        let names = |entry: &StoredEntry<'a>| {
            let aliases = entry.aliases.iter().map(String::as_str);
            aliases.chain([entry.key]).collect()
        };
        let (keys, entries) = (self.keys, self.entries);
        let mut n_of_key: FxHashMap<&str, usize> = FxHashMap::default();
        for entry in entries {
            *n_of_key.entry(&entry.key).or_default() += 1;
        }
        self.match_by(names, |at| {
            let entry = &entries[at];
            let aliases = entry.aliases.iter().map(String::as_str);
            let own_key = Some(entry.key.as_str()).filter(|key| n_of_key.get(key) == Some(&1));
            aliases.chain([keys[at].as_str()]).chain(own_key).collect()
        });
    }

    fn by_link(&mut self) {
        let of_known: Vec<_> = self
            .known
            .iter()
            .map(|entry| canonical(entry.link))
            .collect();
        let of_entry: Vec<_> = self
            .entries
            .iter()
            .map(|entry| canonical(entry.link.as_deref()))
            .collect();
        self.match_texts(&of_known, &of_entry, |_, _| true);
    }

    fn by_title(&mut self) {
        let of_known: Vec<_> = self.known.iter().map(|entry| folded(entry.title)).collect();
        let of_entry: Vec<_> = self
            .entries
            .iter()
            .map(|entry| folded(entry.title.as_deref()))
            .collect();
        let (known, entries) = (self.known, self.entries);
        self.match_texts(&of_known, &of_entry, |index, at| {
            let title = entries[at].title.as_deref().unwrap_or_default();
            title.split_whitespace().count() >= MIN_DISTINCTIVE_WORDS
                || are_near(known[index].published, entries[at].published)
        });
    }

    /// Recognises entries whose text is that of exactly one known entry.
    fn match_texts(
        &mut self,
        of_known: &[Option<String>],
        of_entry: &[Option<String>],
        agrees: impl Fn(usize, usize) -> bool,
    ) {
        let known = unique(of_known);
        let entries = unique(of_entry);
        for (text, at) in entries {
            let (Some(at), Some(Some(index))) = (at, known.get(text)) else {
                continue;
            };
            if self.statuses[at].is_none() && agrees(*index, at) {
                self.claim(at, *index);
            }
        }
    }

    fn match_by<'n>(
        &mut self,
        names: impl Fn(&StoredEntry<'a>) -> Vec<&'a str>,
        own_names: impl Fn(usize) -> Vec<&'n str>,
    ) where
        'a: 'n,
    {
        let mut index_of: FxHashMap<&str, Option<usize>> = FxHashMap::default();
        for (index, entry) in self.known.iter().enumerate() {
            for name in names(entry) {
                // A name that several entries share identifies none of them.
                index_of
                    .entry(name)
                    .and_modify(|held| *held = held.filter(|held| *held == index))
                    .or_insert(Some(index));
            }
        }
        for at in 0..self.entries.len() {
            if self.statuses[at].is_some() {
                continue;
            }
            let found = own_names(at).into_iter().find_map(|name| {
                index_of
                    .get(name)
                    .copied()
                    .flatten()
                    .filter(|index| !self.claimed[*index])
            });
            if let Some(index) = found {
                self.claim(at, index);
            }
        }
    }

    fn claim(&mut self, at: usize, index: usize) {
        if std::mem::replace(&mut self.claimed[index], true) {
            return;
        }
        self.statuses[at] = Some(EntryStatus::Rekeyed {
            row: self.known[index].row,
            is_edited: self.is_edited(at, index),
        });
    }

    fn is_edited(&self, at: usize, index: usize) -> bool {
        self.entries[at].content_hash != self.known[index].content_hash
    }

    /// Gives the remaining entries their status. Undated entries among the first
    /// `n_on_top` are new even if the feed may be re-keyed.
    fn close(&mut self, is_flood: bool, n_on_top: usize) {
        let newest = self.known.iter().filter_map(|entry| entry.published).max();
        for (at, status) in self.statuses.iter_mut().enumerate() {
            // After a pause of the daemon, a busy feed has as many unknown keys as a
            // re-keyed one. But its entries are not older than the known ones. The same
            // date counts as newer: dates are exact to a minute at best, and a newsroom
            // may file ten reports in one.
            let is_as_late = match self.entries[at].published {
                Some(published) => newest.is_some_and(|newest| published >= newest),
                None => at < n_on_top,
            };
            status.get_or_insert(if is_flood && !is_as_late {
                EntryStatus::NewQuietly
            } else {
                EntryStatus::New
            });
        }
    }
}

/// Each text with the index of its only owner; `None` if several share it.
fn unique(texts: &[Option<String>]) -> FxHashMap<&str, Option<usize>> {
    let mut owners = FxHashMap::default();
    for (at, text) in texts.iter().enumerate() {
        if let Some(text) = text {
            owners
                .entry(text.as_str())
                .and_modify(|owner| *owner = None)
                .or_insert(Some(at));
        }
    }
    owners
}

/// A title in the form that is compared: letters and digits in lower case.
fn folded(title: Option<&str>) -> Option<String> {
    let title: String = title?
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    (!title.is_empty()).then_some(title)
}

/// Whether two dates may belong to one entry; a missing date fits any.
fn are_near(a: Option<Timestamp>, b: Option<Timestamp>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.duration_since(b).abs() <= MAX_DATE_DRIFT,
        _ => true,
    }
}

#[cfg(test)]
mod tests;
