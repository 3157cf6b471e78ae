//! What is wrong and what to do about it, and what happened last.

use super::ViewError;
use super::feeds::{FeedLine, ReadStatistics};
use super::receivers::{self, ReceiverLine};
use super::watches::{self, WatchLine};
use crate::config::settings::Settings;
use crate::store::{AlertFilter, AlertView, FeedFilter, FeedPart, Mute, Muted, Numbers, Store};
use crate::web::Running;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Feeds with problems that are named.
const MAX_FEEDS: usize = 8;

/// Sites with problems that are named.
const MAX_SITES: usize = 8;

/// Watches with alerts that are shown.
const MAX_WATCHES: usize = 12;

/// The newest alerts that are shown.
const N_ALERTS: usize = 12;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Weight {
    /// Alerts are not made, or do not arrive.
    Error,
    /// Something is missing, and the rest goes on.
    Warning,
    /// Somebody wanted it so; it should not be forgotten.
    Note,
}

impl Weight {
    /// What a person calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::Warning => "Warning",
            Self::Note => "Muted",
        }
    }

    /// Its class in the stylesheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Error => "bad",
            Self::Warning => "warn",
            Self::Note => "note",
        }
    }
}

/// Something that is wrong.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Problem {
    /// How bad it is.
    pub(crate) weight: Weight,
    /// What is wrong.
    pub(crate) what: String,
    /// Details, such as an error with its place in a file; may have several lines.
    pub(crate) detail: Option<String>,
    /// What to do about it.
    pub(crate) advice: String,
    /// The page on which to do it.
    pub(crate) page: Option<String>,
}

/// The overview.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Overview {
    /// What is wrong, the worst first; empty while all is well.
    pub(crate) problems: Vec<Problem>,
    /// How much there is of everything.
    pub(crate) numbers: Numbers,
    /// The newest alerts.
    pub(crate) alerts: Vec<AlertView>,
    /// The watches with the most alerts in the last 14 days.
    pub(crate) volume: Vec<WatchLine>,
    /// What is muted, the first to end first.
    pub(crate) mutes: Vec<Mute>,
    /// The time of the next poll.
    pub(crate) next_poll: Option<Timestamp>,
    /// When the oldest alert that is still to be delivered came about.
    pub(crate) oldest_undelivered: Option<Timestamp>,
}

/// The overview at `now`. `lines` are the watches, without their alerts.
///
/// # Errors
/// If the store cannot be read.
pub(crate) async fn gather(
    store: &Arc<dyn Store>,
    settings: &Settings,
    running: &Running,
    mut lines: Vec<WatchLine>,
    read: ReadStatistics,
    now: Timestamp,
) -> Result<Overview, ViewError> {
    let numbers = store.numbers().await?;
    let filter = FeedPart {
        which: FeedFilter::Troubled,
        text: None,
        after: None,
        limit: MAX_FEEDS + 1,
    };
    let feeds = store.feed_part(filter).await?.into_iter();
    let feeds: Vec<_> = feeds.map(|feed| FeedLine::of(feed, read, now)).collect();
    let receivers = receivers::list(store, settings).await?;
    let mut problems = of_the_daemon(running);
    problems.extend(receivers.iter().filter_map(of_receiver));
    problems.extend(of_feeds(&feeds, &numbers));
    let sites = store.degraded_sites(MAX_SITES).await?;
    problems.extend(sites.iter().map(|(site, since)| of_site(site, *since)));
    let mutes = store.mutes(now).await?;
    problems.extend(mutes.iter().map(of_mute));
    problems.sort_by_key(|problem| problem.weight);
    watches::add_alerts(store, &mut lines, now).await?;
    lines.retain(|line| line.total() > 0);
    lines.sort_by_key(|line| std::cmp::Reverse(line.total()));
    lines.truncate(MAX_WATCHES);
    let newest = AlertFilter {
        limit: N_ALERTS,
        ..AlertFilter::default()
    };
    Ok(Overview {
        problems,
        numbers,
        alerts: store.alerts(newest).await?,
        volume: lines,
        mutes,
        next_poll: store.next_due(now).await?.feed,
        oldest_undelivered: store.oldest_undelivered().await?,
    })
}

fn of_the_daemon(running: &Running) -> Vec<Problem> {
    let progress = &running.progress;
    let mut problems: Vec<_> = progress
        .troubles
        .iter()
        .map(|trouble| Problem {
            weight: Weight::Error,
            what: format!("The daemon cannot work: {trouble}"),
            detail: None,
            advice: "Until this ends, no alert is made. The log has more.".to_owned(),
            page: None,
        })
        .collect();
    if let Some(error) = &running.watchlist_error {
        problems.push(Problem {
            weight: Weight::Error,
            what: "The edited watchlist is not in force, because it has errors".to_owned(),
            detail: Some(error.clone()),
            advice: "The one that was loaded before is still used. Correct the file and save it: it is read again by itself.".to_owned(),
            page: Some("/watches".to_owned()),
        });
    }
    if let Some(first) = progress.damaged_rows.first() {
        problems.push(Problem {
            weight: Weight::Warning,
            what: format!(
                "{} of the store damaged, such as {} {} ({})",
                match progress.damaged_rows.len() {
                    1 => "A row".to_owned(),
                    n => format!("{n} rows"),
                },
                first.table,
                first.id,
                first.what
            ),
            detail: None,
            advice: "Everything else goes on. `newsvane store check` lists them.".to_owned(),
            page: None,
        });
    }
    problems
}

fn of_receiver(line: &ReceiverLine) -> Option<Problem> {
    let trouble = line.trouble.as_ref()?;
    let name = &line.facts.name;
    let is_lost = line.facts.disabled.is_some() || line.facts.dead > 0;
    let what = match line.facts.dead {
        0 => format!("Receiver {name}: {trouble}"),
        1 => format!("Receiver {name} has a dead letter; {trouble}"),
        n => format!("Receiver {name} has {n} dead letters; {trouble}"),
    };
    Some(Problem {
        weight: if is_lost {
            Weight::Error
        } else {
            Weight::Warning
        },
        what,
        detail: None,
        advice: line.advice.clone().unwrap_or_default(),
        page: Some("/receivers".to_owned()),
    })
}

fn of_site(site: &str, since: Option<Timestamp>) -> Problem {
    let since = since.map(|since| since.strftime(" since %Y-%m-%d %H:%M UTC").to_string());
    Problem {
        weight: Weight::Warning,
        what: format!(
            "Pages of {site} come out of extraction differently than usual{}",
            since.unwrap_or_default()
        ),
        detail: None,
        advice: "The site was rebuilt, or shows a consent page or a check for robots. See what is read with `newsvane extract URL`; article_selector and remove of its feed may help."
            .to_owned(),
        page: None,
    }
}

fn of_mute(mute: &Mute) -> Problem {
    let (kind, name, page) = match &mute.muted {
        Muted::Watch(id) => ("Watch", id.as_str(), Some(format!("/watches/{id}"))),
        Muted::Feed(url) => ("Feed", url.as_str(), None),
    };
    let why = mute.reason.as_ref().map(|why| format!(" ({why})"));
    Problem {
        weight: Weight::Note,
        what: format!(
            "{kind} {name} is muted until {}{}",
            mute.until.strftime("%Y-%m-%d %H:%M UTC"),
            why.unwrap_or_default()
        ),
        detail: None,
        advice: "What it finds is held back, and told in one summary then.".to_owned(),
        page,
    }
}

fn of_feeds(feeds: &[FeedLine], numbers: &Numbers) -> Vec<Problem> {
    let named = feeds.iter().take(MAX_FEEDS).map(|line| Problem {
        weight: Weight::Warning,
        what: format!(
            "Feed {}: {}",
            line.name(),
            line.trouble.as_deref().unwrap_or("unknown")
        ),
        detail: None,
        advice: line.advice.clone().unwrap_or_default(),
        page: Some(format!("/feeds/{}", line.feed.id)),
    });
    let mut problems: Vec<_> = named.collect();
    if feeds.len() > MAX_FEEDS {
        problems.push(Problem {
            weight: Weight::Warning,
            what: format!(
                "More feeds need a look: {} of {} fail",
                numbers.failing, numbers.feeds
            ),
            detail: None,
            advice: "The list has all of them.".to_owned(),
            page: Some("/feeds?state=troubled".to_owned()),
        });
    }
    problems
}
