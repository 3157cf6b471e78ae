//! Feeds: kept in step with the watchlist, lent, finished, listed.

use super::row::{Columns, limit, ms};
use super::{alerts, entries};
use crate::model::FeedId;
use crate::store::{FeedLease, FeedSeed, FeedState, FeedView, PollRecord, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};
use std::time::Duration;

/// See [`crate::store::Store::sync_feeds`].
pub(super) fn sync(tx: &Transaction<'_>, seeds: &[FeedSeed]) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE feeds SET state = 'removed' WHERE state = 'active'",
        [],
    )?;
    // A feed that is gone stays gone: naming it is not news, taking it out and
    // back in is.
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

/// See [`crate::store::Store::lease_feeds`].
pub(super) fn lease(
    tx: &Transaction<'_>,
    now: Timestamp,
    until: Timestamp,
    n: usize,
) -> Result<Vec<FeedLease>, StoreError> {
    // Counted on taking the lease, not on finishing: a feed whose document
    // kills the process must run out of tries as well.
    let mut statement = tx.prepare_cached(
        "UPDATE feeds SET lease = lease + 1, lease_until = ?2, tries = tries + 1
         WHERE id IN (SELECT id FROM feeds
                      WHERE state = 'active' AND due IS NOT NULL AND due <= ?1 AND lease_until <= ?1
                      ORDER BY due LIMIT ?3)
         RETURNING id, lease, tries, due, url, coalesce(name, title), etag, last_modified, body_hash, memory,
                   succeeded, failures",
    )?;
    let leases = statement.query_map(params![ms(now), ms(until), limit(n)], |row| {
        let mut c = Columns::new(row);
        Ok(FeedLease {
            id: c.feed()?,
            token: c.take()?,
            tries: c.take()?,
            due: c.time()?,
            url: c.take()?,
            title: c.take()?,
            etag: c.take()?,
            last_modified: c.take()?,
            body_hash: c.take::<Option<i64>>()?.map(i64::cast_unsigned),
            memory: c.take()?,
            succeeded: c.maybe_time()?,
            failures: c.take()?,
        })
    })?;
    Ok(leases.collect::<Result<_, _>>()?)
}

/// See [`crate::store::Store::finish_poll`].
pub(super) fn finish(
    tx: &Transaction<'_>,
    id: FeedId,
    token: i64,
    record: &PollRecord,
) -> Result<(), StoreError> {
    let failed = record.error.is_some();
    let state = if record.next.is_none() {
        "gone"
    } else {
        "active"
    };
    // The validators are saved with the entries: a crash between the two would
    // turn the next poll into a 304, and the entries would never be seen.
    let n_changed = tx
        .prepare_cached(
            "UPDATE feeds SET lease_until = 0, tries = 0, due = ?3, polled = ?4, status = ?5, error = ?6,
               failures = CASE WHEN ?7 THEN failures + 1 ELSE 0 END,
               succeeded = CASE WHEN ?7 THEN succeeded ELSE ?4 END,
               etag = ?8, last_modified = ?9, body_hash = ?10, title = coalesce(?11, title), memory = coalesce(?12, memory),
               whole = CASE WHEN ?14 THEN ?4 ELSE whole END,
               state = CASE WHEN state = 'active' THEN ?13 ELSE state END
             WHERE id = ?1 AND lease = ?2 AND lease_until > 0",
        )?
        .execute(params![
            id.0,
            token,
            record.next.map(ms),
            ms(record.at),
            record.status,
            record.error,
            failed,
            record.etag,
            record.last_modified,
            record.body_hash.map(u64::cast_signed),
            record.title,
            record.memory,
            state,
            record.is_whole,
        ])?;
    if n_changed == 0 {
        return Err(StoreError::LeaseLost);
    }
    if entries::change(tx, id, record.at, &record.entries)? > 0 {
        tx.prepare_cached("UPDATE feeds SET last_new = ?2 WHERE id = ?1")?
            .execute(params![id.0, ms(record.at)])?;
    }
    record
        .alerts
        .iter()
        .try_for_each(|alert| alerts::add(tx, alert))
}

/// See [`crate::store::Store::postpone_poll`].
pub(super) fn postpone(
    tx: &Transaction<'_>,
    id: FeedId,
    token: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    let n_changed = tx
        .prepare_cached(
            "UPDATE feeds SET lease_until = 0, due = ?3, tries = max(tries - 1, 0)
             WHERE id = ?1 AND lease = ?2 AND lease_until > 0",
        )?
        .execute(params![id.0, token, ms(at)])?;
    if n_changed == 0 {
        Err(StoreError::LeaseLost)
    } else {
        Ok(())
    }
}

/// See [`crate::store::Store::feeds`].
pub(super) fn list(db: &Connection) -> Result<Vec<FeedView>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT id, url, coalesce(name, title), state, polled, succeeded, due, status, failures, error,
                (SELECT count(*) FROM entries WHERE feed = feeds.id), last_new, memory
         FROM feeds ORDER BY url",
    )?;
    let feeds = statement.query_map([], |row| {
        let mut c = Columns::new(row);
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
            memory: c.take()?,
        })
    })?;
    Ok(feeds.collect::<Result<_, _>>()?)
}

/// Articles that the delays are taken from, the newest; some 8 MB while it lasts.
const MAX_DELAYS: usize = 500_000;

/// See [`crate::store::Store::feed_delays`].
pub(super) fn delays(
    db: &Connection,
    since: Timestamp,
) -> Result<Vec<(FeedId, Duration)>, StoreError> {
    // A revision was read anew long after its publication, by no fault of ours.
    let mut statement = db.prepare_cached(
        "SELECT feed, fetched - published FROM articles
         WHERE at >= ?1 AND published <= fetched AND kind <> 'revision'
         ORDER BY at DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![ms(since), limit(MAX_DELAYS)], |row| {
        let mut c = Columns::new(row);
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
