//! Everything that newsvane remembers. The trait [`Store`] has one method for each
//! operation of the daemon and the commands; each is one transaction. SQL and its types
//! stay inside this folder.
//!
//! Entries and deliveries are leased to the workers of the read and deliver
//! loops. Taking a lease counts a try and gives a fencing token. Finishing the
//! work needs the token, so that a worker whose lease ran out gets
//! [`StoreError::LeaseLost`] and changes nothing. Feeds are not leased: the one
//! daemon on a store keeps the poll queue in memory.
//!
//! To add a backend: a folder beside `sqlite/`, an arm in [`open`], and its
//! line in `tests/store`.

mod detail;
mod error;
mod filter;
mod open;
mod record;
mod sqlite;
mod view;

pub use detail::{
    AlertDetail, ArchiveFilter, ArticleDetail, AttemptView, Below, EntryView, FeedDetail,
    FoundPart, ReceiverFacts, StoryFilter, Wanted, WatchDay, WatchFacts,
};
pub use error::StoreError;
pub use filter::{AlertFilter, FeedFilter, FeedPart, Redeliver};
use open::Limits;
pub use open::{backup, compact, lock, open, open_bounded, restore, sqlite_path, version};
pub use record::{
    AlertRecord, ArticleRecord, AttemptRecord, DeliveryLease, DeliveryOutcome, EndedThread,
    EntryChange, EntryFacts, EntryLease, FeedSeed, Followed, Held, KnownEntry, Mute, Muted,
    NewEntry, PendingSummary, PollNote, PollRecord, ReadOutcome, ReadPlan, Recent, Settled,
    Subscription, VolumeRecord, WatchStory,
};
pub use view::{
    AlertView, ArchivedArticle, ArticleView, DamagedRow, DeliveryState, DeliveryView, FeedState,
    FeedView, FoundArticle, LinkedStory, LiveArticle, Numbers, Overview, Pulse, Report, StoryView,
    StoryVolume,
};

pub use sqlite::file::check::check;
pub use sqlite::file::finding::{Finding, Scope};
pub use sqlite::file::lock::Lock;
pub use sqlite::file::salvage::{Salvaged, salvage};

use crate::model::{AlertId, ArticleId, FeedId, StoryId, WatchId};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// An answer of the store, to be awaited.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// `[store]` of newsvane.toml.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `sqlite:FILE`; a relative path is in the state directory.
    pub url: String,
    /// How long articles, stories and settled alerts are kept.
    pub retention: crate::model::Span,
    /// How large the store's files may become. Beyond it, the oldest
    /// articles of the largest feeds are deleted early. `"0"`: no bound.
    pub max_size: crate::model::ByteSize,
    /// How much of the store one feed may take. A feed beyond it stores no new
    /// entries until its older ones are gone. `"0"`: no bound.
    pub max_feed_size: crate::model::ByteSize,
    /// How many entries of one feed may wait to be read. More of them are taken
    /// up by later polls, once there is room. `0`: no bound.
    pub max_feed_backlog: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: "sqlite:newsvane.db".to_owned(),
            retention: crate::model::Span::hours(90 * 24),
            max_size: crate::model::ByteSize(0),
            max_feed_size: crate::model::ByteSize(500_000_000),
            max_feed_backlog: 5_000,
        }
    }
}

/// The operations on the store, each one transaction. An answer comes after the commit.
pub trait Store: Send + Sync {
    /// Makes the store's feeds those of the watchlist. New ones are due at the
    /// times given; those no longer named are not polled until they are named again.
    fn sync_feeds(&self, feeds: Vec<FeedSeed>) -> Answer<'_, ()>;

    /// The feeds that are polled: those of the watchlist that are not gone.
    fn subscriptions(&self) -> Answer<'_, Vec<Subscription>>;

    /// Ends every lease, and notes which entries were being read when the
    /// previous process ended. Repairs what is damaged in the rows that wait for
    /// work. Only for a process that holds the store's lock: otherwise two
    /// processes would do the same work.
    fn release_leases(&self) -> Answer<'_, ()>;

    /// Counts a try of reading `feed`'s document, so that a document that ends
    /// the process runs out of tries as well. Gives what is known of the feed's
    /// entries, the last seen first; at most 4,000.
    fn begin_document(&self, feed: FeedId) -> Answer<'_, Vec<KnownEntry>>;

    /// Records a poll: entries, validators, the next poll's time and any
    /// alerts about the feed itself, in one transaction. Says how many new
    /// entries were left out because the feed takes its whole share of the
    /// store; where there are any, the validators are dropped, so that the next
    /// poll gets those entries again.
    fn finish_poll(&self, feed: FeedId, record: PollRecord) -> Answer<'_, usize>;

    /// Records many polls without news together. What a crash loses of them is
    /// polled again.
    fn note_polls(&self, notes: Vec<(FeedId, PollNote)>) -> Answer<'_, ()>;

    /// Leases up to `n` entries due to be read at `now`: first those of the feeds
    /// with the fewest leases, then those that are due longest. Leases at most
    /// `each` of one feed, and none of the `throttled` feeds, so that a feed with
    /// many entries, or with pages that hang, does not hold up the others.
    ///
    /// Of the entries that were being read when the process ended twice in a
    /// row, only one is leased at a time: otherwise the one that ends the process
    /// would use up the tries of the others.
    fn lease_entries(
        &self,
        now: Timestamp,
        until: Timestamp,
        n: usize,
        each: usize,
        throttled: Vec<FeedId>,
    ) -> Answer<'_, Vec<EntryLease>>;

    /// Makes the lease of an entry end at `until`, if it is still held.
    fn extend_entry_lease(&self, lease: &EntryLease, until: Timestamp) -> Answer<'_, ()>;

    /// Records a reading: article, story, matches and deliveries in one transaction.
    fn finish_read(&self, lease: &EntryLease, outcome: ReadOutcome) -> Answer<'_, ()>;

    /// Records several readings in one transaction, in their order: all of them,
    /// or none and the first error.
    fn finish_reads(&self, readings: Arc<[(EntryLease, ReadOutcome)]>) -> Answer<'_, ()>;

    /// The stories linked to `stories`, and how far each of `watches` has followed
    /// any of them, taken together as one.
    fn watch_stories(&self, stories: Vec<StoryId>, watches: Vec<WatchId>) -> Answer<'_, Followed>;

    /// The stories that turned out to be one with `story`, the oldest first.
    fn story_links(&self, story: StoryId) -> Answer<'_, Vec<LinkedStory>>;

    /// What `watch` has learnt about its usual number of articles, and up to which
    /// article, as [`Store::set_volume`] recorded it.
    fn volume(&self, watch: WatchId) -> Answer<'_, Option<(ArticleId, String)>>;

    /// Records what a watch has learnt about its usual number of articles, and the alert
    /// that follows, in one transaction.
    fn set_volume(&self, watch: WatchId, record: VolumeRecord) -> Answer<'_, ()>;

    /// The original reports that matched `watch`, after the article `after`, in the order
    /// of arrival; at most `n`. Copies, rewrites and revisions are left out, and entries
    /// that were in their feed before newsvane first polled it.
    fn watch_reports(&self, watch: WatchId, after: ArticleId, n: usize) -> Answer<'_, Vec<Report>>;

    /// The stories with the most reports since `since` that matched `watch`, with
    /// how many; at most `n`.
    fn watch_volume_stories(
        &self,
        watch: WatchId,
        since: Timestamp,
        n: usize,
    ) -> Answer<'_, Vec<StoryVolume>>;

    /// The extraction health of a site's pages, as JSON, as the last reading recorded it;
    /// `None` for a site that was not read yet.
    fn site_health(&self, site: String) -> Answer<'_, Option<String>>;

    /// The sites whose extraction quality has changed, each with the time since when;
    /// at most `n`.
    fn degraded_sites(&self, n: usize) -> Answer<'_, Vec<(String, Option<Timestamp>)>>;

    /// What each of `watches` sent since its time, in their order.
    fn watch_recent(&self, watches: Vec<(WatchId, Timestamp)>) -> Answer<'_, Vec<Recent>>;

    /// The watches with a summary due at `now`, some dozens at most.
    fn summaries_due(&self, now: Timestamp) -> Answer<'_, Vec<WatchId>>;

    /// What a summary of `watch` at `now` has to list, with the bodies of `n`
    /// stories; `None` where nothing is due.
    fn pending_summary(
        &self,
        watch: WatchId,
        now: Timestamp,
        n: usize,
    ) -> Answer<'_, Option<PendingSummary>>;

    /// Puts the summary of a watch's held alerts, as [`Store::pending_summary`] gave them
    /// at `now`, into the outbox, and marks these alerts as summarised, in one
    /// transaction. If none is held any more, it changes nothing.
    fn summarise(&self, summary: AlertRecord, now: Timestamp) -> Answer<'_, ()>;

    /// Holds back the alerts of a watch or a feed until a time; replaces a mute of
    /// the same. Deliveries under way wait until then, and alerts that come about
    /// meanwhile are held, in the transaction that records them. An alert about the
    /// feed itself is delivered then.
    fn mute(&self, mute: Mute) -> Answer<'_, ()>;

    /// Ends a mute at `now`: what it held is due. Says whether there was one.
    fn unmute(&self, muted: Muted, now: Timestamp) -> Answer<'_, bool>;

    /// The mutes that are not over at `now`, the first to end first.
    fn mutes(&self, now: Timestamp) -> Answer<'_, Vec<Mute>>;

    /// The highest numbers given to an article and to a story; 0 where there are none.
    fn highest_ids(&self) -> Answer<'_, (ArticleId, StoryId)>;

    /// Polls a feed again that had answered 410 Gone; false if it had not.
    fn revive_feed(&self, url: String, now: Timestamp) -> Answer<'_, bool>;

    /// The first article to remember: the first one since `since`, or an earlier one so
    /// that there are at least `least`, or a later one so that there are at most `most`.
    /// The largest possible number if there are none.
    fn first_since(&self, since: Timestamp, least: usize, most: usize) -> Answer<'_, ArticleId>;

    /// The articles from `from` on and those of the stories with an article from
    /// `first` on, in the order of their arrival: what the story index is
    /// rebuilt from. Starts after `after`, gives at most `n`.
    fn live_articles(
        &self,
        first: ArticleId,
        from: ArticleId,
        after: ArticleId,
        n: usize,
    ) -> Answer<'_, Vec<LiveArticle>>;

    /// Leases up to `n` deliveries to `receiver` due at `now`, the longest due first.
    /// Where `in_order`, none whose story has an earlier delivery to it that is
    /// still to be sent.
    fn lease_deliveries(
        &self,
        receiver: String,
        now: Timestamp,
        until: Timestamp,
        n: usize,
        in_order: bool,
    ) -> Answer<'_, Vec<DeliveryLease>>;

    /// Threads at `receiver` without a message since `before`, at most `n`.
    fn ended_threads(
        &self,
        receiver: String,
        before: Timestamp,
        n: usize,
    ) -> Answer<'_, Vec<EndedThread>>;

    /// Forgets a thread: the story's next alert opens a new one.
    fn forget_thread(&self, thread: &EndedThread) -> Answer<'_, ()>;

    /// Notes what the receivers' settings are, as names with fingerprints. A disabled
    /// receiver whose settings have changed is enabled again; gives the names of those.
    fn note_receivers(&self, settings: Vec<(String, u64)>) -> Answer<'_, Vec<String>>;

    /// Makes the lease of a delivery end at `until`, if it is still held.
    fn extend_delivery_lease(&self, lease: &DeliveryLease, until: Timestamp) -> Answer<'_, ()>;

    /// Records an attempt and what follows from it.
    fn finish_delivery(&self, lease: &DeliveryLease, attempt: AttemptRecord) -> Answer<'_, ()>;

    /// Puts an alert of newsvane's own (a test, a health report) into the outbox.
    fn add_alert(&self, alert: AlertRecord) -> Answer<'_, ()>;

    /// Makes the dead deliveries of an alert, or of a receiver, due at `now` under their
    /// old ids, and enables the receivers; returns how many. For one alert, deliveries
    /// that wait for their next try become due as well.
    fn redeliver(&self, which: Redeliver, now: Timestamp) -> Answer<'_, usize>;

    /// When the next feed, entry and delivery is due, and whether anything is
    /// leased at `now`. `None` where nothing is due; work that is leased counts as
    /// due when its lease ends.
    fn next_due(&self, now: Timestamp) -> Answer<'_, Pulse>;

    /// Alerts with their deliveries, the newest first.
    fn alerts(&self, filter: AlertFilter) -> Answer<'_, Vec<AlertView>>;

    /// One alert's body as it is sent; `None` where there is no such alert.
    fn alert_body(&self, alert: AlertId) -> Answer<'_, Option<String>>;

    /// The feeds with their health, by URL: all, or only those in trouble.
    fn feeds(&self, which: FeedFilter) -> Answer<'_, Vec<FeedView>>;

    /// A part of the feeds, by URL.
    fn feed_part(&self, filter: FeedPart) -> Answer<'_, Vec<FeedView>>;

    /// For each feed with articles read since `since`, the median time from
    /// their publication (by their own word) to their reading.
    fn feed_delays(&self, since: Timestamp) -> Answer<'_, Vec<(FeedId, Duration)>>;

    /// Stories, the last changed first.
    fn stories(&self, limit: usize) -> Answer<'_, Vec<StoryView>>;

    /// One story's articles in the order of their arrival.
    fn story_articles(&self, story: StoryId) -> Answer<'_, Vec<ArticleView>>;

    /// The articles that contain all of `terms` (each a word, a phrase, or the beginning
    /// of a word with a `*`) in title, dek or text; the best match first.
    fn search(&self, terms: Vec<String>, limit: usize) -> Answer<'_, Vec<FoundArticle>>;

    /// The articles fetched since `since`, in the order of arrival, with all fields that
    /// watches can match. Starts after `after`, returns at most `n`.
    fn archived(
        &self,
        since: Timestamp,
        after: ArticleId,
        n: usize,
    ) -> Answer<'_, Vec<ArchivedArticle>>;

    /// One alert with its body and its attempts; `None` where there is no such alert.
    fn alert_detail(&self, alert: AlertId) -> Answer<'_, Option<AlertDetail>>;

    /// When the oldest alert that is still to be delivered was made.
    fn oldest_undelivered(&self) -> Answer<'_, Option<Timestamp>>;

    /// The newest alert's row, for [`AlertFilter::after`]; 0 where there is none.
    fn newest_alert(&self) -> Answer<'_, i64>;

    /// A part of the stories, the last changed first.
    fn story_part(&self, filter: StoryFilter) -> Answer<'_, Vec<StoryView>>;

    /// The overview of one story; `None` if there is no such story.
    fn story(&self, story: StoryId) -> Answer<'_, Option<StoryView>>;

    /// One article in full; `None` where there is no such article.
    fn article(&self, article: ArticleId) -> Answer<'_, Option<ArticleDetail>>;

    /// The articles and entries that an address, number or title may mean, about a dozen
    /// at most, the last found first.
    fn candidates(&self, wanted: Wanted) -> Answer<'_, (Vec<ArticleId>, Vec<EntryView>)>;

    /// The alerts of each watch by day, from `since` on.
    fn watch_days(&self, since: Timestamp) -> Answer<'_, Vec<WatchDay>>;

    /// What is known of one watch, with its matches by day from `since` on.
    fn watch_facts(&self, watch: WatchId, since: Timestamp) -> Answer<'_, WatchFacts>;

    /// One feed with its newest entries, and how many it brought by day from `since`
    /// on; `None` where there is no such feed.
    fn feed_detail(&self, feed: FeedId, since: Timestamp) -> Answer<'_, Option<FeedDetail>>;

    /// The deliveries of each receiver that has had any, in numbers.
    fn receiver_facts(&self) -> Answer<'_, Vec<ReceiverFacts>>;

    /// A part of the articles with these words and conditions, the last read first.
    fn search_part(&self, filter: ArchiveFilter) -> Answer<'_, FoundPart>;

    /// The articles with lower numbers than `below`, the last read first, with all fields
    /// that watches can match; at most `n`.
    fn archived_below(&self, below: ArticleId, n: usize) -> Answer<'_, Vec<ArchivedArticle>>;

    /// All that the status shows, as of one moment: with the `n_alerts` newest alerts.
    fn overview(&self, now: Timestamp, n_alerts: usize) -> Answer<'_, Overview>;

    /// The numbers of feeds, entries, articles, alerts and deliveries.
    fn numbers(&self) -> Answer<'_, Numbers>;

    /// Receivers that answered 410 and are not sent to, with the reason.
    fn disabled_receivers(&self) -> Answer<'_, Vec<(String, String)>>;

    /// Deletes rows that are older than `before` and no longer needed, a bounded number
    /// at a time; returns whether there are more.
    fn sweep(&self, before: Timestamp) -> Answer<'_, bool>;

    /// While more than `max_bytes` are in use, deletes entries and articles of the feed
    /// that takes the most bytes, the oldest first. Returns whether there may be more to
    /// do.
    fn sweep_to_size(&self, max_bytes: u64, now: Timestamp) -> Answer<'_, bool>;

    /// A note that outlives the process, such as when it last ran.
    fn note(&self, key: &'static str) -> Answer<'_, Option<String>>;

    /// Sets a note.
    fn set_note(&self, key: &'static str, value: String) -> Answer<'_, ()>;

    /// For a clock that was set back by `by` to `now`: due times after `now` move back as
    /// much, but not before `now`. Deliveries become due at once.
    fn turn_back(&self, now: Timestamp, by: SignedDuration) -> Answer<'_, ()>;

    /// Commits nothing, but passes through the writing thread: an answer proves that
    /// commits work.
    fn ping(&self) -> Answer<'_, ()>;

    /// The entry's stored text is damaged: deletes the entry and the feed's
    /// validators, so that the next poll finds it again if the feed still holds it.
    fn refetch(&self, lease: &EntryLease) -> Answer<'_, ()>;

    /// Checks everything in the file once, while other work goes on. Damaged rows are
    /// listed ([`Store::damaged_rows`]), and an index that does not match its table is
    /// rebuilt. Takes seconds for each gigabyte.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the file's pages are damaged.
    fn inspect(&self) -> Answer<'_, ()>;

    /// The damaged rows that were found since the store was opened.
    fn damaged_rows(&self) -> Vec<DamagedRow>;

    /// What another program did to the store's file: deleted,
    /// replaced or cut short; `None` where all is well. Looks at the file's name
    /// only, and does not wait for the database.
    fn file_trouble(&self) -> Option<String>;

    /// Finishes the operations under way and merges the write-ahead log into the file, so
    /// that the file alone has all data. The store cannot be used afterwards.
    fn close(&self) -> Answer<'_, ()>;
}
