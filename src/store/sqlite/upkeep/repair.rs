//! Repairs damage in the columns by which due work is found, when a daemon starts and
//! when it finds damage later. A row whose due time is not a number would never become
//! due, without any error.

use super::damage;
use crate::store::StoreError;
use crate::store::sqlite::file::check::TEXT_INDEX;
use rusqlite::Transaction;
use std::collections::BTreeSet;

/// For each table: the column that is checked, the condition under which it is damaged,
/// and its repair. Damaged work becomes due at once, because a needless try is the
/// smallest harm.
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

/// Repairs rows of waiting work, and notes each as damaged.
pub(in crate::store::sqlite) fn queues(tx: &Transaction<'_>) -> Result<(), StoreError> {
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

/// Counts again how many bytes the rows of each feed take.
const COUNT_AGAIN: &str = "DELETE FROM feed_usage;
    INSERT INTO feed_usage (feed, bytes)
      SELECT feed, sum(bytes) FROM (SELECT feed, bytes FROM entry_sizes UNION ALL SELECT feed, bytes FROM article_sizes)
      WHERE feed IS NOT NULL GROUP BY feed;";

/// Rebuilds `indexes` from their tables, and repairs the damaged `rows`, each given by
/// its table and number.
pub(in crate::store::sqlite) fn after_look(
    tx: &Transaction<'_>,
    indexes: &BTreeSet<String>,
    rows: &[(String, i64)],
) -> Result<(), StoreError> {
    for index in indexes {
        if index == TEXT_INDEX {
            tx.execute_batch("INSERT INTO articles_text (articles_text) VALUES ('rebuild')")?;
        } else {
            // The name comes from the schema and contains no quote.
            tx.execute_batch(&format!("REINDEX \"{index}\""))?;
        }
    }
    queues(tx)?;
    for (table, id) in rows {
        // The due time of a damaged row may be wrong: the row becomes due at once.
        let again = match table.as_str() {
            "entries" => "UPDATE entries SET due = 0 WHERE id = ?1 AND due > 0 AND lease_until = 0",
            "deliveries" => {
                "UPDATE deliveries SET due = 0 WHERE id = ?1 AND state = 'pending' AND due > 0"
            }
            _ => continue,
        };
        tx.execute(again, [id])?;
    }
    if rows.iter().any(|(table, _)| table == "feed_usage") {
        tx.execute_batch(COUNT_AGAIN)?;
    }
    Ok(())
}
