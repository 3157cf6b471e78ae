//! Opening, locking and copying a store, by its URL.

use super::{Lock, Settings, Store, StoreError, sqlite};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Opens the store that `url` names, creating and migrating it as needed.
/// A relative path is in `state_dir`.
///
/// # Errors
/// [`StoreError::Unusable`] for an unknown scheme, a folder that cannot be
/// written, or a file of a newer version.
pub fn open(url: &str, state_dir: &Path) -> Result<Arc<dyn Store>, StoreError> {
    let path = sqlite_path(url, state_dir)?;
    Ok(Arc::new(sqlite::Sqlite::open(&path, Limits::NONE)?))
}

/// [`open`] for the daemon: refuses a damaged file, and keeps the bounds that
/// `settings` set.
///
/// # Errors
/// As [`open`], and [`StoreError::Unusable`] for a damaged file, with the remedy.
pub fn open_bounded(settings: &Settings, state_dir: &Path) -> Result<Arc<dyn Store>, StoreError> {
    let path = sqlite_path(&settings.url, state_dir)?;
    sqlite::file::check::quick(&path)?;
    let limits = Limits {
        max_bytes: settings.max_size.0,
        feed_bytes: settings.max_feed_size.0,
        feed_backlog: settings.max_feed_backlog,
    };
    Ok(Arc::new(sqlite::Sqlite::open(&path, limits)?))
}

/// Bounds on what is stored; 0 for none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The size of the whole store, in bytes.
    pub(super) max_bytes: u64,
    /// The size of one feed's rows, in bytes.
    pub(super) feed_bytes: u64,
    /// The number of one feed's entries that wait to be read.
    pub(super) feed_backlog: usize,
}

impl Limits {
    pub(super) const NONE: Self = Self {
        max_bytes: 0,
        feed_bytes: 0,
        feed_backlog: 0,
    };
}

/// Locks the store for this process, until the lock is dropped. The lock is on the file,
/// not on its name, so that a link to the file has the same lock. It ends with the
/// process, even if that is killed.
///
/// # Errors
/// [`StoreError::Unusable`] when another process has it, or the file cannot be made.
pub fn lock(url: &str, state_dir: &Path) -> Result<Lock, StoreError> {
    sqlite::file::lock::take(&sqlite_path(url, state_dir)?)
}

/// Writes a consistent copy of the store that `url` names to the new file `to`.
/// The daemon may run meanwhile.
///
/// # Errors
/// [`StoreError::Unusable`] when there is no sound store, or `to` exists or
/// cannot be written; then nothing is left at `to`.
pub fn backup(url: &str, state_dir: &Path, to: &Path) -> Result<(), StoreError> {
    sqlite::file::backup::backup(&sqlite_path(url, state_dir)?, to)
}

/// Makes the backup at `from` the store that `url` names. The old store is kept
/// beside it; its new name is returned. The caller must hold the store's lock.
///
/// # Errors
/// [`StoreError::Unusable`] when `from` is no sound store, or a file cannot be
/// written; then the old store is in its place.
pub fn restore(url: &str, state_dir: &Path, from: &Path) -> Result<Option<PathBuf>, StoreError> {
    sqlite::file::backup::restore(&sqlite_path(url, state_dir)?, from)
}

/// Shrinks the file of the store that `url` names to the size of its data; returns its
/// size in bytes before and after. The caller must hold the store's lock.
///
/// # Errors
/// [`StoreError`] when there is no store, or no room for its new copy.
pub fn compact(url: &str, state_dir: &Path) -> Result<(u64, u64), StoreError> {
    sqlite::file::compact::compact(&sqlite_path(url, state_dir)?)
}

/// The version of the store that this program writes; older ones are migrated.
#[must_use]
pub fn version() -> usize {
    sqlite::file::migrate::version()
}

/// The file of a `sqlite:` URL.
///
/// # Errors
/// [`StoreError::Unusable`] for another scheme or no file.
pub fn sqlite_path(url: &str, state_dir: &Path) -> Result<PathBuf, StoreError> {
    match url.strip_prefix("sqlite:") {
        Some(file) if !file.is_empty() => Ok(state_dir.join(file)),
        _ => Err(StoreError::Unusable(format!(
            "store.url {url:?}: this version keeps its state in SQLite; write \"sqlite:newsvane.db\""
        ))),
    }
}
