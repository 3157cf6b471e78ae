//! The daemon: three identical loops over one store, and what keeps them
//! company. `run` reads top to bottom: open, compile, start, wait, stop.
//!
//! - `stage`: the loop itself
//! - `poll`, `read`, `deliver`: one stage each
//! - `poll::queue`: the feeds ordered by when they are due, in memory
//! - `effort`: what each feed costs, and which rest for it
//! - `alerting`: which alerts follow from an article
//! - `volumes`: spikes and silences
//! - `reload`, `housekeeping`, `systemd`: beside the stages

mod runtime;
mod upkeep;
mod alerting;
mod deliver;
mod poll;
mod read;
mod stage;
mod start;

pub use alerting::is_alert;
pub use poll::feed_memory::FeedStatistics;
use poll::queue::PollQueue;
use runtime::cost::Effort;
pub use start::{Parts, build, lock_store};
use upkeep::clock::Clock;
use upkeep::health::Health;
pub use upkeep::watched::Watched;

use crate::config::settings::Settings;
use crate::http::Client;
use crate::matcher::Scratch;
use crate::model::ArticleId;
use crate::notify::Receivers;
use crate::policy::Planner;
use crate::store::Store;
use crate::story::Stories;
use crate::web::{self, Running};
use anyhow::Context as _;
use arc_swap::ArcSwap;
use jiff::Timestamp;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

/// Time that visitors of the page have to take their answers once the daemon stops.
const PAGE_GRACE: Duration = Duration::from_secs(1);

/// The daemon's parts, shared by its loops.
pub struct Daemon {
    settings: Settings,
    watchlist_file: PathBuf,
    store: Arc<dyn Store>,
    client: Client,
    receivers: Receivers,
    watched: ArcSwap<Watched>,
    /// Locked from the placement of an article until its commit, so that each
    /// article is placed against all that were committed before it.
    stories: Mutex<Placer>,
    /// The feeds, ordered by when they are due.
    poll_queue: Arc<PollQueue>,
    planner: std::sync::Mutex<Planner>,
    /// What the watches that tell spikes and silences have learnt.
    volumes: Mutex<upkeep::volumes::Volumes>,
    /// Scratch space for matching, one for each article under way.
    scratches: std::sync::Mutex<Vec<Scratch>>,
    wakes: Wakes,
    /// What the feeds cost.
    effort: Effort,
    clock: Clock,
    health: Health,
}

/// The story index, and the number of the next article.
struct Placer {
    stories: Stories,
    next_article: ArticleId,
    /// The index holds articles that are not committed. If that is so while
    /// nobody places any, their commit failed: it is rebuilt from the store.
    is_ahead: bool,
}

/// Rings a stage when another made work for it.
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

    /// How it goes, as far as the store does not know.
    fn running(&self) -> Running {
        Running {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            since: self.health.since(),
            watches: self.watched().list.watches.len(),
            watchlist_read: self.health.watchlist_read(),
            watchlist_error: self.health.watchlist_error(),
        }
    }

    /// What the status page shows.
    fn source(self: &Arc<Self>) -> web::Source {
        let daemon = Arc::clone(self);
        web::Source {
            store: Arc::clone(&self.store),
            running: Arc::new(move || daemon.running()),
        }
    }
}

/// How far a run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Until it is told to stop.
    Endless,
    /// Every feed that is due is polled once, what follows from it is done, and
    /// that is all.
    Once,
}

/// Runs the daemon until `stop` resolves (or, for [`Extent::Once`], until there
/// is nothing left to do), then lets work in hand finish.
///
/// # Errors
/// When it cannot begin: the store, the page's address, the first transaction.
pub async fn run(
    daemon: Arc<Daemon>,
    extent: Extent,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let token = CancellationToken::new();
    let ear = upkeep::reload::Ear::new(&daemon);
    start::prepare(&daemon, extent).await?;
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
    let stages = [
        tokio::spawn(stage::run(
            Arc::new(poll::Poll::new(Arc::clone(&daemon), last_poll)),
            token.clone(),
        )),
        tokio::spawn(read_articles(Arc::clone(&daemon), extent, token.clone())),
        tokio::spawn(stage::run(
            Arc::new(deliver::Deliver::new(Arc::clone(&daemon))),
            token.clone(),
        )),
    ];
    let company = [
        tokio::spawn(upkeep::clock::watch(Arc::clone(&daemon), token.clone())),
        tokio::spawn(systemd_watchdog(Arc::clone(&daemon), token.clone())),
        tokio::spawn(upkeep::housekeeping::run(
            Arc::clone(&daemon),
            token.clone(),
        )),
        tokio::spawn(upkeep::volumes::run(Arc::clone(&daemon), token.clone())),
        tokio::spawn(poll::flush_periodically(Arc::clone(&daemon), token.clone())),
        tokio::spawn(upkeep::reload::run(Arc::clone(&daemon), ear, token.clone())),
        tokio::spawn(serve(page, daemon.source(), token.clone())),
    ];

    match extent {
        Extent::Endless => stop.await,
        Extent::Once => tokio::select! {
            () = stop => {}
            done = until_done(&daemon, begun) => done?,
        },
    }
    tracing::info!("stopping: no more work is taken, what is in hand has 20 s to finish");
    upkeep::systemd::stopping();
    token.cancel();
    for task in stages.into_iter().chain(company) {
        task.await.context("a loop panicked")?;
    }
    poll::flush(&daemon).await;
    daemon
        .store
        .set_note("stopped", daemon.now().to_string())
        .await
        .context("cannot note the stop")?;
    tracing::info!("stopped");
    Ok(())
}

/// The read stage, once the stories are there that it places articles in.
async fn read_articles(daemon: Arc<Daemon>, extent: Extent, stop: CancellationToken) {
    if read::restore::until_done(&daemon, &stop).await {
        stage::run(Arc::new(read::Read::new(daemon, extent)), stop).await;
    }
}

/// Waits until nothing is left to do, what follows from all of it counted in.
async fn until_done(daemon: &Daemon, begun: Timestamp) -> anyhow::Result<()> {
    start::until_idle(daemon, begun).await?;
    if upkeep::volumes::keep(daemon, upkeep::volumes::Occasion::End).await? {
        start::until_idle(daemon, begun).await?;
    }
    Ok(())
}

/// Serves the page. A visitor who never ends a request is not waited for:
/// after [`PAGE_GRACE`] the connection is cut.
async fn serve(page: web::Page, source: web::Source, stop: CancellationToken) {
    let cut = async {
        stop.cancelled().await;
        tokio::time::sleep(PAGE_GRACE).await;
    };
    tokio::select! {
        () = page.serve(source, stop.clone()) => {}
        () = cut => {}
    }
}

async fn systemd_watchdog(daemon: Arc<Daemon>, stop: CancellationToken) {
    upkeep::systemd::watchdog(&daemon, stop).await;
}
