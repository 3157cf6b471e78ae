//! Held alerts, and the summaries that list them.

use super::alerts;
use super::row::{Columns, limit, ms};
use crate::model::{AlertId, WatchId};
use crate::store::{AlertRecord, PendingSummary, Recent, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// The most watches whose summaries are made in one round; the others follow in the next
/// round.
const WATCHES: usize = 64;

/// See [`crate::store::Store::watch_recent`].
pub(super) fn recent(
    db: &Connection,
    watches: &[(WatchId, Timestamp)],
) -> Result<Vec<Recent>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT (SELECT count(*) FROM alerts WHERE watch = ?1 AND held IS NULL AND created >= ?2),
                (SELECT max(created) FROM alerts WHERE watch = ?1 AND held IS NULL)",
    )?;
    let mut recent = Vec::with_capacity(watches.len());
    for (watch, since) in watches {
        recent.push(
            statement.query_row(params![watch.as_str(), ms(*since)], |row| {
                let mut c = Columns::of("alerts", row);
                Ok(Recent {
                    n_sent: c.take()?,
                    last: c.maybe_time()?,
                })
            })?,
        );
    }
    Ok(recent)
}

/// See [`crate::store::Store::summaries_due`].
pub(super) fn due(db: &Connection, now: Timestamp) -> Result<Vec<WatchId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT watch FROM alerts
         WHERE held_until IS NOT NULL AND told_in IS NULL AND held_until <= ?1 AND watch IS NOT NULL
           AND watch NOT IN (SELECT name FROM mutes WHERE kind = 'watch' AND until > ?1) LIMIT ?2",
    )?;
    let watches = statement.query_map(params![ms(now), limit(WATCHES)], |row| {
        Columns::of("alerts", row)
            .take::<String>()
            .map(WatchId::from)
    })?;
    Ok(watches.collect::<Result<_, _>>()?)
}

/// See [`crate::store::Store::pending_summary`].
pub(super) fn pending_summary(
    db: &Connection,
    watch: &WatchId,
    now: Timestamp,
    n: usize,
) -> Result<Option<PendingSummary>, StoreError> {
    let first = db
        .prepare_cached(
            "SELECT id FROM alerts WHERE watch = ?1 AND held_until <= ?2 AND told_in IS NULL
             ORDER BY created, rowid LIMIT 1",
        )?
        .query_row(params![watch.as_str(), ms(now)], |row| {
            Columns::of("alerts", row).take()
        })
        .optional()?;
    let Some(first) = first.map(|id: String| AlertId::from(id)) else {
        return Ok(None);
    };
    let bodies = newest_of_each_story(db, watch, now, n)?;
    let pending = db
        .prepare_cached(
            "SELECT count(*), min(held_since), count(DISTINCT CASE kind WHEN 'watch.matched' THEN id ELSE story END),
               (SELECT held FROM alerts WHERE watch = ?1 AND held_until <= ?2 AND told_in IS NULL ORDER BY rowid DESC LIMIT 1)
             FROM alerts
             WHERE watch = ?1 AND held_until <= ?2 AND told_in IS NULL",
        )?
        .query_row(params![watch.as_str(), ms(now)], |row| {
            let mut c = Columns::of("alerts", row);
            Ok(PendingSummary {
                n_alerts: c.take()?,
                first,
                since: c.time()?,
                n_stories: c.take()?,
                reason: c.take()?,
                bodies,
            })
        })?;
    Ok(Some(pending))
}

/// The newest held alert of each story. For a watch on every article, each article is
/// a story of its own.
fn newest_of_each_story(
    db: &Connection,
    watch: &WatchId,
    now: Timestamp,
    n: usize,
) -> Result<Vec<String>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT body FROM alerts WHERE rowid IN
           (SELECT max(rowid) FROM alerts WHERE watch = ?1 AND held_until <= ?2 AND told_in IS NULL
            GROUP BY CASE kind WHEN 'watch.matched' THEN id ELSE story END ORDER BY max(rowid) DESC LIMIT ?3)
         ORDER BY rowid DESC",
    )?;
    let bodies = statement.query_map(params![watch.as_str(), ms(now), limit(n)], |row| {
        Columns::of("alerts", row).take()
    })?;
    Ok(bodies.collect::<Result<_, _>>()?)
}

/// See [`crate::store::Store::summarise`].
pub(super) fn summarise(
    tx: &Transaction<'_>,
    summary: &AlertRecord,
    now: Timestamp,
) -> Result<(), StoreError> {
    let watch = summary.watch.as_ref().map(WatchId::as_str);
    let n_alerted = tx
        .prepare_cached(
            "UPDATE alerts SET told_in = ?1 WHERE watch = ?2 AND held_until <= ?3 AND told_in IS NULL",
        )?
        .execute(params![summary.id.as_str(), watch, ms(now)])?;
    if n_alerted == 0 {
        return Ok(());
    }
    alerts::add(tx, summary)
}
