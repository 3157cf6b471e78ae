//! What the watches found, and how often they alerted.

use super::DAY_MS;
use crate::model::WatchId;
use crate::store::sqlite::row::{Columns, ms, time};
use crate::store::{StoreError, WatchDay, WatchFacts};
use jiff::Timestamp;
use rusqlite::{Connection, params};

/// Most matches that are counted by day: beyond it, only the newest are.
const MAX_COUNTED: usize = 20_000;

/// See [`crate::store::Store::watch_days`].
pub(in crate::store::sqlite) fn days(
    db: &Connection,
    since: Timestamp,
) -> Result<Vec<WatchDay>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT watch, created / {DAY_MS}, count(*) FILTER (WHERE held IS NULL), count(*) FILTER (WHERE held IS NOT NULL)
         FROM alerts WHERE created >= ?1 AND watch IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 100000"
    ))?;
    let rows = statement.query_map([ms(since)], |row| {
        let mut c = Columns::of("alerts", row);
        Ok(WatchDay {
            watch: WatchId::from(c.take::<String>()?),
            day: c.take()?,
            sent: c.take()?,
            held: c.take()?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`crate::store::Store::watch_facts`].
pub(in crate::store::sqlite) fn facts(
    db: &Connection,
    watch: &WatchId,
    since: Timestamp,
) -> Result<WatchFacts, StoreError> {
    let key = watch.as_str();
    let matches = db
        .prepare_cached("SELECT count(*) FROM matches WHERE watch = ?1")?
        .query_row([key], |row| row.get(0))?;
    let (alerts, last): (u64, Option<i64>) = db
        .prepare_cached("SELECT count(*), max(created) FROM alerts WHERE watch = ?1")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut statement = db.prepare_cached(&format!(
        "SELECT a.at / {DAY_MS}, count(*)
         FROM (SELECT article FROM matches WHERE watch = ?1 ORDER BY article DESC LIMIT {MAX_COUNTED}) m
         JOIN articles a ON a.id = m.article WHERE a.at >= ?2 GROUP BY 1 ORDER BY 1"
    ))?;
    let days = statement.query_map(params![key, ms(since)], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(WatchFacts {
        matches,
        alerts,
        last_alert: last.map(time),
        days: days.collect::<Result<_, _>>()?,
    })
}
