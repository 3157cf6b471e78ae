//! Whether a store's file is whole: quickly, before a daemon starts on it, and
//! thoroughly, for `newsvane store check`.

use super::finding::{Finding, Scope};
use super::schema;
use crate::store::StoreError;
use crate::store::error::REMEDY;
use crate::store::sqlite::connection::connect;
use crate::store::sqlite::row::Lossy;
use crate::store::sqlite::sum;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

/// How long a daemon's start may wait for the quick check of a large file.
const PATIENCE: Duration = Duration::from_secs(3);

/// Findings that a check lists.
const MAX_FINDINGS: usize = 1_000;

/// The index of the articles' words.
pub(in crate::store::sqlite) const TEXT_INDEX: &str = "articles_text";

/// What a wrong checksum means.
const NOT_AS_WRITTEN: &str = "the row is not as newsvane wrote it (its checksum is wrong): something in it was changed or damaged";

/// Refuses a damaged file, with the remedy. A very large file is checked for a few
/// seconds only.
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
        // The file cannot be opened; opening it for work reports why.
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

/// Looks at everything in the file at `path`: its pages, its indexes, whether each
/// column of each row can be read as what it should be, and each row's checksum.
///
/// # Errors
/// When the file cannot be opened at all.
pub fn check(path: &Path) -> Result<Vec<Finding>, StoreError> {
    if !path.is_file() {
        return Err(StoreError::Unusable(format!(
            "there is no store {}",
            path.display()
        )));
    }
    match connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE) {
        Ok(db) => inspect(&db),
        Err(StoreError::Damaged(what)) => Ok(vec![of_file(what)]),
        Err(err) => Err(err),
    }
}

/// [`check`] on an open connection.
///
/// # Errors
/// When it is interrupted.
pub(in crate::store::sqlite) fn inspect(db: &Connection) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    match pages(db) {
        Ok(found) => findings.extend(found.iter().map(|line| understood(db, line))),
        Err(err) => findings.push(of_file(uninterrupted(err)?.to_string())),
    }
    if let Err(err) = schema::compare(db, &mut findings) {
        findings.push(of_file(uninterrupted(err)?.to_string()));
    }
    for table in tables(db).unwrap_or_default() {
        if let Err(err) = rows(db, &table, &mut findings) {
            findings.push(Finding {
                table: Some(table),
                ..of_file(uninterrupted(err)?.to_string())
            });
        }
    }
    Ok(findings)
}

fn uninterrupted(err: rusqlite::Error) -> Result<rusqlite::Error, StoreError> {
    match err.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => Err(err.into()),
        _ => Ok(err),
    }
}

fn of_file(what: String) -> Finding {
    Finding {
        table: None,
        id: None,
        scope: Scope::File,
        what,
    }
}

/// The finding for a line of SQLite's own check, such as `row 7 missing from index
/// entries_due`.
fn understood(db: &Connection, line: &str) -> Finding {
    let mut finding = of_file(line.to_owned());
    let number = || {
        let words = line.split("row ").nth(1)?;
        let digits = words.split(|c: char| !c.is_ascii_digit()).next()?;
        (!digits.is_empty()).then(|| digits.to_owned())
    };
    if line.contains(TEXT_INDEX) {
        finding.table = Some("articles".to_owned());
        finding.scope = Scope::Index(TEXT_INDEX.to_owned());
    } else if let Some((_, index)) = line.split_once(" index ") {
        let name = index.split_whitespace().next().unwrap_or_default();
        let table = db.query_row(
            "SELECT tbl_name FROM sqlite_schema WHERE type = 'index' AND name = ?1",
            [name],
            |row| row.get(0),
        );
        if let Ok(table) = table {
            finding.table = Some(table);
            finding.id = number();
            finding.scope = Scope::Index(name.to_owned());
        }
    } else if let Some((table, column)) = line
        .strip_prefix("NULL value in ")
        .and_then(|place| place.split_once('.'))
    {
        finding.table = Some(table.to_owned());
        finding.scope = Scope::Row(Some(column.to_owned()));
    }
    finding
}

fn pages(db: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut statement = db.prepare(&format!("PRAGMA integrity_check({MAX_FINDINGS})"))?;
    let mut rows = statement.query([])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let found = String::lossy(row.get_ref(0)?);
        lines.extend(
            found
                .lines()
                .filter(|line| *line != "ok" && !line.starts_with("***"))
                .map(str::to_owned),
        );
    }
    Ok(lines)
}

/// The tables that hold newsvane's own rows.
pub(in crate::store::sqlite) fn tables(db: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut statement = db.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table'
         AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'articles_text%' ORDER BY name",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    names.collect()
}

/// Reads every row of `table`, and lists values that are not of their column's type, and
/// rows whose checksum is wrong.
fn rows(db: &Connection, table: &str, findings: &mut Vec<Finding>) -> Result<(), rusqlite::Error> {
    let types = column_types(db, table)?;
    let sum = sum::expression(db, table)?;
    let differs = sum.map_or_else(|| "0".to_owned(), |sum| format!("sum IS NOT {sum}"));
    let mut statement = db.prepare(&format!("SELECT *, {differs} FROM {table}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut add = |at: Option<usize>, what: String| {
            if findings.len() < MAX_FINDINGS {
                let id = row.get_ref(0).map_or_else(|_| String::new(), String::lossy);
                findings.push(Finding {
                    table: Some(table.to_owned()),
                    id: Some(if at == Some(0) { "?".to_owned() } else { id }),
                    scope: Scope::Row(at.map(|at| types[at].0.clone())),
                    what,
                });
            }
        };
        for (at, (column, is_text)) in types.iter().enumerate() {
            let is_sound = match row.get_ref(at)? {
                ValueRef::Null | ValueRef::Real(_) => true,
                ValueRef::Text(bytes) => *is_text && std::str::from_utf8(bytes).is_ok(),
                ValueRef::Integer(_) => !is_text,
                ValueRef::Blob(_) => false,
            };
            if !is_sound {
                add(
                    Some(at),
                    format!("{column} cannot be read as what it should be"),
                );
            }
        }
        if row.get::<_, bool>(types.len())? {
            add(None, NOT_AS_WRITTEN.to_owned());
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
