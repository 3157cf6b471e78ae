#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::config::settings::Settings;
use crate::daemon::{self, Extent, Parts};
use crate::model::{Article, ArticleId, Block, BlockKind, Match};
use crate::notify::Receivers;
use crate::store::{
    AlertFilter, EntryChange, EntryFacts, FeedSeed, NewEntry, PollRecord, ReadPlan,
};
use jiff::{SignedDuration, Timestamp};

const FEED: &str = "https://harbour.example/feed";

fn now() -> Timestamp {
    "2031-05-04T12:00:00Z".parse().unwrap()
}

/// A read loop over a store with `n` entries, and the leases of these entries.
async fn scene(folder: &std::path::Path, n: usize) -> (Read, Vec<EntryLease>) {
    let watchlist = folder.join("watchlist.toml");
    let written = format!(
        "[[feed]]\nurl = \"{FEED}\"\n[[watch]]\nid = \"lights\"\nany = [\"lighthouse\"]\nalert = {{ mode = \"first\", to = [\"out\"] }}\n"
    );
    std::fs::write(&watchlist, written).unwrap();
    let settings = folder.join("newsvane.toml");
    let written = "[receiver.out]\ntype = \"file\"\npath = \"out.ndjson\"\n";
    std::fs::write(&settings, written).unwrap();
    let daemon = daemon::build(Parts {
        settings: Settings::load(Some(&settings)).unwrap(),
        settings_file: None,
        watchlist,
        state_dir: folder.to_owned(),
        receivers: Receivers::default(),
    })
    .unwrap();
    let store = daemon.store();
    let seed = FeedSeed {
        url: FEED.to_owned(),
        written: FEED.to_owned(),
        name: None,
        first_poll: now(),
    };
    store.sync_feeds(vec![seed]).await.unwrap();
    let feed = store.subscriptions().await.unwrap()[0].id;
    let entries = (0..n).map(|n| {
        EntryChange::New(NewEntry {
            facts: EntryFacts {
                key: n.to_string(),
                ..EntryFacts::default()
            },
            payload: "{}".to_owned(),
            plan: ReadPlan::Read(now()),
        })
    });
    let poll = PollRecord {
        at: now(),
        next: Some(now()),
        status: Some(200),
        error: None,
        etag: None,
        last_modified: None,
        body_hash: None,
        title: None,
        is_whole: true,
        memory: None,
        silent_since: None,
        entries: entries.collect(),
        alerts: Vec::new(),
    };
    store.finish_poll(feed, poll).await.unwrap();
    let until = now() + SignedDuration::from_mins(5);
    let leases = store
        .lease_entries(now(), until, n, n, Vec::new())
        .await
        .unwrap();
    assert_eq!(leases.len(), n);
    (Read::new(daemon, Extent::Endless), leases)
}

/// An article about the leaving keeper, by the outlet `source`.
fn reading(source: &str) -> Reading {
    let text = "The last keeper of the lighthouse leaves the island on Friday, the harbour \
                office said. The lamp has been turned by a motor since the spring, and the \
                house below it is to be let to walkers from next summer on.";
    Reading {
        article: Article {
            title: Some("Last keeper leaves the lighthouse".to_owned()),
            blocks: vec![Block {
                kind: BlockKind::Paragraph,
                text: text.to_owned(),
            }],
            ..Article::default()
        },
        url: Some(format!("https://{source}.example/keeper")),
        source: source.to_owned(),
        words: 46,
        matches: vec![Match {
            watch: "lights".into(),
            why: Vec::new(),
            boilerplate: false,
        }],
        fetched: now(),
        look: None,
    }
}

/// An article that matches no watch.
fn other(n: usize) -> Reading {
    Reading {
        matches: Vec::new(),
        ..reading(&format!("outlet-{n}"))
    }
}

/// Places articles that all arrived while another one was being placed.
async fn place_at_once(
    read: &Read,
    articles: impl Iterator<Item = (EntryLease, Reading)>,
) -> Vec<Result<(), StoreError>> {
    let held = read.daemon.stories.lock().await;
    let free = async {
        while read.queue.waiting().is_empty() {
            tokio::task::yield_now().await;
        }
        drop(held);
    };
    let placed = articles.map(|(lease, reading)| read.place(lease, reading));
    let placed = futures_util::future::join_all(placed);
    let (placed, ()) = tokio::time::timeout(
        Duration::from_secs(60),
        futures_util::future::join(placed, free),
    )
    .await
    .unwrap();
    placed
}

async fn check_index(read: &Read, n_articles: usize) {
    let placer = read.daemon.stories.lock().await;
    assert!(!placer.is_ahead);
    assert_eq!(placer.stories.n_articles(), n_articles);
    let highest = read.daemon.store.highest_ids().await.unwrap().0;
    assert_eq!(placer.next_article, ArticleId(highest.0 + 1));
}

#[tokio::test]
async fn articles_that_came_meanwhile_are_placed_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let n = TOGETHER + 3;
    let (read, leases) = scene(folder.path(), n).await;
    let articles = leases.into_iter().zip((0..n).map(other));
    let placed = place_at_once(&read, articles).await;
    assert!(placed.iter().all(Result::is_ok), "{placed:?}");
    check_index(&read, n).await;
    let stories = read.daemon.store.stories(9).await.unwrap();
    assert_eq!(stories.len(), 1, "each is placed against those before it");
    assert_eq!(stories[0].articles, n as u64);
}

#[tokio::test]
async fn one_that_cannot_be_committed_takes_no_other_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (read, mut leases) = scene(folder.path(), 4).await;
    leases[1].token += 1;
    let articles = leases.into_iter().zip((0..4).map(other));
    let placed = place_at_once(&read, articles).await;
    let is_ok: Vec<bool> = placed.iter().map(Result::is_ok).collect();
    assert_eq!(is_ok, [true, false, true, true], "{placed:?}");
    check_index(&read, 3).await;
}

#[tokio::test]
async fn a_watch_hears_of_a_story_once_when_two_articles_come_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (read, leases) = scene(folder.path(), 3).await;
    let articles = [other(0), reading("courier"), reading("herald")];
    let placed = place_at_once(&read, leases.into_iter().zip(articles)).await;
    assert!(placed.iter().all(Result::is_ok), "{placed:?}");
    let filter = AlertFilter {
        limit: 9,
        ..AlertFilter::default()
    };
    let alerts = read.daemon.store.alerts(filter).await.unwrap();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
}
