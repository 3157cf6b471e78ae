//! Runs the real program in a temporary folder: writes its files, sends signals, waits
//! for its end.

use crate::ledger::{Ledger, SECRET};
use crate::wait::eventually;
use newsvane::http::{Client, Get, Kind, Settings};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// Files and state of one newsvane.
pub(crate) struct Home {
    folder: TempDir,
    /// More environment for the program.
    environment: Mutex<Vec<(String, String)>>,
}

impl Home {
    /// A home with settings that let the daemon talk to loopback and poll
    /// several times a second, and one receiver `ledger`. `more` is added to
    /// newsvane.toml.
    pub(crate) fn new(ledger: &Ledger, more: &str) -> Self {
        let home = Self::bare();
        home.write("secret", SECRET);
        home.write(
            "newsvane.toml",
            &format!(
                "{}\n{}\n{more}\n",
                quick_settings(),
                home.receiver("ledger", ledger)
            ),
        );
        home
    }

    /// A home without files.
    pub(crate) fn bare() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            environment: Mutex::default(),
        }
    }

    /// A receiver's part of newsvane.toml.
    pub(crate) fn receiver(&self, name: &str, ledger: &Ledger) -> String {
        format!(
            "[receiver.{name}]\ntype = \"webhook\"\nurl = \"{}\"\nsecret_file = \"{}\"\ntimeout = \"3s\"\n",
            ledger.url(),
            self.path("secret").display(),
        )
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        std::fs::write(self.path(file), text).unwrap();
    }

    /// Adds to the program's environment.
    pub(crate) fn environment(&self, name: &str, value: &str) {
        let pair = (name.to_owned(), value.to_owned());
        self.environment.lock().unwrap().push(pair);
    }

    /// Adds to newsvane.toml.
    pub(crate) fn add_settings(&self, more: &str) {
        let before = std::fs::read_to_string(self.path("newsvane.toml")).unwrap();
        self.write("newsvane.toml", &format!("{before}\n{more}\n"));
    }

    /// Writes the watchlist: these feeds, and `rest`.
    pub(crate) fn watch(&self, feeds: &[String], rest: &str) {
        let feeds: String = feeds
            .iter()
            .map(|url| format!("[[feed]]\nurl = \"{url}\"\n\n"))
            .collect();
        self.write("watchlist.toml", &format!("{feeds}{rest}"));
    }

    /// The program with these arguments, in a clean environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newsvane"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("CONFIGURATION_DIRECTORY", self.folder.path())
            .env("STATE_DIRECTORY", self.state_dir())
            .envs(self.environment.lock().unwrap().iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    pub(crate) fn state_dir(&self) -> PathBuf {
        self.path("state")
    }

    /// Runs the program to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output();
        let output = tokio::time::timeout(crate::wait::LONG, output).await;
        Ran::of(output.expect("the program comes to an end").unwrap())
    }

    /// Starts `newsvane run`.
    pub(crate) fn start(&self) -> Daemon {
        Daemon::of(self.command(&["run"]))
    }

    /// Starts `newsvane run` and waits until it says that it is ready.
    pub(crate) async fn start_ready(&self) -> Daemon {
        let mut daemon = self.start();
        daemon.ready().await;
        daemon
    }

    /// What the store says has become of the entry with this link.
    pub(crate) fn fate(&self, link: &str) -> String {
        let db = rusqlite::Connection::open(self.path("state/newsvane.db")).unwrap();
        let fate = db.query_row(
            "SELECT json_object('entry', e.id, 'tries', e.tries, 'error', e.error, 'due', e.due, 'quiet', e.quiet,
               'article', a.id, 'kind', a.kind, 'of', a.of, 'text_from', a.text_from, 'words', a.words,
               'matches', (SELECT group_concat(m.watch) FROM matches m WHERE m.article = a.id),
               'alerts', (SELECT group_concat(x.id || ' ' || coalesce(x.held, '') || ' ' || d.state)
                          FROM alerts x LEFT JOIN deliveries d ON d.alert = x.id WHERE x.article = a.id))
             FROM entries e LEFT JOIN articles a ON a.entry = e.id WHERE e.link = ?1",
            [link],
            |row| row.get::<_, String>(0),
        );
        format!("{link}: {}", fate.unwrap_or_else(|err| err.to_string()))
    }

    /// Every byte that the program has left in its state directory.
    pub(crate) fn state_bytes(&self) -> Vec<u8> {
        fn read(folder: &Path, into: &mut Vec<u8>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    read(&path, into);
                } else if path.is_file() {
                    into.extend(std::fs::read(path).unwrap());
                }
            }
        }
        let mut bytes = Vec::new();
        read(&self.state_dir(), &mut bytes);
        bytes
    }
}

/// Settings for a test: loopback allowed, and everything at once.
fn quick_settings() -> &'static str {
    r#"
[http]
allow_addresses = ["127.0.0.0/8"]
spacing = "0s"
per_host = 16
timeout = "2s"
max_body = "1MB"
[scheduler]
min_interval = "200ms"
max_interval = "1s"
start_spread = "0s"
[defaults]
alert = { mode = "every", to = ["ledger"] }
[web]
listen = "127.0.0.1:0"
"#
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            status: output.status,
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Checks that it refused with status 1, in words that hold all of `parts`,
    /// and without a panic.
    pub(crate) fn assert_refused(&self, parts: &[&str]) {
        assert_eq!(self.status.code(), Some(1), "{self:?}");
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is not in:\n{}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

/// A running daemon. Dropped, it is killed.
pub(crate) struct Daemon {
    child: Child,
    started: Instant,
    log: Arc<Mutex<String>>,
    page: Option<SocketAddr>,
}

impl Daemon {
    pub(crate) fn of(mut command: Command) -> Self {
        let started = Instant::now();
        let mut child = command.spawn().unwrap();
        let log = Arc::<Mutex<String>>::default();
        for pipe in [
            Box::new(child.stdout.take().unwrap()) as Box<dyn tokio::io::AsyncRead + Send + Unpin>,
            Box::new(child.stderr.take().unwrap()),
        ] {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let mut lines = BufReader::new(pipe).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    let mut log = log.lock().unwrap();
                    log.push_str(&line);
                    log.push('\n');
                }
            });
        }
        Self {
            child,
            started,
            log,
            page: None,
        }
    }

    /// Waits until it says that it is ready; how long that took from its start.
    pub(crate) async fn ready(&mut self) -> Duration {
        let log = Arc::clone(&self.log);
        let child = &mut self.child;
        eventually("the daemon is ready", async || {
            if let Some(status) = child.try_wait().unwrap() {
                panic!("the daemon ended: {status}\n{}", log.lock().unwrap());
            }
            log.lock().unwrap().contains("newsvane is ready")
        })
        .await;
        let took = self.started.elapsed();
        self.page = self.line("newsvane is ready")["page"]
            .as_str()
            .and_then(|address| address.parse().ok());
        took
    }

    /// What it has logged and printed.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// The first line of the log with this message, as JSON; null if there is none.
    pub(crate) fn line(&self, message: &str) -> Value {
        let log = self.log();
        let line = log.lines().find(|line| line.contains(message));
        line.and_then(|line| serde_json::from_str(line).ok())
            .unwrap_or_default()
    }

    /// Where its page is.
    pub(crate) fn page(&self) -> SocketAddr {
        self.page.expect("it is ready and has a page")
    }

    /// Its state, from its page.
    pub(crate) async fn status(&self) -> Value {
        let settings = Settings {
            allow_addresses: vec!["127.0.0.0/8".parse().unwrap()],
            ..Settings::default()
        };
        let client = Client::new(&settings).unwrap();
        let url = format!("http://{}/api/status", self.page());
        let get = Get::new(url.parse().unwrap(), Kind::Feed);
        let fetched = client.get(&get).await.unwrap();
        assert_eq!(fetched.status, 200);
        serde_json::from_slice(&fetched.body).unwrap()
    }

    /// Waits until its state `holds`.
    pub(crate) async fn until_status(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        self.until_status_within(crate::wait::LONG, what, holds)
            .await
    }

    /// The same, for at most `limit`.
    pub(crate) async fn until_status_within(
        &self,
        limit: Duration,
        what: &str,
        holds: impl Fn(&Value) -> bool,
    ) -> Value {
        let begun = Instant::now();
        loop {
            let status = self.status().await;
            if holds(&status) {
                return status;
            }
            if begun.elapsed() > limit {
                panic!("waited in vain for this: {what}\n{}{status:#}", self.log());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until everything is read and delivered that it knows of.
    pub(crate) async fn until_idle(&self) {
        let limit = Duration::from_secs(120);
        self.until_status_within(limit, "everything is read and delivered", |status| {
            let numbers = &status["numbers"];
            numbers["unread"] == 0 && numbers["pending"] == 0
        })
        .await;
    }

    /// Sends a signal by its name, as `TERM`.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let status = std::process::Command::new("kill")
            .args(["-s", name, &pid])
            .status();
        assert!(status.unwrap().success());
    }

    /// Kills it, and waits until it is gone.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let ended = tokio::time::timeout(crate::wait::LONG, self.child.wait()).await;
        let status = ended.unwrap_or_else(|_| panic!("it does not end:\n{}", self.log()));
        status.unwrap()
    }

    /// Stops it as an operator does, and checks that it ends well.
    pub(crate) async fn stop(mut self) -> String {
        self.signal("TERM");
        let status = self.ended().await;
        assert!(status.success(), "{status}\n{}", self.log());
        self.log()
    }
}
