//! `type = "file"`: one line of JSON per alert, appended and on the disk before
//! the alert counts as delivered.

use super::{Attempt, Outgoing, Receiver};
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// `[receiver.NAME]` with `type = "file"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The file; made if it is not there, readable by newsvane's user only. It
    /// may be renamed at any time (logrotate): the next alert begins a new one.
    pub path: PathBuf,
}

/// A receiver that is a file.
#[derive(Debug)]
pub struct File {
    path: Arc<Path>,
    /// Two lines written at once could end up in each other.
    writing: Arc<Mutex<()>>,
}

impl File {
    /// The receiver of these settings.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
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
                let _one_at_a_time = writing.lock().unwrap_or_else(PoisonError::into_inner);
                append(&path, &body)
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

fn append(path: &Path, body: &Bytes) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let mut line = Vec::with_capacity(body.len() + 2);
    // A crash or a full disk may have left half a line: it must not swallow
    // this one.
    if !ends_with_newline(&mut file)? {
        line.push(b'\n');
    }
    line.extend_from_slice(body);
    line.push(b'\n');
    file.write_all(&line)?;
    file.sync_data()
}

/// Also of an empty file, and of what has no end (a pipe, a terminal).
fn ends_with_newline(file: &mut std::fs::File) -> io::Result<bool> {
    if !file.metadata()?.is_file() || file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
