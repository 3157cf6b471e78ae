//! Spikes and silences: for each watch on them, the matching articles are counted
//! from the archive, and compared with what is usual for the watch.
//!
//! What a watch has learnt is stored together with the last article counted, in one
//! transaction with the alert that follows. After a crash the counting goes on from
//! what was stored, and comes to the same result.

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

/// How often the counts are compared although no article came: time alone may
/// make a silence.
const LOOK_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// How often what was learnt is stored although there is no alert.
const STORE_EVERY: SignedDuration = SignedDuration::from_hours(12);

/// After a start, the entries that came while newsvane was not running are read first.
const CATCH_UP: SignedDuration = SignedDuration::from_mins(15);

/// After an absence of this length, feeds may no longer hold what came meanwhile.
pub(crate) const LONG_AWAY: SignedDuration = SignedDuration::from_hours(12);

/// What the watches have learnt.
#[derive(Default)]
pub(crate) struct Volumes {
    learnt: HashMap<WatchId, Learnt>,
    /// The newest article when the archive was last read.
    newest: Option<ArticleId>,
    looked: Timestamp,
    /// The end of a long absence.
    away_until: Option<Timestamp>,
}

/// What one watch has learnt.
struct Learnt {
    volume: Volume,
    /// The last article counted.
    article: ArticleId,
    stored: Timestamp,
}

impl Volumes {
    /// Notes that newsvane did not run for a long time before `now`.
    pub(crate) fn were_away_until(&mut self, now: Timestamp) {
        self.away_until = Some(now);
    }
}

/// The occasion on which volumes are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// Soon after a start: entries are still being caught up on, so nothing counts as a silence.
    Start,
    /// While the daemon runs.
    Running,
    /// All feeds were just polled, and the run ends.
    End,
}

/// Counts and compares until `stop`.
pub(crate) async fn run(daemon: Arc<Daemon>, stop: CancellationToken) {
    let begun = daemon.now();
    loop {
        let occasion = if daemon.now().duration_since(begun) < CATCH_UP {
            Occasion::Start
        } else {
            Occasion::Running
        };
        if let Err(err) = keep(&daemon, occasion).await {
            tracing::warn!(err = %err, "spikes and silences could not be looked for; that is done later");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

/// Counts what is new in the archive and compares every volume with what is usual;
/// says whether there was an alert.
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
        let known = match volumes.learnt.remove(&watch.id) {
            Some(known) => known,
            None => open(daemon, &watch.id, away_until, now).await?,
        };
        let (known, is_alert) = count_and_compare(daemon, watch, &terms, known, occasion).await?;
        has_alerted |= is_alert;
        volumes.learnt.insert(watch.id.clone(), known);
    }
    (volumes.newest, volumes.looked) = (Some(newest), now);
    if has_alerted {
        daemon.wakes.deliver.notify_one();
    }
    Ok(has_alerted)
}

/// What the watch has learnt, from the store. A new watch begins with its first match in
/// the archive.
async fn open(
    daemon: &Daemon,
    watch: &WatchId,
    away_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<Learnt, StoreError> {
    let stored = daemon.store.volume(watch.clone()).await?;
    let stored = stored.and_then(|(article, state)| {
        let volume = serde_json::from_str::<Volume>(&state);
        let volume = volume.inspect_err(|err| {
            tracing::warn!(watch = %watch, err = %err, "what a watch had learnt is damaged in the store; it starts to learn again");
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
    Ok(Learnt {
        volume,
        article,
        stored: Timestamp::MIN,
    })
}

/// Counts what is new for one watch, compares, and stores the result.
async fn count_and_compare(
    daemon: &Daemon,
    watch: &WatchSpec,
    terms: &AlertTerms,
    known: Learnt,
    occasion: Occasion,
) -> Result<(Learnt, bool), StoreError> {
    let Some(wanted) = terms.wanted() else {
        return Ok((known, false));
    };
    let store = &daemon.store;
    let now = daemon.now();
    let Learnt {
        mut volume,
        mut article,
        mut stored,
    } = known;
    let (before, was_alerted) = (article, volume.is_reported());
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
    let has_changed = article != before || volume.is_reported() != was_alerted;
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
    let known = Learnt {
        volume,
        article,
        stored,
    };
    Ok((known, turn.is_some()))
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
        "a watch found far more or far fewer articles than is usual for it"
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
