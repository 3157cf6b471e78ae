//! One alert with its attempts.

use crate::model::AlertId;
use crate::store::sqlite::alerts;
use crate::store::sqlite::row::Columns;
use crate::store::{AlertDetail, AlertFilter, AttemptView, StoreError};
use rusqlite::{Connection, OptionalExtension as _};

/// Most attempts shown of one alert.
const MAX_ATTEMPTS: usize = 500;

/// See [`crate::store::Store::alert_detail`].
pub(in crate::store::sqlite) fn detail(
    db: &Connection,
    id: &AlertId,
) -> Result<Option<AlertDetail>, StoreError> {
    let filter = AlertFilter {
        id: Some(id.clone()),
        limit: 1,
        ..AlertFilter::default()
    };
    let Some(alert) = alerts::list(db, &filter)?.pop() else {
        return Ok(None);
    };
    let rest = db
        .prepare_cached(
            "SELECT a.id, x.id, a.held_until, a.body FROM alerts a
             LEFT JOIN articles x ON x.id = a.article WHERE a.id = ?1",
        )?
        .query_row([id.as_str()], |row| {
            let mut c = Columns::of("alerts", row);
            c.alert()?;
            Ok((c.maybe_article()?, c.maybe_time()?, c.take::<String>()?))
        })
        .optional()?;
    let Some((article, held_until, body)) = rest else {
        return Ok(None);
    };
    Ok(Some(AlertDetail {
        alert,
        article,
        held_until,
        body,
        attempts: attempts(db, id)?,
    }))
}

fn attempts(db: &Connection, alert: &AlertId) -> Result<Vec<AttemptView>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT t.delivery, t.at, t.elapsed_ms, t.status, t.error
         FROM deliveries d JOIN attempts t ON t.delivery = d.id
         WHERE d.alert = ?1 ORDER BY t.at DESC, t.rowid DESC LIMIT {MAX_ATTEMPTS}"
    ))?;
    let rows = statement.query_map([alert.as_str()], |row| {
        let mut c = Columns::of("attempts", row);
        Ok(AttemptView {
            delivery: c.delivery()?,
            at: c.time()?,
            elapsed_ms: c.take()?,
            status: c.take()?,
            error: c.take()?,
        })
    })?;
    let mut attempts = rows.collect::<Result<Vec<_>, _>>()?;
    attempts.reverse();
    Ok(attempts)
}
