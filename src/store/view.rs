//! The plain data that the store returns to the page, the commands and the start of the
//! daemon.

use super::Mute;
use crate::model::{
    AlertId, ArticleId, CoverageKind, DeliveryId, FeedId, Novelty, StoryId, WatchId,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An article of a live story, as the story index wants it back.
#[derive(Clone, Debug)]
pub struct LiveArticle {
    /// Its number.
    pub id: ArticleId,
    /// Its address.
    pub url: Option<String>,
    /// The canonical address that its page names.
    pub canonical_url: Option<String>,
    /// The outlet.
    pub source: String,
    /// Its title.
    pub title: String,
    /// Its dek.
    pub dek: String,
    /// Its text.
    pub text: String,
    /// Its language.
    pub language: Option<String>,
    /// Its time in its story.
    pub at: Timestamp,
    /// Its story.
    pub story: StoryId,
    /// Its kind in the story.
    pub kind: CoverageKind,
    /// The article that it is a copy, rewrite or revision of.
    pub of: Option<ArticleId>,
}

/// The state of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedState {
    /// It is polled.
    Active,
    /// It answered 410 Gone and is polled no more.
    Gone,
    /// The watchlist no longer names it.
    Removed,
}

/// A feed and its health.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FeedView {
    /// Its row.
    pub id: FeedId,
    /// Its address.
    pub url: String,
    /// Its name or title.
    pub title: Option<String>,
    /// Its state.
    pub state: FeedState,
    /// The last poll.
    pub polled: Option<Timestamp>,
    /// The last poll that succeeded.
    pub succeeded: Option<Timestamp>,
    /// The next poll.
    pub next: Option<Timestamp>,
    /// The last poll's status.
    pub status: Option<u16>,
    /// Polls that failed in a row.
    pub failures: u32,
    /// The last failure, while it lasts.
    pub error: Option<String>,
    /// Entries known.
    pub entries: u64,
    /// When the last new entry was found.
    pub last_new: Option<Timestamp>,
    /// Since when it is silent against its own rhythm, if it is.
    pub silent_since: Option<Timestamp>,
    /// The poll stage's memory, as JSON.
    #[serde(skip)]
    pub memory: String,
}

impl FeedView {
    /// How often it failed in a row, in words: `once`, `3 times in a row`.
    #[must_use]
    pub fn in_a_row(&self) -> String {
        match self.failures {
            1 => "once".to_owned(),
            n => format!("{n} times in a row"),
        }
    }
}

/// An alert and its deliveries.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AlertView {
    /// Its id.
    pub id: AlertId,
    /// `story.opened` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its watch.
    pub watch: Option<WatchId>,
    /// Its story.
    pub story: Option<StoryId>,
    /// The article's title.
    pub title: Option<String>,
    /// The outlet.
    pub source: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// Its row, ascending in the order in which alerts are made.
    #[serde(skip)]
    pub row: i64,
    /// If it is held, why.
    pub held: Option<String>,
    /// The summary that listed it after it was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_in: Option<AlertId>,
    /// Its deliveries.
    pub deliveries: Vec<DeliveryView>,
}

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// On its way.
    Pending,
    /// Arrived.
    Delivered,
    /// Given up.
    Dead,
}

/// A delivery.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryView {
    /// Its row.
    pub id: DeliveryId,
    /// To whom.
    pub receiver: String,
    /// Its state.
    pub state: DeliveryState,
    /// Tries so far.
    pub tries: u32,
    /// The next try.
    pub next: Option<Timestamp>,
    /// What went wrong last.
    pub error: Option<String>,
}

/// The overview of a story.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StoryView {
    /// Its number.
    pub id: StoryId,
    /// Its title.
    pub title: String,
    /// The first article's time.
    pub first_seen: Timestamp,
    /// The last article's time.
    pub last_seen: Timestamp,
    /// Articles.
    pub articles: u64,
    /// Outlets.
    pub sources: u64,
    /// Reports that repeat no other article.
    pub independent: u64,
    /// The watches that follow it.
    pub watches: Vec<String>,
}

/// An article of a story.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ArticleView {
    /// Its number.
    pub id: ArticleId,
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: String,
    /// The outlet.
    pub source: String,
    /// Its time in the story.
    pub at: Timestamp,
    /// Its kind in the story.
    pub kind: CoverageKind,
    /// The article that it is a copy, rewrite or revision of.
    pub of: Option<ArticleId>,
    /// What was new in it.
    pub new: Vec<Novelty>,
    /// The watches that it matched.
    pub watches: Vec<String>,
}

/// An article found by words in it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FoundArticle {
    /// Its number.
    pub id: ArticleId,
    /// Its story.
    pub story: StoryId,
    /// Its title.
    pub title: String,
    /// The outlet.
    pub source: String,
    /// Its time in the story.
    pub at: Timestamp,
    /// Its address.
    pub url: Option<String>,
    /// Some words around the hits.
    pub snippet: String,
    /// Character ranges of the hits within the snippet.
    pub marks: Vec<(usize, usize)>,
}

/// An article with all fields that watches can match.
#[derive(Clone, Debug)]
pub struct ArchivedArticle {
    /// Its number.
    pub id: ArticleId,
    /// The feed's address as the watchlist wrote it.
    pub feed_url: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// The outlet.
    pub source: String,
    /// The authors.
    pub author: Option<String>,
    /// Its title.
    pub title: String,
    /// Its dek.
    pub dek: String,
    /// Its text.
    pub text: String,
    /// Its captions.
    pub captions: Vec<String>,
    /// Its language.
    pub language: Option<String>,
    /// When it was fetched.
    pub fetched: Timestamp,
    /// Its story.
    pub story: StoryId,
    /// Its kind in the story.
    pub kind: CoverageKind,
    /// How much of it was new to the story; `None` for articles that older versions read,
    /// which did not store it.
    pub newness: Option<f32>,
    /// The stories that were known by then to be one with its own.
    pub linked: Vec<StoryId>,
}

/// A story that turned out to be one with another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LinkedStory {
    /// Its number.
    pub id: StoryId,
    /// Its title.
    pub title: String,
}

/// An outlet's own report that matched a watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its number.
    pub article: ArticleId,
    /// Its time in its story.
    pub at: Timestamp,
    /// The outlet.
    pub outlet: String,
}

/// How many reports of a story matched a watch over a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryVolume {
    /// The story.
    pub story: StoryId,
    /// Its title.
    pub title: String,
    /// Reports of it.
    pub articles: u64,
}

/// When the next piece of work of each kind is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    /// The next poll.
    pub feed: Option<Timestamp>,
    /// The next reading.
    pub entry: Option<Timestamp>,
    /// The next attempt.
    pub delivery: Option<Timestamp>,
    /// Whether some work is leased.
    pub is_leased: bool,
}

/// All that the status shows, as of one moment.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The numbers of feeds, entries, articles, alerts and deliveries.
    pub numbers: Numbers,
    /// The feeds in trouble.
    pub troubled: Vec<FeedView>,
    /// When the next work of each kind is due.
    pub pulse: Pulse,
    /// When the oldest alert that is still to be delivered was made.
    pub oldest_pending: Option<Timestamp>,
    /// Receivers that are not sent to, with the reason.
    pub disabled_receivers: Vec<(String, String)>,
    /// The newest alerts.
    pub alerts: Vec<AlertView>,
    /// What is muted, the first to end first.
    pub mutes: Vec<Mute>,
}

/// A row with a damaged value, such as text that is not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DamagedRow {
    /// Its table.
    pub table: String,
    /// Its number or name in the table; `?` if that is damaged.
    pub id: String,
    /// Which column is damaged.
    pub column: String,
    /// What is wrong with it, such as `invalid UTF-8`.
    pub what: String,
}

/// The numbers of feeds, entries, articles, alerts and deliveries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Numbers {
    /// Feeds that are polled.
    pub feeds: u64,
    /// Of these, feeds whose last poll failed.
    pub failing: u64,
    /// Feeds that are silent against their own rhythm.
    pub silent: u64,
    /// Entries known.
    pub entries: u64,
    /// Entries waiting to be read.
    pub unread: u64,
    /// Entries given up.
    pub given_up: u64,
    /// Articles.
    pub articles: u64,
    /// Stories.
    pub stories: u64,
    /// Alerts.
    pub alerts: u64,
    /// Deliveries on their way.
    pub pending: u64,
    /// Deliveries given up.
    pub dead: u64,
    /// Bytes of the store's file.
    pub bytes: u64,
}
