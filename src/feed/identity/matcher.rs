//! Finds out what is known of each entry of a document, step by step.

use super::keys::canonical;
use super::replaced;
use super::{EntryStatus, StoredEntry};
use crate::feed::ParsedEntry;
use jiff::{SignedDuration, Timestamp};
use rustc_hash::{FxHashMap, FxHashSet};

/// Words from which a title alone identifies an entry.
const MIN_DISTINCTIVE_WORDS: usize = 5;

/// How far the dates of one entry may differ if only a short title is equal.
const MAX_DATE_DRIFT: SignedDuration = SignedDuration::from_hours(24);

/// Finds the status of each entry of one document, step by step.
pub(super) struct EntryMatcher<'a> {
    known: &'a [StoredEntry<'a>],
    entries: &'a [ParsedEntry],
    keys: &'a [String],
    pub(super) statuses: Vec<Option<EntryStatus>>,
    /// By index, whether a known entry was found in the document.
    claimed: Vec<bool>,
    /// The keys to store entries under, if they are not those of the document.
    stored_keys: Vec<Option<String>>,
}

impl<'a> EntryMatcher<'a> {
    pub(super) fn new(
        known: &'a [StoredEntry<'a>],
        entries: &'a [ParsedEntry],
        keys: &'a [String],
    ) -> Self {
        Self {
            known,
            entries,
            keys,
            statuses: vec![None; entries.len()],
            claimed: vec![false; known.len()],
            stored_keys: vec![None; entries.len()],
        }
    }

    pub(super) fn n_open(&self) -> usize {
        self.statuses
            .iter()
            .filter(|status| status.is_none())
            .count()
    }

    pub(super) fn by_key(&mut self) {
        // Of entries that replaced each other under one key, the last one counts.
        let mut known: FxHashMap<&str, usize> = FxHashMap::default();
        for (index, entry) in self.known.iter().enumerate() {
            let held = known
                .entry(replaced::document_key(entry.key))
                .or_insert(index);
            if entry.row > self.known[*held].row {
                *held = index;
            }
        }
        let mut seen = FxHashSet::default();
        for (at, key) in self.keys.iter().enumerate() {
            if !seen.insert(key.as_str()) {
                self.statuses[at] = Some(EntryStatus::Repeated);
            } else if let Some(&index) = known.get(key.as_str()) {
                self.take_known(at, index);
            }
        }
    }

    /// The entry has the key of a known one: it is this one, or a new one in its place.
    fn take_known(&mut self, at: usize, index: usize) {
        let known = &self.known[index];
        self.claimed[index] = true;
        if replaced::is_replaced(known, &self.entries[at]) {
            self.statuses[at] = Some(EntryStatus::New);
            let key = replaced::new_key(&self.keys[at], &self.entries[at]);
            self.stored_keys[at] = Some(key);
            return;
        }
        self.stored_keys[at] = (known.key != self.keys[at]).then(|| known.key.to_owned());
        self.statuses[at] = Some(if self.is_edited(at, index) {
            EntryStatus::Edited(known.row)
        } else {
            EntryStatus::Known(known.row)
        });
    }

    /// Recognises entries that share a key or an alias with a known one.
    pub(super) fn by_alias(&mut self) {
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

    pub(super) fn by_link(&mut self) {
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

    pub(super) fn by_title(&mut self) {
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
        // A new entry at the address of an old one.
        if replaced::is_replaced(&self.known[index], &self.entries[at]) {
            return;
        }
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
    pub(super) fn close(&mut self, is_flood: bool, n_on_top: usize, is_ordered: bool) {
        let newest = self.known.iter().filter_map(|entry| entry.published).max();
        let last = self.last_known().filter(|_| is_ordered);
        for (at, status) in self.statuses.iter_mut().enumerate() {
            // After a pause of the daemon, a busy feed has as many unknown keys as a
            // re-keyed one. But its entries are not older than the known ones. The same
            // date counts as newer: dates are exact to a minute at best, and a newsroom
            // may file ten reports in one.
            let is_as_late = match self.entries[at].published {
                Some(published) => newest.is_some_and(|newest| published >= newest),
                None => at < n_on_top,
            };
            let is_old = last.is_some_and(|last| last.is_before(at, self.entries[at].published));
            status.get_or_insert(if is_old {
                EntryStatus::Old
            } else if is_flood && !is_as_late {
                EntryStatus::NewQuietly
            } else {
                EntryStatus::New
            });
        }
    }

    /// Where the known entries of the document end, and how old they are.
    fn last_known(&self) -> Option<LastKnown> {
        let known: Vec<usize> = (0..self.statuses.len())
            .filter(|at| self.statuses[*at].is_some_and(|status| status.row().is_some()))
            .collect();
        let dates = known.iter().map(|at| self.entries[*at].published);
        let is_dated = dates.clone().any(|date| date.is_some());
        Some(LastKnown {
            place: *known.last()?,
            oldest: dates.flatten().min(),
            is_undated: !is_dated && known.len() >= MIN_UNDATED,
        })
    }

    /// The statuses and the keys to store, each in the document's order.
    pub(super) fn finish(self) -> (Vec<Option<EntryStatus>>, Vec<String>) {
        let keys = self.keys.iter().zip(self.stored_keys);
        let keys = keys.map(|(key, stored)| stored.unwrap_or_else(|| key.clone()));
        (self.statuses, keys.collect())
    }
}

/// Known entries of an undated document from which one below them is old. Feeds list the
/// newest entry first; with fewer entries this is not certain enough.
const MIN_UNDATED: usize = 3;

/// The known entries of a document.
#[derive(Clone, Copy)]
struct LastKnown {
    /// The place of the last one.
    place: usize,
    /// The oldest date among them.
    oldest: Option<Timestamp>,
    /// Whether none of several has a date.
    is_undated: bool,
}

impl LastKnown {
    /// Whether an entry at this place is older than all known ones of the document.
    fn is_before(self, at: usize, published: Option<Timestamp>) -> bool {
        at > self.place
            && match published {
                Some(published) => self.oldest.is_some_and(|oldest| published < oldest),
                None => self.is_undated,
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
