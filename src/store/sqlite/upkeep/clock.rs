//! Moves due times when the clock is set back.

use crate::store::StoreError;
use crate::store::sqlite::row::ms;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Transaction, params};

/// See [`crate::store::Store::turn_back`].
pub(in crate::store::sqlite) fn turn_back(
    tx: &Transaction<'_>,
    now: Timestamp,
    by: SignedDuration,
) -> Result<(), StoreError> {
    let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    // No due time moves to before `now`, and leases are not touched. All deliveries are
    // tried again at once, because receivers refuse a signature with a wrong time.
    for sql in [
        "UPDATE feeds SET due = max(due - ?2, ?1) WHERE due > ?1",
        "UPDATE entries SET due = max(due - ?2, ?1) WHERE due > ?1",
        "UPDATE entries SET lease_until = max(lease_until - ?2, ?1) WHERE due IS NOT NULL AND lease_until > ?1",
        "UPDATE deliveries SET due = ?1, lease_until = iif(lease_until > ?1, max(lease_until - ?2, ?1), lease_until)
         WHERE state = 'pending'",
        "UPDATE alerts SET held_until = max(held_until - ?2, ?1)
         WHERE told_in IS NULL AND held_until > ?1",
        "UPDATE mutes SET until = max(until - ?2, ?1) WHERE until > ?1",
    ] {
        tx.prepare_cached(sql)?.execute(params![ms(now), by])?;
    }
    Ok(())
}
