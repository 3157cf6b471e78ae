//! Spikes and silences: what the watches that tell them found, taken from the
//! archive article by article, and looked at as time goes by.
//!
//! What a watch has learnt is stored with the article up to which it has; both
//! change in one transaction with the alert that follows. A crash takes back
//! what was not stored, and the same is worked out again.

use crate::config::settings::AlertTerms;
use crate::config::watchlist::WatchSpec;
use crate::daemon::Daemon;
use crate::daemon::alerting;
use crate::daemon::alerting::Amount;
use crate::daemon::runtime::failpoint;
use crate::daemon::stage::TICK;
use crate::model::{ArticleId, WatchId};
use crate::policy::{Volume, VolumeChange, Wanted};
use crate::store::{StoreError, VolumeRecord};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Articles taken from the archive at a time.
const BATCH: usize = 500;

/// Stories named in an alert.
const STORIES: usize = 5;

/// How often it is looked at what time alone changes.
const LOOK_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// How often what was learnt is stored although nothing was found.
const STORE_EVERY: SignedDuration = SignedDuration::from_hours(12);

/// After a start feeds are behind: what came meanwhile is read first.
const CATCH_UP: SignedDuration = SignedDuration::from_mins(15);

/// An absence in which feeds may have dropped what nobody saw.
pub(crate) const LONG_AWAY: SignedDuration = SignedDuration::from_hours(12);

/// What the watches have learnt.
#[derive(Default)]
pub(crate) struct Volumes {
    books: HashMap<WatchId, Book>,
    /// The newest article when the archive was last gone through.
    newest: Option<ArticleId>,
    looked: Timestamp,
    /// The end of a long absence.
    away_until: Option<Timestamp>,
}

/// What one watch has learnt.
struct Book {
    volume: Volume,
    /// The last article taken.
    article: ArticleId,
    stored: Timestamp,
}

impl Volumes {
    /// Nobody watched for long until `now`.
    pub(crate) fn were_away_until(&mut self, now: Timestamp) {
        self.away_until = Some(now);
    }
}

/// When volumes are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// Soon after a start: the feeds are behind, and nothing is a silence.
    Start,
    /// Now and then.
    Running,
    /// All feeds were just heard, and there is no later.
    End,
}

/// Keeps the volumes until `stop`.
pub(crate) async fn run(daemon: Arc<Daemon>, stop: CancellationToken) {
    let begun = daemon.now();
    loop {
        let occasion = if daemon.now().duration_since(begun) < CATCH_UP {
            Occasion::Start
        } else {
            Occasion::Running
        };
        if let Err(err) = keep(&daemon, occasion).await {
            tracing::warn!(err = %err, "spikes and silences are looked for later");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

/// Takes what is new in the archive and looks at every volume; says whether
/// there was an alert.
pub(crate) async fn keep(daemon: &Daemon, occasion: Occasion) -> Result<bool, StoreError> {
    let (watched, now) = (daemon.watched(), daemon.now());
    if watched.counted().next().is_none() {
        return Ok(false);
    }
    let mut volumes = daemon.volumes.lock().await;
    let (newest, _) = daemon.store.highest_ids().await?;
    let has_passed = now.duration_since(volumes.looked).abs() >= LOOK_EVERY;
    let is_due = has_passed || occasion == Occasion::End;
    if volumes.newest == Some(newest) && !is_due {
        return Ok(false);
    }
    let mut has_alerted = false;
    for watch in watched.counted() {
        let terms = daemon.settings.defaults.alert.terms(watch);
        let away_until = volumes.away_until;
        let book = match volumes.books.remove(&watch.id) {
            Some(book) => book,
            None => open(daemon, &watch.id, away_until, now).await?,
        };
        let (book, is_alert) = turn_page(daemon, watch, &terms, book, occasion).await?;
        has_alerted |= is_alert;
        volumes.books.insert(watch.id.clone(), book);
    }
    (volumes.newest, volumes.looked) = (Some(newest), now);
    if has_alerted {
        daemon.wakes.deliver.notify_one();
    }
    Ok(has_alerted)
}

/// What the store knows of a watch; of a new one, nothing yet: it begins with
/// the first of its matches in the archive.
async fn open(
    daemon: &Daemon,
    watch: &WatchId,
    away_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<Book, StoreError> {
    let stored = daemon.store.volume(watch.clone()).await?;
    let stored = stored.and_then(|(article, state)| {
        let volume = serde_json::from_str::<Volume>(&state);
        let volume = volume.inspect_err(|err| {
            tracing::warn!(watch = %watch, err = %err, "what a watch had learnt cannot be read; it learns anew");
        });
        Some((article, volume.ok()?))
    });
    let (article, mut volume) = match stored {
        Some(stored) => stored,
        None => {
            let first = daemon.store.watch_reports(watch.clone(), ArticleId(0), 1);
            let first = first.await?.first().map(|report| report.at);
            let begun = first.map_or(now, |first| first.min(now));
            (ArticleId(0), Volume::new(begun))
        }
    };
    if let Some(until) = away_until {
        volume.resume(until);
    }
    Ok(Book {
        volume,
        article,
        stored: Timestamp::MIN,
    })
}

/// Takes what is new for one watch, looks, and stores what came of it.
async fn turn_page(
    daemon: &Daemon,
    watch: &WatchSpec,
    terms: &AlertTerms,
    book: Book,
    occasion: Occasion,
) -> Result<(Book, bool), StoreError> {
    let Some(wanted) = terms.wanted() else {
        return Ok((book, false));
    };
    let store = &daemon.store;
    let now = daemon.now();
    let Book {
        mut volume,
        mut article,
        mut stored,
    } = book;
    let (before, was_told) = (article, volume.is_reported());
    loop {
        let reports = store
            .watch_reports(watch.id.clone(), article, BATCH)
            .await?;
        for report in &reports {
            volume.take(report.at.min(now), &report.outlet);
            article = report.article;
        }
        if reports.len() < BATCH {
            break;
        }
    }
    let turn = if occasion == Occasion::Start && wanted == Wanted::Silence {
        None
    } else {
        volume.look(wanted, now)
    };
    let is_stale = now.duration_since(stored) >= STORE_EVERY;
    let has_changed = article != before || volume.is_reported() != was_told;
    if turn.is_some() || has_changed || is_stale {
        let alert = match &turn {
            Some(turn) => Some(alert(daemon, watch, terms, (turn, wanted, article)).await?),
            None => None,
        };
        let state = serde_json::to_string(&volume)
            .map_err(|err| StoreError::Database(format!("cannot write JSON: {err}")))?;
        let record = VolumeRecord {
            article,
            state,
            at: now,
            alert,
        };
        failpoint::reached("counted");
        store.set_volume(watch.id.clone(), record).await?;
        stored = now;
    }
    let book = Book {
        volume,
        article,
        stored,
    };
    Ok((book, turn.is_some()))
}

async fn alert(
    daemon: &Daemon,
    watch: &WatchSpec,
    terms: &AlertTerms,
    (turn, wanted, article): (&VolumeChange, Wanted, ArticleId),
) -> Result<crate::store::AlertRecord, StoreError> {
    let store = &daemon.store;
    let (now, zone) = (daemon.now(), TimeZone::system());
    let stories = store.watch_volume_stories(watch.id.clone(), turn.since, STORIES);
    let stories = stories.await?;
    let since = alerting::looks_back_to(terms, &zone, now);
    let recent = match since {
        Some(since) => store.watch_recent(vec![(watch.id.clone(), since)]).await?,
        None => Vec::new(),
    };
    tracing::info!(
        watch = %watch.id, articles = turn.articles, expected = turn.expected, since = %turn.since, wanted = ?wanted,
        "a watch found far more or far less than is usual for it"
    );
    let amount = Amount {
        turn,
        wanted,
        article,
        stories,
        recent: recent.first().copied().unwrap_or_default(),
    };
    Ok(alerting::volume(watch, terms, amount, &zone, now))
}
