//! A command and a daemon, without the daemon.

use super::*;
use std::os::unix::fs::PermissionsExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio_util::sync::CancellationToken;

/// A socket in a new folder that refuses every request by repeating it.
fn start(folder: &Path) -> PathBuf {
    let path = path(&folder.join("newsvane.db"));
    let door = bind(&path).unwrap();
    let answer = |request: Request| -> Answered {
        let error = format!("{request:?}");
        Box::pin(async { Answer::Refused { error } })
    };
    tokio::spawn(serve(door, answer, CancellationToken::new()));
    path
}

async fn answer_to(path: &Path, line: &[u8]) -> String {
    let mut stream = UnixStream::connect(path).await.unwrap();
    // It may be closed before all is written.
    let _ = stream.write_all(line).await;
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

#[tokio::test]
async fn a_request_gets_one_answer_and_only_the_owner_may_ask() {
    let folder = tempfile::tempdir().unwrap();
    let path = start(folder.path());
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let Ok(Answer::Refused { error }) = ask(&path, &Request::Reload).await else {
        panic!("it is refused");
    };
    assert_eq!(error, "Reload");
}

#[tokio::test]
async fn what_is_no_request_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = start(folder.path());
    for line in [&b"{\"ask\":\"dance\"}\n"[..], b"\n", b"\xff\xfe\n"] {
        let answer = answer_to(&path, line).await;
        assert!(answer.contains("does not know this request"), "{answer}");
    }
    let endless = vec![b'a'; 100_000];
    let answer = answer_to(&path, &endless).await;
    assert!(!answer.contains("Reload"), "{answer}");
}

#[tokio::test]
async fn without_a_daemon_the_command_says_so_and_what_a_killed_one_left_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = path(&folder.path().join("newsvane.db"));
    let check = async |path: &Path| {
        let asked = ask(path, &Request::Status).await;
        assert!(matches!(asked, Err(Unanswered::NotRunning(_))), "{asked:?}");
    };
    check(&path).await;
    // A socket file that nobody listens at, as after a kill.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    check(&path).await;
    assert_eq!(start(folder.path()), path);
    assert!(ask(&path, &Request::Status).await.is_ok());
}
