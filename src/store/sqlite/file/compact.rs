//! Shrinks the store's file: deleted rows leave free pages in it, which SQLite uses again
//! but does not give back to the disk.

use crate::store::StoreError;
use crate::store::sqlite::connection::connect;
use rusqlite::OpenFlags;
use std::path::Path;

/// Gives the file's free pages back to the disk. Returns the file's size in bytes before
/// and after. The caller holds the store's lock. Meanwhile a copy of the store is on the
/// disk, so that much must be free.
///
/// # Errors
/// When there is no store, or it cannot be read or written; then it is as it was.
pub(in crate::store) fn compact(path: &Path) -> Result<(u64, u64), StoreError> {
    let n_bytes = || std::fs::metadata(path).map_or(0, |meta| meta.len());
    if n_bytes() == 0 {
        return Err(StoreError::Unusable(format!(
            "there is no store {}",
            path.display()
        )));
    }
    let before = n_bytes();
    let db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    db.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok((before, n_bytes()))
}
