//! `type = "file"`: one line of JSON per alert, appended and synced to disk before
//! the alert counts as delivered.

use super::{Attempt, Outgoing, Receiver};
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fs::{FileType, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// `[receiver.NAME]` with `type = "file"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The file. It is created if it does not exist, readable by newsvane's user
    /// only. It may be renamed at any time (logrotate): the next alert creates a
    /// new one.
    pub path: PathBuf,
}

/// A receiver that appends to a file.
#[derive(Debug)]
pub(crate) struct File {
    path: Arc<Path>,
    /// Locked while a line is written, so that lines do not mix.
    writing: Arc<Mutex<()>>,
}

impl File {
    /// A receiver with these settings.
    #[must_use]
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            path: settings.path.as_path().into(),
            writing: Arc::default(),
        }
    }
}

impl Receiver for File {
    fn send<'a>(&'a self, outgoing: &'a Outgoing, _now: Timestamp) -> BoxFuture<'a, Attempt> {
        let (path, writing, body) = (
            self.path.clone(),
            self.writing.clone(),
            outgoing.body.clone(),
        );
        async move {
            let begun = Instant::now();
            let write = move || {
                let _locked = writing.lock().unwrap_or_else(PoisonError::into_inner);
                append(&path, &body, sync_folder)
                    .map_err(|err| format!("cannot write {}: {err}", path.display()))
            };
            match tokio::task::spawn_blocking(write).await {
                Ok(Ok(())) => Attempt::accepted(begun.elapsed()),
                Ok(Err(reason)) => Attempt::transient(reason, begun.elapsed()),
                Err(err) => Attempt::transient(err.to_string(), begun.elapsed()),
            }
        }
        .boxed()
    }
}

/// Longest time that the reader of a pipe may take for a line.
const PIPE_PATIENCE: Duration = Duration::from_secs(5);

/// Writes a line to a file that is not a regular one. A pipe without a reader is an error,
/// and not waited for: the thread would hang, and no other alert get through.
fn write_special(path: &Path, kind: FileType, line: &[u8]) -> io::Result<()> {
    if !kind.is_fifo() && !kind.is_char_device() {
        return Err(io::Error::other(
            "it is neither a file nor a pipe nor a terminal",
        ));
    }
    let mut options = OpenOptions::new();
    options
        .write(true)
        .custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    let mut pipe = options.open(path).map_err(|err| match err.raw_os_error() {
        Some(code) if code == rustix::io::Errno::NXIO.raw_os_error() => {
            io::Error::other("nobody reads the pipe")
        }
        _ => err,
    })?;
    let begun = Instant::now();
    let mut rest = line;
    while !rest.is_empty() {
        match pipe.write(rest) {
            Ok(n) => rest = &rest[n..],
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(err) if err.kind() == io::ErrorKind::WouldBlock => {
                if begun.elapsed() > PIPE_PATIENCE {
                    return Err(io::Error::other("nobody reads on from the pipe"));
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(err) => return Err(err),
        }
    }
    Ok(())
}

/// Appends a line. `sync_folder` makes the name of a new file durable.
fn append(
    path: &Path,
    body: &Bytes,
    sync_folder: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let is_new = !path.try_exists()?;
    if !is_new {
        let kind = std::fs::metadata(path)?.file_type();
        if !kind.is_file() {
            return write_special(path, kind, &[body, &b"\n"[..]].concat());
        }
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    options.mode(0o600);
    let mut file = options.open(path)?;
    let mut line = Vec::with_capacity(body.len() + 2);
    // A crash or a full disk may have left an incomplete line. This line must
    // not become part of it.
    if !ends_with_newline(&mut file)? {
        line.push(b'\n');
    }
    line.extend_from_slice(body);
    line.push(b'\n');
    file.write_all(&line)?;
    file.sync_data()?;
    // Without this, a power failure may remove the new file with all its lines.
    match path.parent() {
        Some(folder) if is_new => sync_folder(folder),
        _ => Ok(()),
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    match std::fs::File::open(folder) {
        Ok(folder) => folder.sync_all(),
        // A folder that may be written to but not listed cannot be synced.
        Err(err) if err.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        Err(err) => Err(err),
    }
}

/// Also true for an empty file, a pipe and a terminal.
fn ends_with_newline(file: &mut std::fs::File) -> io::Result<bool> {
    if !file.metadata()?.is_file() || file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appends a line to the file and returns the folder that was synced.
    fn synced_folder(path: &Path) -> Option<PathBuf> {
        let mut synced = None;
        append(path, &Bytes::from_static(b"{}"), |folder| {
            synced = Some(folder.to_owned());
            sync_folder(folder)
        })
        .unwrap();
        synced
    }

    #[test]
    fn the_folder_of_a_new_file_is_synced_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.ndjson");
        assert_eq!(synced_folder(&path).as_deref(), Some(folder.path()));
        assert_eq!(synced_folder(&path), None);
        std::fs::rename(&path, folder.path().join("old")).unwrap();
        assert_eq!(synced_folder(&path).as_deref(), Some(folder.path()));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{}\n");
    }
}
