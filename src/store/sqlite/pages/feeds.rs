//! One feed with its newest entries.

use super::DAY_MS;
use super::article::{ENTRY, entry};
use crate::model::FeedId;
use crate::store::sqlite::feeds;
use crate::store::sqlite::row::ms;
use crate::store::{FeedDetail, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

/// Entries shown of one feed.
const N_ENTRIES: usize = 40;

/// See [`crate::store::Store::feed_detail`].
pub(in crate::store::sqlite) fn detail(
    db: &Connection,
    id: FeedId,
    since: Timestamp,
) -> Result<Option<FeedDetail>, StoreError> {
    let Some(feed) = feeds::one(db, id)? else {
        return Ok(None);
    };
    let mut statement = db.prepare_cached(&format!(
        "SELECT {ENTRY} FROM entries WHERE feed = ?1 ORDER BY found DESC, id DESC LIMIT {N_ENTRIES}"
    ))?;
    let entries = statement.query_map([id.0], entry)?;
    let entries = entries.collect::<Result<_, _>>()?;
    let mut statement = db.prepare_cached(&format!(
        "SELECT found / {DAY_MS}, count(*) FROM entries WHERE feed = ?1 AND found >= ?2 GROUP BY 1 ORDER BY 1"
    ))?;
    let days = statement.query_map(params![id.0, ms(since)], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    let bytes = db
        .prepare_cached("SELECT bytes FROM feed_usage WHERE feed = ?1")?
        .query_row([id.0], |row| row.get::<_, i64>(0))
        .optional()?;
    Ok(Some(FeedDetail {
        feed,
        entries,
        days: days.collect::<Result<_, _>>()?,
        bytes: bytes.unwrap_or_default().max(0).cast_unsigned(),
    }))
}
