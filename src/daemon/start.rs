//! Builds a daemon from the settings file and the watchlist, and prepares the store for
//! it.

use crate::config;
use crate::config::services::Services;
use crate::config::settings::Settings;
use crate::control;
use crate::daemon::runtime::cost::CostAccounts;
use crate::daemon::upkeep::clock;
use crate::daemon::upkeep::clock::Clock;
use crate::daemon::upkeep::retention::RetentionClock;
use crate::daemon::upkeep::subscriptions::{seeds, sync_feeds};
use crate::daemon::upkeep::volumes::LONG_AWAY;
use crate::daemon::{Daemon, Extent, Health, Placer, Wakes, Watched};
use crate::model::ArticleId;
use crate::notify::Receivers;
use crate::policy::Planner;
use crate::store;
use crate::story::Stories;
use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// An entry whose host was busy is tried again within this time.
const SOON: SignedDuration = SignedDuration::from_secs(2);

/// What a daemon is built from.
pub struct Parts {
    /// The settings.
    pub settings: Settings,
    /// The file that they come from, to see whether it changes.
    pub settings_file: Option<PathBuf>,
    /// The watchlist's file; the folder `watchlist.d` beside it belongs to it.
    pub watchlist: PathBuf,
    /// The folder of the store.
    pub state_dir: PathBuf,
    /// Receivers besides those of the settings.
    pub receivers: Receivers,
}

/// Builds a daemon: reads and compiles the watchlist, opens the store, makes the
/// client and the receivers. Nothing is fetched or sent.
///
/// # Errors
/// What is wrong, where, and what to do about it.
pub fn build(parts: Parts) -> anyhow::Result<Arc<Daemon>> {
    let Parts {
        settings,
        settings_file,
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
    let watchlist = Watched::load(&watchlist_file, &receivers, &settings, None)?;
    let store = store::open_bounded(&settings.store, &state_dir)?;
    let socket = control::path(&store::sqlite_path(&settings.store.url, &state_dir)?);
    let planner = Planner::new(&settings.scheduler);
    let placer = Placer {
        stories: Stories::new(settings.story.settings()),
        next_article: ArticleId(1),
        is_ahead: false,
    };
    let clock = Clock::default();
    let costs = CostAccounts::new(settings.daemon.reads);
    let now = clock.now();
    Ok(Arc::new(Daemon {
        settings,
        settings_file,
        watchlist_file,
        socket,
        reload_requests: std::sync::Mutex::default(),
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
        costs,
        full_feeds: std::sync::Mutex::default(),
        clock,
        health: Health::new(now),
    }))
}

/// Whether a daemon could be built from these files. Nothing is opened.
///
/// # Errors
/// As [`build`].
pub fn check(settings: &Settings, watchlist: &Path) -> anyhow::Result<()> {
    let Services { receivers, .. } = config::services::services(settings)?;
    Watched::load(watchlist, &receivers, settings, None)?;
    Ok(())
}

/// Updates the store's feeds from the watchlist; returns the clock of retention.
pub(super) async fn prepare(
    daemon: &Arc<Daemon>,
    extent: Extent,
) -> anyhow::Result<RetentionClock> {
    let store = &daemon.store;
    store.release_leases().await?;
    let retention = report_gap(daemon).await?;
    let mut seeds = seeds(daemon, &daemon.watched().list);
    if extent == Extent::Once {
        let now = daemon.now();
        seeds.iter_mut().for_each(|seed| seed.first_poll = now);
    }
    sync_feeds(daemon, &daemon.watched(), seeds).await?;
    let receivers = daemon.receivers.fingerprints();
    for receiver in store.note_receivers(receivers).await? {
        tracing::info!(
            receiver,
            "the settings of a disabled receiver have changed: it is used again; `newsvane alerts redeliver --all-dead` sends what it missed"
        );
    }
    daemon.rebalance();
    Ok(retention)
}

/// Logs how long newsvane did not run: entries that came and went in that time were
/// missed. If it last ran at a time that is still to come, the clock was set back.
async fn report_gap(daemon: &Daemon) -> anyhow::Result<RetentionClock> {
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
            "newsvane was not running for a while; entries that were removed meanwhile are missed"
        );
        if gap >= LONG_AWAY {
            daemon.volumes.lock().await.were_away_until(now);
        }
    }
    if let Some(last) = last.filter(|last| *last > now) {
        clock::turn_back(daemon, last.duration_since(now)).await;
    }
    let retention = RetentionClock::open(daemon, last, now).await?;
    daemon.store.set_note("alive", now.to_string()).await?;
    Ok(retention)
}

/// Waits until nothing is due any more: every feed that was due at `begun` is
/// polled, every entry read, every delivery finished or waiting for a later try.
pub(super) async fn until_idle(daemon: &Daemon, begun: Timestamp) -> anyhow::Result<()> {
    loop {
        let now = daemon.now();
        // The polls are checked before the store: a poll has stored its entries before it
        // ends.
        let polls = !daemon.poll_queue.is_idle(begun);
        let pulse = daemon.store.next_due(now).await?;
        let is_due = polls
            || pulse.entry.is_some_and(|at| at <= now + SOON)
            || pulse.delivery.is_some_and(|at| at <= now);
        if !is_due && !pulse.is_leased {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
