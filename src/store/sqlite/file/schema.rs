//! Whether the tables, indexes and triggers of a file are those that this program
//! makes: a damaged byte in one of their definitions may be valid SQL.

use super::finding::{Finding, Scope};
use super::migrate;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Lists the tables, indexes and triggers that are missing in `db` or have a different
/// definition. A file of another version is not checked.
pub(super) fn compare(db: &Connection, findings: &mut Vec<Finding>) -> Result<(), rusqlite::Error> {
    static WANTED: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let version: usize = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != migrate::version() {
        return Ok(());
    }
    if WANTED.get().is_none() {
        let _ = WANTED.set(definitions(&migrate::fresh()?)?);
    }
    let found = definitions(db)?;
    for (name, wanted) in WANTED.get().into_iter().flatten() {
        let what = match found.get(name) {
            Some(sql) if sql == wanted => continue,
            Some(_) => "its definition is not the one that newsvane makes",
            None => "it is missing",
        };
        findings.push(Finding {
            table: Some("sqlite_schema".to_owned()),
            id: Some(name.clone()),
            scope: Scope::Schema,
            what: what.to_owned(),
        });
    }
    Ok(())
}

/// Names and definitions. The parts of the text index are SQLite's own business.
fn definitions(db: &Connection) -> Result<BTreeMap<String, String>, rusqlite::Error> {
    let mut statement = db.prepare(
        "SELECT name, tbl_name || ': ' || sql FROM sqlite_schema
         WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT IN ('articles_text_data', 'articles_text_idx', 'articles_text_docsize', 'articles_text_config')",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}
