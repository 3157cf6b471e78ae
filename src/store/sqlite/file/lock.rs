//! Creates and locks the store's file, and notices when another program deletes or
//! replaces it.

use crate::store::StoreError;
use std::fs::{File, Metadata, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// How often, and how far apart, a lock that another process holds is tried.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// The store's lock. It is on the open file and not on its name, so that neither
/// a link nor the removal of a name lets a second daemon in.
///
/// The file stays open as long as the lock is held: closing it earlier would end
/// the locks that SQLite holds on it in this process.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    _older: Option<File>,
}

/// Locks the file at `path` for this process; makes it where there is none.
pub(in crate::store) fn take(path: &Path) -> Result<Lock, StoreError> {
    let was_empty = std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() == 0);
    let file = create_private(path)?;
    match lock_patiently(&file) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(StoreError::Unusable(format!(
                "another newsvane runs on this store ({}); stop it first",
                path.display()
            )));
        }
        Err(TryLockError::Error(err)) => {
            return Err(StoreError::Unusable(format!(
                "cannot lock {}: {err}",
                path.display()
            )));
        }
    }
    if was_empty {
        tracing::warn!(
            file = %path.display(),
            "the store's file is empty; newsvane starts anew in it. If it should hold something, stop newsvane and run `newsvane restore` with a backup"
        );
    }
    Ok(Lock {
        _file: file,
        _older: keep_older_out(path),
    })
}

/// Takes the lock, with some more tries while another process holds it: a killed process
/// keeps its lock until the system has removed the process.
fn lock_patiently(file: &File) -> Result<(), TryLockError> {
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            taken => return taken,
        }
    }
    file.try_lock()
}

/// Also takes the lock of older versions of newsvane, the file beside the store that ends
/// in `.lock`, so that none of them starts on this store. If another store holds that
/// lock already, this one works without it.
fn keep_older_out(path: &Path) -> Option<File> {
    let mut options = std::fs::OpenOptions::new();
    let options = options.create(true).append(true).mode(0o600);
    let file = options.open(path.with_extension("lock")).ok()?;
    file.try_lock().is_ok().then_some(file)
}

/// Opens the file for writing. Where there is none, makes it with its folder,
/// readable by its owner only.
pub(in crate::store::sqlite) fn create_private(path: &Path) -> Result<File, StoreError> {
    let unusable = |what: &str, err: &std::io::Error| {
        StoreError::Unusable(format!(
            "cannot {what} {}: {err}; the store's folder must be writable by the user newsvane runs as \
             (set STATE_DIRECTORY or store.url)",
            path.display()
        ))
    };
    if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return Err(StoreError::Unusable(format!(
            "{} is not a regular file; point store.url at a file",
            path.display()
        )));
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|err| unusable("create the folder of", &err))?;
    }
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map_err(|err| unusable("write", &err))
}

/// The file as it was when the store was opened, to be compared with what is
/// there now. Only its name is looked at: opening and closing the file would end
/// the locks that SQLite holds on it.
#[derive(Debug)]
pub(in crate::store::sqlite) struct FileWatch {
    path: PathBuf,
    opened: Option<(u64, u64)>,
    largest: AtomicU64,
    /// The files of the write-ahead log, once they were seen.
    log: [OnceLock<(u64, u64)>; 2],
}

impl FileWatch {
    pub(in crate::store::sqlite) fn new(path: &Path) -> Self {
        let meta = std::fs::metadata(path).ok();
        Self {
            path: path.to_owned(),
            opened: meta.as_ref().map(identity),
            largest: AtomicU64::new(meta.map_or(0, |meta| meta.len())),
            log: Default::default(),
        }
    }

    /// See [`crate::store::Store::file_trouble`].
    pub(in crate::store::sqlite) fn trouble(&self) -> Option<String> {
        let file = self.path.display();
        let advice = "what is stored from now on is lost: stop newsvane and run `newsvane restore` with a backup";
        match std::fs::metadata(&self.path) {
            Err(err) if err.kind() == ErrorKind::NotFound => Some(format!(
                "the store's file {file} was deleted under the running newsvane; {advice}"
            )),
            Err(err) => Some(format!("the store's file {file} cannot be reached: {err}")),
            Ok(meta) if Some(identity(&meta)) != self.opened => Some(format!(
                "the store's file {file} was replaced by another under the running newsvane; {advice}"
            )),
            // newsvane never lets SQLite shorten the file.
            Ok(meta) if meta.len() < self.largest.load(Relaxed) => Some(format!(
                "the store's file {file} was cut short under the running newsvane; {advice}"
            )),
            Ok(meta) => {
                self.largest.fetch_max(meta.len(), Relaxed);
                self.log_trouble()
            }
        }
    }
}

impl FileWatch {
    /// Whether a file of the write-ahead log was deleted or replaced: another program
    /// that opens the store would then not see what this one commits.
    fn log_trouble(&self) -> Option<String> {
        ["-wal", "-shm"].iter().zip(&self.log).find_map(|(end, seen)| {
            let mut name = self.path.as_os_str().to_owned();
            name.push(end);
            let now = std::fs::metadata(&name).ok().map(|meta| identity(&meta));
            let seen = match (seen.get(), now) {
                (Some(seen), _) => *seen,
                (None, Some(now)) => *seen.get_or_init(|| now),
                // The log does not exist yet.
                (None, None) => return None,
            };
            (now != Some(seen)).then(|| {
                let name = Path::new(&name).display();
                format!(
                    "the file {name} of the store was deleted or replaced under the running newsvane; restart newsvane before anything else opens the store"
                )
            })
        })
    }
}

/// Device and inode: the same for all names of one file.
fn identity(meta: &Metadata) -> (u64, u64) {
    (meta.dev(), meta.ino())
}
