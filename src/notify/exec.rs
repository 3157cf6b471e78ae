//! `type = "exec"`: a program that is run for each alert, with the JSON on its
//! standard input. No shell has a hand in it.

use super::{Attempt, Outgoing, Receiver, Unfit};
use crate::model::Span;
use crate::text::printable;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::time::Instant;

/// `[receiver.NAME]` with `type = "exec"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The program and its arguments, passed on as they stand:
    /// `["/usr/local/bin/page-me", "--high"]`. Exit status 0 takes the alert.
    pub command: Vec<String>,
    /// Longest time for the program to end; then it is killed.
    #[serde(default = "default_timeout")]
    pub timeout: Span,
}

fn default_timeout() -> Span {
    Span::secs(30)
}

/// Variables of newsvane's environment that the program gets. Not all: secrets
/// may stand there.
const PASSED_ON: [&str; 6] = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER"];

/// Most bytes of the program's complaints that are read.
const MAX_COMPLAINT: u64 = 400;

/// How long the pipes of a program that has ended are read on.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// A receiver that is a program.
#[derive(Debug)]
pub struct Exec {
    program: String,
    arguments: Vec<String>,
    timeout: Duration,
}

impl Exec {
    /// The receiver of these settings.
    ///
    /// # Errors
    /// When no program is named.
    pub fn new(settings: &Settings) -> Result<Self, Unfit> {
        let (program, arguments) = settings
            .command
            .split_first()
            .filter(|(program, _)| !program.is_empty())
            .ok_or(Unfit::NoProgram)?;
        Ok(Self {
            program: program.clone(),
            arguments: arguments.to_vec(),
            timeout: settings.timeout.0,
        })
    }

    fn spawn(&self, outgoing: &Outgoing) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear();
        for name in PASSED_ON {
            std::env::var_os(name).map(|value| command.env(name, value));
        }
        command
            .env("NEWSVANE_ALERT", outgoing.alert.as_str())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    }

    async fn attempt(&self, outgoing: &Outgoing) -> Attempt {
        let begun = Instant::now();
        let mut child = match self.spawn(outgoing) {
            Ok(child) => child,
            Err(err) => {
                return Attempt::transient(
                    format!("cannot run {}: {err}", self.program),
                    begun.elapsed(),
                );
            }
        };
        let run = converse(&mut child, &outgoing.body);
        let reason = match tokio::time::timeout(self.timeout, run).await {
            Ok(Ok(None)) => return Attempt::accepted(begun.elapsed()),
            Ok(Ok(Some(reason))) => format!("{} {reason}", self.program),
            Ok(Err(err)) => format!("{}: {err}", self.program),
            Err(_) => {
                // Dropping the child kills it; waiting here keeps no zombie.
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

/// Gives the child its input and waits for its end; what was wrong, if anything.
async fn converse(child: &mut Child, body: &[u8]) -> std::io::Result<Option<String>> {
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let mut complaint = Vec::new();
    let write = async {
        if let Some(mut stdin) = stdin {
            // A program may end without reading: its exit status is what counts.
            let _ = stdin.write_all(body).await;
            let _ = stdin.shutdown().await;
        }
    };
    let read = async {
        if let Some(mut stderr) = stderr {
            let _ = (&mut stderr)
                .take(MAX_COMPLAINT)
                .read_to_end(&mut complaint)
                .await;
            // What follows is read and forgotten, so that the program does not
            // stall on a full pipe.
            let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
        }
    };
    let mut talk = Box::pin(async { tokio::join!(write, read) });
    let status = tokio::select! {
        biased;
        _ = &mut talk => child.wait().await?,
        status = child.wait() => {
            // Something the program left behind may hold its pipes open for
            // good: what it said so far has to do.
            let _ = tokio::time::timeout(LAST_WORDS, &mut talk).await;
            status?
        }
    };
    drop(talk);
    Ok((!status.success()).then(|| format!("ended with {status}{}", told(&complaint))))
}

fn told(complaint: &[u8]) -> String {
    let complaint = printable(&String::from_utf8_lossy(complaint));
    match complaint.trim() {
        "" => String::new(),
        complaint => format!(": {complaint}"),
    }
}
