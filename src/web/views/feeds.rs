//! The feeds with their health, and one of them in full.

use super::ViewError;
use super::part::Part;
use crate::model::FeedId;
use crate::store::{EntryView, FeedFilter, FeedPart, FeedState, FeedView, Mute, Muted, Store};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How far back entries are counted by day.
pub(crate) const DAYS: i64 = 30;

/// What the poll loop has learnt of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FeedStatistics {
    /// Entries a day; `None` before its first document.
    pub entries_a_day: Option<f64>,
    /// Since when it fails; `None` if the last poll succeeded.
    pub failing_since: Option<Timestamp>,
    /// Until when its host asked clients to wait; `None` if it is not held.
    pub held_until: Option<Timestamp>,
}

/// Reads what the poll loop stored of a feed ([`FeedView::memory`]).
pub(crate) type ReadStatistics = fn(&str, Timestamp) -> FeedStatistics;

/// A feed with what is worked out about it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct FeedLine {
    /// The feed.
    #[serde(flatten)]
    pub(crate) feed: FeedView,
    /// Entries a day; `None` until enough polls are counted.
    pub(crate) entries_a_day: Option<f64>,
    /// Since when it fails.
    pub(crate) failing_since: Option<Timestamp>,
    /// Until when its host asked clients to wait.
    pub(crate) held_until: Option<Timestamp>,
    /// What is wrong with it; `null` where nothing is.
    pub(crate) trouble: Option<String>,
    /// What to do about that.
    pub(crate) advice: Option<String>,
}

impl FeedLine {
    /// `feed` with what is known of it at `now`.
    pub(crate) fn of(feed: FeedView, read: ReadStatistics, now: Timestamp) -> Self {
        let FeedStatistics {
            entries_a_day,
            failing_since,
            held_until,
        } = read(&feed.memory, now);
        let trouble = trouble(&feed, held_until.is_some());
        Self {
            entries_a_day,
            failing_since,
            held_until,
            advice: trouble
                .as_ref()
                .map(|_| advice(&feed, held_until.is_some())),
            trouble,
            feed,
        }
    }

    /// What a person calls it.
    pub(crate) fn name(&self) -> &str {
        self.feed.title.as_deref().unwrap_or(&self.feed.url)
    }
}

fn trouble(feed: &FeedView, is_held: bool) -> Option<String> {
    match (feed.state, &feed.error, feed.silent_since) {
        (FeedState::Gone, ..) => Some("its server says that it is gone for good (410)".to_owned()),
        (FeedState::Removed, ..) => None,
        (FeedState::Active, Some(error), _) => Some(format!("failed {}: {error}", feed.in_a_row())),
        (FeedState::Active, None, _) if is_held => {
            Some("its host asked clients to wait (429 or Retry-After)".to_owned())
        }
        (FeedState::Active, None, Some(_)) => {
            Some("no new entry for much longer than is usual for it".to_owned())
        }
        (FeedState::Active, None, None) if feed.polled.is_some() && feed.entries == 0 => {
            Some("it works, but has never had an entry".to_owned())
        }
        (FeedState::Active, None, None) => None,
    }
}

/// What to do about a feed's trouble.
fn advice(feed: &FeedView, is_held: bool) -> String {
    let advice = match (feed.state, feed.status, &feed.error) {
        (FeedState::Gone, ..) => {
            "Remove it from the watchlist, or set its new address; `newsvane feeds discover SITE` looks for one."
        }
        (_, Some(401 | 403), Some(_)) => {
            "The server refuses us. Set user_agent, headers or basic_auth_file for this feed, or ask its owner."
        }
        (_, Some(404), Some(_)) => {
            "The address is wrong or the feed has moved; `newsvane feeds discover SITE` looks for it."
        }
        (_, Some(429), _) => {
            "The host wants fewer requests; it is polled later by itself. Set a longer `every` if it stays so."
        }
        (_, Some(500..), Some(_)) => {
            "The server has a problem. newsvane tries again, at longer and longer intervals."
        }
        (_, Some(200..300), Some(_)) => {
            "The server sends something that is not a feed. Open the address in a browser: it may be a page about the feed, or a check for robots."
        }
        (_, _, Some(error)) if error.contains("http.") => {
            "The message names the setting that decides. It is tried again by itself."
        }
        (_, _, Some(_)) => {
            "It cannot be reached. It is tried again by itself; check the address if that lasts."
        }
        (_, _, None) if is_held => "Nothing: it is polled again after that time.",
        (_, _, None) if feed.entries == 0 => {
            "Open its address in a browser and see whether it is the right one."
        }
        (_, _, None) => "See in a browser whether it has moved.",
    };
    advice.to_owned()
}

/// What may be asked of the list of feeds.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct FeedQuery {
    /// `troubled`: only feeds that need a look.
    pub(crate) state: String,
    /// Only feeds with this text in their name or address.
    pub(crate) text: String,
    /// `next` of the part before.
    pub(crate) cursor: String,
}

/// A part of the feeds, by address.
///
/// # Errors
/// What cannot be understood, or if the store cannot be read.
pub(crate) async fn list(
    store: &Arc<dyn Store>,
    read: ReadStatistics,
    query: &FeedQuery,
    n: usize,
    now: Timestamp,
) -> Result<Part<FeedLine>, ViewError> {
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let which = match query.state.as_str() {
        "" => FeedFilter::All,
        "troubled" => FeedFilter::Troubled,
        other => {
            return Err(ViewError::BadRequest(format!(
                "state is \"troubled\" or nothing; this is {other:?}"
            )));
        }
    };
    let filter = FeedPart {
        which,
        text: filled(&query.text),
        after: filled(&query.cursor),
        limit: n + 1,
    };
    let feeds = store.feed_part(filter).await?.into_iter();
    let lines = feeds.map(|feed| FeedLine::of(feed, read, now)).collect();
    Ok(Part::of(lines, n, |line: &FeedLine| line.feed.url.clone()))
}

/// A feed in full.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct FeedPage {
    /// The feed.
    pub(crate) feed: FeedLine,
    /// Until when it is muted, and why; `null` if it is not.
    pub(crate) mute: Option<Mute>,
    /// Its newest entries, the last found first.
    pub(crate) entries: Vec<EntryView>,
    /// New entries a day over the last 30 days, the last day last.
    pub(crate) days: Vec<u64>,
    /// How many bytes its entries and articles take.
    pub(crate) bytes: u64,
}

/// One feed in full.
///
/// # Errors
/// If there is no such feed, or if the store cannot be read.
pub(crate) async fn one(
    store: &Arc<dyn Store>,
    read: ReadStatistics,
    id: &str,
    now: Timestamp,
) -> Result<FeedPage, ViewError> {
    let id: FeedId = id
        .parse()
        .map_err(|_| ViewError::BadRequest(format!("{id:?} is not a feed's id, such as f12")))?;
    let since = now - SignedDuration::from_hours(24 * DAYS);
    let detail = store.feed_detail(id, since).await?;
    let detail = detail.ok_or_else(|| ViewError::NotFound(format!("there is no feed {id}")))?;
    let mutes = store.mutes(now).await?.into_iter();
    let muted = Muted::Feed(detail.feed.url.clone());
    let mute = mutes
        .filter(|mute| mute.muted == muted)
        .max_by_key(|mute| mute.until);
    Ok(FeedPage {
        mute,
        feed: FeedLine::of(detail.feed, read, now),
        entries: detail.entries,
        days: super::watches::last_days(&detail.days, DAYS, now),
        bytes: detail.bytes,
    })
}
