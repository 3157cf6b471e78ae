//! The deliveries of each receiver, in numbers.

use crate::store::sqlite::row::{Columns, time};
use crate::store::{ReceiverFacts, StoreError};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeMap;

/// See [`crate::store::Store::receiver_facts`].
pub(in crate::store::sqlite) fn facts(db: &Connection) -> Result<Vec<ReceiverFacts>, StoreError> {
    let mut by_name: BTreeMap<String, ReceiverFacts> = BTreeMap::new();
    let mut statement = db.prepare_cached(
        "SELECT receiver, state, count(*) FROM deliveries GROUP BY state, receiver",
    )?;
    let rows = statement.query_map([], |row| {
        let mut c = Columns::of("deliveries", row);
        Ok((c.take::<String>()?, c.take::<String>()?, c.take::<u64>()?))
    })?;
    for row in rows {
        let (name, state, n) = row?;
        let facts = by_name.entry(name).or_default();
        match state.as_str() {
            "delivered" => facts.delivered = n,
            "dead" => facts.dead = n,
            _ => facts.pending = n,
        }
    }
    let mut statement = db.prepare_cached("SELECT name, reason FROM receivers")?;
    let disabled = statement.query_map([], |row| {
        let mut c = Columns::of("receivers", row);
        Ok((c.take::<String>()?, c.take::<String>()?))
    })?;
    for row in disabled {
        let (name, reason) = row?;
        by_name.entry(name).or_default().disabled = Some(reason);
    }
    for (name, facts) in &mut by_name {
        facts.name.clone_from(name);
        facts.last_delivered = db
            .prepare_cached(
                "SELECT max(settled) FROM deliveries WHERE state = 'delivered' AND receiver = ?1",
            )?
            .query_row([name], |row| row.get::<_, Option<i64>>(0))?
            .map(time);
        facts.last_error = last_error(db, name)?;
    }
    Ok(by_name.into_values().collect())
}

/// The newest error of a delivery that is on its way; if there is none, of one that was
/// given up.
fn last_error(db: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    for state in ["pending", "dead"] {
        let error = db
            .prepare_cached(
                "SELECT error FROM (SELECT id, error FROM deliveries WHERE state = ?1 AND receiver = ?2 LIMIT 1000)
                 WHERE error IS NOT NULL ORDER BY id DESC LIMIT 1",
            )?
            .query_row(params![state, name], |row| {
                Columns::of("deliveries", row).take::<String>()
            })
            .optional()?;
        if error.is_some() {
            return Ok(error);
        }
    }
    Ok(None)
}
