//! A store in a temporary folder, and rows to put into it.

use jiff::{SignedDuration, Timestamp};
use newsvane::model::{
    AlertId, Article, ArticleId, Block, BlockKind, CoverageKind, Evidence, FeedId, Field, Match,
    StoryId, WatchId,
};
use newsvane::store::{
    AlertRecord, ArticleRecord, EntryChange, EntryFacts, EntryLease, FeedSeed, NewEntry,
    PollRecord, ReadPlan, Store, StoreError, Subscription,
};
use std::path::Path;
use std::sync::Arc;

type Open = fn(&Path) -> Result<Arc<dyn Store>, StoreError>;

/// The temporary folder of a test's store, and how the store is opened.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    open: Open,
}

impl Place {
    pub(crate) fn new(open: Open) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            open,
        }
    }

    pub(crate) fn open(&self) -> Arc<dyn Store> {
        (self.open)(self.folder.path()).unwrap()
    }
}

/// Noon of an invented day, and `minutes` after it.
pub(crate) fn at(minutes: i64) -> Timestamp {
    let noon: Timestamp = "2031-05-04T12:00:00Z".parse().unwrap();
    noon + SignedDuration::from_mins(minutes)
}

pub(crate) const FEED: &str = "https://harbour-courier.example/news.rss";

pub(crate) fn seed(url: &str) -> FeedSeed {
    FeedSeed {
        url: url.to_owned(),
        written: url.to_owned(),
        name: None,
        first_poll: at(0),
    }
}

/// A store with one feed, due at noon.
pub(crate) async fn with_feed(store: &Arc<dyn Store>) -> FeedId {
    store.sync_feeds(vec![seed(FEED)]).await.unwrap();
    subscription(store).await.id
}

/// The one feed that is polled.
pub(crate) async fn subscription(store: &Arc<dyn Store>) -> Subscription {
    let mut feeds = store.subscriptions().await.unwrap();
    assert_eq!(feeds.len(), 1);
    feeds.remove(0)
}

pub(crate) fn poll(entries: Vec<EntryChange>) -> PollRecord {
    PollRecord {
        at: at(1),
        next: Some(at(30)),
        status: Some(200),
        error: None,
        etag: Some("W/\"7\"".to_owned()),
        last_modified: None,
        body_hash: Some(u64::MAX - 1),
        title: Some("Harbour Courier".to_owned()),
        is_whole: true,
        memory: Some("{}".to_owned()),
        silent_since: None,
        entries,
        alerts: Vec::new(),
    }
}

pub(crate) fn entry(key: &str) -> NewEntry {
    NewEntry {
        facts: EntryFacts {
            key: key.to_owned(),
            content_hash: 1,
            ..EntryFacts::default()
        },
        payload: format!("{{\"title\":\"{key}\"}}"),
        plan: ReadPlan::Read(at(1)),
    }
}

/// A store with one entry, leased at five past noon for ten minutes.
pub(crate) async fn with_entry(store: &Arc<dyn Store>) -> EntryLease {
    let feed = with_feed(store).await;
    store
        .finish_poll(feed, poll(vec![EntryChange::New(entry("ferry"))]))
        .await
        .unwrap();
    let mut leased = store
        .lease_entries(at(5), at(15), 10, 10, Vec::new())
        .await
        .unwrap();
    assert_eq!(leased.len(), 1);
    leased.remove(0)
}

pub(crate) fn alert(id: &str, to: &[&str]) -> AlertRecord {
    AlertRecord {
        id: AlertId::from(id),
        kind: "story.opened".to_owned(),
        watch: Some(WatchId::from("ferries")),
        story: Some(StoryId(1)),
        article: Some(ArticleId(1)),
        feed: None,
        body: "{\"type\":\"story.opened\"}".to_owned(),
        created: at(6),
        to: to.iter().map(|name| (*name).to_owned()).collect(),
        held: None,
    }
}

pub(crate) fn article(id: i64, story: i64, alerts: Vec<AlertRecord>) -> ArticleRecord {
    let evidence = Evidence {
        term: "ferry".into(),
        field: Field::Body,
        start: 4,
        end: 9,
        sentence: "The ferry ran aground.".into(),
        marks: [(4, 9)].into(),
        boilerplate: false,
    };
    ArticleRecord {
        id: ArticleId(id),
        url: Some("https://harbour-courier.example/ferry".to_owned()),
        source: "Harbour Courier".to_owned(),
        fetched: at(6),
        at: at(6),
        words: 4,
        article: Article {
            title: Some("Ferry runs aground".to_owned()),
            blocks: vec![Block {
                kind: BlockKind::Paragraph,
                text: "The ferry ran aground.".to_owned(),
            }],
            ..Article::default()
        },
        story: StoryId(story),
        story_title: "Ferry runs aground".to_owned(),
        kind: CoverageKind::First,
        of: None,
        new: Vec::new(),
        newness: 0.0,
        linked: Vec::new(),
        matches: vec![Match {
            watch: WatchId::from("ferries"),
            why: vec![evidence],
            boilerplate: false,
        }],
        alerts,
        site_health: None,
    }
}
