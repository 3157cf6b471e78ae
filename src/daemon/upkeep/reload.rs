//! The watchlist is read again when its files change and on SIGHUP. Everything that
//! can fail is done first; then one transaction, then one pointer swap. A bad file
//! changes nothing but the status and the log. What failed for an outside reason, such
//! as a full disk, is tried again every few seconds.

use crate::config;
use crate::config::settings::Settings;
use crate::control::Reloaded;
use crate::daemon::upkeep::changes;
use crate::daemon::upkeep::subscriptions::{seeds, sync_feeds};
use crate::daemon::upkeep::systemd;
use crate::daemon::{Daemon, Watched};
use crate::store::StoreError;
use anyhow::Context as _;
use notify::{RecursiveMode, Watcher as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Editors write a file in several steps; it is read this long after the first.
const SETTLE: Duration = Duration::from_millis(200);

/// How often the files are checked for changes, in case the system does not report one.
const LOOK: Duration = Duration::from_secs(5);

/// If a reload is requested within this time after an edit was already loaded, the answer
/// lists the changes of that edit.
const JUST_NOW: Duration = Duration::from_secs(30);

/// How often a reload that failed for an outside reason is tried again.
const RETRY: Duration = Duration::from_secs(2);

/// Articles that are being read may still use the old watchlist: this is how often, and
/// how far apart, its last use is waited for before it is freed.
const LAST_USE: Duration = Duration::from_millis(20);
const LAST_USES: usize = 100;

/// What makes the daemon read its watchlist again: SIGHUP, and edits of the files.
pub(crate) struct Triggers {
    hangup: Option<Signal>,
    watcher: Option<notify::RecommendedWatcher>,
    seen: Fingerprint,
}

impl Triggers {
    /// Listens from now on. It must be called before the daemon reports that it is ready,
    /// because a SIGHUP without a handler ends the process.
    pub(crate) fn new(daemon: &Arc<Daemon>) -> Self {
        let hangup = signal(SignalKind::hangup()).inspect_err(|err| {
            tracing::warn!(err = %err, "cannot listen for SIGHUP; edits of the watchlist are still noticed");
        });
        let watcher = watch(daemon).inspect_err(|err| {
            tracing::warn!(err = %err, "the system cannot say when the watchlist changes; it is looked at every 5 s");
        });
        Self {
            hangup: hangup.ok(),
            watcher: watcher.ok(),
            seen: fingerprint(&daemon.watchlist_file),
        }
    }
}

/// Reloads until `stop`.
pub(crate) async fn run(daemon: Arc<Daemon>, triggers: Triggers, stop: CancellationToken) {
    let Triggers {
        mut hangup,
        watcher,
        mut seen,
    } = triggers;
    let mut is_to_retry = false;
    let mut noticed: Option<(Instant, Vec<String>)> = None;
    let mut seen_settings = daemon.settings_file.clone().map(look_at);
    loop {
        let asked = async {
            match &mut hangup {
                Some(hangup) => {
                    hangup.recv().await;
                }
                None => std::future::pending().await,
            }
        };
        let is_asked = tokio::select! {
            () = stop.cancelled() => break,
            () = asked => true,
            () = daemon.wakes.reload.notified() => false,
            () = tokio::time::sleep(if is_to_retry { RETRY } else { LOOK }) => false,
        };
        if !is_asked && daemon.reload_requests().is_empty() {
            tokio::time::sleep(SETTLE).await;
        }
        let asked = std::mem::take(&mut *daemon.reload_requests());
        let is_asked = is_asked || !asked.is_empty();
        let file = daemon.watchlist_file.clone();
        let settings = daemon.settings_file.clone();
        let look = move || (fingerprint(&file), settings.map(look_at));
        let Ok((now, settings)) = tokio::task::spawn_blocking(look).await else {
            continue;
        };
        let mut settings_error = None;
        if is_asked || settings != seen_settings {
            seen_settings = settings;
            settings_error = compare_settings(&daemon).await.err();
        }
        if is_asked || is_to_retry || now != seen {
            seen = now;
            let (mut reloaded, again) = reload(&daemon).await;
            is_to_retry = again;
            if asked.is_empty() {
                if !reloaded.changes.is_empty() {
                    noticed = Some((Instant::now(), reloaded.changes.clone()));
                }
            } else if let Some((at, changes)) = noticed.take() {
                // The edit was loaded just before the reload was requested.
                if reloaded.changes.is_empty() && at.elapsed() < JUST_NOW {
                    reloaded.changes = changes;
                }
            }
            reloaded.restart = daemon.health.restart_needed();
            reloaded.settings_error = settings_error.map(|err| format!("{err:#}"));
            for answer in asked {
                let _ = answer.send(reloaded.clone());
            }
        }
    }
    drop(watcher);
}

/// The files' names and what changes when somebody writes or replaces them or
/// sets their permissions: inode, size, and the times of content and status.
type Fingerprint = Vec<Seen>;
type Seen = (PathBuf, Option<(u64, u64, [i64; 4])>);

fn fingerprint(file: &Path) -> Fingerprint {
    config::watchlist_files(Some(file))
        .unwrap_or_default()
        .into_iter()
        .map(look_at)
        .collect()
}

fn look_at(path: PathBuf) -> Seen {
    let seen = std::fs::metadata(&path).ok().map(|meta| {
        let times = [
            meta.mtime(),
            meta.mtime_nsec(),
            meta.ctime(),
            meta.ctime_nsec(),
        ];
        (meta.ino(), meta.len(), times)
    });
    (path, seen)
}

/// Wakes the reload when a file in the watchlist's folders changes. The folders are
/// watched, as editors replace files.
fn watch(daemon: &Arc<Daemon>) -> anyhow::Result<notify::RecommendedWatcher> {
    let wake = Arc::clone(daemon);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            wake.wakes.reload.notify_one();
        }
    })?;
    let more = daemon.watchlist_file.with_extension("d");
    let folders = daemon
        .watchlist_file
        .parent()
        .into_iter()
        .chain(more.is_dir().then_some(more.as_path()));
    for folder in folders {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        watcher
            .watch(folder, RecursiveMode::NonRecursive)
            .with_context(|| format!("cannot watch {}", folder.display()))?;
    }
    Ok(watcher)
}

/// Why the files as they are now are not in force.
enum Failure {
    /// They are wrong: a person has to change them.
    Refused(anyhow::Error),
    /// They cannot be read, or the store cannot be written: the same may succeed later.
    Outside(anyhow::Error),
}

/// Finds the keys of newsvane.toml that differ from those that the daemon runs with.
/// Logged once: they take effect after a restart.
///
/// # Errors
/// What is wrong with the file, so that a restart would fail.
async fn compare_settings(daemon: &Arc<Daemon>) -> anyhow::Result<()> {
    let working = Arc::clone(daemon);
    let compare = move || {
        let Some(file) = &working.settings_file else {
            return Ok(Vec::new());
        };
        let now = Settings::load(Some(file))?;
        Ok::<_, anyhow::Error>(changes::keys(&working.settings, &now))
    };
    let keys = tokio::task::spawn_blocking(compare).await??;
    if daemon.health.needs_restart(&keys) && !keys.is_empty() {
        let keys = keys.join(", ");
        tracing::warn!(
            keys,
            "newsvane.toml has changed; this takes effect after a restart"
        );
    }
    Ok(())
}

/// Reads the watchlist again; returns the result, and whether to try again soon.
async fn reload(daemon: &Arc<Daemon>) -> (Reloaded, bool) {
    systemd::reloading();
    let mut reloaded = Reloaded::default();
    let is_to_retry = match swap(daemon).await {
        Ok((watched, changes)) => {
            let list = &watched.list;
            let changed = if changes.is_empty() {
                "nothing".to_owned()
            } else {
                changes.join(", ")
            };
            tracing::info!(
                feeds = list.feeds.len(),
                watches = list.watches.len(),
                changed,
                "the watchlist was read again"
            );
            reloaded.changes = changes;
            daemon.wakes.poll.notify_one();
            false
        }
        Err(failure) => {
            let (err, is_to_retry) = match failure {
                Failure::Refused(err) => (err, false),
                Failure::Outside(err) => (err, true),
            };
            let err = format!("{err:#}");
            if daemon.health.reload_failed(err.clone()) {
                let what = if is_to_retry {
                    "the edited watchlist cannot be used yet; newsvane tries again every 2 s"
                } else {
                    "the edited watchlist has errors; the old one stays in use"
                };
                tracing::error!(err = %err, "{what}");
            }
            reloaded.error = Some(err);
            is_to_retry
        }
    };
    // Sent at once: the regular status line is renewed only every ten seconds.
    let line = match &reloaded.error {
        Some(err) => format!(
            "the edited watchlist is not in force: {}",
            err.lines().next().unwrap_or_default()
        ),
        None => daemon.health.line(),
    };
    systemd::ready(&line);
    (reloaded, is_to_retry)
}

/// Loads the files and puts them in force; returns the new watchlist and what changed.
async fn swap(daemon: &Arc<Daemon>) -> Result<(Arc<Watched>, Vec<String>), Failure> {
    let list = load(daemon).await?;
    sync_feeds(daemon, &list, seeds(daemon, &list.list))
        .await
        .map_err(|err| match err.downcast_ref::<StoreError>() {
            Some(store) => {
                daemon.health.work_failed(store);
                Failure::Outside(err)
            }
            None => Failure::Refused(err),
        })?;
    let watched = Arc::new(list);
    // Before the swap: whoever sees the new list must not see the old one's error.
    daemon.health.reloaded(daemon.now());
    let old = daemon.watched.swap(Arc::clone(&watched));
    let changes = changes::between(&old.list, &watched.list);
    free(old).await;
    Ok((watched, changes))
}

/// Reads, checks and compiles the files on a background thread.
async fn load(daemon: &Arc<Daemon>) -> Result<Watched, Failure> {
    let working = Arc::clone(daemon);
    let load = move || {
        let before = working.watched();
        let loaded = Watched::load(
            &working.watchlist_file,
            &working.receivers,
            &working.settings,
            Some(&before.list),
        );
        loaded.map_err(|err| {
            if are_readable(&working.watchlist_file) {
                Failure::Refused(err)
            } else {
                Failure::Outside(err)
            }
        })
    };
    match tokio::task::spawn_blocking(load).await {
        Ok(loaded) => loaded,
        Err(err) => Err(Failure::Refused(
            anyhow::Error::new(err).context("reading it panicked"),
        )),
    }
}

fn are_readable(file: &Path) -> bool {
    // A pipe is not opened, because that could block forever.
    let is_readable = |path: &PathBuf| path.is_file() && std::fs::File::open(path).is_ok();
    config::watchlist_files(Some(file)).is_ok_and(|files| files.iter().all(is_readable))
}

/// Frees the old list on a background thread: with a hundred thousand watches that
/// takes a tenth of a second.
async fn free(old: Arc<Watched>) {
    for _ in 0..LAST_USES {
        if Arc::strong_count(&old) == 1 {
            break;
        }
        tokio::time::sleep(LAST_USE).await;
    }
    // A panic in it would be logged by the hook; there is nothing to do about it.
    let _ = tokio::task::spawn_blocking(move || drop(old)).await;
}

#[cfg(test)]
#[path = "reload_tests.rs"]
mod tests;
