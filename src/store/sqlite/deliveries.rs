//! Deliveries: lent for an attempt, settled, sent again.

use super::row::{Columns, limit, ms};
use crate::model::DeliveryId;
use crate::store::{AttemptRecord, DeliveryLease, DeliveryOutcome, Redeliver, Settled, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

/// See [`crate::store::Store::lease_deliveries`].
pub(super) fn lease(
    tx: &Transaction<'_>,
    receiver: &str,
    now: Timestamp,
    until: Timestamp,
    n: usize,
) -> Result<Vec<DeliveryLease>, StoreError> {
    let mut leased = tx.prepare_cached(
        "UPDATE deliveries SET lease = lease + 1, lease_until = ?3, tries = tries + 1
         WHERE id IN (SELECT id FROM deliveries
                      WHERE receiver = ?1 AND state = 'pending' AND due <= ?2 AND lease_until <= ?2
                      ORDER BY due, id LIMIT ?4)
         RETURNING id, lease, tries, alert, receiver",
    )?;
    let mut alert = tx.prepare_cached("SELECT kind, body, created FROM alerts WHERE id = ?1")?;
    let mut rows = leased.query(params![receiver, ms(now), ms(until), limit(n)])?;
    let mut leases = Vec::new();
    while let Some(row) = rows.next()? {
        let mut c = Columns::new(row);
        let (id, token, tries, of, receiver) =
            (c.delivery()?, c.take()?, c.take()?, c.alert()?, c.take()?);
        leases.push(alert.query_row([of.as_str()], |row| {
            let mut c = Columns::new(row);
            Ok(DeliveryLease {
                id,
                token,
                tries,
                alert: of.clone(),
                kind: c.take()?,
                body: c.take()?,
                receiver,
                created: c.time()?,
            })
        })?);
    }
    Ok(leases)
}

/// See [`crate::store::Store::finish_delivery`].
pub(super) fn finish(
    tx: &Transaction<'_>,
    id: DeliveryId,
    token: i64,
    attempt: &AttemptRecord,
) -> Result<(), StoreError> {
    let (state, due) = match attempt.outcome {
        DeliveryOutcome::Delivered => ("delivered", None),
        DeliveryOutcome::Retry(at) => ("pending", Some(ms(at))),
        DeliveryOutcome::Dead(_) => ("dead", None),
    };
    let n_changed = tx
        .prepare_cached(
            "UPDATE deliveries SET lease_until = 0, state = ?3, due = ?4, error = ?5,
               settled = CASE WHEN ?3 = 'pending' THEN NULL ELSE ?6 END
             WHERE id = ?1 AND lease = ?2 AND lease_until > 0",
        )?
        .execute(params![
            id.0,
            token,
            state,
            due,
            attempt.error,
            ms(attempt.at)
        ])?;
    if n_changed == 0 {
        return Err(StoreError::LeaseLost);
    }
    tx.prepare_cached("INSERT INTO attempts (delivery, at, elapsed_ms, status, error) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            id.0,
            ms(attempt.at),
            i64::try_from(attempt.elapsed.as_millis()).unwrap_or(i64::MAX),
            attempt.status,
            attempt.error,
        ])?;
    if matches!(
        attempt.outcome,
        DeliveryOutcome::Dead(Settled::ReceiverGone)
    ) {
        disable(tx, id, attempt)?;
    }
    Ok(())
}

/// Disables the receiver of delivery `id` and lets its other deliveries die
/// with it: they are listed, and redelivered when the receiver is mended.
fn disable(
    tx: &Transaction<'_>,
    id: DeliveryId,
    attempt: &AttemptRecord,
) -> Result<(), StoreError> {
    let reason = attempt.error.as_deref().unwrap_or("it answered 410 Gone");
    tx.execute(
        "INSERT OR REPLACE INTO receivers (name, disabled, reason)
         SELECT receiver, ?2, ?3 FROM deliveries WHERE id = ?1",
        params![id.0, ms(attempt.at), reason],
    )?;
    tx.execute(
        "UPDATE deliveries SET state = 'dead', due = NULL, settled = ?2, error = 'the receiver is disabled: ' || ?3
         WHERE state = 'pending' AND receiver = (SELECT receiver FROM deliveries WHERE id = ?1)",
        params![id.0, ms(attempt.at), reason],
    )?;
    Ok(())
}

/// See [`crate::store::Store::redeliver`].
pub(super) fn redeliver(
    tx: &Transaction<'_>,
    which: &Redeliver,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let (condition, argument) = match which {
        Redeliver::Alert(alert) => ("alert = ?1", Some(alert.to_string())),
        Redeliver::Delivery(id) => ("id = cast(?1 AS INTEGER)", Some(id.0.to_string())),
        Redeliver::AllDead(receiver) => ("(?1 IS NULL OR receiver = ?1)", receiver.clone()),
    };
    tx.execute(
        &format!(
            "DELETE FROM receivers WHERE name IN (SELECT receiver FROM deliveries WHERE {condition} AND state = 'dead')"
        ),
        params![argument],
    )?;
    // The tries start over: a person who asks for it has mended something.
    let n_changed = tx.execute(
        &format!(
            "UPDATE deliveries SET state = 'pending', due = ?2, tries = 0, settled = NULL, lease_until = 0
             WHERE {condition} AND state = 'dead'"
        ),
        params![argument, ms(now)],
    )?;
    Ok(n_changed)
}

/// See [`crate::store::Store::disabled_receivers`].
pub(super) fn disabled(db: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = db.prepare_cached("SELECT name, reason FROM receivers ORDER BY name")?;
    let receivers = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(receivers.collect::<Result<_, _>>()?)
}
