//! The receivers on this machine: files and programs.

use crate::suite::{build, outgoing, send};
use newsvane::policy::AttemptOutcome;
use std::os::unix::fs::PermissionsExt as _;

#[tokio::test]
async fn a_file_gets_one_line_per_alert_and_only_its_owner_can_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alerts.ndjson");
    let receivers = build(&format!("[log]\ntype = \"file\"\npath = {path:?}")).unwrap();
    let (first, second) = (outgoing("a1"), outgoing("a2"));
    tokio::join!(
        send(&receivers, "log", &first),
        send(&receivers, "log", &second)
    );
    let written = std::fs::read_to_string(&path).unwrap();
    let mut alerts: Vec<String> = written
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["data"]["alert"].to_string()
        })
        .collect();
    alerts.sort();
    assert_eq!(alerts, ["\"a1\"", "\"a2\""]);
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[tokio::test]
async fn an_incomplete_line_left_by_a_crash_does_not_spoil_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alerts.ndjson");
    std::fs::write(&path, "{\"type\":\"story.op").unwrap();
    let receivers = build(&format!("[log]\ntype = \"file\"\npath = {path:?}")).unwrap();
    send(&receivers, "log", &outgoing("a1")).await;
    let written = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[1].starts_with("{\"type\":\"test.ping\""), "{written}");
}

#[tokio::test]
async fn a_renamed_file_is_created_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alerts.ndjson");
    let receivers = build(&format!("[log]\ntype = \"file\"\npath = {path:?}")).unwrap();
    send(&receivers, "log", &outgoing("a1")).await;
    std::fs::rename(&path, folder.path().join("old")).unwrap();
    send(&receivers, "log", &outgoing("a2")).await;
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
}

#[tokio::test]
async fn a_full_disk_is_a_failed_attempt() {
    let receivers = build("[log]\ntype = \"file\"\npath = \"/dev/full\"").unwrap();
    let attempt = send(&receivers, "log", &outgoing("a1")).await;
    let AttemptOutcome::Transient { reason, .. } = attempt.outcome else {
        panic!("{:?}", attempt.outcome);
    };
    assert!(
        reason.starts_with("cannot write /dev/full: No space left"),
        "{reason}"
    );
}

/// Runs a shell script as a receiver, in its own folder.
async fn run(script: &str, timeout: &str) -> (AttemptOutcome, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let command = ["sh", "-c", script, "sh", folder.path().to_str().unwrap()];
    let receivers = build(&format!(
        "[page]\ntype = \"exec\"\ncommand = {command:?}\ntimeout = {timeout:?}"
    ))
    .unwrap();
    (
        send(&receivers, "page", &outgoing("a1; rm -rf $HOME"))
            .await
            .outcome,
        folder,
    )
}

#[tokio::test]
async fn a_program_gets_the_alert_as_input_and_its_arguments_unchanged() {
    let (outcome, folder) = run(
        "cat > $1/in; echo \"$NEWSVANE_ALERT\" > $1/id; env > $1/env",
        "20s",
    )
    .await;
    assert_eq!(outcome, AttemptOutcome::Accepted);
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("in"), outgoing("a1; rm -rf $HOME").body);
    assert_eq!(read("id"), b"a1; rm -rf $HOME\n");
    let environment = String::from_utf8(read("env")).unwrap();
    assert!(
        !environment.contains("CARGO"),
        "our own environment is not passed on: {environment}"
    );
}

#[tokio::test]
async fn a_program_need_not_read_its_input() {
    assert_eq!(run("exit 0", "20s").await.0, AttemptOutcome::Accepted);
}

#[tokio::test]
async fn a_program_that_hangs_is_killed() {
    let (outcome, _) = run("exec sleep 600", "50ms").await;
    let AttemptOutcome::Transient { reason, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(reason, "sh did not end within 50ms");
}

#[tokio::test]
async fn the_output_of_a_program_is_limited() {
    let (outcome, _) = run("head -c 1000000 /dev/zero >&2; exit 1", "20s").await;
    let AttemptOutcome::Transient { reason, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(
        reason.len() < 1_000 && reason.starts_with("sh ended with exit status: 1"),
        "{reason}"
    );
}

#[tokio::test]
async fn the_error_names_a_program_that_does_not_exist() {
    let receivers = build("[page]\ntype = \"exec\"\ncommand = [\"/no/such/pager\"]").unwrap();
    let attempt = send(&receivers, "page", &outgoing("a1")).await;
    let AttemptOutcome::Transient { reason, .. } = attempt.outcome else {
        panic!("{:?}", attempt.outcome);
    };
    assert!(
        reason.starts_with("cannot run /no/such/pager: No such file"),
        "{reason}"
    );
}

fn pipe(path: &std::path::Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

#[tokio::test]
async fn a_named_pipe_gets_each_alert_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    pipe(&path);
    let receivers = build(&format!("[log]\ntype = \"file\"\npath = {path:?}")).unwrap();
    let unread = send(&receivers, "log", &outgoing("a1")).await;
    let AttemptOutcome::Transient { reason, .. } = unread.outcome else {
        panic!("{:?}", unread.outcome);
    };
    assert!(reason.ends_with("nobody reads the pipe"), "{reason}");
    let mut options = std::fs::OpenOptions::new();
    let mut reader = options.read(true).write(true).open(&path).unwrap();
    let attempt = send(&receivers, "log", &outgoing("a2")).await;
    assert_eq!(attempt.outcome, AttemptOutcome::Accepted);
    let mut line = vec![0; 4096];
    let n = std::io::Read::read(&mut reader, &mut line).unwrap();
    let line = String::from_utf8_lossy(&line[..n]).into_owned();
    assert!(line.ends_with("}\n") && line.contains("\"a2\""), "{line}");
}

/// The process with this number is gone, or waits to be reaped by its parent.
fn is_gone(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
    stat.is_ok_and(|stat| stat.contains(") Z "))
        || !std::path::Path::new(&format!("/proc/{}", pid.trim())).exists()
}

/// Runs a script that starts another process and writes its number into `pid`.
async fn check_nothing_outlives(script: &str, timeout: &str) {
    let (_, folder) = run(script, timeout).await;
    let pid = std::fs::read_to_string(folder.path().join("pid")).unwrap();
    let begun = std::time::Instant::now();
    while !is_gone(&pid) {
        assert!(
            begun.elapsed().as_secs() < 120,
            "{script}: its child is still running"
        );
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn nothing_that_a_program_started_outlives_its_timeout_or_its_end() {
    let started = "cat > /dev/null; sleep 3600 & echo $! > \"$1/pid\"; ";
    check_nothing_outlives(&format!("{started} wait"), "1s").await;
    check_nothing_outlives(&format!("{started} exit 0"), "30s").await;
    let left =
        "cat > /dev/null; setsid sh -c 'echo $$ > \"$0/pid\"; exec sleep 3600' \"$1\" & sleep 1; ";
    check_nothing_outlives(left, "30s").await;
}
