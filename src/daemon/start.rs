//! From two files to a daemon that can run.

use crate::config;
use crate::config::cross_check;
use crate::config::services::Services;
use crate::config::settings::Settings;
use crate::config::watchlist::{self, Watchlist};
use crate::daemon::runtime::cost::Effort;
use crate::daemon::upkeep::clock::Clock;
use crate::daemon::upkeep::volumes::LONG_AWAY;
use crate::daemon::upkeep::{clock, reload};
use crate::daemon::{Daemon, Extent, Health, Placer, Wakes, Watched};
use crate::model::ArticleId;
use crate::notify::Receivers;
use crate::policy::Planner;
use crate::store;
use crate::story::Stories;
use anyhow::Context as _;
use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// An entry whose host had its hands full comes back within this time.
const SOON: SignedDuration = SignedDuration::from_secs(2);

/// What a daemon is made of.
pub struct Parts {
    /// The settings.
    pub settings: Settings,
    /// The watchlist's file; the folder `watchlist.d` beside it belongs to it.
    pub watchlist: PathBuf,
    /// Where state lies.
    pub state_dir: PathBuf,
    /// Receivers besides those of the settings.
    pub receivers: Receivers,
}

/// Puts a daemon together: reads and compiles the watchlist, opens the store,
/// makes the client and the receivers ready. Nothing is fetched or sent.
///
/// # Errors
/// What is wrong, where, and what to do about it.
pub fn build(parts: Parts) -> anyhow::Result<Arc<Daemon>> {
    let Parts {
        settings,
        watchlist: watchlist_file,
        state_dir,
        receivers: more,
    } = parts;
    let Services {
        client,
        mut receivers,
    } = config::services::services(&settings)?;
    for name in more.names().map(str::to_owned).collect::<Vec<_>>() {
        if let Some(receiver) = more.get(&name) {
            receivers.insert(&name, Arc::clone(receiver));
        }
    }
    let watchlist = load_watchlist(&watchlist_file, &receivers, &settings, None)?;
    let store = store::open(&settings.store.url, &state_dir)?;
    let planner = Planner::new(&settings.scheduler);
    let placer = Placer {
        stories: Stories::new(settings.story.settings()),
        next_article: ArticleId(1),
        is_ahead: false,
    };
    let clock = Clock::default();
    let effort = Effort::new(settings.daemon.reads);
    let now = clock.now();
    Ok(Arc::new(Daemon {
        settings,
        watchlist_file,
        store,
        client,
        receivers,
        watched: ArcSwap::from_pointee(watchlist),
        poll_queue: Arc::default(),
        planner: std::sync::Mutex::new(planner),
        volumes: Mutex::default(),
        scratches: std::sync::Mutex::default(),
        stories: Mutex::new(placer),
        wakes: Wakes::default(),
        effort,
        clock,
        health: Health::new(now),
    }))
}

/// Takes the store for this process alone. The lock is the file's own: it ends
/// with the process, however that ends.
///
/// # Errors
/// When another daemon has it.
pub fn lock_store(settings: &Settings, state_dir: &Path) -> anyhow::Result<File> {
    let path = store::sqlite_path(&settings.store.url, state_dir)?.with_extension("lock");
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| {
            format!(
                "cannot create {}: set STATE_DIRECTORY to a folder that can be written",
                folder.display()
            )
        })?;
    }
    let file = File::options()
        .create(true)
        .append(true)
        .open(&path)
        .with_context(|| {
            format!(
                "cannot write {}: the store's folder must be writable by the user newsvane runs as",
                path.display()
            )
        })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            anyhow::bail!(
                "another newsvane runs on this store ({}); stop it first",
                path.display()
            )
        }
        Err(std::fs::TryLockError::Error(err)) => {
            Err(err).context(format!("cannot lock {}", path.display()))
        }
    }
}

/// Reads, checks and compiles the watchlist.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub(super) fn load_watchlist(
    file: &Path,
    receivers: &Receivers,
    settings: &Settings,
    before: Option<&Watchlist>,
) -> anyhow::Result<Watched> {
    let files = config::watchlist_files(Some(file))?;
    let list = watchlist::load(&files, before).map_err(|found| {
        let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{}", texts.join("\n"))
    })?;
    let names: Vec<&str> = receivers.names().collect();
    let problems = cross_check::disagreements(settings, &list, &names);
    let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
    anyhow::ensure!(texts.is_empty(), "{}", texts.join("\n"));
    warn_of_untold(settings, &list, &names);
    Watched::new(list)
}

/// Logs which watches tell nobody: all else about them looks well.
fn warn_of_untold(settings: &Settings, list: &Watchlist, receivers: &[&str]) {
    let receivers = receivers.join(", ");
    for watch in
        cross_check::without_receiver(settings, list).take(cross_check::MAX_WITHOUT_RECEIVER)
    {
        let (id, help) = (&watch.id, cross_check::HOW_TO_NAME_RECEIVER);
        tracing::warn!(watch = %id, receivers, help, "a watch tells nobody");
    }
    let n_more = cross_check::without_receiver(settings, list)
        .skip(cross_check::MAX_WITHOUT_RECEIVER)
        .count();
    if n_more > 0 {
        tracing::warn!(watches = n_more, "more watches tell nobody");
    }
}

/// Brings the store in step with the watchlist.
pub(super) async fn prepare(daemon: &Arc<Daemon>, extent: Extent) -> anyhow::Result<()> {
    let store = &daemon.store;
    store.release_leases().await?;
    report_gap(daemon).await?;
    let mut seeds = reload::seeds(daemon, &daemon.watched().list);
    if extent == Extent::Once {
        let now = daemon.now();
        seeds.iter_mut().for_each(|seed| seed.first_poll = now);
    }
    reload::sync_feeds(daemon, &daemon.watched(), seeds).await?;
    daemon.rebalance();
    Ok(())
}

/// Says how long newsvane was not there; what came and went in that time is
/// not to be had, and silence about it would be a lie. Where it was there in
/// what is the future now, the clock has been set back.
async fn report_gap(daemon: &Daemon) -> anyhow::Result<()> {
    let now = daemon.now();
    let last = daemon
        .store
        .note("alive")
        .await?
        .and_then(|at| at.parse::<Timestamp>().ok());
    if let Some(gap) = last
        .map(|last| now.duration_since(last))
        .filter(|gap| *gap > SignedDuration::from_mins(10))
    {
        tracing::warn!(
            gap_minutes = gap.as_mins(),
            "newsvane was away; entries that came and went meanwhile were missed"
        );
        if gap >= LONG_AWAY {
            daemon.volumes.lock().await.were_away_until(now);
        }
    }
    if let Some(last) = last.filter(|last| *last > now) {
        clock::turn_back(daemon, last.duration_since(now)).await;
    }
    Ok(daemon.store.set_note("alive", now.to_string()).await?)
}

/// Waits until nothing is due any more: every feed that was due at `begun`
/// polled, every entry read, every delivery settled or waiting for a later try.
pub(super) async fn until_idle(daemon: &Daemon, begun: Timestamp) -> anyhow::Result<()> {
    loop {
        let now = daemon.now();
        // First: what a poll leads to is in the store before the poll is over.
        let polls = !daemon.poll_queue.is_idle(begun);
        let pulse = daemon.store.next_due(now).await?;
        let is_due = polls
            || pulse.entry.is_some_and(|at| at <= now + SOON)
            || pulse.delivery.is_some_and(|at| at <= now);
        if !is_due && !pulse.is_lent {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
