//! The health of the running daemon: when each loop last made progress, and what keeps it
//! from its work. The page's `/healthz`, systemd's watchdog and the status depend on it.

use crate::store::StoreError;
use crate::web::{LoopProgress, Progress};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A loop turns several times a second; one that has not for this long is stuck.
const LOOP_BOUND: Duration = Duration::from_secs(60);

/// A loop that gets only errors from the store for this long counts as broken.
const ERROR_BOUND: Duration = Duration::from_secs(5);

/// Work is bounded by its own time limits, a few minutes each. If all slots of a
/// loop are taken for this long and none comes free, something hangs.
const FULL_BOUND: Duration = Duration::from_mins(30);

/// The store is written every few seconds; one that took no write for this long
/// is stuck.
const COMMIT_BOUND: Duration = Duration::from_secs(60);

/// The status is read from the store every ten seconds.
const READ_BOUND: Duration = Duration::from_mins(2);

/// The health of the daemon, updated by its loops and tasks.
#[derive(Debug)]
pub(crate) struct Health {
    since: Timestamp,
    state: Mutex<State>,
    /// Whether the store refused the last write.
    is_refused: AtomicBool,
}

#[derive(Debug)]
struct State {
    watchlist_read: Timestamp,
    watchlist_error: Option<String>,
    restart_needed: Vec<String>,
    line: String,
    loops: BTreeMap<&'static str, Loop>,
    last_commit: Instant,
    last_read: Instant,
    /// Why the store refuses to write, while it does.
    refusal: Option<String>,
    /// The first damage that the store reported.
    damage: Option<String>,
    /// What happened to the store's file.
    file: Option<String>,
}

/// The progress of one loop.
#[derive(Debug)]
struct Loop {
    turned: Instant,
    done: Option<Instant>,
    /// The store's error, and the time since which every turn of the loop has failed.
    failing: Option<(Instant, String)>,
    /// The time since which all slots have been taken without one coming free.
    full: Option<Instant>,
}

impl Loop {
    fn new(now: Instant) -> Self {
        Self {
            turned: now,
            done: None,
            failing: None,
            full: None,
        }
    }

    fn trouble(&self, name: &str, now: Instant) -> Option<String> {
        if now - self.turned > LOOP_BOUND {
            let secs = (now - self.turned).as_secs();
            return Some(format!("the {name} loop has not turned for {secs} s"));
        }
        if let Some((since, err)) = &self.failing
            && now - *since > ERROR_BOUND
        {
            return Some(format!(
                "the {name} loop gets no work from the store: {err}"
            ));
        }
        let full = self.full.filter(|since| now - *since > FULL_BOUND)?;
        let mins = (now - full).as_secs() / 60;
        Some(format!(
            "all slots of the {name} loop have been busy for {mins} minutes"
        ))
    }
}

impl Health {
    pub(crate) fn new(now: Timestamp) -> Self {
        let begun = Instant::now();
        let state = State {
            watchlist_read: now,
            watchlist_error: None,
            restart_needed: Vec::new(),
            line: "starting".to_owned(),
            loops: BTreeMap::new(),
            last_commit: begun,
            last_read: begun,
            refusal: None,
            damage: None,
            file: None,
        };
        Self {
            since: now,
            state: Mutex::new(state),
            is_refused: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on these loops have to turn.
    pub(crate) fn expect(&self, loops: &[&'static str]) {
        let now = Instant::now();
        let loops = loops.iter().map(|name| (*name, Loop::new(now)));
        self.state().loops.extend(loops);
    }

    /// A loop has turned; `is_full` if it has no free slot.
    pub(crate) fn turned(&self, name: &'static str, is_full: bool) {
        let now = Instant::now();
        let mut state = self.state();
        let found = state.loops.entry(name).or_insert_with(|| Loop::new(now));
        found.turned = now;
        found.failing = None;
        found.full = if is_full {
            found.full.or(Some(now))
        } else {
            None
        };
    }

    /// A loop has turned, and got an error from the store instead of work.
    pub(crate) fn turn_failed(&self, name: &'static str, err: &StoreError) {
        let now = Instant::now();
        let mut state = self.state();
        let found = state.loops.entry(name).or_insert_with(|| Loop::new(now));
        found.turned = now;
        if err.is_transient() {
            found.failing = None;
        } else {
            let since = found.failing.as_ref().map_or(now, |(since, _)| *since);
            if found.failing.is_none() {
                tracing::error!(stage = name, err = %err, "a loop gets no work from the store; it tries again every 2 s");
            }
            found.failing = Some((since, err.to_string()));
        }
        drop(state);
        self.work_failed(err);
    }

    /// A piece of a loop's work is done.
    pub(crate) fn work_done(&self, name: &'static str) {
        let now = Instant::now();
        if let Some(found) = self.state().loops.get_mut(name) {
            found.done = Some(now);
            found.full = None;
        }
    }

    /// The store could not record a piece of work.
    pub(crate) fn work_failed(&self, err: &StoreError) {
        if err.is_transient() {
            self.store_refuses(err);
        } else if err.is_damage() {
            let mut state = self.state();
            if state.damage.is_none() {
                tracing::error!(err = %err, "the store is damaged");
                state.damage = Some(err.to_string());
            }
        }
    }

    /// The store refused a write. Logged once: more would fill the log, perhaps on
    /// the same full disk.
    pub(crate) fn store_refuses(&self, err: &StoreError) {
        if !self.is_refused.swap(true, Relaxed) {
            tracing::error!(err = %err, "the store refuses to write; unfinished work is kept, and tried again every 2 s");
        }
        self.state().refusal = Some(err.to_string());
    }

    /// The store took a write.
    pub(crate) fn store_writes(&self) {
        let mut state = self.state();
        state.last_commit = Instant::now();
        state.refusal = None;
        drop(state);
        if self.is_refused.load(Relaxed) && self.is_refused.swap(false, Relaxed) {
            tracing::info!("the store writes again");
        }
    }

    /// The store was read.
    pub(crate) fn store_was_read(&self) {
        self.state().last_read = Instant::now();
    }

    /// What another program did to the store's file.
    pub(crate) fn set_file_trouble(&self, trouble: Option<String>) {
        self.state().file = trouble;
    }

    /// Whether something is stuck that a restart might help.
    pub(crate) fn is_stuck(&self) -> bool {
        let state = self.state();
        !state.stuck(Instant::now()).is_empty()
    }

    /// The progress of the loops, and the current troubles.
    pub(crate) fn progress(&self) -> Progress {
        let now = Instant::now();
        let state = self.state();
        let mut troubles = state.stuck(now);
        // A restart would not empty a full disk or restore a deleted file.
        troubles.extend(state.file.clone());
        troubles.extend(state.refusal.clone());
        let loops = state.loops.iter().map(|(name, found)| LoopProgress {
            name: (*name).to_owned(),
            turned_s: (now - found.turned).as_secs(),
            done_s: found.done.map(|done| (now - done).as_secs()),
            bound_s: LOOP_BOUND.as_secs(),
        });
        Progress {
            troubles,
            loops: loops.collect(),
            committed_s: (now - state.last_commit).as_secs(),
            read_s: (now - state.last_read).as_secs(),
            damaged_rows: Vec::new(),
        }
    }

    /// Since when the daemon runs.
    pub(crate) fn since(&self) -> Timestamp {
        self.since
    }

    /// When the watchlist in force was read.
    pub(crate) fn watchlist_read(&self) -> Timestamp {
        self.state().watchlist_read
    }

    /// Why the current files are not in force; `None` if they are.
    pub(crate) fn watchlist_error(&self) -> Option<String> {
        self.state().watchlist_error.clone()
    }

    /// The keys of newsvane.toml that take effect after a restart.
    pub(crate) fn restart_needed(&self) -> Vec<String> {
        self.state().restart_needed.clone()
    }

    /// Keeps which keys need a restart; says whether that is new.
    pub(crate) fn needs_restart(&self, keys: &[String]) -> bool {
        let mut state = self.state();
        let is_new = state.restart_needed != keys;
        state.restart_needed = keys.to_vec();
        is_new
    }

    /// The last status line.
    pub(crate) fn line(&self) -> String {
        self.state().line.clone()
    }

    pub(crate) fn reloaded(&self, now: Timestamp) {
        let mut state = self.state();
        state.watchlist_read = now;
        state.watchlist_error = None;
    }

    /// Keeps why the watchlist is not in force; says whether that is new.
    pub(crate) fn reload_failed(&self, error: String) -> bool {
        let mut state = self.state();
        let is_new = state.watchlist_error.as_ref() != Some(&error);
        state.watchlist_error = Some(error);
        is_new
    }

    pub(crate) fn set_line(&self, line: &str) {
        line.clone_into(&mut self.state().line);
    }
}

impl State {
    fn stuck(&self, now: Instant) -> Vec<String> {
        let mut troubles = Vec::new();
        troubles.extend(self.damage.clone());
        troubles.extend(
            self.loops
                .iter()
                .filter_map(|(name, found)| found.trouble(name, now)),
        );
        let (committed, read) = (now - self.last_commit, now - self.last_read);
        if committed > COMMIT_BOUND && self.refusal.is_none() {
            troubles.push(format!(
                "the store took no write for {} s",
                committed.as_secs()
            ));
        }
        if read > READ_BOUND {
            troubles.push(format!(
                "the store could not be read for {} s",
                read.as_secs()
            ));
        }
        troubles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health() -> Health {
        let health = Health::new(Timestamp::UNIX_EPOCH);
        health.expect(&["read"]);
        health
    }

    /// The troubles after `secs` in which nothing more happened.
    fn check(health: &Health, secs: u64, wanted: &[&str]) {
        let found = health
            .state()
            .stuck(Instant::now() + Duration::from_secs(secs));
        let is_wanted = found
            .iter()
            .zip(wanted)
            .all(|(found, part)| found.contains(part));
        assert!(is_wanted && found.len() == wanted.len(), "{found:?}");
    }

    #[test]
    fn a_loop_that_stands_still_is_a_trouble() {
        let health = health();
        check(&health, 30, &[]);
        check(
            &health,
            70,
            &["the read loop has not turned for 7", "took no write"],
        );
    }

    #[test]
    fn a_loop_that_gets_only_errors_is_a_trouble_until_it_gets_work() {
        let health = health();
        let err = StoreError::Database("no such column".to_owned());
        health.turn_failed("read", &err);
        check(&health, 2, &[]);
        check(
            &health,
            10,
            &["no work from the store: the store's database reported an error: no such column"],
        );
        health.turned("read", false);
        check(&health, 10, &[]);
    }

    #[test]
    fn damage_stays_a_trouble_and_a_full_disk_is_none_that_a_restart_helps() {
        let health = health();
        health.work_failed(&StoreError::CannotWrite("disk full".to_owned()));
        check(&health, 0, &[]);
        assert_eq!(health.progress().troubles.len(), 1);
        health.store_writes();
        assert_eq!(health.progress().troubles.len(), 0);
        health.work_failed(&StoreError::Damaged("malformed".to_owned()));
        health.store_writes();
        check(&health, 0, &["newsvane store salvage"]);
        assert!(health.is_stuck());
    }

    #[test]
    fn slots_that_never_come_free_are_a_trouble() {
        let health = health();
        health.turned("read", true);
        let later = Instant::now() + Duration::from_mins(31);
        let found = Loop {
            turned: later,
            ..health.state().loops.remove("read").unwrap()
        };
        let trouble = found.trouble("read", later).unwrap();
        assert!(
            trouble.contains("have been busy for 31 minutes"),
            "{trouble}"
        );
    }
}
