//! The data that the page and its API read from the store: one alert, article, feed or
//! watch in full, and long lists in parts.

use super::{AlertView, FeedView};
use crate::model::{
    AlertId, ArticleId, CoverageKind, DeliveryId, EntryId, FeedId, Match, Novelty, Removed,
    StoryId, TextFrom, WatchId,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// A place in a list that is ordered by time, the newest first: the last row that was
/// shown. The next part starts below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Below {
    /// The row's time.
    pub at: Timestamp,
    /// The row's number, which orders rows of the same time.
    pub row: i64,
}

/// An alert with all that is known of it.
#[derive(Clone, Debug)]
pub struct AlertDetail {
    /// The alert and its deliveries.
    pub alert: AlertView,
    /// The article that it is about, while it is kept.
    pub article: Option<ArticleId>,
    /// For a held alert, when the summary that lists it is due.
    pub held_until: Option<Timestamp>,
    /// Its body as it is sent.
    pub body: String,
    /// The attempts to deliver it, the first one first; the newest few hundred.
    pub attempts: Vec<AttemptView>,
}

/// One attempt to deliver an alert.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AttemptView {
    /// The delivery that it belongs to.
    pub delivery: DeliveryId,
    /// When it was made.
    pub at: Timestamp,
    /// How long it took.
    pub elapsed_ms: u64,
    /// The HTTP status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why it failed, in words; with what the receiver answered.
    pub error: Option<String>,
}

/// An article in full.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ArticleDetail {
    /// Its number.
    pub id: ArticleId,
    /// Its feed's row.
    pub feed: FeedId,
    /// Its feed's address as the watchlist names it.
    #[serde(skip)]
    pub feed_url: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its headline.
    pub title: String,
    /// Its standfirst.
    pub dek: String,
    /// Its authors.
    pub author: Option<String>,
    /// The outlet.
    pub source: String,
    /// Its language.
    pub language: Option<String>,
    /// When it was published, according to the page or feed.
    pub published: Option<Timestamp>,
    /// When newsvane read it.
    pub fetched: Timestamp,
    /// The words of its text.
    pub words: u64,
    /// Where the text comes from.
    pub text_from: TextFrom,
    /// Its text.
    pub text: String,
    /// What was removed from the page, and why.
    pub removed: Vec<Removed>,
    /// Its story.
    pub story: StoryId,
    /// The story's title.
    pub story_title: String,
    /// Its kind in the story.
    pub kind: CoverageKind,
    /// The article that it is a copy, rewrite or revision of.
    pub of: Option<ArticleId>,
    /// What was new in it.
    pub new: Vec<Novelty>,
    /// How much of it was new to the story.
    pub newness: Option<f32>,
    /// Whether it was already in the feed at the first poll, so that it was recorded
    /// without an alert.
    pub was_there_before: bool,
    /// The watches that it met, and why.
    pub matches: Vec<Match>,
    /// The alerts about it.
    pub alerts: Vec<AlertId>,
}

/// Which stories are listed.
#[derive(Clone, Debug, Default)]
pub struct StoryFilter {
    /// Only those that this watch follows.
    pub watch: Option<WatchId>,
    /// Only those below this one.
    pub below: Option<Below>,
    /// How many at most.
    pub limit: usize,
}

/// How many alerts a watch made on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchDay {
    /// The watch.
    pub watch: WatchId,
    /// The day, counted from 1970 in UTC.
    pub day: i64,
    /// Alerts that were sent.
    pub sent: u64,
    /// Alerts that were held back.
    pub held: u64,
}

/// What is known of one watch.
#[derive(Clone, Debug, Default)]
pub struct WatchFacts {
    /// Articles that met it, as far as they are kept.
    pub matches: u64,
    /// Its alerts, as far as they are kept.
    pub alerts: u64,
    /// When its last alert was made.
    pub last_alert: Option<Timestamp>,
    /// Articles that met it, by day (counted from 1970 in UTC), ascending.
    pub days: Vec<(i64, u64)>,
}

/// What is known of one receiver.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReceiverFacts {
    /// Its name.
    pub name: String,
    /// Deliveries on their way.
    pub pending: u64,
    /// Deliveries that arrived.
    pub delivered: u64,
    /// Deliveries that were given up.
    pub dead: u64,
    /// When the last one arrived.
    pub last_delivered: Option<Timestamp>,
    /// What went wrong last in a delivery that is on its way or was given up.
    pub last_error: Option<String>,
    /// Why nothing is sent to it; `None` while it is in use.
    pub disabled: Option<String>,
}

/// A feed with its newest entries.
#[derive(Clone, Debug)]
pub struct FeedDetail {
    /// The feed.
    pub feed: FeedView,
    /// Its newest entries, the last found first.
    pub entries: Vec<EntryView>,
    /// Entries found a day (counted from 1970 in UTC), ascending.
    pub days: Vec<(i64, u64)>,
    /// How many bytes its entries and articles take.
    pub bytes: u64,
}

/// An entry and what became of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EntryView {
    /// Its row.
    pub id: EntryId,
    /// Its feed's row.
    pub feed: FeedId,
    /// Its title in the feed.
    pub title: Option<String>,
    /// Its link.
    pub link: Option<String>,
    /// When it was published, according to the feed.
    pub published: Option<Timestamp>,
    /// When it was found.
    pub found: Timestamp,
    /// Whether it was already in the feed at the first poll, so that it was recorded
    /// without an alert.
    pub was_there_before: bool,
    /// When it will be read; `None` if nothing is left to do.
    pub due: Option<Timestamp>,
    /// What went wrong in reading it.
    pub error: Option<String>,
    /// The article that it became.
    pub article: Option<ArticleId>,
}

/// The conditions of a search in the archive.
#[derive(Clone, Debug, Default)]
pub struct ArchiveFilter {
    /// Words, phrases, or beginnings of words with a `*`; all of them must occur.
    pub terms: Vec<String>,
    /// Only in the title and the dek.
    pub title_only: bool,
    /// Only articles of this outlet.
    pub source: Option<String>,
    /// Only articles in this language.
    pub language: Option<String>,
    /// Only articles that met this watch.
    pub watch: Option<WatchId>,
    /// Only articles from this time on.
    pub since: Option<Timestamp>,
    /// Only articles before this time.
    pub until: Option<Timestamp>,
    /// Only articles with a lower number.
    pub below: Option<ArticleId>,
    /// How many at most.
    pub limit: usize,
}

/// A part of the articles that were found, the last read first.
#[derive(Clone, Debug, Default)]
pub struct FoundPart {
    /// The articles.
    pub articles: Vec<super::FoundArticle>,
    /// Where the next part starts; `None` at the end of the archive. A part may be
    /// short although there is a next one: only so many articles are looked at.
    pub next: Option<ArticleId>,
}

/// What is asked about by `why`.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// An article's number.
    Article(ArticleId),
    /// An address, of an article or of an entry that became none.
    Url(String),
    /// Words of a title.
    Title(String),
}
