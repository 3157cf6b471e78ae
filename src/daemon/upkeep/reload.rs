//! The watchlist, read again when its files change and on SIGHUP. All that can
//! fail is done before anything is touched; then one transaction, then one
//! pointer swap. A bad file changes nothing but the reports.

use crate::config;
use crate::config::watchlist::Watchlist;
use crate::daemon::upkeep::systemd;
use crate::daemon::{Daemon, Watched};
use crate::http::feed_name;
use crate::store::FeedSeed;
use anyhow::Context as _;
use jiff::Timestamp;
use notify::{RecursiveMode, Watcher as _};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Editors write a file in several steps; this long after the last one it is read.
const SETTLE: Duration = Duration::from_millis(200);

/// How often the files' times are looked at, where the system does not tell.
const LOOK: Duration = Duration::from_secs(5);

/// An article that is being read may hold the list before for so long.
const LAST_READER: Duration = Duration::from_millis(20);
const LAST_READERS: usize = 100;

/// The ear for SIGHUP and for edits.
pub(crate) struct Ear {
    hangup: Option<Signal>,
    watcher: Option<notify::RecommendedWatcher>,
    seen: Fingerprint,
}

impl Ear {
    /// Listens from now on. To be called before anybody is told that the daemon
    /// is ready: a SIGHUP that nobody listens for ends the process.
    pub(crate) fn new(daemon: &Arc<Daemon>) -> Self {
        let hangup = signal(SignalKind::hangup()).inspect_err(|err| {
            tracing::warn!(err = %err, "SIGHUP cannot be heard; edits of the watchlist are still noticed");
        });
        let watcher = watch(daemon).inspect_err(|err| {
            tracing::warn!(err = %err, "the system does not tell when the watchlist changes; it is looked at every 5 s");
        });
        Self {
            hangup: hangup.ok(),
            watcher: watcher.ok(),
            seen: fingerprint(&daemon.watchlist_file),
        }
    }
}

/// Reloads until `stop`.
pub(crate) async fn run(daemon: Arc<Daemon>, ear: Ear, stop: CancellationToken) {
    let Ear {
        mut hangup,
        watcher,
        mut seen,
    } = ear;
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
            () = tokio::time::sleep(LOOK) => false,
        };
        if !is_asked {
            tokio::time::sleep(SETTLE).await;
        }
        let now = fingerprint(&daemon.watchlist_file);
        if is_asked || now != seen {
            seen = now;
            reload(&daemon).await;
        }
    }
    drop(watcher);
}

/// The files' names, times and sizes: equal as long as nobody wrote them.
type Fingerprint = Vec<(PathBuf, Option<std::time::SystemTime>, u64)>;

fn fingerprint(file: &Path) -> Fingerprint {
    let look = |path: PathBuf| {
        let meta = std::fs::metadata(&path).ok();
        let modified = meta.as_ref().and_then(|meta| meta.modified().ok());
        (path, modified, meta.map_or(0, |meta| meta.len()))
    };
    config::watchlist_files(Some(file))
        .unwrap_or_default()
        .into_iter()
        .map(look)
        .collect()
}

/// Rings [`crate::daemon::Wakes::reload`] when a file in the watchlist's folders
/// changes. Folders, as editors replace files.
fn watch(daemon: &Arc<Daemon>) -> anyhow::Result<notify::RecommendedWatcher> {
    let ring = Arc::clone(daemon);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            ring.wakes.reload.notify_one();
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

async fn reload(daemon: &Arc<Daemon>) {
    systemd::reloading();
    match swap(daemon).await {
        Ok(watched) => {
            let list = &watched.list;
            tracing::info!(
                feeds = list.feeds.len(),
                watches = list.watches.len(),
                "the watchlist was read again"
            );
            daemon.wakes.poll.notify_one();
        }
        Err(err) => {
            let err = format!("{err:#}");
            tracing::error!(err = %err, "the edited watchlist is refused; the one before stays in force");
            daemon.health.reload_failed(err);
        }
    }
    systemd::ready(&daemon.health.line());
}

async fn swap(daemon: &Arc<Daemon>) -> anyhow::Result<Arc<Watched>> {
    let working = Arc::clone(daemon);
    let list = tokio::task::spawn_blocking(move || {
        let before = working.watched();
        crate::daemon::start::load_watchlist(
            &working.watchlist_file,
            &working.receivers,
            &working.settings,
            Some(&before.list),
        )
    })
    .await
    .context("reading it panicked")??;
    sync_feeds(daemon, &list, seeds(daemon, &list.list)).await?;
    let watched = Arc::new(list);
    // Before the swap: who sees the new list must not see the old one's error.
    daemon.health.reloaded(daemon.now());
    let before = daemon.watched.swap(Arc::clone(&watched));
    retire(before).await;
    Ok(watched)
}

/// Gives back the memory of the list before, off the threads that read
/// articles: with a hundred thousand watches that takes a tenth of a second.
async fn retire(before: Arc<Watched>) {
    for _ in 0..LAST_READERS {
        if Arc::strong_count(&before) == 1 {
            break;
        }
        tokio::time::sleep(LAST_READER).await;
    }
    // A panic in it would be told by the hook; there is nothing to do about it.
    let _ = tokio::task::spawn_blocking(move || drop(before)).await;
}

/// Brings store and rota in step with the feeds of a list. One that has its own
/// interval now waits no longer than that from its last poll.
pub(crate) async fn sync_feeds(
    daemon: &Daemon,
    list: &Watched,
    seeds: Vec<FeedSeed>,
) -> anyhow::Result<()> {
    let firsts = seeds.iter().map(|seed| (seed.url.clone(), seed.first_poll));
    let firsts: HashMap<String, Timestamp> = firsts.collect();
    daemon.store.sync_feeds(seeds).await?;
    let subscriptions = daemon.store.subscriptions().await?;
    daemon.poll_queue.sync(subscriptions, |feed| {
        let known = &feed.subscription;
        // What waits for its host to recover waits on.
        let last = known.succeeded.filter(|_| known.failures == 0)?;
        let spec = list.feed(&known.url).filter(|spec| spec.every.is_some())?;
        let due = daemon.after_success(Some(spec), &feed.memory, None, last);
        // Not all at once where many have an interval that is over.
        Some(due.max(*firsts.get(&known.url)?))
    });
    Ok(())
}

/// The watchlist's feeds for the store. New ones are due over the next minute
/// or so rather than all at once.
pub(crate) fn seeds(daemon: &Daemon, list: &Watchlist) -> Vec<FeedSeed> {
    let now = daemon.now();
    let spread = Duration::from_millis(50 * list.feeds.len() as u64)
        .min(daemon.settings.scheduler.start_spread.0);
    list.feeds
        .iter()
        .map(|feed| FeedSeed {
            url: feed_name(&feed.url),
            written: feed.url.to_string(),
            name: feed.name.clone(),
            first_poll: now + spread.mul_f64(fastrand::f64()),
        })
        .collect()
}
