//! The records that the daemon writes to the store and the work that it leases from it,
//! as plain data.

use crate::model::{
    AlertId, Article, ArticleId, CoverageKind, DeliveryId, EntryId, FeedId, InThread, Match,
    Novelty, StoryId, Thread, WatchId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A feed of the watchlist.
#[derive(Clone, Debug)]
pub struct FeedSeed {
    /// Its identity: the URL of the watchlist, with its secrets masked.
    pub url: String,
    /// The URL of the watchlist. A feed that an earlier version stored under it is
    /// renamed to `url`; it is not stored.
    pub written: String,
    /// The name the watchlist gives it.
    pub name: Option<String>,
    /// If it is new, when to poll it first.
    pub first_poll: Timestamp,
}

/// A feed that is polled, with what the next poll of it needs.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Which feed.
    pub id: FeedId,
    /// The URL of the watchlist, with its secrets masked.
    pub url: String,
    /// The name that the watchlist gives it.
    pub name: Option<String>,
    /// Its own title.
    pub title: Option<String>,
    /// When it is to be polled.
    pub due: Timestamp,
    /// How often its document was begun since a poll of it was last finished.
    pub tries: u32,
    /// `ETag` of the last document, verbatim.
    pub etag: Option<String>,
    /// `Last-Modified` of the last document, verbatim.
    pub last_modified: Option<String>,
    /// Hash of the last document's bytes.
    pub body_hash: Option<u64>,
    /// What the poll stage remembers of the feed from poll to poll, as JSON; empty at first.
    pub memory: String,
    /// When a poll of it last succeeded; `None` before the first.
    pub succeeded: Option<Timestamp>,
    /// Polls that failed in a row.
    pub failures: u32,
}

impl Subscription {
    /// The name that the watchlist gives it, else its own title.
    #[must_use]
    pub fn shown_name(&self) -> Option<&str> {
        self.name.as_deref().or(self.title.as_deref())
    }
}

/// The outcome of a poll without news; see [`crate::store::Store::note_polls`].
#[derive(Clone, Debug)]
pub enum PollNote {
    /// It was polled.
    Polled(Box<PollRecord>),
    /// Its host does not want to be asked before this time.
    Postponed {
        /// When it is due.
        at: Timestamp,
        /// The poll stage's memory of it, where it changed.
        memory: Option<String>,
    },
}

/// The facts by which an entry is recognised when it comes again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFacts {
    /// Its stable key.
    pub key: String,
    /// Other keys under which it may come again.
    pub aliases: Vec<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its link.
    pub link: Option<String>,
    /// Its date.
    pub published: Option<Timestamp>,
    /// Hash of title, body and link.
    pub content_hash: u64,
}

/// An entry that the store knows.
#[derive(Clone, Debug)]
pub struct KnownEntry {
    /// Its row.
    pub id: EntryId,
    /// How it is recognised.
    pub facts: EntryFacts,
    /// When it was last seen in the feed, exact to a day.
    pub seen: Timestamp,
    /// The article made of it, if it was read.
    pub article: Option<ArticleId>,
}

/// Whether and when an entry is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadPlan {
    /// Only remembered.
    Record,
    /// Read from this time on; its matches alert.
    Read(Timestamp),
    /// Read from this time on; its alerts are recorded, and sent to nobody.
    ReadQuietly(Timestamp),
}

/// An entry not known before.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// How it will be recognised.
    pub facts: EntryFacts,
    /// The entry as the read stage wants it, as JSON.
    pub payload: String,
    /// What to do with it.
    pub plan: ReadPlan,
}

/// What a poll found out about one entry.
#[derive(Clone, Debug)]
pub enum EntryChange {
    /// It was not known.
    New(NewEntry),
    /// It was seen again; recorded at most once a day.
    Seen(EntryId),
    /// It came back under other names or dates: its facts are replaced.
    Renamed(EntryId, EntryFacts),
    /// Its title, body or link changed: facts and payload are replaced, and it
    /// is read again as the plan says.
    Edited(EntryId, NewEntry),
}

/// The outcome of a poll.
#[derive(Clone, Debug)]
pub struct PollRecord {
    /// When it was made.
    pub at: Timestamp,
    /// When to poll next; `None`: not until someone says so (410 Gone).
    pub next: Option<Timestamp>,
    /// The response's status; `None` where there was none.
    pub status: Option<u16>,
    /// What went wrong, for a person to read; `None` for a success.
    pub error: Option<String>,
    /// `ETag` to send next time.
    pub etag: Option<String>,
    /// `Last-Modified` to send next time.
    pub last_modified: Option<String>,
    /// Hash of the document's bytes.
    pub body_hash: Option<u64>,
    /// The feed's own title, where it was read.
    pub title: Option<String>,
    /// Whether a whole document was compared, so that entries not in it have left the
    /// feed. False for an unchanged document and for a delta.
    pub is_whole: bool,
    /// The new poll memory, as JSON; `None` if it did not change.
    pub memory: Option<String>,
    /// Since when the feed is silent against its own rhythm, if it is.
    pub silent_since: Option<Timestamp>,
    /// The entries.
    pub entries: Vec<EntryChange>,
    /// Alerts about the feed itself.
    pub alerts: Vec<AlertRecord>,
}

/// An entry leased for one reading.
#[derive(Clone, Debug)]
pub struct EntryLease {
    /// Which entry.
    pub id: EntryId,
    /// The fencing token.
    pub token: i64,
    /// How often it was leased, this time included.
    pub tries: u32,
    /// Whether it may be what ended the previous process; no other such entry is
    /// leased meanwhile.
    pub is_suspect: bool,
    /// Its feed.
    pub feed: FeedId,
    /// The feed's address as the watchlist writes it.
    pub feed_url: String,
    /// The feed's name.
    pub feed_title: Option<String>,
    /// Its stable key.
    pub key: String,
    /// Hash of title, body and link.
    pub content_hash: u64,
    /// The entry as the poll stage wrote it, as JSON.
    pub payload: String,
    /// Whether its alerts are only recorded, and sent to nobody.
    pub quiet: bool,
    /// The article made of it before, if it is read again after an edit.
    pub article: Option<ArticleId>,
}

/// The outcome of a reading.
#[derive(Clone, Debug)]
pub enum ReadOutcome {
    /// An article, placed and matched.
    Article(Box<ArticleRecord>),
    /// It was not read, and is tried again at a time.
    Retry {
        /// When.
        at: Timestamp,
        /// Why not now.
        error: String,
    },
    /// The host does not want to be asked yet: again at the time given, without
    /// counting it as a try.
    Postponed {
        /// When.
        at: Timestamp,
    },
    /// It will not be read: there is nothing to read, or reading it ended the process too
    /// often.
    GivenUp {
        /// Why.
        error: String,
    },
}

/// An article with everything that follows from it.
#[derive(Clone, Debug)]
pub struct ArticleRecord {
    /// Its number.
    pub id: ArticleId,
    /// Where it was fetched.
    pub url: Option<String>,
    /// The outlet's name, as shown.
    pub source: String,
    /// When it was fetched.
    pub fetched: Timestamp,
    /// Its time in its story: when it was published if that is plausible, else when it was fetched.
    pub at: Timestamp,
    /// Words in its text.
    pub words: usize,
    /// The article.
    pub article: Article,
    /// Its story.
    pub story: StoryId,
    /// The story's title.
    pub story_title: String,
    /// Its kind in the story.
    pub kind: CoverageKind,
    /// The article that it is a copy, rewrite or revision of.
    pub of: Option<ArticleId>,
    /// What is new in it.
    pub new: Vec<Novelty>,
    /// How much of the article is new to its story, 0 to 1.
    pub newness: f32,
    /// Stories found to be one with this one.
    pub linked: Vec<StoryId>,
    /// The watches that it matches.
    pub matches: Vec<Match>,
    /// The alerts that follow.
    pub alerts: Vec<AlertRecord>,
    /// If it was read from a page: the site and its new extraction health, as
    /// [`crate::store::Store::site_health`] returns it.
    pub site_health: Option<(String, String)>,
}

/// An alert on its way to the outbox.
#[derive(Clone, Debug)]
pub struct AlertRecord {
    /// Its idempotency key; an alert known under it is left as it is.
    pub id: AlertId,
    /// `story.opened` and so on.
    pub kind: String,
    /// The watch, for an alert about one.
    pub watch: Option<WatchId>,
    /// The story, for an alert about one.
    pub story: Option<StoryId>,
    /// The article, for an alert about one.
    pub article: Option<ArticleId>,
    /// The feed, for an alert about the feed itself.
    pub feed: Option<FeedId>,
    /// The body as it will be sent.
    pub body: String,
    /// When it was made.
    pub created: Timestamp,
    /// The receivers it goes to.
    pub to: Vec<String>,
    /// Why and until when it is held; `None` if it is sent at once.
    pub held: Option<Held>,
}

/// Why an alert is kept but not sent, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Why: a cooldown, a budget, a digest's time, a quiet start.
    pub reason: String,
    /// Since when the watch's alerts are held for this reason.
    pub since: Timestamp,
    /// When a summary of what was held is due; `None`: there will be none.
    pub until: Option<Timestamp>,
}

/// A watch or a feed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", content = "name", rename_all = "lowercase")]
pub enum Muted {
    /// The watch of this id.
    Watch(WatchId),
    /// The feed of this URL, as the store knows it.
    Feed(String),
}

/// A watch or feed whose alerts are held back until a time. What was held is listed
/// in one summary for each watch then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Mute {
    /// What is muted.
    #[serde(flatten)]
    pub muted: Muted,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Why, if whoever muted it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a watch sent recently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// Alerts sent since the time asked for, summaries among them.
    pub n_sent: u32,
    /// When the last one was made, however long ago.
    pub last: Option<Timestamp>,
}

/// What a watch's next summary has to list.
#[derive(Clone, Debug)]
pub struct PendingSummary {
    /// Alerts held back.
    pub n_alerts: u64,
    /// The oldest of them.
    pub first: AlertId,
    /// Why the newest of them was held.
    pub reason: String,
    /// Since when the watch's alerts are held.
    pub since: Timestamp,
    /// Stories that they are about.
    pub n_stories: u64,
    /// The bodies of the newest alert of each story, the newest first; as many
    /// as were asked for.
    pub bodies: Vec<String>,
}

/// How far a watch has followed a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchStory {
    /// Articles of the story that matched the watch.
    pub n_articles: u32,
    /// Alerts sent on the story for the watch.
    pub n_alerts: u32,
    /// When the last alert was made.
    pub last_alert: Option<Timestamp>,
}

/// Stories that are one, and how far watches have followed them together.
#[derive(Clone, Debug, Default)]
pub struct Followed {
    /// The stories asked for and all that are linked to them, ascending.
    pub stories: Vec<StoryId>,
    /// The watches that have followed any of them.
    pub watches: Vec<(WatchId, WatchStory)>,
}

/// What a watch has learnt about its usual number of articles, up to an article.
#[derive(Clone, Debug)]
pub struct VolumeRecord {
    /// The last article taken into account.
    pub article: ArticleId,
    /// What was learnt, as JSON.
    pub state: String,
    /// When.
    pub at: Timestamp,
    /// The alert that follows.
    pub alert: Option<AlertRecord>,
}

/// A delivery leased for one attempt.
#[derive(Clone, Debug)]
pub struct DeliveryLease {
    /// Which delivery.
    pub id: DeliveryId,
    /// The fencing token.
    pub token: i64,
    /// How often it was leased, this time included.
    pub tries: u32,
    /// The alert's id.
    pub alert: AlertId,
    /// The alert's type.
    pub kind: String,
    /// The body as it is sent.
    pub body: String,
    /// To whom.
    pub receiver: String,
    /// When the alert was made.
    pub created: Timestamp,
    /// The thread of its story at this receiver; `None` before the first message.
    pub thread: Option<Thread>,
}

/// A thread that got no message for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedThread {
    /// The receiver.
    pub receiver: String,
    /// The story.
    pub story: StoryId,
    /// The service's name for the message that opened it.
    pub reference: String,
}

/// One attempt, and what follows from it.
#[derive(Clone, Debug)]
pub struct AttemptRecord {
    /// When it was made.
    pub at: Timestamp,
    /// How long it took.
    pub elapsed: Duration,
    /// The status answered; `None` where there was none.
    pub status: Option<u16>,
    /// What went wrong; `None` for a success.
    pub error: Option<String>,
    /// What follows.
    pub outcome: DeliveryOutcome,
    /// Where the message went.
    pub in_thread: InThread,
    /// For a dead letter: the alert about it. It is sent only for the first dead letter
    /// since the receiver last accepted a delivery.
    pub notice: Option<AlertRecord>,
}

/// What follows from an attempt.
#[derive(Clone, Debug)]
pub enum DeliveryOutcome {
    /// The receiver accepted it.
    Delivered,
    /// It is tried again at this time.
    Retry(Timestamp),
    /// Nothing was sent, as the destination takes no more for now: again at this
    /// time, and it does not count as a try.
    Postponed(Timestamp),
    /// It will not be tried again by itself.
    Dead(Settled),
}

/// Why a delivery was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Its tries are used up, or the receiver refuses it for good.
    GivenUp,
    /// The receiver is gone or refuses newsvane for good: it is disabled, and its
    /// other deliveries are given up.
    ReceiverGone,
}
