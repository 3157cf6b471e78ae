//! `type = "exec"`: a program that is run for each alert, with the JSON on its
//! standard input. It is started directly, without a shell.

use super::{Attempt, Outgoing, Receiver, ReceiverError};
use crate::model::Span;
use crate::text::printable;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// `[receiver.NAME]` with `type = "exec"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The program and its arguments, passed on unchanged:
    /// `["/usr/local/bin/page-me", "--high"]`. Exit status 0 accepts the alert.
    pub command: Vec<String>,
    /// Longest time for the program to finish; then it is killed, with everything
    /// that it started.
    #[serde(default = "default_timeout")]
    pub timeout: Span,
}

fn default_timeout() -> Span {
    Span::secs(30)
}

/// Variables of newsvane's environment that the program gets. Not all, because
/// others may contain secrets.
const PASSED_ON: [&str; 6] = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER"];

/// Most bytes of the program's standard error that are kept.
const MAX_STDERR: u64 = 400;

/// How long the standard error of a program that has ended is still read.
const STDERR_GRACE: Duration = Duration::from_millis(100);

/// The variable that marks what one attempt started.
const MARK: &str = "NEWSVANE_ATTEMPT";

/// Programs under way at once, of all receivers together: each is a process, with
/// what it starts, and the number of processes of the service is limited.
static PROGRAMS: Semaphore = Semaphore::const_new(16);

/// A program with everything that it started: its process group, and what left the
/// group and kept its environment. All of it is killed when this is dropped, so that
/// nothing outlives the attempt.
struct Group {
    id: Option<Pid>,
    /// A variable that everything it started has in its environment.
    mark: String,
}

impl Group {
    fn of(child: &Child, mark: String) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self {
            id: id.and_then(Pid::from_raw),
            mark,
        }
    }

    /// Processes that carry the mark, wherever they went; none where the system does
    /// not show.
    fn marked(&self) -> Vec<Pid> {
        let Ok(processes) = std::fs::read_dir("/proc") else {
            return Vec::new();
        };
        let numbers = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let is_marked = |number: &i32| {
            let environment = std::fs::read(format!("/proc/{number}/environ"));
            environment.is_ok_and(|text| {
                text.split(|byte| *byte == 0)
                    .any(|variable| variable == self.mark.as_bytes())
            })
        };
        numbers
            .filter(is_marked)
            .filter_map(Pid::from_raw)
            .collect()
    }
}

/// How often the processes that a program started are looked for: it may start more meanwhile.
const MAX_ROUNDS: usize = 5;

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            // In most cases no process is left.
            let _ = kill_process_group(id, Signal::KILL);
        }
        for _ in 0..MAX_ROUNDS {
            let left = self.marked();
            if left.is_empty() {
                break;
            }
            for id in left {
                let _ = kill_process(id, Signal::KILL);
            }
        }
    }
}

/// A receiver that is a program.
#[derive(Debug)]
pub(crate) struct Exec {
    program: String,
    arguments: Vec<String>,
    timeout: Duration,
}

impl Exec {
    /// A receiver with these settings.
    ///
    /// # Errors
    /// When `command` is empty.
    pub(crate) fn new(settings: &Settings) -> Result<Self, ReceiverError> {
        let (program, arguments) = settings
            .command
            .split_first()
            .filter(|(program, _)| !program.is_empty())
            .ok_or(ReceiverError::NoProgram)?;
        Ok(Self {
            program: program.clone(),
            arguments: arguments.to_vec(),
            timeout: settings.timeout.0,
        })
    }

    fn spawn(&self, outgoing: &Outgoing, mark: &str) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear();
        for name in PASSED_ON {
            std::env::var_os(name).map(|value| command.env(name, value));
        }
        command
            .env("NEWSVANE_ALERT", outgoing.alert.as_str())
            .env(MARK, mark)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }

    async fn attempt(&self, outgoing: &Outgoing) -> Attempt {
        let _permit = PROGRAMS.acquire().await;
        let begun = Instant::now();
        let mark = format!("{:016x}", fastrand::u64(..));
        let mut child = match self.spawn(outgoing, &mark) {
            Ok(child) => child,
            Err(err) => {
                return Attempt::transient(
                    format!("cannot run {}: {err}", self.program),
                    begun.elapsed(),
                );
            }
        };
        let group = Group::of(&child, format!("{MARK}={mark}"));
        let run = run_to_end(&mut child, &outgoing.body);
        let reason = match tokio::time::timeout(self.timeout, run).await {
            Ok(Ok(None)) => return Attempt::accepted(begun.elapsed()),
            Ok(Ok(Some(reason))) => format!("{} {reason}", self.program),
            Ok(Err(err)) => format!("{}: {err}", self.program),
            Err(_) => {
                drop(group);
                // Dropping the child would leave a zombie.
                let _ = child.kill().await;
                format!("{} did not end within {:?}", self.program, self.timeout)
            }
        };
        Attempt::transient(reason, begun.elapsed())
    }
}

impl Receiver for Exec {
    fn send<'a>(&'a self, outgoing: &'a Outgoing, _now: Timestamp) -> BoxFuture<'a, Attempt> {
        self.attempt(outgoing).boxed()
    }
}

/// Writes the child's input and waits for its end. Returns what went wrong, if
/// anything.
async fn run_to_end(child: &mut Child, body: &[u8]) -> std::io::Result<Option<String>> {
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let mut stderr_text = Vec::new();
    let write = async {
        if let Some(mut stdin) = stdin {
            // A program may end without reading its input: only its exit status counts.
            let _ = stdin.write_all(body).await;
            let _ = stdin.shutdown().await;
        }
    };
    let read = async {
        if let Some(mut stderr) = stderr {
            let _ = (&mut stderr)
                .take(MAX_STDERR)
                .read_to_end(&mut stderr_text)
                .await;
            // The rest is read and discarded, so that the program does not block
            // on a full pipe.
            let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
        }
    };
    let mut pipes = Box::pin(async { tokio::join!(write, read) });
    let status = tokio::select! {
        biased;
        _ = &mut pipes => child.wait().await?,
        status = child.wait() => {
            // Another process that it started may keep its pipes open: what was
            // read so far is enough.
            let _ = tokio::time::timeout(STDERR_GRACE, &mut pipes).await;
            status?
        }
    };
    drop(pipes);
    Ok((!status.success()).then(|| format!("ended with {status}{}", stderr_suffix(&stderr_text))))
}

fn stderr_suffix(stderr: &[u8]) -> String {
    let line = printable(&String::from_utf8_lossy(stderr));
    match line.trim() {
        "" => String::new(),
        line => format!(": {line}"),
    }
}
