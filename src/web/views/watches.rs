//! The watches, and one of them in full.

use super::ViewError;
use super::part::Part;
use super::search::{self, SearchQuery};
use crate::config::settings::AlertDefaults;
use crate::config::watchlist::{AlertMode, Severity, WatchSpec, Watchlist, source_of};
use crate::model::WatchId;
use crate::store::{AlertFilter, AlertView, FoundArticle, Mute, Muted, Store, WatchDay};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// How many days the list of watches covers.
pub(crate) const LIST_DAYS: i64 = 14;

/// How many days the page of one watch covers.
pub(crate) const PAGE_DAYS: i64 = 30;

/// A watch at a glance.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WatchLine {
    /// Its id.
    pub(crate) id: String,
    /// Its name for people.
    pub(crate) name: String,
    /// When it alerts: `every`, `first`, `story`, `spike`, `silence`, or the time of its
    /// digest.
    pub(crate) mode: String,
    /// The receivers of its alerts.
    pub(crate) to: Vec<String>,
    /// How urgent its alerts are.
    pub(crate) severity: Option<String>,
    /// Alerts sent a day over the last 14 days, the last day last.
    pub(crate) sent: Vec<u64>,
    /// Alerts held back a day over the same time.
    pub(crate) held: Vec<u64>,
}

impl WatchLine {
    /// Alerts sent over all days.
    pub(crate) fn total(&self) -> u64 {
        self.sent.iter().sum()
    }

    fn of(watch: &WatchSpec, defaults: &AlertDefaults) -> Self {
        let terms = defaults.terms(watch);
        let days = LIST_DAYS.unsigned_abs() as usize;
        Self {
            id: watch.id.to_string(),
            name: watch.name.clone(),
            mode: mode_name(&terms.mode),
            to: terms.to,
            severity: terms.severity.map(severity_name),
            sent: vec![0; days],
            held: vec![0; days],
        }
    }
}

fn mode_name(mode: &AlertMode) -> String {
    match mode {
        AlertMode::Every => "every".to_owned(),
        AlertMode::First => "first".to_owned(),
        AlertMode::Story => "story".to_owned(),
        AlertMode::Digest { hour, minute } => format!("digest at {hour:02}:{minute:02}"),
        AlertMode::Spike => "spike".to_owned(),
        AlertMode::Silence => "silence".to_owned(),
    }
}

fn severity_name(severity: Severity) -> String {
    match severity {
        Severity::Low => "low",
        Severity::Normal => "normal",
        Severity::High => "high",
    }
    .to_owned()
}

/// The days that `days` (counted from 1970) counts, the last of `n` days being that of
/// `now`.
pub(crate) fn last_days(days: &[(i64, u64)], n: i64, now: Timestamp) -> Vec<u64> {
    let today = now.as_second().div_euclid(86_400);
    let mut counts = vec![0; usize::try_from(n).unwrap_or_default()];
    for &(day, count) in days {
        let at = usize::try_from(n - 1 - (today - day));
        if let Some(slot) = at.ok().and_then(|at| counts.get_mut(at)) {
            *slot += count;
        }
    }
    counts
}

/// What may be asked of the list of watches.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct WatchQuery {
    /// Only watches with this text in their name or id.
    pub(crate) text: String,
    /// `next` of the part before.
    pub(crate) cursor: String,
}

/// The watches that `query` asks for, without their alerts, from the place of its
/// cursor on; at most `n`, in the order of the files.
///
/// # Errors
/// If the cursor names no watch.
pub(crate) fn chosen(
    list: &Watchlist,
    defaults: &AlertDefaults,
    query: &WatchQuery,
    n: usize,
) -> Result<Part<WatchLine>, ViewError> {
    let text = query.text.trim().to_lowercase();
    let has_text = |watch: &&WatchSpec| {
        let (id, name) = (watch.id.as_str().to_lowercase(), watch.name.to_lowercase());
        text.is_empty() || id.contains(&text) || name.contains(&text)
    };
    let after = match query.cursor.as_str() {
        "" => 0,
        id => {
            let at = list
                .watches
                .iter()
                .position(|watch| watch.id.as_str() == id);
            at.ok_or_else(|| {
                ViewError::BadRequest(format!("there is no watch {id:?} to go on from"))
            })? + 1
        }
    };
    let found = list.watches.iter().skip(after).filter(has_text);
    let lines = found
        .take(n + 1)
        .map(|watch| WatchLine::of(watch, defaults));
    Ok(Part::of(lines.collect(), n, |line: &WatchLine| {
        line.id.clone()
    }))
}

/// Adds the alerts of the last days to `lines`.
///
/// # Errors
/// If the store cannot be read.
pub(crate) async fn add_alerts(
    store: &Arc<dyn Store>,
    lines: &mut [WatchLine],
    now: Timestamp,
) -> Result<(), ViewError> {
    let since = start_of_day(now) - SignedDuration::from_hours(24 * (LIST_DAYS - 1));
    let mut days: HashMap<String, Vec<WatchDay>> = HashMap::new();
    for day in store.watch_days(since).await? {
        days.entry(day.watch.to_string()).or_default().push(day);
    }
    for line in lines {
        let of = days.remove(&line.id).unwrap_or_default();
        let pick = |count: fn(&WatchDay) -> u64| {
            let counts: Vec<_> = of.iter().map(|day| (day.day, count(day))).collect();
            last_days(&counts, LIST_DAYS, now)
        };
        line.sent = pick(|day| day.sent);
        line.held = pick(|day| day.held);
    }
    Ok(())
}

fn start_of_day(now: Timestamp) -> Timestamp {
    let second = now.as_second();
    Timestamp::from_second(second - second.rem_euclid(86_400)).unwrap_or(now)
}

/// A watch in full.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WatchPage {
    /// The watch at a glance.
    pub(crate) watch: WatchLine,
    /// Until when it is muted, and why; `null` if it is not.
    pub(crate) mute: Option<Mute>,
    /// Its text in the watchlist.
    pub(crate) source: Option<String>,
    /// Articles that met it, as far as they are kept.
    pub(crate) matches: u64,
    /// Its alerts, as far as they are kept.
    pub(crate) alerts: u64,
    /// When its last alert was made.
    pub(crate) last_alert: Option<Timestamp>,
    /// Articles that met it a day over the last 30 days, the last day last.
    pub(crate) days: Vec<u64>,
    /// Its newest alerts.
    pub(crate) newest_alerts: Vec<AlertView>,
    /// The newest articles that met it.
    pub(crate) newest_matches: Vec<FoundArticle>,
}

/// The watch `id` of `list` with its text, without what the store knows.
///
/// # Errors
/// If there is no such watch.
pub(crate) fn named(
    list: &Watchlist,
    defaults: &AlertDefaults,
    id: &str,
) -> Result<(WatchLine, Option<String>), ViewError> {
    let watch = list.watches.iter().find(|watch| watch.id.as_str() == id);
    let watch = watch.ok_or_else(|| {
        ViewError::NotFound(format!(
            "there is no watch {id:?} in the watchlist in force"
        ))
    })?;
    Ok((WatchLine::of(watch, defaults), source_of(list, &watch.id)))
}

/// One watch in full.
///
/// # Errors
/// If the store cannot be read.
pub(crate) async fn one(
    store: &Arc<dyn Store>,
    (mut watch, source): (WatchLine, Option<String>),
    now: Timestamp,
) -> Result<WatchPage, ViewError> {
    add_alerts(store, std::slice::from_mut(&mut watch), now).await?;
    let id = WatchId::from(watch.id.as_str());
    let since = start_of_day(now) - SignedDuration::from_hours(24 * (PAGE_DAYS - 1));
    let facts = store.watch_facts(id.clone(), since).await?;
    let mutes = store.mutes(now).await?.into_iter();
    let mute = mutes
        .filter(|mute| mute.muted == Muted::Watch(id.clone()))
        .max_by_key(|mute| mute.until);
    let filter = AlertFilter {
        watch: Some(id),
        limit: 10,
        ..AlertFilter::default()
    };
    let query = SearchQuery {
        watch: watch.id.clone(),
        ..SearchQuery::default()
    };
    Ok(WatchPage {
        mute,
        source,
        matches: facts.matches,
        alerts: facts.alerts,
        last_alert: facts.last_alert,
        days: last_days(&facts.days, PAGE_DAYS, now),
        newest_alerts: store.alerts(filter).await?,
        newest_matches: search::find(store, &query, 10).await?.items,
        watch,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_today() {
        let now: Timestamp = "1970-01-10T13:00:00Z".parse().unwrap();
        assert_eq!(last_days(&[(9, 4), (7, 2), (1, 9)], 3, now), [2, 0, 4]);
    }
}
