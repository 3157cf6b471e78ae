//! Entries: recognised in documents, changed by polls, leased to be read.

use super::row::{Columns, limit, ms};
use super::upkeep::share;
use crate::model::FeedId;
use crate::store::{
    EntryChange, EntryFacts, EntryLease, KnownEntry, Limits, NewEntry, PollRecord, ReadPlan,
    StoreError,
};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// The most known entries that a poll compares with: twice as many as the largest feed
/// seen in practice. Older entries left the document long ago.
const KNOWN: usize = 4_000;

/// For each entry to lease, how many of the longest due entries are considered, before
/// the slower query over all feeds is made.
const OLDEST: usize = 4;

/// The known entries of [`crate::store::Store::begin_document`].
pub(super) fn known(db: &Connection, feed: FeedId) -> Result<Vec<KnownEntry>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT id, key, aliases, title, link, published, content_hash, seen, article
         FROM entries WHERE feed = ?1 ORDER BY seen DESC, id DESC LIMIT ?2",
    )?;
    let entries = statement.query_map(params![feed.0, limit(KNOWN)], |row| {
        let mut c = Columns::of("entries", row);
        Ok(KnownEntry {
            id: c.entry()?,
            facts: EntryFacts {
                key: c.take()?,
                aliases: c.take::<String>()?.lines().map(str::to_owned).collect(),
                title: c.take()?,
                link: c.take()?,
                published: c.maybe_time()?,
                content_hash: c.hash()?,
            },
            seen: c.time()?,
            article: c.maybe_article()?,
        })
    })?;
    Ok(entries.collect::<Result<_, _>>()?)
}

/// What [`change`] did.
#[derive(Default)]
pub(super) struct Changed {
    /// New entries that were stored.
    pub n_new: usize,
    /// New entries that were left out because the feed takes its whole share of the
    /// store.
    pub n_left_out: usize,
}

/// Carries out what a poll found, within the feed's share of the store.
pub(super) fn change(
    tx: &Transaction<'_>,
    feed: FeedId,
    record: &PollRecord,
    limits: Limits,
) -> Result<Changed, StoreError> {
    let (at, mut changed, mut room) = (record.at, Changed::default(), None);
    for change in &record.entries {
        match change {
            EntryChange::New(entry) => {
                let room = match &mut room {
                    Some(room) => room,
                    None => room.insert(share::room(tx, feed, share::wanted(record), limits, at)?),
                };
                if room.take(entry) {
                    changed.n_new += insert(tx, feed, at, entry)?;
                } else {
                    changed.n_left_out += 1;
                }
            }
            EntryChange::Seen(id) => {
                tx.prepare_cached("UPDATE entries SET seen = ?2 WHERE id = ?1")?
                    .execute(params![id.0, ms(at)])?;
            }
            EntryChange::Renamed(id, facts) => rename(tx, id.0, feed, at, facts)?,
            EntryChange::Edited(id, entry) => {
                rename(tx, id.0, feed, at, &entry.facts)?;
                read_again(tx, id.0, entry)?;
            }
        }
    }
    Ok(changed)
}

fn insert(
    tx: &Transaction<'_>,
    feed: FeedId,
    at: Timestamp,
    entry: &NewEntry,
) -> Result<usize, StoreError> {
    let (due, quiet) = plan(entry.plan);
    let payload = due.map(|_| &entry.payload);
    let facts = &entry.facts;
    let n_inserted = tx
        .prepare_cached(
            "INSERT INTO entries (feed, key, aliases, title, link, published, content_hash, found, seen, payload, due, quiet)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11)
             ON CONFLICT (feed, key) DO NOTHING",
        )?
        .execute(params![
            feed.0,
            facts.key,
            facts.aliases.join("\n"),
            facts.title,
            facts.link,
            facts.published.map(ms),
            facts.content_hash.cast_signed(),
            ms(at),
            payload,
            due,
            quiet,
        ])?;
    Ok(n_inserted)
}

/// Replaces how an entry is recognised. A key that another entry of the feed
/// already holds stays with that one.
fn rename(
    tx: &Transaction<'_>,
    id: i64,
    feed: FeedId,
    at: Timestamp,
    facts: &EntryFacts,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE entries SET aliases = ?3, title = ?4, link = ?5, published = ?6, content_hash = ?7, seen = ?8,
           key = CASE WHEN EXISTS (SELECT 1 FROM entries WHERE feed = ?9 AND key = ?2) THEN key ELSE ?2 END
         WHERE id = ?1",
    )?
    .execute(params![
        id,
        facts.key,
        facts.aliases.join("\n"),
        facts.title,
        facts.link,
        facts.published.map(ms),
        facts.content_hash.cast_signed(),
        ms(at),
        feed.0,
    ])?;
    Ok(())
}

fn read_again(tx: &Transaction<'_>, id: i64, entry: &NewEntry) -> Result<(), StoreError> {
    let (due, quiet) = plan(entry.plan);
    // An entry that still waits for its first reading keeps its place in the
    // queue, and whether it alerts: only its payload is newer.
    tx.prepare_cached(
        "UPDATE entries SET
           payload = CASE WHEN due IS NULL AND ?3 IS NULL THEN NULL ELSE ?2 END,
           due = coalesce(due, ?3),
           quiet = CASE WHEN due IS NULL AND ?3 IS NOT NULL THEN ?4 ELSE quiet END,
           tries = CASE WHEN due IS NULL THEN 0 ELSE tries END
         WHERE id = ?1",
    )?
    .execute(params![id, entry.payload, due, quiet])?;
    Ok(())
}

fn plan(plan: ReadPlan) -> (Option<i64>, bool) {
    match plan {
        ReadPlan::Record => (None, true),
        ReadPlan::Read(at) => (Some(ms(at)), false),
        ReadPlan::ReadQuietly(at) => (Some(ms(at)), true),
    }
}

/// Counts for every leased entry that the process ended while it was read.
pub(super) fn count_crashes(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE entries SET crashes = crashes + 1 WHERE due IS NOT NULL AND lease_until > 0",
        [],
    )?;
    Ok(())
}

/// See [`crate::store::Store::lease_entries`].
pub(super) fn lease(
    tx: &Transaction<'_>,
    (now, until): (Timestamp, Timestamp),
    (n, each): (usize, usize),
    throttled: &[FeedId],
) -> Result<Vec<EntryLease>, StoreError> {
    let mut ids = suspect(tx, now)?;
    ids.extend(waiting(tx, now, (n, each), throttled)?);
    ids.truncate(n);
    let mut leased = tx.prepare_cached(
        "UPDATE entries SET lease = lease + 1, lease_until = ?2, tries = tries + 1 WHERE id = ?1
         RETURNING id, lease, tries, crashes >= 2, feed, key, content_hash, coalesce(payload, ''), quiet, article",
    )?;
    let mut feed =
        tx.prepare_cached("SELECT url, coalesce(name, title) FROM feeds WHERE id = ?1")?;
    let mut leases = Vec::with_capacity(ids.len());
    for id in ids {
        let mut lease = leased.query_row(params![id, ms(until)], |row| {
            let mut c = Columns::of("entries", row);
            Ok(EntryLease {
                id: c.entry()?,
                token: c.take()?,
                tries: c.take()?,
                is_suspect: c.take()?,
                feed: c.feed()?,
                feed_url: String::new(),
                feed_title: None,
                key: c.take()?,
                content_hash: c.hash()?,
                payload: c.take()?,
                quiet: c.take()?,
                article: c.maybe_article()?,
            })
        })?;
        (lease.feed_url, lease.feed_title) = feed
            .query_row([lease.feed.0], |row| {
                let mut c = Columns::of("feeds", row);
                Ok((c.take()?, c.take()?))
            })
            .optional()?
            .unwrap_or_default();
        leases.push(lease);
    }
    Ok(leases)
}

/// Of the entries that may have ended the process, the least likely one, if none
/// of them is leased: each that is read to its end narrows down which one it is.
fn suspect(tx: &Transaction<'_>, now: Timestamp) -> Result<Vec<i64>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT id FROM entries
         WHERE due IS NOT NULL AND due <= ?1 AND crashes >= 2 AND lease_until <= ?1
           AND NOT EXISTS (SELECT 1 FROM entries WHERE due IS NOT NULL AND crashes >= 2 AND lease_until > ?1)
         ORDER BY crashes, due LIMIT 1",
    )?;
    let ids = statement.query_map([ms(now)], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Entries that wait: those of the feeds with the fewest leases first, then those
/// due longest; at most `each` of one feed, and none of the `throttled`.
fn waiting(
    tx: &Transaction<'_>,
    now: Timestamp,
    (n, each): (usize, usize),
    throttled: &[FeedId],
) -> Result<Vec<i64>, StoreError> {
    let throttled: Vec<i64> = throttled.iter().map(|feed| feed.0).collect();
    let throttled = serde_json::to_string(&throttled).unwrap_or_default();
    // Nearly always the entries that are due longest belong to many feeds, and
    // the others need not be looked at.
    let n_oldest = n.saturating_mul(OLDEST);
    let mut oldest = tx.prepare_cached(
        "WITH oldest AS (
           SELECT id, feed, due, row_number() OVER (PARTITION BY feed ORDER BY due) AS place
           FROM (SELECT id, feed, due FROM entries
                 WHERE due IS NOT NULL AND due <= ?1 AND lease_until <= ?1 AND crashes < 2
                 ORDER BY due LIMIT ?2))
         SELECT id, feed NOT IN (SELECT value FROM json_each(?3)), place + (
             SELECT count(*) FROM entries e
             WHERE e.feed = oldest.feed AND e.due IS NOT NULL AND e.lease_until > ?1) AS turn
         FROM oldest ORDER BY turn, due",
    )?;
    let found = oldest.query_map(params![ms(now), limit(n_oldest), throttled], |row| {
        Ok((row.get(0)?, row.get::<_, bool>(1)?, row.get(2)?))
    })?;
    let found = found.collect::<Result<Vec<(i64, bool, usize)>, _>>()?;
    let is_all = found.len() < n_oldest;
    let leasable = found.into_iter().filter(|(_, may, _)| *may);
    let (ids, turns): (Vec<i64>, Vec<usize>) = leasable
        .map(|(id, _, turn)| (id, turn))
        .take_while(|(_, turn)| *turn <= each)
        .take(n)
        .unzip();
    // If all of them are the first entry of their feed, no entry of another feed comes
    // before them.
    if is_all || (ids.len() == n && turns.iter().all(|turn| *turn == 1)) {
        return Ok(ids);
    }
    let mut of_each = tx.prepare_cached(
        "WITH RECURSIVE waiting (feed) AS (
           SELECT min(feed) FROM entries WHERE due IS NOT NULL
           UNION ALL
           SELECT (SELECT min(feed) FROM entries WHERE due IS NOT NULL AND feed > waiting.feed)
             FROM waiting WHERE feed IS NOT NULL),
         awake (feed, leased) AS (
           SELECT feed, (SELECT count(*) FROM entries e
                         WHERE e.feed = waiting.feed AND due IS NOT NULL AND lease_until > ?1)
           FROM waiting WHERE feed IS NOT NULL AND feed NOT IN (SELECT value FROM json_each(?4)))
         SELECT id FROM (
           SELECT e.id, e.due, leased + row_number() OVER (PARTITION BY e.feed ORDER BY e.due) AS turn
           FROM awake JOIN entries e ON e.id IN (
             SELECT id FROM entries
             WHERE feed = awake.feed AND due IS NOT NULL AND lease_until <= ?1 AND due <= ?1 AND crashes < 2
             ORDER BY lease_until, due LIMIT ?2))
         WHERE turn <= ?2 ORDER BY turn, due LIMIT ?3",
    )?;
    let ids = of_each.query_map(params![ms(now), limit(each), limit(n), throttled], |row| {
        row.get(0)
    })?;
    Ok(ids.collect::<Result<_, _>>()?)
}
