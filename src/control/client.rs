//! A command asks the running daemon.

use super::{Answer, PATIENCE, Request};
use std::io;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

/// Largest answer: a status with ten thousand failing feeds has some 5 MB.
const MAX_ANSWER: u64 = 16 << 20;

/// Longer than the daemon takes, so that its own words are heard.
const LONGEST: Duration = PATIENCE.saturating_add(Duration::from_secs(10));

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    /// No daemon listens there.
    #[error("newsvane does not run here: nothing answers at {0}")]
    NotRunning(String),
    /// The socket is another user's.
    #[error(
        "cannot ask the running newsvane at {0}: permission denied; ask as root, as in `sudo newsvane status`"
    )]
    Denied(String),
    /// It listens, but there was no answer, or none that can be read.
    #[error("the running newsvane at {path} gave no answer: {cause}")]
    Broken {
        /// The socket.
        path: String,
        /// Why.
        cause: String,
    },
}

/// Asks the daemon at the socket `path`.
///
/// # Errors
/// [`Unanswered`]. A refusal is an answer.
pub(crate) async fn ask(path: &Path, request: &Request) -> Result<Answer, Unanswered> {
    let shown = || path.display().to_string();
    let stream = UnixStream::connect(path).await.map_err(|err| {
        if err.kind() == io::ErrorKind::PermissionDenied {
            Unanswered::Denied(shown())
        } else {
            Unanswered::NotRunning(shown())
        }
    })?;
    let broken = |cause: String| Unanswered::Broken {
        path: shown(),
        cause,
    };
    let answer = tokio::time::timeout(LONGEST, converse(stream, request)).await;
    let answer = answer.map_err(|_| broken("it takes too long".to_owned()))?;
    let answer = answer.map_err(|err| broken(err.to_string()))?;
    serde_json::from_slice(&answer)
        .map_err(|err| broken(format!("it is of another version? {err}")))
}

async fn converse(mut stream: UnixStream, request: &Request) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER).read_to_end(&mut answer).await?;
    if answer.is_empty() {
        return Err(io::Error::other("it broke off"));
    }
    Ok(answer)
}
