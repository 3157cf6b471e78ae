//! From a parsed document and what is known of its feed to what the store is
//! to change. Which entry is which is `feed::identity`'s to say; which of them
//! is news is said here.

use super::entry::Entry;
use crate::feed::identity::{self, Judgement, KeyMode, Verdict};
use crate::feed::{ParsedEntry, ParsedFeed};
use crate::model::EntryId;
use crate::policy::FirstRun;
use crate::store::{EntryChange, EntryFacts, KnownEntry, NewEntry, ReadPlan};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// How often an entry that is still in its feed is noted as seen.
const SEEN_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// What is known of a feed when a document of it is judged.
pub(super) struct Case<'a> {
    /// Its entries.
    pub known: &'a [KnownEntry],
    /// Whether its guids are no good.
    pub by_link: bool,
    /// What becomes of a first document's entries; `None` for a later one.
    pub first_run: Option<FirstRun>,
    /// Now.
    pub now: Timestamp,
}

/// What a document changes.
pub(super) struct Judged {
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
pub(super) fn judge(case: &Case<'_>, parsed: &ParsedFeed) -> Judged {
    let known: Vec<_> = case.known.iter().map(as_known).collect();
    let mode = if case.by_link {
        KeyMode::Link
    } else {
        KeyMode::Guid
    };
    let Judgement {
        mode,
        entries,
        flood,
    } = identity::judge(&known, mode, &parsed.entries);
    let by_row: HashMap<i64, &KnownEntry> =
        case.known.iter().map(|entry| (entry.id.0, entry)).collect();
    let news_from = case
        .first_run
        .map_or(parsed.entries.len(), |first_run| newest(first_run, parsed));
    let mut changes = Vec::new();
    let mut published = Vec::new();
    for (place, (judged, entry)) in entries.into_iter().zip(&parsed.entries).enumerate() {
        let facts = facts(entry, judged.key);
        let language = parsed.language.as_deref();
        let new = |plan| NewEntry {
            facts: facts.clone(),
            payload: Entry::of(entry, language).to_json(),
            plan,
        };
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
            Verdict::New if is_news => Some(EntryChange::New(new(ReadPlan::Read(case.now)))),
            Verdict::New => Some(EntryChange::New(new(ReadPlan::Record))),
            Verdict::NewQuietly => Some(EntryChange::New(new(ReadPlan::ReadQuietly(case.now)))),
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
            } => Some(EntryChange::Edited(EntryId(row), new(again(row)))),
            Verdict::Rekeyed {
                row,
                is_edited: false,
            } => Some(EntryChange::Renamed(EntryId(row), facts)),
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

fn as_known(entry: &KnownEntry) -> identity::KnownEntry {
    let facts = entry.facts.clone();
    identity::KnownEntry {
        row: entry.id.0,
        key: facts.key,
        aliases: facts.aliases,
        title: facts.title,
        link: facts.link,
        published: facts.published,
        content_hash: facts.content_hash,
    }
}
