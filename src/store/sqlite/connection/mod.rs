//! Connections to the store's file: one that writes, several that read, and what
//! their errors mean.

pub(super) mod readers;
pub(super) mod writer;

use super::sum;
use crate::store::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How often, and how far apart, a file that cannot be opened for an outside reason
/// is tried again.
const CONNECT_TRIES: u32 = 5;
const CONNECT_PAUSE: Duration = Duration::from_millis(200);

/// [`connect`], with some more tries if it fails for an outside reason, such as a full
/// disk.
pub(super) fn connect_patiently(path: &Path) -> Result<Connection, StoreError> {
    let mut tries = 0;
    loop {
        match connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE) {
            Err(err) if err.is_transient() && tries < CONNECT_TRIES => {
                tries += 1;
                std::thread::sleep(CONNECT_PAUSE);
            }
            connected => return connected,
        }
    }
}

/// Opens a connection with the settings that all of them share.
pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // A command beside the daemon (`alerts redeliver`) waits for its turn.
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: a commit that was reported survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -2_048)?; // 2 MiB
    // Without this, SQLite plans a statement again when a bound value could change
    // the best plan; with our simple queries it never does.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(128);
    sum::register(&connection)?;
    Ok(connection)
}

impl From<rusqlite::Error> for StoreError {
    fn from(err: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase,
            OperationInterrupted, ReadOnly, SystemIoFailure,
        };
        let text = err.to_string();
        match err.sqlite_error_code() {
            Some(DiskFull) => Self::CannotWrite(format!("{text}; free some space")),
            Some(ReadOnly) => Self::CannotWrite(format!("{text}; repair its permissions")),
            Some(DatabaseBusy | DatabaseLocked) => Self::CannotWrite(format!(
                "{text} by another program; end that program's work on it"
            )),
            Some(SystemIoFailure | CannotOpen | OperationInterrupted) => {
                let code = err.sqlite_error().map_or(0, |err| err.extended_code);
                Self::CannotWrite(format!("{text} (SQLite code {code})"))
            }
            Some(DatabaseCorrupt | NotADatabase) => Self::Damaged(text),
            _ => Self::Database(text),
        }
    }
}
