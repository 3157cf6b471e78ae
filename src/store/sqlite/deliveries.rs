//! Deliveries: leased for an attempt, recorded, sent again.

use super::alerts;
use super::mutes;
use super::row::{Columns, limit, ms};
use super::threads;
use super::upkeep::damage;
use crate::model::{DeliveryId, StoryId};
use crate::store::{AttemptRecord, DeliveryLease, DeliveryOutcome, Redeliver, Settled, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// Takes the lease of those that are due.
macro_rules! lease_where {
    ($more:literal) => {
        concat!(
            "UPDATE deliveries SET lease = lease + 1, lease_until = ?3, tries = tries + 1
             WHERE id IN (SELECT id FROM deliveries d
                          WHERE receiver = ?1 AND state = 'pending' AND due <= ?2 AND lease_until <= ?2 ",
            $more,
            " ORDER BY due, id LIMIT ?4)
             RETURNING id, lease, tries, alert, receiver, story"
        )
    };
}

const LEASE: &str = lease_where!("");

/// The same, of each story the earliest only.
const LEASE_IN_ORDER: &str = lease_where!(
    "AND (story IS NULL OR NOT EXISTS (SELECT 1 FROM deliveries e
       WHERE e.receiver = ?1 AND e.story = d.story AND e.state = 'pending' AND e.id < d.id))"
);

/// See [`crate::store::Store::lease_deliveries`].
pub(super) fn lease(
    tx: &Transaction<'_>,
    receiver: &str,
    now: Timestamp,
    until: Timestamp,
    n: usize,
    in_order: bool,
) -> Result<Vec<DeliveryLease>, StoreError> {
    let mut leased = tx.prepare_cached(if in_order { LEASE_IN_ORDER } else { LEASE })?;
    let mut alert =
        tx.prepare_cached("SELECT id, kind, body, created FROM alerts WHERE id = ?1")?;
    let mut rows = leased.query(params![receiver, ms(now), ms(until), limit(n)])?;
    let (mut leases, mut orphans) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let mut c = Columns::of("deliveries", row);
        let (id, token, tries, of) = (c.delivery()?, c.take()?, c.take()?, c.alert()?);
        let (receiver, story): (String, Option<i64>) = (c.take()?, c.take()?);
        let thread = match story.filter(|_| in_order) {
            Some(story) => threads::of_story(tx, &receiver, StoryId(story))?,
            None => None,
        };
        let found = alert.query_row([of.as_str()], |row| {
            let mut c = Columns::of("alerts", row);
            let of = c.alert()?;
            Ok(DeliveryLease {
                id,
                token,
                tries,
                alert: of,
                kind: c.take()?,
                body: c.take()?,
                receiver,
                created: c.time()?,
                thread,
            })
        });
        match found.optional()? {
            Some(lease) => leases.push(lease),
            // The delivery's alert is missing, so there is nothing to send: it is noted
            // as damaged and removed from the queue.
            None => {
                damage::note(
                    "deliveries",
                    id.to_string(),
                    "alert",
                    "its alert is missing",
                );
                orphans.push(id);
            }
        }
    }
    drop(rows);
    for id in orphans {
        tx.execute(
            "UPDATE deliveries SET state = 'dead', lease_until = 0, settled = ?2, error = 'its alert is missing from the store'
             WHERE id = ?1",
            params![id.0, ms(now)],
        )?;
    }
    Ok(leases)
}

/// See [`crate::store::Store::extend_delivery_lease`].
pub(super) fn extend(
    tx: &Transaction<'_>,
    id: DeliveryId,
    token: i64,
    until: Timestamp,
) -> Result<(), StoreError> {
    let n_changed = tx
        .prepare_cached(
            "UPDATE deliveries SET lease_until = ?3 WHERE id = ?1 AND lease = ?2 AND lease_until > 0",
        )?
        .execute(params![id.0, token, ms(until)])?;
    if n_changed == 0 {
        return Err(StoreError::LeaseLost);
    }
    Ok(())
}

/// See [`crate::store::Store::finish_delivery`].
pub(super) fn finish(
    tx: &Transaction<'_>,
    id: DeliveryId,
    token: i64,
    attempt: &AttemptRecord,
) -> Result<(), StoreError> {
    if let DeliveryOutcome::Postponed(at) = attempt.outcome {
        return postpone(tx, id, token, at);
    }
    let (state, due) = match attempt.outcome {
        DeliveryOutcome::Delivered => ("delivered", None),
        // If the watch was muted meanwhile, the next try waits for the end of the mute.
        DeliveryOutcome::Postponed(at) | DeliveryOutcome::Retry(at) => {
            let muted_until = mutes::of_delivery(tx, id, attempt.at)?;
            ("pending", Some(ms(at).max(muted_until)))
        }
        DeliveryOutcome::Dead(_) => ("dead", None),
    };
    let is_first = attempt.notice.is_some() && is_first_dead(tx, id)?;
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
    if let DeliveryOutcome::Delivered = attempt.outcome {
        threads::sent(tx, id, &attempt.in_thread, attempt.at)?;
    }
    match &attempt.notice {
        Some(notice) if is_first => alerts::add(tx, notice),
        _ => Ok(()),
    }
}

/// Gives a lease back: nothing was sent, so that the try does not count.
fn postpone(
    tx: &Transaction<'_>,
    id: DeliveryId,
    token: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    let n_changed = tx
        .prepare_cached(
            "UPDATE deliveries SET lease_until = 0, due = max(?3, due), tries = max(tries - 1, 0)
             WHERE id = ?1 AND lease = ?2 AND lease_until > 0",
        )?
        .execute(params![id.0, token, ms(at)])?;
    if n_changed == 0 {
        return Err(StoreError::LeaseLost);
    }
    Ok(())
}

/// Whether no delivery to the same receiver was given up since it last accepted one.
fn is_first_dead(tx: &Transaction<'_>, id: DeliveryId) -> Result<bool, StoreError> {
    let is_first = tx
        .prepare_cached(
            "SELECT NOT EXISTS (
               SELECT 1 FROM deliveries d JOIN deliveries own ON own.id = ?1 AND d.receiver = own.receiver
               WHERE d.state = 'dead' AND d.id <> ?1 AND coalesce(d.settled, 0) >= coalesce(
                 (SELECT max(settled) FROM deliveries WHERE state = 'delivered' AND receiver = own.receiver), 0))",
        )?
        .query_row([id.0], |row| row.get(0))?;
    Ok(is_first)
}

/// Disables the receiver of delivery `id` and gives up its other deliveries.
/// They are listed as dead letters, and can be redelivered once the receiver
/// works again.
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
        Redeliver::AllDead(receiver) => ("(?1 IS NULL OR receiver = ?1)", receiver.clone()),
    };
    tx.execute(
        &format!(
            "DELETE FROM receivers WHERE name IN (SELECT receiver FROM deliveries WHERE {condition} AND state = 'dead')"
        ),
        params![argument],
    )?;
    // For a single alert, deliveries that wait for their next try become due now. Leased
    // ones are being sent already.
    let n_waiting = match which {
        Redeliver::Alert(_) => tx.execute(
            &format!(
                "UPDATE deliveries SET due = ?2 WHERE {condition} AND state = 'pending' AND due > ?2 AND lease_until <= ?2"
            ),
            params![argument, ms(now)],
        )?,
        Redeliver::AllDead(_) => 0,
    };
    // The tries start over, because the cause was probably repaired.
    let n_changed = tx.execute(
        &format!(
            "UPDATE deliveries SET state = 'pending', due = ?2, tries = 0, settled = NULL, lease_until = 0
             WHERE {condition} AND state = 'dead'"
        ),
        params![argument, ms(now)],
    )?;
    Ok(n_changed + n_waiting)
}

/// See [`crate::store::Store::disabled_receivers`].
pub(super) fn disabled(db: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = db.prepare_cached("SELECT name, reason FROM receivers ORDER BY name")?;
    let receivers = statement.query_map([], |row| {
        let mut c = Columns::of("receivers", row);
        Ok((c.take()?, c.take()?))
    })?;
    Ok(receivers.collect::<Result<_, _>>()?)
}
