//! The daemon: three loops over one store, and the tasks that run beside them. `run` reads
//! top to bottom: open, compile, start, wait, stop.
//!
//! - `start`: from two files to a daemon that can run
//! - `stage`: what the three loops share
//! - `poll`: feeds are asked in the order in which they are due (the poll queue, in memory)
//! - `read`: entries are leased from the store, read, and placed in stories in batches
//! - `deliver`: deliveries are leased receiver by receiver
//! - `alerting`: which alerts follow from an article
//! - `tasks`: everything that runs, supervised
//! - `upkeep`: reload, housekeeping, health, the clock, systemd, spikes and silences
//! - `runtime`: background threads, the cost account of each feed, failpoints for tests

mod runtime;
mod upkeep;
mod alerting;
mod deliver;
mod poll;
mod read;
mod stage;
mod start;
mod tasks;

pub use crate::web::FeedStatistics;
pub use alerting::is_alert;
use poll::queue::PollQueue;
use runtime::cost::CostAccounts;
pub use start::{Parts, build, check};
use tasks::Tasks;
use upkeep::clock::Clock;
use upkeep::health::Health;
pub use upkeep::systemd::tell_supervisor;
pub use upkeep::watched::Watched;

use crate::config::settings::Settings;
use crate::control::Reloaded;
use crate::http::Client;
use crate::matcher::Scratch;
use crate::model::{ArticleId, FeedId};
use crate::notify::Receivers;
use crate::policy::Planner;
use crate::store::Store;
use crate::story::Stories;
use crate::web::{self, Progress, Running};
use anyhow::Context as _;
use arc_swap::ArcSwap;
use jiff::Timestamp;
use std::collections::HashSet;
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex, Notify, oneshot};
use tokio_util::sync::CancellationToken;

/// Time that visitors of the page have to take their answers once the daemon stops.
const PAGE_GRACE: Duration = Duration::from_secs(1);

/// The daemon's parts, shared by its loops.
pub struct Daemon {
    settings: Settings,
    settings_file: Option<PathBuf>,
    watchlist_file: PathBuf,
    /// Where commands reach it.
    socket: PathBuf,
    /// Commands that wait for a reload.
    reload_requests: std::sync::Mutex<Vec<oneshot::Sender<Reloaded>>>,
    store: Arc<dyn Store>,
    client: Client,
    receivers: Receivers,
    watched: ArcSwap<Watched>,
    /// Locked from the placement of an article until its commit, so that each
    /// article is placed against all that were committed before it.
    stories: Mutex<Placer>,
    /// The feeds, in the order in which they are due.
    poll_queue: Arc<PollQueue>,
    planner: std::sync::Mutex<Planner>,
    /// What the watches on spikes and silences have learnt.
    volumes: Mutex<upkeep::volumes::Volumes>,
    /// Working memory for matching, one for each article that is being matched.
    scratches: std::sync::Mutex<Vec<Scratch>>,
    wakes: Wakes,
    /// What the feeds cost.
    costs: CostAccounts,
    /// Feeds that take their whole share of the store.
    full_feeds: std::sync::Mutex<HashSet<FeedId>>,
    clock: Clock,
    health: Health,
}

/// The story index, and the number of the next article.
struct Placer {
    stories: Stories,
    next_article: ArticleId,
    /// The index holds articles that are not committed. If that is so while no
    /// article is being placed, their commit failed, and the index is rebuilt.
    is_ahead: bool,
}

/// Wakes a loop when another made work for it.
#[derive(Default)]
struct Wakes {
    poll: Notify,
    read: Notify,
    deliver: Notify,
    reload: Notify,
}

impl Daemon {
    /// The clock. Nothing below the daemon reads it.
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The store, for the page and the commands.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The commands that wait for the next reload.
    fn reload_requests(&self) -> MutexGuard<'_, Vec<oneshot::Sender<Reloaded>>> {
        self.reload_requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The settings it runs with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The watchlist in force.
    #[must_use]
    pub fn watched(&self) -> Arc<Watched> {
        self.watched.load_full()
    }

    /// The state of the running daemon that is not in the store.
    fn running(&self) -> Running {
        Running {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            since: self.health.since(),
            watches: self.watched().list.watches.len(),
            watchlist_read: self.health.watchlist_read(),
            watchlist_error: self.health.watchlist_error(),
            restart_needed: self.health.restart_needed(),
            progress: Progress {
                damaged_rows: self.store.damaged_rows(),
                ..self.health.progress()
            },
        }
    }

    /// What the page and its API read from.
    fn source(self: &Arc<Self>) -> web::Source {
        let daemon = Arc::clone(self);
        let (list, waking) = (Arc::clone(self), Arc::clone(self));
        let polling = Arc::clone(self);
        web::Source {
            store: Arc::clone(&self.store),
            settings: Arc::new(self.settings.clone()),
            running: Arc::new(move || daemon.running()),
            watchlist: Arc::new(move |read| read(&list.watched().list)),
            statistics: FeedStatistics::of,
            receivers: self.receivers.clone(),
            poll: Arc::new(move |feed| {
                let daemon = Arc::clone(&polling);
                Box::pin(async move { upkeep::control::poll_for_page(&daemon, &feed).await })
            }),
            wake_deliveries: Arc::new(move || waking.wakes.deliver.notify_one()),
        }
    }
}

/// How far a run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// It runs until it is asked to stop.
    Endless,
    /// Every due feed is polled once; its entries are read and its alerts delivered; then
    /// the run ends.
    Once,
}

/// Runs the daemon until `stop` resolves (or, for [`Extent::Once`], until there
/// is nothing left to do), then lets unfinished work finish.
///
/// # Errors
/// When it cannot begin (the store, the page's address, the first transaction), and
/// when a part of it ends by itself, such as by a panic.
pub async fn run(
    daemon: Arc<Daemon>,
    extent: Extent,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let token = CancellationToken::new();
    let triggers = upkeep::reload::Triggers::new(&daemon);
    let retention = start::prepare(&daemon, extent).await?;
    let page = web::bind(&daemon.settings.web).await?;
    tracing::info!(
        page = page.address().map(tracing::field::display),
        feeds = daemon.watched().list.feeds.len(),
        watches = daemon.watched().list.watches.len(),
        version = env!("CARGO_PKG_VERSION"),
        "newsvane is ready"
    );
    upkeep::systemd::ready(&daemon.health.line());

    let begun = daemon.now();
    let last_poll = (extent == Extent::Once).then_some(begun);
    let mut tasks = Tasks::default();
    spawn_loops(&mut tasks, &daemon, extent, last_poll, &token);
    spawn_upkeep(&mut tasks, &daemon, (triggers, retention), &token);
    if extent == Extent::Endless {
        tasks.spawn(
            "socket for commands",
            upkeep::control::run(Arc::clone(&daemon), token.clone()),
        );
    }
    tasks.spawn("page", serve(page, daemon.source(), token.clone()));

    let ended = match extent {
        Extent::Endless => tokio::select! {
            () = stop => Ok(()),
            err = tasks.first_end() => Err(err),
        },
        Extent::Once => tokio::select! {
            () = stop => Ok(()),
            done = until_done(&daemon, begun) => done,
            err = tasks.first_end() => Err(err),
        },
    };
    if let Err(err) = &ended {
        tracing::error!(
            err = format!("{err:#}"),
            "newsvane ends because of an error; its supervisor should start it again"
        );
    }
    tracing::info!("stopping: no new work is started; unfinished work has 20 s");
    upkeep::systemd::stopping();
    token.cancel();
    let ended = ended.and(tasks.join().await);
    poll::flush(&daemon).await;
    let noted = daemon
        .store
        .set_note("stopped", daemon.now().to_string())
        .await;
    daemon.store.close().await?;
    ended?;
    noted.context("cannot note the stop")?;
    tracing::info!("stopped");
    Ok(())
}

/// Starts the three loops.
fn spawn_loops(
    tasks: &mut Tasks,
    daemon: &Arc<Daemon>,
    extent: Extent,
    last_poll: Option<Timestamp>,
    stop: &CancellationToken,
) {
    let (poll, deliver) = (
        Arc::new(poll::Poll::new(Arc::clone(daemon), last_poll)),
        Arc::new(deliver::Deliver::new(Arc::clone(daemon))),
    );
    daemon.health.expect(&["poll", "read", "deliver"]);
    tasks.spawn("poll loop", stage::run(poll, stop.clone()));
    tasks.spawn(
        "read loop",
        read_articles(Arc::clone(daemon), extent, stop.clone()),
    );
    tasks.spawn("deliver loop", stage::run(deliver, stop.clone()));
}

/// Starts the tasks that run beside the loops.
fn spawn_upkeep(
    tasks: &mut Tasks,
    daemon: &Arc<Daemon>,
    (triggers, retention): (upkeep::reload::Triggers, upkeep::retention::RetentionClock),
    stop: &CancellationToken,
) {
    use upkeep::{clock, housekeeping, inspection, reload, store_watch, volumes};
    let it = || Arc::clone(daemon);
    daemon.health.expect(&[housekeeping::NAME]);
    tasks.spawn("clock", clock::watch(it(), stop.clone()));
    tasks.spawn("watchdog", systemd_watchdog(it(), stop.clone()));
    tasks.spawn("store watch", store_watch::run(it(), stop.clone()));
    tasks.spawn("inspection", inspection::run(it(), stop.clone()));
    tasks.spawn(
        "housekeeping",
        housekeeping::run(it(), retention, stop.clone()),
    );
    tasks.spawn("volumes", volumes::run(it(), stop.clone()));
    tasks.spawn(
        "flush of polls",
        poll::flush_periodically(it(), stop.clone()),
    );
    tasks.spawn("reload", reload::run(it(), triggers, stop.clone()));
}

/// The read loop. It begins when the story index is rebuilt, because articles are placed
/// in it.
async fn read_articles(daemon: Arc<Daemon>, extent: Extent, stop: CancellationToken) {
    if read::restore::until_done(&daemon, &stop).await {
        stage::run(Arc::new(read::Read::new(daemon, extent)), stop).await;
    }
}

/// Waits until no poll, reading or delivery is left to do, including those that follow
/// from others.
async fn until_done(daemon: &Daemon, begun: Timestamp) -> anyhow::Result<()> {
    start::until_idle(daemon, begun).await?;
    if upkeep::volumes::keep(daemon, upkeep::volumes::Occasion::End).await? {
        start::until_idle(daemon, begun).await?;
    }
    Ok(())
}

/// Serves the page until `stop`. A visitor who never ends a request is cut off
/// after [`PAGE_GRACE`].
async fn serve(page: web::Page, source: web::Source, stop: CancellationToken) {
    let cut = async {
        stop.cancelled().await;
        tokio::time::sleep(PAGE_GRACE).await;
    };
    tokio::select! {
        () = page.serve(source, stop.clone()) => {}
        () = cut => {}
    }
    stop.cancelled().await;
}

async fn systemd_watchdog(daemon: Arc<Daemon>, stop: CancellationToken) {
    upkeep::systemd::watchdog(&daemon, stop).await;
}
