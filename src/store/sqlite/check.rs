//! Whether a store's file is whole: quickly, before a daemon starts on it, and
//! thoroughly, for `newsvane store check`.

use super::connect;
use super::row::Lossy;
use crate::store::StoreError;
use crate::store::error::REMEDY;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

/// How long a daemon's start may wait for the quick check of a large file.
const PATIENCE: Duration = Duration::from_secs(3);

/// Findings that a check lists.
const MAX_FINDINGS: usize = 1_000;

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The table, where it is known.
    pub table: Option<String>,
    /// The row's number or name, where it is known.
    pub id: Option<String>,
    /// What is wrong, for a person to read.
    pub what: String,
}

/// Refuses a damaged file, with the remedy. Of a very large one, only as much is
/// looked at as takes some seconds.
pub(in crate::store) fn quick(path: &Path) -> Result<(), StoreError> {
    if std::fs::metadata(path).map_or(0, |meta| meta.len()) == 0 {
        return Ok(());
    }
    let refused = |what: &str| {
        StoreError::Unusable(format!(
            "the store {} is damaged: {what}; {REMEDY}",
            path.display()
        ))
    };
    let db = match connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE) {
        Ok(db) => db,
        Err(StoreError::Damaged(what)) => return Err(refused(&what)),
        // Whoever opens it for its work says what is wrong.
        Err(_) => return Ok(()),
    };
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let interrupt = db.get_interrupt_handle();
    let patience = std::thread::spawn(move || {
        if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            interrupt.interrupt();
        }
    });
    let first = db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    drop(done);
    let _ = patience.join();
    match first {
        Ok(found) if found == "ok" => Ok(()),
        Ok(found) => Err(refused(&found)),
        Err(err) => match err.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Err(refused(&err.to_string()))
            }
            _ => Ok(()),
        },
    }
}

/// Looks at everything in the file at `path`: its pages, its indexes, and
/// whether each column of each row can be read as what it should be.
///
/// # Errors
/// When the file cannot be opened at all.
pub fn check(path: &Path) -> Result<Vec<Finding>, StoreError> {
    let whole = |what: String| Finding {
        table: None,
        id: None,
        what,
    };
    if !path.is_file() {
        return Err(StoreError::Unusable(format!(
            "there is no store {}",
            path.display()
        )));
    }
    let db = match connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE) {
        Ok(db) => db,
        Err(StoreError::Damaged(what)) => return Ok(vec![whole(what)]),
        Err(err) => return Err(err),
    };
    let mut findings = Vec::new();
    match pages(&db) {
        Ok(found) => findings.extend(found.into_iter().map(whole)),
        Err(err) => findings.push(whole(err.to_string())),
    }
    for table in tables(&db).unwrap_or_default() {
        if let Err(err) = rows(&db, &table, &mut findings) {
            findings.push(Finding {
                table: Some(table),
                ..whole(err.to_string())
            });
        }
    }
    Ok(findings)
}

fn pages(db: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut statement = db.prepare(&format!("PRAGMA integrity_check({MAX_FINDINGS})"))?;
    let found = statement.query_map([], |row| row.get_ref(0).map(String::lossy))?;
    Ok(found
        .filter_map(Result::ok)
        .filter(|line| line != "ok")
        .collect())
}

/// The tables that hold newsvane's own rows.
pub(super) fn tables(db: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut statement = db.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table'
         AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'articles_text%' ORDER BY name",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    names.collect()
}

/// Reads every row of `table`, and lists what is not of its column's type.
fn rows(db: &Connection, table: &str, findings: &mut Vec<Finding>) -> Result<(), rusqlite::Error> {
    let types = column_types(db, table)?;
    let mut statement = db.prepare(&format!("SELECT * FROM {table}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for (at, (column, is_text)) in types.iter().enumerate() {
            let value = row.get_ref(at)?;
            let is_sound = match value {
                ValueRef::Null | ValueRef::Real(_) => true,
                ValueRef::Text(bytes) => *is_text && std::str::from_utf8(bytes).is_ok(),
                ValueRef::Integer(_) => !is_text,
                ValueRef::Blob(_) => false,
            };
            if !is_sound && findings.len() < MAX_FINDINGS {
                let id = if at == 0 {
                    "?".to_owned()
                } else {
                    String::lossy(row.get_ref(0)?)
                };
                findings.push(Finding {
                    table: Some(table.to_owned()),
                    id: Some(id),
                    what: format!("{column} cannot be read as what it should be"),
                });
            }
        }
    }
    Ok(())
}

/// The columns of `table`, and whether each holds text.
fn column_types(db: &Connection, table: &str) -> Result<Vec<(String, bool)>, rusqlite::Error> {
    let mut statement = db.prepare("SELECT name, type FROM pragma_table_info(?1)")?;
    let columns = statement.query_map([table], |row| {
        Ok((row.get(0)?, row.get::<_, String>(1)? == "TEXT"))
    })?;
    columns.collect()
}
