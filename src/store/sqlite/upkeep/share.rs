//! Each feed's share of the store. A feed above its own bound stores nothing new until
//! its older entries are deleted. While the store is above its bound, entries and
//! articles of the largest feed are deleted, the oldest first: so the feed that fills the
//! store makes room, and other feeds lose nothing.

use super::sweep;
use crate::model::FeedId;
use crate::store::sqlite::row::{limit, ms, time};
use crate::store::{EntryChange, Limits, NewEntry, PollRecord, ReadPlan, StoreError};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// Entries that one step of making room deletes.
const STEP: i64 = 200;

/// Articles that one step deletes: each is as large as many entries.
const ARTICLES: i64 = 20;

/// Steps within one transaction: bounds how long it takes.
const MAX_STEPS: usize = 20;

/// If no feed has anything left to delete, one step deletes as many of the oldest settled
/// alerts as belong to this many deliveries.
const SETTLED: i64 = 500;

/// One poll may add the store's bound divided by this. It is one transaction, which also
/// takes room in the write-ahead log.
const PART_OF_A_POLL: u64 = 50;

/// An entry that has been missing from whole documents for this long will not come back.
const GONE: SignedDuration = SignedDuration::from_hours(48);

/// How much one feed may still store in one poll.
pub(in crate::store::sqlite) struct Room {
    bytes: u64,
    /// Entries that may still wait to be read.
    waiting: usize,
}

impl Room {
    /// Takes the room that `entry` needs; false where there is not enough.
    pub(in crate::store::sqlite) fn take(&mut self, entry: &NewEntry) -> bool {
        let (n_bytes, is_waiting) = (n_bytes(entry), is_waiting(entry));
        if n_bytes > self.bytes || (is_waiting && self.waiting == 0) {
            return false;
        }
        self.bytes -= n_bytes;
        self.waiting -= usize::from(is_waiting);
        true
    }
}

/// The approximate size of an entry in the store, in bytes, like in the view
/// `entry_sizes`.
fn n_bytes(entry: &NewEntry) -> u64 {
    let facts = &entry.facts;
    let len = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let aliases: usize = facts.aliases.iter().map(|alias| alias.len() + 1).sum();
    let payload = if is_waiting(entry) {
        entry.payload.len()
    } else {
        0
    };
    let n_bytes =
        200 + 2 * facts.key.len() + aliases + len(&facts.title) + len(&facts.link) + payload;
    n_bytes as u64
}

fn is_waiting(entry: &NewEntry) -> bool {
    entry.plan != ReadPlan::Record
}

/// Bytes that the new entries of a poll take.
pub(in crate::store::sqlite) fn wanted(record: &PollRecord) -> u64 {
    let new = record.entries.iter().filter_map(|change| match change {
        EntryChange::New(entry) => Some(n_bytes(entry)),
        EntryChange::Seen(_) | EntryChange::Renamed(..) | EntryChange::Edited(..) => None,
    });
    new.sum()
}

/// How much `feed` may store at `now`. If possible, older rows of it are deleted first to
/// make room for `wanted` bytes.
pub(in crate::store::sqlite) fn room(
    tx: &Transaction<'_>,
    feed: FeedId,
    wanted: u64,
    limits: Limits,
    now: Timestamp,
) -> Result<Room, StoreError> {
    let mut bytes = u64::MAX;
    if limits.max_bytes > 0 {
        let part = limits.max_bytes / PART_OF_A_POLL;
        let wanted = wanted.min(part);
        keep_within(tx, limits.max_bytes.saturating_sub(wanted), now)?;
        bytes = part.min(limits.max_bytes.saturating_sub(used(tx)?));
    }
    if limits.feed_bytes > 0 {
        let bound = limits.feed_bytes;
        for _ in 0..MAX_STEPS {
            if usage(tx, feed)?.saturating_add(wanted) <= bound
                || !give_up(tx, feed, now, Reach::Old)?
            {
                break;
            }
        }
        bytes = bytes.min(bound.saturating_sub(usage(tx, feed)?));
    }
    let waiting = match limits.feed_backlog {
        0 => usize::MAX,
        backlog => backlog.saturating_sub(waiting(tx, feed, backlog)?),
    };
    Ok(Room { bytes, waiting })
}

/// Bytes in use, without free pages: the file does not shrink when rows are deleted.
pub(in crate::store::sqlite) fn used(db: &Connection) -> Result<u64, StoreError> {
    let pragma = |name| db.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
    let n_pages = pragma("page_count")?.saturating_sub(pragma("freelist_count")?);
    Ok(n_pages.saturating_mul(pragma("page_size")?))
}

/// While more than `max_bytes` are in use, deletes rows of the feed with the most bytes,
/// in a bounded number of steps. Returns whether anything was deleted.
pub(in crate::store::sqlite) fn keep_within(
    tx: &Transaction<'_>,
    max_bytes: u64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut has_given_up = false;
    for _ in 0..MAX_STEPS {
        if used(tx)? <= max_bytes {
            break;
        }
        let largest = tx
            .prepare_cached(
                "SELECT feed FROM feed_usage WHERE bytes > 0 ORDER BY bytes DESC LIMIT 1",
            )?
            .query_row([], |row| row.get::<_, i64>(0))
            .optional()?;
        let Some(feed) = largest.map(FeedId) else {
            break;
        };
        if !give_up(tx, feed, now, Reach::All)? {
            // Nothing of the feed is left to delete, so its count is wrong and is
            // removed.
            tx.execute("DELETE FROM feed_usage WHERE feed = ?1", [feed.0])?;
        }
        has_given_up = true;
    }
    if has_given_up {
        // The text index frees its pages only when its parts are merged.
        tx.execute(
            "INSERT INTO articles_text (articles_text, rank) VALUES ('merge', 200)",
            [],
        )?;
    }
    Ok(has_given_up)
}

/// See [`crate::store::Store::sweep_to_size`].
pub(in crate::store::sqlite) fn to_size(
    tx: &Transaction<'_>,
    max_bytes: u64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if keep_within(tx, max_bytes, now)? {
        return Ok(true);
    }
    if used(tx)? <= max_bytes {
        return Ok(false);
    }
    // No feed has anything left to delete: the oldest settled alerts are next.
    let oldest = tx
        .prepare_cached(
            "SELECT max(settled) FROM (SELECT settled FROM deliveries WHERE settled IS NOT NULL ORDER BY settled LIMIT ?1)",
        )?
        .query_row([SETTLED], |row| row.get::<_, Option<i64>>(0))?;
    match oldest {
        Some(last) => sweep::sweep(tx, time(last.saturating_add(1))),
        None => Ok(false),
    }
}

/// Which rows of a feed may be deleted to make room.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Only entries that are no longer in the feed, and articles.
    Old,
    /// Also entries that its document may still hold.
    All,
}

/// Deletes some rows of `feed`, the least useful first; false if nothing is left.
fn give_up(
    tx: &Transaction<'_>,
    feed: FeedId,
    now: Timestamp,
    reach: Reach,
) -> Result<bool, StoreError> {
    let gone = ms(now.saturating_sub(GONE).unwrap_or(Timestamp::MIN));
    let n_gone = tx
        .prepare_cached(
            "DELETE FROM entries WHERE id IN (SELECT id FROM entries
               WHERE feed = ?1 AND due IS NULL AND seen < ?2 ORDER BY seen LIMIT ?3)",
        )?
        .execute(params![feed.0, gone, STEP])?;
    if n_gone > 0 || give_up_articles(tx, feed)? {
        return Ok(true);
    }
    if reach == Reach::Old {
        return Ok(false);
    }
    // Entries that were read go first. Entries that still wait go last, the oldest of
    // them first.
    for which in ["due IS NULL", "due IS NOT NULL AND lease_until = 0"] {
        let n_deleted = tx
            .prepare_cached(&format!(
                "DELETE FROM entries WHERE id IN (SELECT id FROM entries
                   WHERE feed = ?1 AND {which} ORDER BY id LIMIT ?2)"
            ))?
            .execute(params![feed.0, STEP])?;
        if n_deleted > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Deletes the oldest articles of `feed`. Those of other feeds on the same stories stay.
fn give_up_articles(tx: &Transaction<'_>, feed: FeedId) -> Result<bool, StoreError> {
    let mut oldest =
        tx.prepare_cached("SELECT id FROM articles WHERE feed = ?1 ORDER BY id LIMIT ?2")?;
    let articles = oldest.query_map(params![feed.0, ARTICLES], |row| row.get(0))?;
    let articles = articles.collect::<Result<Vec<i64>, _>>()?;
    if articles.is_empty() {
        return Ok(false);
    }
    sweep::delete_articles(tx, &articles)?;
    Ok(true)
}

fn usage(db: &Connection, feed: FeedId) -> Result<u64, StoreError> {
    let bytes = db
        .prepare_cached("SELECT bytes FROM feed_usage WHERE feed = ?1")?
        .query_row([feed.0], |row| row.get::<_, i64>(0))
        .optional()?;
    Ok(bytes.unwrap_or(0).max(0).cast_unsigned())
}

/// Entries of `feed` that wait to be read, counted up to `most`.
fn waiting(db: &Connection, feed: FeedId, most: usize) -> Result<usize, StoreError> {
    let n = db
        .prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM entries WHERE feed = ?1 AND due IS NOT NULL LIMIT ?2)",
        )?
        .query_row(params![feed.0, limit(most)], |row| row.get(0))?;
    Ok(n)
}
