//! The daemon answers the commands, within bounds: who may open the socket may
//! stop the daemon as well, but a broken program must not take its memory.

use super::{Answer, PATIENCE, Request};
use std::fs::{self, Permissions};
use std::future::Future;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixSocket, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Largest request, in bytes.
const MAX_REQUEST: u64 = 16 << 10;

/// Longest time for sending a request, and for taking the answer.
const TRANSFER: Duration = Duration::from_secs(5);

/// Most requests at a time; more are refused.
const MAX_REQUESTS: usize = 16;

/// The pause after a connection could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// The answer to a request, to be awaited.
pub(crate) type Answered = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A socket that is bound. Its file is removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Door {
    listener: UnixListener,
    path: PathBuf,
}

/// Binds the socket at `path`. What an earlier daemon left there is removed: the
/// caller holds the store's lock.
///
/// # Errors
/// When the file system does not support sockets, or the path is too long for one.
pub(crate) fn bind(path: &Path) -> io::Result<Door> {
    if fs::symlink_metadata(path).is_ok_and(|meta| meta.file_type().is_socket()) {
        fs::remove_file(path)?;
    }
    let socket = UnixSocket::new_stream()?;
    socket.bind(path)?;
    // Before it listens: until then nobody can connect.
    fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(Door {
        listener: socket.listen(MAX_REQUESTS as u32)?,
        path: path.to_owned(),
    })
}

impl Drop for Door {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Answers requests by `answer` until `stop`; those under way are broken off then.
pub(crate) async fn serve(
    door: Door,
    answer: impl Fn(Request) -> Answered + Send + Sync + 'static,
    stop: CancellationToken,
) {
    let answer = Arc::new(answer);
    let places = Arc::new(Semaphore::new(MAX_REQUESTS));
    let mut conversations = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = conversations.join_next() => {}
            accepted = door.listener.accept() => match accepted {
                // Without a place the connection is closed by dropping it.
                Ok((stream, _)) => if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
                    let answer = Arc::clone(&answer);
                    conversations.spawn(async move {
                        // Who breaks off or takes too long is no error of ours.
                        let _ = converse(stream, answer.as_ref()).await;
                        drop(place);
                    });
                },
                Err(err) => {
                    tracing::debug!(err = %err, "the socket for commands could not accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
}

async fn converse(
    stream: UnixStream,
    answer: &(dyn Fn(Request) -> Answered + Send + Sync),
) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = Vec::new();
    let mut read = BufReader::new(read.take(MAX_REQUEST));
    tokio::time::timeout(TRANSFER, read.read_until(b'\n', &mut line)).await??;
    let answer = match serde_json::from_slice::<Request>(&line) {
        Ok(request) => {
            let answered = tokio::time::timeout(PATIENCE, answer(request)).await;
            answered.unwrap_or_else(|_| refused("it takes too long; newsvane goes on with it"))
        }
        Err(err) => refused(&format!(
            "newsvane {} does not know this request: {err}",
            env!("CARGO_PKG_VERSION")
        )),
    };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    tokio::time::timeout(TRANSFER, write.write_all(&line)).await?
}

fn refused(error: &str) -> Answer {
    Answer::Refused {
        error: error.to_owned(),
    }
}
