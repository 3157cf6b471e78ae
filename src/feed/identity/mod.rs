//! Which entries of a document are new, and which are old ones under a new
//! name: pure, from what the store knows of the feed and one parsed document.
//!
//! An entry is looked for by its key, then by its aliases; a document that
//! would be mostly new is suspected of having been re-keyed, and looked at by
//! link, title and date as well. When in doubt between a second alert for an
//! old entry and none for a new one, an entry dated after all known ones is new.

mod keys;

use super::ParsedEntry;
use jiff::{SignedDuration, Timestamp};
use keys::{canonical, document_keys, key_mode};
use rustc_hash::{FxHashMap, FxHashSet};

/// What the store knows of one entry of the feed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KnownEntry<'a> {
    /// The entry's row.
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

/// What tells a feed's entries apart. A feed goes from guid to link once, for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyMode {
    /// The guid.
    #[default]
    Guid,
    /// The link, because the guids are missing or repeated.
    Link,
}

/// What one entry of the document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Never seen: to be read and alerted on.
    New,
    /// Not recognised within a flood: to be stored, not alerted on.
    NewQuietly,
    /// Seen, and unchanged.
    Known(i64),
    /// Seen, with another title, body or link since.
    Edited(i64),
    /// Seen under another key: the row takes the new key and aliases.
    Rekeyed {
        /// The entry's row.
        row: i64,
        /// Whether title, body or link changed as well.
        is_edited: bool,
    },
    /// Stands earlier in the same document already.
    Repeated,
}

/// An entry's verdict and the key to store it under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The key under the feed's mode; unique within the document.
    pub key: String,
    /// What the entry is.
    pub verdict: Verdict,
}

/// A document mostly of unknown keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flood {
    /// Entries whose key was unknown.
    pub n_unknown: usize,
    /// Those of them recognised by alias, link, title or date.
    pub n_recognised: usize,
    /// Those stored without alerting.
    pub n_quiet: usize,
}

/// The verdicts on one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The mode to keep for the feed.
    pub mode: KeyMode,
    /// One for each entry, in the document's order.
    pub entries: Vec<Judged>,
    /// The flood to report, if this was one; once per document.
    pub flood: Option<Flood>,
}

impl Judgement {
    /// The rows that the document still holds. Whatever else is forgotten, the
    /// keys of these must be kept: an entry forgotten while it stands in the
    /// feed would be new at the next poll.
    pub fn rows_present(&self) -> impl Iterator<Item = i64> {
        self.entries
            .iter()
            .filter_map(|judged| judged.verdict.row())
    }
}

impl Verdict {
    /// The row of an entry seen before.
    #[must_use]
    pub fn row(self) -> Option<i64> {
        match self {
            Self::Known(row) | Self::Edited(row) | Self::Rekeyed { row, .. } => Some(row),
            Self::New | Self::NewQuietly | Self::Repeated => None,
        }
    }
}

/// Fewest unknown keys that make a flood, if they are half of the document too.
const MIN_FLOOD: usize = 5;

/// Words from which on a title alone names an entry.
const MIN_DISTINCTIVE_WORDS: usize = 5;

/// How far the dates of one entry may lie apart when a short title is all else
/// that is known.
const MAX_DATE_DRIFT: SignedDuration = SignedDuration::from_hours(24);

/// Judges the entries of a document against what is `known` of the feed.
///
/// With nothing known all entries are new: what a first poll alerts on is the
/// caller's to decide.
#[must_use]
pub fn judge(known: &[KnownEntry<'_>], mode: KeyMode, entries: &[ParsedEntry]) -> Judgement {
    let mode = key_mode(mode, entries);
    let keys = document_keys(mode, entries);
    let mut court = Court::new(known, entries, &keys);
    court.by_key();
    let first_known = court.verdicts.iter().position(Option::is_some);
    let n_unknown = court.n_open();
    court.by_alias();
    let is_flood = !known.is_empty() && n_unknown >= MIN_FLOOD && 2 * n_unknown >= entries.len();
    if is_flood {
        court.by_link();
        court.by_title();
    }
    let n_left = court.n_open();
    // Where none of them is an old one under another key and the old ones keep theirs,
    // nothing was re-keyed: what stands above those without a date is of a busy hour.
    let n_on_top = first_known.filter(|_| n_left == n_unknown).unwrap_or(0);
    court.close(is_flood, n_on_top);
    let verdicts = court.verdicts;
    let n_quiet = verdicts
        .iter()
        .filter(|v| **v == Some(Verdict::NewQuietly))
        .count();
    let flood = Flood {
        n_unknown,
        n_recognised: n_unknown - n_left,
        n_quiet,
    };
    Judgement {
        mode,
        entries: keys
            .into_iter()
            .zip(verdicts)
            .map(|(key, verdict)| Judged {
                key,
                verdict: verdict.unwrap_or(Verdict::New),
            })
            .collect(),
        // Half a page of plainly newer entries is a busy day, not an event.
        flood: (is_flood && flood.n_recognised + flood.n_quiet > 0).then_some(flood),
    }
}

/// When an entry counts as published: never after `now`, which stands in for
/// dates that are missing or from before the feeds (an unset clock's 1970).
#[must_use]
pub fn sane_date(published: Option<Timestamp>, now: Timestamp) -> Timestamp {
    /// 1990-01-01: no feed, and hardly a site, is older.
    const EARLIEST: i64 = 631_152_000;
    published
        .filter(|date| date.as_second() >= EARLIEST)
        .map_or(now, |date| date.min(now))
}

/// The entries of one document while their verdicts are found.
struct Court<'a> {
    known: &'a [KnownEntry<'a>],
    entries: &'a [ParsedEntry],
    keys: &'a [String],
    verdicts: Vec<Option<Verdict>>,
    /// Known entries, by index, that an entry of the document has been found to be.
    claimed: Vec<bool>,
}

impl<'a> Court<'a> {
    fn new(known: &'a [KnownEntry<'a>], entries: &'a [ParsedEntry], keys: &'a [String]) -> Self {
        Self {
            known,
            entries,
            keys,
            verdicts: vec![None; entries.len()],
            claimed: vec![false; known.len()],
        }
    }

    fn n_open(&self) -> usize {
        self.verdicts
            .iter()
            .filter(|verdict| verdict.is_none())
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
                self.verdicts[at] = Some(Verdict::Repeated);
            } else if let Some(&index) = known.get(key.as_str()) {
                self.claimed[index] = true;
                let row = self.known[index].row;
                self.verdicts[at] = Some(if self.is_edited(at, index) {
                    Verdict::Edited(row)
                } else {
                    Verdict::Known(row)
                });
            }
        }
    }

    /// Another name in common, be it one's key and the other's alias.
    fn by_alias(&mut self) {
        let names = |entry: &KnownEntry<'a>| {
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

    /// Matches entries whose text is one known entry's and no other's.
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
            if self.verdicts[at].is_none() && agrees(*index, at) {
                self.claim(at, *index);
            }
        }
    }

    fn match_by<'n>(
        &mut self,
        names: impl Fn(&KnownEntry<'a>) -> Vec<&'a str>,
        own_names: impl Fn(usize) -> Vec<&'n str>,
    ) where
        'a: 'n,
    {
        let mut index_of: FxHashMap<&str, Option<usize>> = FxHashMap::default();
        for (index, entry) in self.known.iter().enumerate() {
            for name in names(entry) {
                // A name that several go by names none of them.
                index_of
                    .entry(name)
                    .and_modify(|held| *held = held.filter(|held| *held == index))
                    .or_insert(Some(index));
            }
        }
        for at in 0..self.entries.len() {
            if self.verdicts[at].is_some() {
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
        self.verdicts[at] = Some(Verdict::Rekeyed {
            row: self.known[index].row,
            is_edited: self.is_edited(at, index),
        });
    }

    fn is_edited(&self, at: usize, index: usize) -> bool {
        self.entries[at].content_hash != self.known[index].content_hash
    }

    /// Gives the entries still open their verdict; without a date, the first
    /// `n_on_top` are new in a flood too.
    fn close(&mut self, is_flood: bool, n_on_top: usize) {
        let newest = self.known.iter().filter_map(|entry| entry.published).max();
        for (at, verdict) in self.verdicts.iter_mut().enumerate() {
            // After a pause of ours a busy feed is as full of unknown keys as a
            // re-keyed one; its entries differ in being no older than all we
            // know. As old is young enough: dates are exact to a second or a
            // minute, and a desk files ten reports in one.
            let is_as_late = match self.entries[at].published {
                Some(published) => newest.is_some_and(|newest| published >= newest),
                None => at < n_on_top,
            };
            verdict.get_or_insert(if is_flood && !is_as_late {
                Verdict::NewQuietly
            } else {
                Verdict::New
            });
        }
    }
}

/// Texts and who has them; nobody, where several do.
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

/// A title as it is compared: letters and digits in lower case.
fn folded(title: Option<&str>) -> Option<String> {
    let title: String = title?
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    (!title.is_empty()).then_some(title)
}

/// Whether two dates may be one entry's; a missing one speaks against nothing.
fn are_near(a: Option<Timestamp>, b: Option<Timestamp>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.duration_since(b).abs() <= MAX_DATE_DRIFT,
        _ => true,
    }
}

#[cfg(test)]
mod tests;
