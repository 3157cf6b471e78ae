//! A consistent copy of a running store, and putting one back.

use super::migrate::{self, APPLICATION_ID};
use crate::store::StoreError;
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Writes a consistent copy of the store at `path` to the new file `to`, and
/// checks it. The daemon may run meanwhile; what it commits later is not in it.
///
/// # Errors
/// [`StoreError::Unusable`] when there is no sound store, `to` exists, or `to`
/// cannot be written; then nothing is left at `to`.
pub(in crate::store) fn backup(path: &Path, to: &Path) -> Result<(), StoreError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(unusable(format!(
            "{} exists; give the backup a new name",
            to.display()
        )));
    }
    let store = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .map_err(|err| unusable(format!("cannot open the store {}: {err}", path.display())))?;
    store.busy_timeout(std::time::Duration::from_secs(30))?;
    let part = beside(to, "part");
    let copied = store
        .execute("VACUUM INTO ?1", [part.to_string_lossy().as_ref()])
        .map_err(|err| unusable(format!("cannot write {}: {err}", part.display())))
        .and_then(|_| verify(&part).map(|_| ()))
        .and_then(|()| put(&part, to));
    if copied.is_err() {
        // Half a backup must not look like one.
        let _ = fs::remove_file(&part);
    }
    copied
}

/// Makes the backup at `from` the store at `path`. A store that is there is kept
/// beside it; its new name is returned. The caller holds the store's lock.
///
/// # Errors
/// [`StoreError::Unusable`] when `from` is no sound store, or a file cannot be
/// written; then the old store is in its place.
pub(in crate::store) fn restore(path: &Path, from: &Path) -> Result<Option<PathBuf>, StoreError> {
    verify(from)?;
    let part = beside(path, "restoring");
    let copied = fs::copy(from, &part).and_then(|_| only_ours(&part));
    if let Err(err) = copied {
        let _ = fs::remove_file(&part);
        return Err(unusable(format!("cannot write {}: {err}", part.display())));
    }
    let kept = keep_old(path)?;
    put(&part, path)?;
    Ok(kept)
}

/// Whether the file at `path` is a whole, sound store that this program can
/// read; returns its version.
///
/// # Errors
/// [`StoreError::Unusable`] with what is wrong with it.
pub(in crate::store) fn verify(path: &Path) -> Result<usize, StoreError> {
    let wrong = |why: String| unusable(format!("{}: {why}", path.display()));
    let is_empty = fs::metadata(path)
        .map_err(|err| wrong(err.to_string()))?
        .len()
        == 0;
    if is_empty {
        return Err(wrong("the file is empty".to_owned()));
    }
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|err| wrong(err.to_string()))?;
    let application: i32 = db
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(|err| wrong(format!("{err}; is it a backup of newsvane's store?")))?;
    if application != APPLICATION_ID {
        return Err(wrong("it is not a store of newsvane".to_owned()));
    }
    let version: usize = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > migrate::version() {
        return Err(wrong(format!(
            "it was written by a newer newsvane (version {version} of the store; this program knows up to {})",
            migrate::version()
        )));
    }
    let found: String = db
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|err| wrong(err.to_string()))?;
    if found == "ok" {
        Ok(version)
    } else {
        Err(wrong(format!("it is damaged: {found}")))
    }
}

/// Renames the store and its write-ahead log out of the way.
fn keep_old(path: &Path) -> Result<Option<PathBuf>, StoreError> {
    // Whoever holds the lock has made the file, if there was none.
    let is_empty = fs::metadata(path).map_or(true, |meta| meta.len() == 0);
    if is_empty {
        return Ok(None);
    }
    let kept = (1..1_000)
        .map(|n| beside(path, &format!("before-restore-{n}")))
        .find(|kept| !kept.exists())
        .ok_or_else(|| unusable(format!("too many old stores next to {}", path.display())))?;
    for end in ["", "-wal", "-shm"] {
        let (old, new) = (with_end(path, end), with_end(&kept, end));
        if old.exists() {
            fs::rename(&old, &new)
                .map_err(|err| unusable(format!("cannot rename {}: {err}", old.display())))?;
        }
    }
    Ok(Some(kept))
}

/// Syncs `part` and gives it the name `to`, for good.
fn put(part: &Path, to: &Path) -> Result<(), StoreError> {
    let moved = File::open(part)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(part, to))
        .and_then(|()| sync_folder(to));
    moved.map_err(|err| unusable(format!("cannot write {}: {err}", to.display())))
}

fn sync_folder(of: &Path) -> io::Result<()> {
    File::open(folder_of(of))?.sync_all()
}

/// A store may hold credentials in feed URLs, so nobody else may read it. It
/// belongs to whoever owns its folder, so that root can restore a service's.
fn only_ours(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    let (own, folder) = (fs::metadata(path)?, fs::metadata(folder_of(path))?);
    if (own.uid(), own.gid()) != (folder.uid(), folder.gid()) {
        chown(path, Some(folder.uid()), Some(folder.gid()))?;
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// `path` with `ending` added to its name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    with_end(path, &format!(".{ending}"))
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn unusable(text: String) -> StoreError {
    StoreError::Unusable(text)
}
