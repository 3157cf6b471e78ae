//! Feeds: kept in step with the watchlist, polled, listed.

use super::row::{Columns, limit, ms};
use super::{alerts, entries};
use crate::model::FeedId;
use crate::store::{
    FeedFilter, FeedPart, FeedSeed, FeedState, FeedView, Limits, PollNote, PollRecord, StoreError,
    Subscription,
};
use jiff::Timestamp;
use rusqlite::{Connection, ToSql, Transaction, params};
use std::time::Duration;

/// See [`crate::store::Store::sync_feeds`].
pub(super) fn sync(tx: &Transaction<'_>, seeds: &[FeedSeed]) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE feeds SET state = 'removed' WHERE state = 'active'",
        [],
    )?;
    for seed in seeds.iter().filter(|seed| seed.written != seed.url) {
        tx.prepare_cached("UPDATE OR IGNORE feeds SET url = ?1 WHERE url = ?2")?
            .execute(params![seed.url, seed.written])?;
    }
    // A feed that is gone stays gone while the watchlist names it; removing and
    // adding it again makes it active.
    let mut upsert = tx.prepare_cached(
        "INSERT INTO feeds (url, name, due) VALUES (?1, ?2, ?3)
         ON CONFLICT (url) DO UPDATE SET
           name = ?2,
           state = CASE state WHEN 'gone' THEN 'gone' ELSE 'active' END,
           due = CASE WHEN state = 'gone' THEN NULL ELSE coalesce(due, ?3) END",
    )?;
    for seed in seeds {
        upsert.execute(params![seed.url, seed.name, ms(seed.first_poll)])?;
    }
    let named = serde_json::to_string(&seeds.iter().map(|seed| &seed.url).collect::<Vec<_>>())
        .map_err(|err| StoreError::Database(err.to_string()))?;
    tx.execute(
        "UPDATE feeds SET state = 'removed' WHERE state = 'gone' AND url NOT IN (SELECT value FROM json_each(?1))",
        [named],
    )?;
    Ok(())
}

/// See [`crate::store::Store::subscriptions`].
pub(super) fn subscriptions(db: &Connection) -> Result<Vec<Subscription>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT id, url, name, title, due, tries, etag, last_modified, body_hash, coalesce(memory, ''),
                succeeded, failures
         FROM feeds LEFT JOIN feed_memories ON feed = id
         WHERE state = 'active' AND due IS NOT NULL",
    )?;
    let rows = statement.query_map([], |row| {
        let mut c = Columns::of("feeds", row);
        Ok(Subscription {
            id: c.feed()?,
            url: c.take()?,
            name: c.take()?,
            title: c.take()?,
            due: c.time()?,
            tries: c.take()?,
            etag: c.take()?,
            last_modified: c.take()?,
            body_hash: c.take::<Option<i64>>()?.map(i64::cast_unsigned),
            memory: c.take()?,
            succeeded: c.maybe_time()?,
            failures: c.take()?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`crate::store::Store::revive_feed`].
pub(super) fn revive(tx: &Transaction<'_>, url: &str, now: Timestamp) -> Result<bool, StoreError> {
    let n_changed = tx
        .prepare_cached(
            "UPDATE feeds SET state = 'active', due = ?2 WHERE url = ?1 AND state = 'gone'",
        )?
        .execute(params![url, ms(now)])?;
    Ok(n_changed > 0)
}

/// See [`crate::store::Store::begin_document`].
pub(super) fn begin_document(tx: &Transaction<'_>, feed: FeedId) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE feeds SET tries = tries + 1 WHERE id = ?1")?
        .execute([feed.0])?;
    Ok(())
}

/// See [`crate::store::Store::finish_poll`].
pub(super) fn finish(
    tx: &Transaction<'_>,
    id: FeedId,
    record: &PollRecord,
    limits: Limits,
) -> Result<usize, StoreError> {
    // The validators are saved with the entries: a crash between the two would
    // turn the next poll into a 304, and the entries would never be seen.
    polled(tx, id, record)?;
    let changed = entries::change(tx, id, record, limits)?;
    if changed.n_left_out > 0 {
        tx.prepare_cached(FORGET_VALIDATORS)?.execute([id.0])?;
    }
    if changed.n_new > 0 {
        tx.prepare_cached("UPDATE feeds SET last_new = ?2 WHERE id = ?1")?
            .execute(params![id.0, ms(record.at)])?;
    }
    record
        .alerts
        .iter()
        .try_for_each(|alert| alerts::add(tx, alert))?;
    Ok(changed.n_left_out)
}

/// Makes the next poll of a feed fetch its whole document.
pub(super) const FORGET_VALIDATORS: &str =
    "UPDATE feeds SET etag = NULL, last_modified = NULL, body_hash = NULL WHERE id = ?1";

/// See [`crate::store::Store::note_polls`].
pub(super) fn note(tx: &Transaction<'_>, notes: &[(FeedId, PollNote)]) -> Result<(), StoreError> {
    for (id, note) in notes {
        match note {
            PollNote::Polled(record) => polled(tx, *id, record)?,
            PollNote::Postponed { at, memory } => {
                tx.prepare_cached("UPDATE feeds SET due = ?2 WHERE id = ?1 AND due IS NOT NULL")?
                    .execute(params![id.0, ms(*at)])?;
                remember(tx, *id, memory.as_deref())?;
            }
        }
    }
    Ok(())
}

/// The feed's own row after a poll.
fn polled(tx: &Transaction<'_>, id: FeedId, record: &PollRecord) -> Result<(), StoreError> {
    let failed = record.error.is_some();
    let state = if record.next.is_none() {
        "gone"
    } else {
        "active"
    };
    tx.prepare_cached(
        "UPDATE feeds SET tries = 0, due = ?2, polled = ?3, status = ?4, error = ?5,
           failures = CASE WHEN ?6 THEN failures + 1 ELSE 0 END,
           succeeded = CASE WHEN ?6 THEN succeeded ELSE ?3 END,
           etag = ?7, last_modified = ?8, body_hash = ?9, title = coalesce(?10, title),
           whole = CASE WHEN ?11 THEN ?3 ELSE whole END,
           state = CASE WHEN state = 'active' THEN ?12 ELSE state END, silent_since = ?13
         WHERE id = ?1",
    )?
    .execute(params![
        id.0,
        record.next.map(ms),
        ms(record.at),
        record.status,
        record.error,
        failed,
        record.etag,
        record.last_modified,
        record.body_hash.map(u64::cast_signed),
        record.title,
        record.is_whole,
        state,
        record.silent_since.map(ms),
    ])?;
    remember(tx, id, record.memory.as_deref())
}

/// Replaces the poll stage's memory of a feed, where it changed.
fn remember(tx: &Transaction<'_>, id: FeedId, memory: Option<&str>) -> Result<(), StoreError> {
    if let Some(memory) = memory {
        tx.prepare_cached(
            "INSERT INTO feed_memories (feed, memory) VALUES (?1, ?2)
             ON CONFLICT (feed) DO UPDATE SET memory = ?2",
        )?
        .execute(params![id.0, memory])?;
    }
    Ok(())
}

/// See [`crate::store::Store::feeds`].
pub(super) fn list(db: &Connection, which: FeedFilter) -> Result<Vec<FeedView>, StoreError> {
    read(
        db,
        &format!("?1 OR {TROUBLED}"),
        &[&(which == FeedFilter::All)],
    )
}

/// The condition for feeds in trouble.
const TROUBLED: &str =
    "state = 'gone' OR (state = 'active' AND (failures > 0 OR silent_since IS NOT NULL))";

/// See [`crate::store::Store::feed_part`].
pub(super) fn part(db: &Connection, filter: &FeedPart) -> Result<Vec<FeedView>, StoreError> {
    let sql = format!(
        "feeds.id IN (SELECT id FROM feeds WHERE (?1 AND state <> 'removed' OR {TROUBLED})
           AND (?2 IS NULL OR url > ?2)
           AND (?3 IS NULL OR instr(lower(url), ?3) OR instr(lower(coalesce(name, title, '')), ?3))
         ORDER BY url LIMIT ?4)"
    );
    let text = filter.text.as_ref().map(|text| text.to_lowercase());
    let is_all = filter.which == FeedFilter::All;
    read(
        db,
        &sql,
        params![is_all, filter.after, text, limit(filter.limit)],
    )
}

/// One feed.
pub(super) fn one(db: &Connection, id: FeedId) -> Result<Option<FeedView>, StoreError> {
    Ok(read(db, "feeds.id = ?1", &[&id.0])?.pop())
}

/// The feeds that `condition` selects, by URL.
fn read(
    db: &Connection,
    condition: &str,
    arguments: &[&dyn ToSql],
) -> Result<Vec<FeedView>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT id, url, coalesce(name, title), state, polled, succeeded, due, status, failures, error,
                (SELECT count(*) FROM entries WHERE feed = feeds.id), last_new, silent_since, coalesce(memory, '')
         FROM feeds LEFT JOIN feed_memories ON feed_memories.feed = feeds.id
         WHERE {condition} ORDER BY url"
    ))?;
    let feeds = statement.query_map(arguments, |row| {
        let mut c = Columns::of("feeds", row);
        Ok(FeedView {
            id: c.feed()?,
            url: c.take()?,
            title: c.take()?,
            state: match c.take::<String>()?.as_str() {
                "gone" => FeedState::Gone,
                "removed" => FeedState::Removed,
                _ => FeedState::Active,
            },
            polled: c.maybe_time()?,
            succeeded: c.maybe_time()?,
            next: c.maybe_time()?,
            status: c.take()?,
            failures: c.take()?,
            error: c.take()?,
            entries: c.take()?,
            last_new: c.maybe_time()?,
            silent_since: c.maybe_time()?,
            memory: c.take()?,
        })
    })?;
    Ok(feeds.collect::<Result<_, _>>()?)
}

/// The most articles that delays are computed from, the newest first; about 8 MB of
/// memory during the query.
const MAX_DELAYS: usize = 500_000;

/// See [`crate::store::Store::feed_delays`].
pub(super) fn delays(
    db: &Connection,
    since: Timestamp,
) -> Result<Vec<(FeedId, Duration)>, StoreError> {
    // Revisions are left out: they are read long after their first publication, for other
    // reasons than a delay.
    let mut statement = db.prepare_cached(
        "SELECT feed, fetched - published FROM articles
         WHERE at >= ?1 AND published <= fetched AND kind <> 'revision'
         ORDER BY at DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![ms(since), limit(MAX_DELAYS)], |row| {
        let mut c = Columns::of("articles", row);
        Ok((c.feed()?, c.take::<u64>()?))
    })?;
    let mut delays = rows.collect::<Result<Vec<_>, _>>()?;
    delays.sort_unstable();
    Ok(delays
        .chunk_by(|(a, _), (b, _)| a == b)
        .map(|of_feed| of_feed[of_feed.len() / 2])
        .map(|(feed, ms)| (feed, Duration::from_millis(ms)))
        .collect())
}
