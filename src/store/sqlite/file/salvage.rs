//! A new store from what can still be read of a damaged one, row by row.

use super::check::tables;
use super::{lock, migrate};
use crate::store::StoreError;
use crate::store::sqlite::connection::connect;
use crate::store::sqlite::row::Lossy;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OpenFlags, Row};
use std::collections::BTreeMap;
use std::path::Path;

/// How many rows of a table were saved and lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Rows that were saved.
    pub n_saved: u64,
    /// Rows that could not be read.
    pub n_lost: u64,
}

/// After this many row numbers without a readable row, the table counts as finished.
const MAX_GAP: i64 = 200_000;

/// Writes what can be read of the store at `from` into a new one at `to`; says
/// what came of each table.
///
/// # Errors
/// When `to` is there already or cannot be written, or nothing of `from` can be read.
pub fn salvage(from: &Path, to: &Path) -> Result<BTreeMap<String, Salvaged>, StoreError> {
    if to.exists() {
        return Err(StoreError::Unusable(format!(
            "{} is there already; name a file that is not",
            to.display()
        )));
    }
    if !from.is_file() {
        return Err(StoreError::Unusable(format!(
            "there is no store {}",
            from.display()
        )));
    }
    let damaged = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // The schema may be damaged too: with this setting, SQLite uses the parts that it can
    // parse.
    let _ = damaged.pragma_update(None, "writable_schema", true);
    let named = tables(&damaged)?;
    drop(lock::create_private(to)?);
    let mut new = connect(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    migrate::migrate(&mut new, to)?;
    // Tables are copied in the order of their names, so a row may come before the row
    // that it refers to.
    new.pragma_update(None, "foreign_keys", false)?;
    let known = tables(&new)?;
    let mut outcome = BTreeMap::new();
    for table in known {
        // The triggers of the new store count it again.
        if table == "feed_usage" {
            continue;
        }
        let salvaged = if named.contains(&table) {
            copy(&damaged, &new, &table)?
        } else {
            Salvaged::default()
        };
        outcome.insert(table, salvaged);
    }
    new.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(outcome)
}

/// Copies the rows of `table` that can be read.
fn copy(from: &Connection, to: &Connection, table: &str) -> Result<Salvaged, StoreError> {
    let columns = shared_columns(from, to, table)?;
    let list = columns.join(", ");
    let places: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
    let insert = format!(
        "INSERT OR IGNORE INTO {table} ({list}) VALUES ({})",
        places.join(", ")
    );
    to.execute_batch("BEGIN")?;
    let copied = copy_rows(from, to, table, (&columns, &insert));
    to.execute_batch("COMMIT")?;
    copied
}

fn copy_rows(
    from: &Connection,
    to: &Connection,
    table: &str,
    (columns, insert): (&[String], &str),
) -> Result<Salvaged, StoreError> {
    let mut outcome = Salvaged::default();
    let (list, n_columns) = (columns.join(", "), columns.len());
    let mut insert = to.prepare(insert)?;
    let mut save = |row: &Row<'_>, outcome: &mut Salvaged| {
        let saved = values(row, n_columns)
            .and_then(|values| insert.execute(rusqlite::params_from_iter(values)));
        match saved {
            Ok(n) => outcome.n_saved += n as u64,
            Err(_) => outcome.n_lost += 1,
        }
    };
    let has_numbers = from.prepare(&format!("SELECT rowid FROM {table}")).is_ok();
    let order = if has_numbers { "ORDER BY rowid" } else { "" };
    let number = if has_numbers { "rowid" } else { "0" };
    let (mut last, mut is_whole) = (0, true);
    if let Ok(mut all) = from.prepare(&format!("SELECT {list}, {number} FROM {table} {order}")) {
        let mut rows = all.query([])?;
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    last = row.get(n_columns).unwrap_or(last);
                    save(row, &mut outcome);
                }
                Ok(None) => break,
                Err(_) => {
                    is_whole = false;
                    break;
                }
            }
        }
    } else {
        is_whole = false;
    }
    if is_whole || !has_numbers {
        outcome.n_lost += u64::from(!is_whole);
        return Ok(outcome);
    }
    // A page is damaged: the rows after it are read one by one, by their numbers.
    let mut one = from.prepare(&format!("SELECT {list} FROM {table} WHERE rowid = ?1"))?;
    let (mut number, mut gap) = (last, 0);
    while gap < MAX_GAP {
        number += 1;
        gap += 1;
        match one.query_row([number], |row| {
            save(row, &mut outcome);
            Ok(())
        }) {
            Ok(()) => gap = 0,
            Err(rusqlite::Error::QueryReturnedNoRows) => {}
            Err(_) => outcome.n_lost += 1,
        }
    }
    Ok(outcome)
}

/// The row's first `n_columns` values; in text, bytes that are not UTF-8 are replaced.
fn values(row: &Row<'_>, n_columns: usize) -> rusqlite::Result<Vec<Value>> {
    (0..n_columns)
        .map(|at| {
            Ok(match row.get_ref(at)? {
                value @ ValueRef::Text(_) => Value::Text(String::lossy(value)),
                ValueRef::Blob(bytes) => Value::Blob(bytes.to_owned()),
                ValueRef::Integer(number) => Value::Integer(number),
                ValueRef::Real(number) => Value::Real(number),
                ValueRef::Null => Value::Null,
            })
        })
        .collect()
}

fn shared_columns(
    from: &Connection,
    to: &Connection,
    table: &str,
) -> Result<Vec<String>, StoreError> {
    let columns = |db: &Connection| -> Result<Vec<String>, rusqlite::Error> {
        let mut statement = db.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let names = statement.query_map([table], |row| row.get(0))?;
        names.collect()
    };
    let old = columns(from)?;
    Ok(columns(to)?
        .into_iter()
        // Checksums are computed again, so salvaged rows count as sound.
        .filter(|name| old.contains(name) && name != "sum")
        .collect())
}
