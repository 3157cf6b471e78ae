//! What is damaged in the columns by which work is found, repaired when a daemon
//! starts: a row whose due time is no time would wait for good, and nobody would
//! hear of it.

use super::damage;
use crate::store::StoreError;
use rusqlite::Transaction;

/// Tables, the column looked at, what makes it damaged, and how it is repaired:
/// work is done at once, as that costs least.
const REPAIRS: &[(&str, &str, &str, &str)] = &[
    (
        "entries",
        "due",
        "due IS NOT NULL AND typeof(due) <> 'integer'",
        "due = 0",
    ),
    (
        "entries",
        "lease_until",
        "due IS NOT NULL AND typeof(lease_until) <> 'integer'",
        "lease_until = 0",
    ),
    (
        "entries",
        "tries",
        "due IS NOT NULL AND (typeof(tries) <> 'integer' OR tries < 0 OR typeof(crashes) <> 'integer' OR crashes < 0)",
        "tries = 0, crashes = 0",
    ),
    (
        "deliveries",
        "state",
        "state NOT IN ('pending', 'delivered', 'dead')",
        "state = 'pending', due = 0, settled = NULL, lease_until = 0",
    ),
    (
        "deliveries",
        "due",
        "state = 'pending' AND typeof(due) <> 'integer'",
        "due = 0",
    ),
    (
        "deliveries",
        "lease_until",
        "state = 'pending' AND (typeof(lease_until) <> 'integer' OR typeof(tries) <> 'integer' OR tries < 0)",
        "lease_until = 0, tries = 0",
    ),
    (
        "feeds",
        "state",
        "state NOT IN ('active', 'gone', 'removed')",
        "state = 'active'",
    ),
    (
        "feeds",
        "due",
        "state = 'active' AND (due IS NULL OR typeof(due) <> 'integer')",
        "due = 0",
    ),
];

/// Repairs the rows that wait for work, and notes each as damaged.
pub(super) fn queues(tx: &Transaction<'_>) -> Result<(), StoreError> {
    for &(table, column, is_damaged, repair) in REPAIRS {
        let mut repaired = tx.prepare(&format!(
            "UPDATE {table} SET {repair} WHERE {is_damaged} RETURNING id"
        ))?;
        let ids = repaired.query_map([], |row| row.get::<_, i64>(0))?;
        for id in ids {
            damage::note(table, id?.to_string(), column, "a value that cannot be");
        }
    }
    Ok(())
}
