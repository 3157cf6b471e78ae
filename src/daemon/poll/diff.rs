//! What a parsed document changes in the store. `feed::identity` finds out which
//! entries are known; this module decides which of the others are news.

use crate::daemon::poll::entry::Entry;
use crate::feed::identity;
use crate::feed::identity::{EntryStatus, Identification, KeyMode};
use crate::feed::{ParsedEntry, ParsedFeed};
use crate::model::EntryId;
use crate::policy::FirstRun;
use crate::store::{EntryChange, EntryFacts, KnownEntry, NewEntry, ReadPlan};
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};

/// How often an entry that is still in its feed is marked as seen.
const SEEN_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Most entries that a delta is assumed to have left out.
const MAX_LEFT_OUT: usize = 500;

/// What is known of a feed when its document is compared.
pub(crate) struct DiffContext<'a> {
    /// Its known entries.
    pub known: &'a [KnownEntry],
    /// Whether entries are recognised by their links because the guids are unreliable.
    pub by_link: bool,
    /// What happens to the entries of a first document; `None` for a later one.
    pub first_run: Option<FirstRun>,
    /// Whether the document holds only what changed (RFC 3229).
    pub is_delta: bool,
    /// The time of the poll.
    pub now: Timestamp,
}

/// What a document changes.
pub(crate) struct Diff {
    /// The changes for the store.
    pub changes: Vec<EntryChange>,
    /// When the new entries were published: the feed's rhythm learns from it.
    pub published: Vec<Timestamp>,
    /// Whether entries are recognised by their links from now on.
    pub by_link: bool,
    /// What to log about a document with mostly unknown keys.
    pub flood: Option<identity::Flood>,
}

/// Compares `parsed` with what is known of its feed.
pub(crate) fn compare(context: &DiffContext<'_>, parsed: &ParsedFeed) -> Diff {
    let identification = identify(context, &parsed.entries);
    let known = context.known.iter().map(|entry| (entry.id.0, entry));
    let builder = ChangeBuilder {
        context,
        known: known.collect(),
        language: parsed.language.as_deref(),
        n_news: context
            .first_run
            .map_or(parsed.entries.len(), |first_run| n_news(first_run, parsed)),
    };
    let (mut changes, mut published) = (Vec::new(), Vec::new());
    let pairs = identification.entries.into_iter().zip(&parsed.entries);
    for (place, (identified, entry)) in pairs.enumerate() {
        if identified.status == EntryStatus::New {
            published.push(identity::sane_date(entry.published, context.now));
        }
        changes.extend(builder.change(place, entry, identified.key, identified.status));
    }
    Diff {
        changes,
        published,
        by_link: identification.mode == KeyMode::Link,
        flood: identification.flood,
    }
}

/// Which entries of the document are known.
fn identify(context: &DiffContext<'_>, entries: &[ParsedEntry]) -> Identification {
    let known = context.known.iter();
    let known: Vec<_> = known.map(|entry| as_stored(entry, context.now)).collect();
    let mode = if context.by_link {
        KeyMode::Link
    } else {
        KeyMode::Guid
    };
    if !context.is_delta {
        return identity::identify(&known, mode, entries);
    }
    // A delta is compared as the whole document that it is a part of. By itself, a
    // delta of a few new entries would be a document of unknown keys only. The
    // entries that it left out go first, where they say nothing about the age of
    // the others.
    let mut whole = unchanged_since(context.known, entries);
    let n_left_out = whole.len();
    whole.extend(entries.iter().cloned());
    let mut identification = identity::identify(&known, mode, &whole);
    identification.entries.drain(..n_left_out);
    identification
}

/// Turns the status of each entry into a change for the store.
struct ChangeBuilder<'a> {
    context: &'a DiffContext<'a>,
    /// The known entries by row.
    known: HashMap<i64, &'a KnownEntry>,
    /// The feed's language.
    language: Option<&'a str>,
    /// How many entries from the top are news; the others are only recorded.
    n_news: usize,
}

impl ChangeBuilder<'_> {
    fn change(
        &self,
        place: usize,
        entry: &ParsedEntry,
        key: String,
        status: EntryStatus,
    ) -> Option<EntryChange> {
        let now = self.context.now;
        let new = |key, plan| self.new_entry(entry, key, plan);
        Some(match status {
            EntryStatus::New if place < self.n_news => {
                EntryChange::New(new(key, ReadPlan::Read(now)))
            }
            EntryStatus::New => EntryChange::New(new(key, ReadPlan::Record)),
            EntryStatus::NewQuietly => EntryChange::New(new(key, ReadPlan::ReadQuietly(now))),
            EntryStatus::Known(row) => return self.seen(row),
            EntryStatus::Edited(row)
            | EntryStatus::Rekeyed {
                row,
                is_edited: true,
            } => EntryChange::Edited(EntryId(row), new(key, self.reread(row))),
            EntryStatus::Rekeyed {
                row,
                is_edited: false,
            } => EntryChange::Renamed(EntryId(row), facts(entry, key)),
            EntryStatus::Repeated => return None,
        })
    }

    fn new_entry(&self, entry: &ParsedEntry, key: String, plan: ReadPlan) -> NewEntry {
        NewEntry {
            facts: facts(entry, key),
            payload: Entry::of(entry, self.language).to_json(),
            plan,
        }
    }

    /// Marks an unchanged entry as seen, if that was long ago.
    fn seen(&self, row: i64) -> Option<EntryChange> {
        let now = self.context.now;
        let known = self.known.get(&row);
        let is_stale = known.is_none_or(|known| now.duration_since(known.seen) > SEEN_EVERY);
        is_stale.then_some(EntryChange::Seen(EntryId(row)))
    }

    /// An edited entry is read again if it was read before: it may have become a
    /// revision. An entry that was only recorded stays recorded.
    fn reread(&self, row: i64) -> ReadPlan {
        match self.known.get(&row) {
            Some(known) if known.article.is_some() => ReadPlan::Read(self.context.now),
            Some(_) | None => ReadPlan::Record,
        }
    }
}

/// The entries that a delta leaves out because they did not change: those that were
/// in the last document and are not in the delta.
fn unchanged_since(known: &[KnownEntry], delta: &[ParsedEntry]) -> Vec<ParsedEntry> {
    let named = names(delta);
    let newest = known.iter().map(|entry| entry.seen).max();
    let is_current = move |entry: &&KnownEntry| {
        newest.is_some_and(|newest| newest.duration_since(entry.seen) <= SEEN_EVERY)
    };
    let left_out = known
        .iter()
        .filter(is_current)
        .filter(|entry| !is_named(&entry.facts, &named))
        .take(MAX_LEFT_OUT);
    let parsed = left_out.map(|entry| ParsedEntry {
        key: entry.facts.key.clone(),
        aliases: entry.facts.aliases.clone(),
        id: Some(entry.facts.key.clone()),
        title: entry.facts.title.clone(),
        link: entry.facts.link.clone(),
        published: entry.facts.published,
        content_hash: entry.facts.content_hash,
        ..ParsedEntry::default()
    });
    parsed.collect()
}

/// Whether any entry of a document is known.
pub(crate) fn knows_any(known: &[KnownEntry], entries: &[ParsedEntry]) -> bool {
    let named = names(entries);
    known.iter().any(|entry| is_named(&entry.facts, &named))
}

/// All keys, aliases and links of the entries.
fn names(entries: &[ParsedEntry]) -> HashSet<&str> {
    entries
        .iter()
        .flat_map(|entry| {
            let aliases = entry.aliases.iter().map(String::as_str);
            aliases
                .chain([entry.key.as_str()])
                .chain(entry.link.as_deref())
        })
        .collect()
}

fn is_named(facts: &EntryFacts, named: &HashSet<&str>) -> bool {
    let mut aliases = facts.aliases.iter().map(String::as_str);
    named.contains(facts.key.as_str())
        || facts
            .link
            .as_deref()
            .is_some_and(|link| named.contains(link))
        || aliases.any(|alias| named.contains(alias))
}

/// How many entries from the top of a first document are news.
fn n_news(first_run: FirstRun, parsed: &ParsedFeed) -> usize {
    match first_run {
        FirstRun::Record => 0,
        FirstRun::Alert => parsed.entries.len(),
        FirstRun::Latest(n) => n as usize,
    }
}

fn facts(entry: &ParsedEntry, key: String) -> EntryFacts {
    EntryFacts {
        key,
        aliases: entry.aliases.clone(),
        title: entry.title.clone(),
        link: entry.link.clone(),
        published: entry.published,
        content_hash: entry.content_hash,
    }
}

/// A date in the future is dropped: no later entry would ever be newer.
fn as_stored(entry: &KnownEntry, now: Timestamp) -> identity::StoredEntry<'_> {
    let facts = &entry.facts;
    identity::StoredEntry {
        row: entry.id.0,
        key: &facts.key,
        aliases: &facts.aliases,
        title: facts.title.as_deref(),
        link: facts.link.as_deref(),
        published: facts.published.filter(|published| *published <= now),
        content_hash: facts.content_hash,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(n: usize) -> Vec<KnownEntry> {
        let entry = |n: usize| KnownEntry {
            id: EntryId(n as i64),
            facts: EntryFacts {
                key: format!("k{n}"),
                link: Some(format!("https://a.example/{n}")),
                title: Some(format!("Title {n}")),
                ..EntryFacts::default()
            },
            seen: Timestamp::UNIX_EPOCH,
            article: None,
        };
        (0..n).map(entry).collect()
    }

    /// A document of entries with these guids, undated.
    fn document(guids: &[&str]) -> ParsedFeed {
        let items: String = guids
            .iter()
            .map(|guid| format!("<item><guid isPermaLink=\"false\">{guid}</guid><title>About {guid}</title></item>"))
            .collect();
        let text = format!("<rss version=\"2.0\"><channel>{items}</channel></rss>");
        crate::feed::parse(text.as_bytes(), &crate::feed::Hints::default()).unwrap()
    }

    /// How many entries of the document are news if ten others are known.
    fn check(guids: &[&str], is_delta: bool, wanted: usize) {
        let known = known(10);
        let context = DiffContext {
            known: &known,
            by_link: false,
            first_run: None,
            is_delta,
            now: Timestamp::UNIX_EPOCH,
        };
        let diff = compare(&context, &document(guids));
        let n_news = diff
            .changes
            .iter()
            .filter(|change| {
                matches!(change, EntryChange::New(entry) if matches!(entry.plan, ReadPlan::Read(_)))
            })
            .count();
        assert_eq!(n_news, wanted, "{guids:?}");
    }

    #[test]
    fn a_delta_of_new_entries_is_not_taken_for_a_re_keyed_feed() {
        let six = ["n1", "n2", "n3", "n4", "n5", "n6"];
        check(&six, false, 0);
        check(&six, true, 6);
    }

    #[test]
    fn a_delta_as_large_as_the_feed_may_be_a_re_keyed_feed() {
        let all: Vec<String> = (0..10).map(|n| format!("n{n}")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        check(&all, true, 0);
    }

    #[test]
    fn an_entry_is_known_by_its_key_aliases_or_link() {
        let known = known(3);
        let mut entries = document(&["other"]).entries;
        assert!(!knows_any(&known, &entries));
        entries[0].link = Some("https://a.example/2".to_owned());
        assert!(knows_any(&known, &entries));
        assert!(!knows_any(&known, &[]));
    }
}
