//! From a parsed document and what is known of its feed to what the store is
//! to change. Which entry is which is `feed::identity`'s to say; which of them
//! is news is said here.

use crate::daemon::poll::entry::Entry;
use crate::feed::identity;
use crate::feed::identity::{Judgement, KeyMode, Verdict};
use crate::feed::{ParsedEntry, ParsedFeed};
use crate::model::EntryId;
use crate::policy::FirstRun;
use crate::store::{EntryChange, EntryFacts, KnownEntry, NewEntry, ReadPlan};
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};

/// How often an entry that is still in its feed is noted as seen.
const SEEN_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Most entries that a delta is taken to have left out.
const MAX_LEFT_OUT: usize = 500;

/// What is known of a feed when a document of it is judged.
pub(crate) struct Case<'a> {
    /// Its entries.
    pub known: &'a [KnownEntry],
    /// Whether its guids are no good.
    pub by_link: bool,
    /// What becomes of a first document's entries; `None` for a later one.
    pub first_run: Option<FirstRun>,
    /// Whether the document holds only what changed (RFC 3229).
    pub is_delta: bool,
    /// Now.
    pub now: Timestamp,
}

/// What a document changes.
pub(crate) struct Judged {
    /// For the store.
    pub changes: Vec<EntryChange>,
    /// When the new entries were published: what the feed's rhythm is learnt from.
    pub published: Vec<Timestamp>,
    /// Whether the feed's guids are no good, from now on.
    pub by_link: bool,
    /// What to say of a document of mostly unknown keys.
    pub flood: Option<identity::Flood>,
}

/// Judges `parsed`.
pub(crate) fn judge(case: &Case<'_>, parsed: &ParsedFeed) -> Judged {
    let known: Vec<_> = case
        .known
        .iter()
        .map(|entry| as_known(entry, case.now))
        .collect();
    let mode = if case.by_link {
        KeyMode::Link
    } else {
        KeyMode::Guid
    };
    let Judgement {
        mode,
        entries,
        flood,
    } = if case.is_delta {
        // Judged as the document it is a part of: alone, a few new entries would
        // be a document of nothing but unknown keys.
        // What it left out goes first, where it tells nothing of the rest's age.
        let mut whole: Vec<_> = unchanged_since(case.known, &parsed.entries).collect();
        let n_left_out = whole.len();
        whole.extend(parsed.entries.iter().cloned());
        let mut judgement = identity::judge(&known, mode, &whole);
        judgement.entries.drain(..n_left_out);
        judgement
    } else {
        identity::judge(&known, mode, &parsed.entries)
    };
    let by_row: HashMap<i64, &KnownEntry> =
        case.known.iter().map(|entry| (entry.id.0, entry)).collect();
    let news_from = case
        .first_run
        .map_or(parsed.entries.len(), |first_run| newest(first_run, parsed));
    let mut changes = Vec::new();
    let mut published = Vec::new();
    for (place, (judged, entry)) in entries.into_iter().zip(&parsed.entries).enumerate() {
        let language = parsed.language.as_deref();
        let facts = |key| facts(entry, key);
        let new = |key, plan| NewEntry {
            facts: facts(key),
            payload: Entry::of(entry, language).to_json(),
            plan,
        };
        let key = judged.key;
        let is_news = case.first_run.is_none() || place < news_from;
        let again = |row| {
            by_row
                .get(&row)
                .map_or(ReadPlan::Record, |known| reread(known, case.now))
        };
        if judged.verdict == Verdict::New {
            published.push(identity::sane_date(entry.published, case.now));
        }
        changes.extend(match judged.verdict {
            Verdict::New if is_news => Some(EntryChange::New(new(key, ReadPlan::Read(case.now)))),
            Verdict::New => Some(EntryChange::New(new(key, ReadPlan::Record))),
            Verdict::NewQuietly => {
                Some(EntryChange::New(new(key, ReadPlan::ReadQuietly(case.now))))
            }
            Verdict::Known(row) => {
                let is_stale = by_row
                    .get(&row)
                    .is_none_or(|known| case.now.duration_since(known.seen) > SEEN_EVERY);
                is_stale.then_some(EntryChange::Seen(EntryId(row)))
            }
            Verdict::Edited(row)
            | Verdict::Rekeyed {
                row,
                is_edited: true,
            } => Some(EntryChange::Edited(EntryId(row), new(key, again(row)))),
            Verdict::Rekeyed {
                row,
                is_edited: false,
            } => Some(EntryChange::Renamed(EntryId(row), facts(key))),
            Verdict::Repeated => None,
        });
    }
    Judged {
        changes,
        published,
        by_link: mode == KeyMode::Link,
        flood,
    }
}

/// The entries that a delta leaves out: those last seen in the feed, as far as
/// the delta does not speak of them.
fn unchanged_since(
    known: &[KnownEntry],
    delta: &[ParsedEntry],
) -> impl Iterator<Item = ParsedEntry> {
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
    parsed.collect::<Vec<_>>().into_iter()
}

/// Whether any of a document's entries is known.
pub(crate) fn knows_any(known: &[KnownEntry], entries: &[ParsedEntry]) -> bool {
    let named = names(entries);
    known.iter().any(|entry| is_named(&entry.facts, &named))
}

/// All that the entries go by.
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

/// An edited entry is read again if it was read before: what it has become may
/// be a revision. One that was only recorded stays recorded.
fn reread(known: &KnownEntry, now: Timestamp) -> ReadPlan {
    if known.article.is_some() {
        ReadPlan::Read(now)
    } else {
        ReadPlan::Record
    }
}

/// How many entries from the top of a first document are news.
fn newest(first_run: FirstRun, parsed: &ParsedFeed) -> usize {
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

/// A date in the future tells nothing: what is newer could not be told by it.
fn as_known(entry: &KnownEntry, now: Timestamp) -> identity::KnownEntry<'_> {
    let facts = &entry.facts;
    identity::KnownEntry {
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

    /// How many of the document's entries are news, among ten known ones.
    fn check(guids: &[&str], is_delta: bool, wanted: usize) {
        let known = known(10);
        let case = Case {
            known: &known,
            by_link: false,
            first_run: None,
            is_delta,
            now: Timestamp::UNIX_EPOCH,
        };
        let judged = judge(&case, &document(guids));
        let n_news = judged
            .changes
            .iter()
            .filter(|change| {
                matches!(change, EntryChange::New(entry) if matches!(entry.plan, ReadPlan::Read(_)))
            })
            .count();
        assert_eq!(n_news, wanted, "{guids:?}");
    }

    #[test]
    fn a_delta_of_new_entries_is_no_flood() {
        let six = ["n1", "n2", "n3", "n4", "n5", "n6"];
        check(&six, false, 0);
        check(&six, true, 6);
    }

    #[test]
    fn a_delta_as_large_as_the_feed_may_be_one() {
        let all: Vec<String> = (0..10).map(|n| format!("n{n}")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        check(&all, true, 0);
    }

    #[test]
    fn a_document_is_known_by_any_of_its_names() {
        let known = known(3);
        let mut entries = document(&["other"]).entries;
        assert!(!knows_any(&known, &entries));
        entries[0].link = Some("https://a.example/2".to_owned());
        assert!(knows_any(&known, &entries));
        assert!(!knows_any(&known, &[]));
    }
}
