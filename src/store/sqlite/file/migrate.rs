//! The file's version: upgraded step by step, never downgraded.

use crate::store::StoreError;
use crate::store::error::REMEDY;
use crate::store::sqlite::sum;
use rusqlite::Connection;
use std::path::Path;

/// The steps, in order; a file of version `n` has had the first `n`. A step
/// that was released is never edited.
const STEPS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
    include_str!("migrations/0006.sql"),
    include_str!("migrations/0007.sql"),
    include_str!("migrations/0008.sql"),
    include_str!("migrations/0009.sql"),
    include_str!("migrations/0010.sql"),
    include_str!("migrations/0011.sql"),
    include_str!("migrations/0012.sql"),
    include_str!("migrations/0013.sql"),
    include_str!("migrations/0014.sql"),
    include_str!("migrations/0015.sql"),
    include_str!("migrations/0016.sql"),
    include_str!("migrations/0017.sql"),
];

/// Marks the file as newsvane's (`PRAGMA application_id`): "NwsV".
pub(in crate::store::sqlite) const APPLICATION_ID: i32 = 0x4e77_7356;

/// The version of the store that this program writes.
pub(in crate::store) fn version() -> usize {
    STEPS.len()
}

/// Brings the file to this program's version, in one transaction.
///
/// # Errors
/// [`StoreError::Unusable`] for a file of a newer version or of another program.
pub(in crate::store::sqlite) fn migrate(
    db: &mut Connection,
    path: &Path,
) -> Result<(), StoreError> {
    let unusable = |text: String| StoreError::Unusable(format!("store {}: {text}", path.display()));
    let version: usize = db
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|err| unusable(format!("{err}; is it a SQLite file?")))?;
    let application: i32 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let has_tables: bool =
        db.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| {
            row.get(0)
        })?;
    if has_tables && application != APPLICATION_ID {
        return Err(unusable(format!(
            "is the database of another program; point store.url elsewhere. If it was newsvane's, its first page is damaged: {REMEDY}"
        )));
    }
    if version > STEPS.len() {
        return Err(unusable(format!(
            "was written by a newer newsvane (its version is {version}, this program knows up to {}); \
             run the newer program, or point store.url at another file. If there never was a newer one, its first page is damaged: {REMEDY}",
            STEPS.len()
        )));
    }
    if version == STEPS.len() {
        return Ok(());
    }
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for step in &STEPS[version..] {
        tx.execute_batch(step).map_err(|err| match err.into() {
            StoreError::Database(err) => unusable(format!(
                "cannot be brought from version {version} to {}: {err}; if nobody has changed it by hand, its first page is damaged: {REMEDY}",
                STEPS.len()
            )),
            err => err,
        })?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", STEPS.len())?;
    tx.commit()?;
    Ok(())
}

/// An empty store of this program's version, in memory.
pub(super) fn fresh() -> Result<Connection, rusqlite::Error> {
    let db = Connection::open_in_memory()?;
    sum::register(&db)?;
    for step in STEPS {
        db.execute_batch(step)?;
    }
    Ok(db)
}
