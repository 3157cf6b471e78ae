//! The store in one SQLite file: one thread writes, in groups; other connections read.

mod alerts;
mod archive;
mod articles;
mod connection;
mod deliveries;
mod entries;
mod feeds;
pub(super) mod file;
mod held;
mod links;
mod mutes;
mod pages;
mod row;
mod sum;
mod threads;
mod upkeep;
mod volumes;

use super::{
    AlertDetail, AlertFilter, AlertRecord, AlertView, Answer, ArchiveFilter, ArchivedArticle,
    ArticleDetail, ArticleView, AttemptRecord, DamagedRow, DeliveryLease, EndedThread, EntryLease,
    EntryView, FeedDetail, FeedFilter, FeedPart, FeedSeed, FeedView, Followed, FoundArticle,
    FoundPart, KnownEntry, Limits, LinkedStory, LiveArticle, Mute, Muted, Numbers, Overview,
    PendingSummary, PollNote, PollRecord, Pulse, ReadOutcome, ReceiverFacts, Recent, Redeliver,
    Report, Store, StoreError, StoryFilter, StoryView, StoryVolume, Subscription, VolumeRecord,
    Wanted, WatchDay, WatchFacts,
};
use crate::model::{AlertId, ArticleId, FeedId, StoryId, WatchId};
use connection::connect_patiently;
use connection::readers::Readers;
use connection::writer::Writer;
use file::{lock, migrate};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use upkeep::{clock, damage, inspect, repair, share, sweep};

/// The store in one SQLite file.
pub(super) struct Sqlite {
    writer: Arc<Writer>,
    readers: Readers,
    path: PathBuf,
    file: lock::FileWatch,
    limits: Limits,
    damage: Arc<damage::Damage>,
    inspector: Arc<inspect::Inspector>,
}

impl Sqlite {
    /// Opens `path`, creating and migrating it as needed.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] with what to do about it.
    pub(super) fn open(path: &Path, limits: Limits) -> Result<Self, StoreError> {
        if !path.is_file() {
            lock::create_private(path)?;
        }
        let unusable = |err: &StoreError| {
            StoreError::Unusable(format!("cannot open the store {}: {err}", path.display()))
        };
        let damage = Arc::<damage::Damage>::default();
        let mut connection = connect_patiently(path).map_err(|err| unusable(&err))?;
        // Only the writer gets a large cache; readers copy pages from the system's cache.
        connection.pragma_update(None, "cache_size", -8_192)?; // 8 MiB
        if limits.max_bytes > 0 {
            // The write-ahead log is a second file, and counts as well.
            let n_pages = (limits.max_bytes / 100 / 4_096).clamp(50, 1_000);
            connection.pragma_update(None, "wal_autocheckpoint", n_pages)?;
            connection.pragma_update(None, "journal_size_limit", n_pages * 4_096)?;
        }
        migrate::migrate(&mut connection, path).map_err(|err| match err {
            StoreError::Damaged(_) => unusable(&err),
            err => err,
        })?;
        Ok(Self {
            writer: Arc::new(Writer::start(connection, Arc::clone(&damage))?),
            readers: Readers::new(path.to_owned(), Arc::clone(&damage)),
            path: path.to_owned(),
            file: lock::FileWatch::new(path),
            limits,
            damage,
            inspector: Arc::default(),
        })
    }

    /// Runs `job` in a savepoint of the next group commit.
    fn write<T, F>(&self, job: F) -> Answer<'_, T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        Box::pin(self.writer.run(job))
    }

    /// Runs `query` on a connection that sees what is committed.
    fn read<T, F>(&self, query: F) -> Answer<'_, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        Box::pin(self.readers.run(query))
    }
}

impl Store for Sqlite {
    fn sync_feeds(&self, seeds: Vec<FeedSeed>) -> Answer<'_, ()> {
        self.write(move |tx| feeds::sync(tx, &seeds))
    }

    fn release_leases(&self) -> Answer<'_, ()> {
        self.write(|tx| {
            repair::queues(tx)?;
            entries::count_crashes(tx)?;
            for table in ["entries", "deliveries"] {
                tx.execute(
                    &format!("UPDATE {table} SET lease_until = 0 WHERE lease_until > 0"),
                    [],
                )?;
            }
            Ok(())
        })
    }

    fn subscriptions(&self) -> Answer<'_, Vec<Subscription>> {
        self.read(feeds::subscriptions)
    }

    fn begin_document(&self, feed: FeedId) -> Answer<'_, Vec<KnownEntry>> {
        // Both queries run on the writer's connection: its pages are in memory, while
        // every commit invalidates those of the readers.
        self.write(move |tx| {
            feeds::begin_document(tx, feed)?;
            entries::known(tx, feed)
        })
    }

    fn finish_poll(&self, feed: FeedId, record: PollRecord) -> Answer<'_, usize> {
        let limits = self.limits;
        self.write(move |tx| feeds::finish(tx, feed, &record, limits))
    }

    fn note_polls(&self, notes: Vec<(FeedId, PollNote)>) -> Answer<'_, ()> {
        self.write(move |tx| feeds::note(tx, &notes))
    }

    fn lease_entries(
        &self,
        now: Timestamp,
        until: Timestamp,
        n: usize,
        each: usize,
        throttled: Vec<FeedId>,
    ) -> Answer<'_, Vec<EntryLease>> {
        self.write(move |tx| entries::lease(tx, (now, until), (n, each), &throttled))
    }

    fn extend_entry_lease(&self, lease: &EntryLease, until: Timestamp) -> Answer<'_, ()> {
        let leased = articles::Leased::from(lease);
        self.write(move |tx| articles::extend(tx, leased, until))
    }

    fn refetch(&self, lease: &EntryLease) -> Answer<'_, ()> {
        let leased = articles::Leased::from(lease);
        self.write(move |tx| articles::refetch(tx, leased))
    }

    fn finish_read(&self, lease: &EntryLease, outcome: ReadOutcome) -> Answer<'_, ()> {
        let leased = articles::Leased::from(lease);
        let limits = self.limits;
        self.write(move |tx| articles::finish(tx, leased, &outcome, limits))
    }

    fn finish_reads(&self, readings: Arc<[(EntryLease, ReadOutcome)]>) -> Answer<'_, ()> {
        let limits = self.limits;
        self.write(move |tx| {
            readings.iter().try_for_each(|(lease, outcome)| {
                articles::finish(tx, lease.into(), outcome, limits)
            })
        })
    }

    fn watch_stories(&self, stories: Vec<StoryId>, watches: Vec<WatchId>) -> Answer<'_, Followed> {
        self.read(move |db| links::watch_stories(db, stories, watches))
    }

    fn story_links(&self, story: StoryId) -> Answer<'_, Vec<LinkedStory>> {
        self.read(move |db| links::of_story(db, story))
    }

    fn volume(&self, watch: WatchId) -> Answer<'_, Option<(ArticleId, String)>> {
        self.read(move |db| volumes::volume(db, &watch))
    }

    fn set_volume(&self, watch: WatchId, record: VolumeRecord) -> Answer<'_, ()> {
        self.write(move |tx| volumes::set(tx, &watch, &record))
    }

    fn watch_reports(&self, watch: WatchId, after: ArticleId, n: usize) -> Answer<'_, Vec<Report>> {
        self.read(move |db| volumes::reports(db, &watch, after, n))
    }

    fn watch_volume_stories(
        &self,
        watch: WatchId,
        since: Timestamp,
        n: usize,
    ) -> Answer<'_, Vec<StoryVolume>> {
        self.read(move |db| volumes::stories(db, &watch, since, n))
    }

    fn site_health(&self, site: String) -> Answer<'_, Option<String>> {
        self.read(move |db| articles::site_health(db, &site))
    }

    fn degraded_sites(&self, n: usize) -> Answer<'_, Vec<(String, Option<Timestamp>)>> {
        self.read(move |db| articles::degraded_sites(db, n))
    }

    fn watch_recent(&self, watches: Vec<(WatchId, Timestamp)>) -> Answer<'_, Vec<Recent>> {
        self.read(move |db| held::recent(db, &watches))
    }

    fn summaries_due(&self, now: Timestamp) -> Answer<'_, Vec<WatchId>> {
        self.read(move |db| held::due(db, now))
    }

    fn pending_summary(
        &self,
        watch: WatchId,
        now: Timestamp,
        n: usize,
    ) -> Answer<'_, Option<PendingSummary>> {
        self.read(move |db| held::pending_summary(db, &watch, now, n))
    }

    fn summarise(&self, summary: AlertRecord, now: Timestamp) -> Answer<'_, ()> {
        self.write(move |tx| held::summarise(tx, &summary, now))
    }

    fn mute(&self, mute: Mute) -> Answer<'_, ()> {
        self.write(move |tx| mutes::mute(tx, &mute))
    }

    fn unmute(&self, muted: Muted, now: Timestamp) -> Answer<'_, bool> {
        self.write(move |tx| mutes::unmute(tx, &muted, now))
    }

    fn mutes(&self, now: Timestamp) -> Answer<'_, Vec<Mute>> {
        self.read(move |db| mutes::list(db, now))
    }

    fn revive_feed(&self, url: String, now: Timestamp) -> Answer<'_, bool> {
        self.write(move |tx| feeds::revive(tx, &url, now))
    }

    fn highest_ids(&self) -> Answer<'_, (ArticleId, StoryId)> {
        self.read(articles::highest_ids)
    }

    fn first_since(&self, since: Timestamp, least: usize, most: usize) -> Answer<'_, ArticleId> {
        self.read(move |db| articles::first_since(db, since, least, most))
    }

    fn live_articles(
        &self,
        first: ArticleId,
        from: ArticleId,
        after: ArticleId,
        n: usize,
    ) -> Answer<'_, Vec<LiveArticle>> {
        self.read(move |db| articles::live(db, first, from, after, n))
    }

    fn lease_deliveries(
        &self,
        receiver: String,
        now: Timestamp,
        until: Timestamp,
        n: usize,
        in_order: bool,
    ) -> Answer<'_, Vec<DeliveryLease>> {
        self.write(move |tx| deliveries::lease(tx, &receiver, now, until, n, in_order))
    }

    fn ended_threads(
        &self,
        receiver: String,
        before: Timestamp,
        n: usize,
    ) -> Answer<'_, Vec<EndedThread>> {
        self.read(move |db| threads::ended(db, &receiver, before, n))
    }

    fn forget_thread(&self, thread: &EndedThread) -> Answer<'_, ()> {
        let thread = thread.clone();
        self.write(move |tx| threads::forget(tx, &thread))
    }

    fn note_receivers(&self, settings: Vec<(String, u64)>) -> Answer<'_, Vec<String>> {
        self.write(move |tx| threads::note_receivers(tx, &settings))
    }

    fn extend_delivery_lease(&self, lease: &DeliveryLease, until: Timestamp) -> Answer<'_, ()> {
        let (id, token) = (lease.id, lease.token);
        self.write(move |tx| deliveries::extend(tx, id, token, until))
    }

    fn finish_delivery(&self, lease: &DeliveryLease, attempt: AttemptRecord) -> Answer<'_, ()> {
        let (id, token) = (lease.id, lease.token);
        self.write(move |tx| deliveries::finish(tx, id, token, &attempt))
    }

    fn add_alert(&self, alert: AlertRecord) -> Answer<'_, ()> {
        self.write(move |tx| alerts::add(tx, &alert))
    }

    fn redeliver(&self, which: Redeliver, now: Timestamp) -> Answer<'_, usize> {
        self.write(move |tx| deliveries::redeliver(tx, &which, now))
    }

    fn next_due(&self, now: Timestamp) -> Answer<'_, Pulse> {
        self.read(move |db| alerts::next_due(db, now))
    }

    fn alerts(&self, filter: AlertFilter) -> Answer<'_, Vec<AlertView>> {
        self.read(move |db| alerts::list(db, &filter))
    }

    fn alert_body(&self, alert: AlertId) -> Answer<'_, Option<String>> {
        self.read(move |db| alerts::body(db, &alert))
    }

    fn feeds(&self, which: FeedFilter) -> Answer<'_, Vec<FeedView>> {
        self.read(move |db| feeds::list(db, which))
    }

    fn feed_part(&self, filter: FeedPart) -> Answer<'_, Vec<FeedView>> {
        self.read(move |db| feeds::part(db, &filter))
    }

    fn feed_delays(&self, since: Timestamp) -> Answer<'_, Vec<(FeedId, Duration)>> {
        self.read(move |db| feeds::delays(db, since))
    }

    fn stories(&self, limit: usize) -> Answer<'_, Vec<StoryView>> {
        let filter = StoryFilter {
            limit,
            ..StoryFilter::default()
        };
        self.story_part(filter)
    }

    fn story_articles(&self, story: StoryId) -> Answer<'_, Vec<ArticleView>> {
        self.read(move |db| articles::of_story(db, story))
    }

    fn search(&self, terms: Vec<String>, limit: usize) -> Answer<'_, Vec<FoundArticle>> {
        self.read(move |db| archive::search(db, &terms, limit))
    }

    fn archived(
        &self,
        since: Timestamp,
        after: ArticleId,
        n: usize,
    ) -> Answer<'_, Vec<ArchivedArticle>> {
        self.read(move |db| archive::archived(db, since, after, n))
    }

    fn alert_detail(&self, alert: AlertId) -> Answer<'_, Option<AlertDetail>> {
        self.read(move |db| pages::alerts::detail(db, &alert))
    }

    fn oldest_undelivered(&self) -> Answer<'_, Option<Timestamp>> {
        self.read(alerts::oldest_pending)
    }

    fn newest_alert(&self) -> Answer<'_, i64> {
        self.read(alerts::newest)
    }

    fn story_part(&self, filter: StoryFilter) -> Answer<'_, Vec<StoryView>> {
        self.read(move |db| pages::stories::part(db, &filter))
    }

    fn story(&self, story: StoryId) -> Answer<'_, Option<StoryView>> {
        self.read(move |db| pages::stories::one(db, story))
    }

    fn article(&self, article: ArticleId) -> Answer<'_, Option<ArticleDetail>> {
        self.read(move |db| pages::article::one(db, article))
    }

    fn candidates(&self, wanted: Wanted) -> Answer<'_, (Vec<ArticleId>, Vec<EntryView>)> {
        self.read(move |db| pages::article::candidates(db, &wanted))
    }

    fn watch_days(&self, since: Timestamp) -> Answer<'_, Vec<WatchDay>> {
        self.read(move |db| pages::watches::days(db, since))
    }

    fn watch_facts(&self, watch: WatchId, since: Timestamp) -> Answer<'_, WatchFacts> {
        self.read(move |db| pages::watches::facts(db, &watch, since))
    }

    fn feed_detail(&self, feed: FeedId, since: Timestamp) -> Answer<'_, Option<FeedDetail>> {
        self.read(move |db| pages::feeds::detail(db, feed, since))
    }

    fn receiver_facts(&self) -> Answer<'_, Vec<ReceiverFacts>> {
        self.read(pages::receivers::facts)
    }

    fn search_part(&self, filter: ArchiveFilter) -> Answer<'_, FoundPart> {
        self.read(move |db| pages::search::part(db, &filter))
    }

    fn archived_below(&self, below: ArticleId, n: usize) -> Answer<'_, Vec<ArchivedArticle>> {
        self.read(move |db| archive::archived_below(db, below, n))
    }

    fn overview(&self, now: Timestamp, n_alerts: usize) -> Answer<'_, Overview> {
        let path = self.path.clone();
        self.read(move |db| overview(db, &path, now, n_alerts))
    }

    fn numbers(&self) -> Answer<'_, Numbers> {
        let path = self.path.clone();
        self.read(move |db| sweep::numbers(db, &path))
    }

    fn disabled_receivers(&self) -> Answer<'_, Vec<(String, String)>> {
        self.read(deliveries::disabled)
    }

    fn sweep(&self, before: Timestamp) -> Answer<'_, bool> {
        self.write(move |tx| sweep::sweep(tx, before))
    }

    fn sweep_to_size(&self, max_bytes: u64, now: Timestamp) -> Answer<'_, bool> {
        self.write(move |tx| share::to_size(tx, max_bytes, now))
    }

    fn note(&self, key: &'static str) -> Answer<'_, Option<String>> {
        self.read(move |db| sweep::note(db, key))
    }

    fn set_note(&self, key: &'static str, value: String) -> Answer<'_, ()> {
        self.write(move |tx| sweep::set_note(tx, key, &value))
    }

    fn turn_back(&self, now: Timestamp, by: SignedDuration) -> Answer<'_, ()> {
        self.write(move |tx| clock::turn_back(tx, now, by))
    }

    fn ping(&self) -> Answer<'_, ()> {
        self.write(|tx| sweep::set_note(tx, "ping", ""))
    }

    fn inspect(&self) -> Answer<'_, ()> {
        Box::pin(inspect::inspect(
            Arc::clone(&self.inspector),
            self.path.clone(),
            Arc::clone(&self.damage),
            Arc::clone(&self.writer),
        ))
    }

    fn damaged_rows(&self) -> Vec<DamagedRow> {
        self.damage.list()
    }

    fn file_trouble(&self) -> Option<String> {
        self.file.trouble()
    }

    fn close(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            // The writer last: the log can be merged only while nobody reads it.
            self.inspector.close();
            self.readers.close().await;
            let writer = Arc::clone(&self.writer);
            let _ = tokio::task::spawn_blocking(move || writer.close()).await;
            Ok(())
        })
    }
}

/// All that the status shows. In one transaction: what is read in several would
/// contradict itself when a poll is committed between them.
fn overview(
    db: &Connection,
    path: &Path,
    now: Timestamp,
    n_alerts: usize,
) -> Result<Overview, StoreError> {
    let _one_moment = db.unchecked_transaction()?;
    let filter = AlertFilter {
        limit: n_alerts,
        ..AlertFilter::default()
    };
    Ok(Overview {
        numbers: sweep::numbers(db, path)?,
        troubled: feeds::list(db, FeedFilter::Troubled)?,
        pulse: alerts::next_due(db, now)?,
        oldest_pending: alerts::oldest_pending(db)?,
        disabled_receivers: deliveries::disabled(db)?,
        alerts: alerts::list(db, &filter)?,
        mutes: mutes::list(db, now)?,
    })
}
