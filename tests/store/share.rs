//! Tests that no feed takes more than its share of the store.

use crate::fixture::{article, at, entry, poll, seed};
use newsvane::model::{ByteSize, FeedId};
use newsvane::store::{self, EntryChange, NewEntry, ReadOutcome, Settings, Store};
use std::path::Path;
use std::sync::Arc;

const SMALL: &str = "https://small.example/feed";
const LARGE: &str = "https://large.example/feed";

async fn open(folder: &Path, settings: Settings) -> (Arc<dyn Store>, FeedId, FeedId) {
    let settings = Settings {
        url: "sqlite:test.db".to_owned(),
        ..settings
    };
    let store = store::open_bounded(&settings, folder).unwrap();
    store
        .sync_feeds(vec![seed(SMALL), seed(LARGE)])
        .await
        .unwrap();
    let feeds = store.subscriptions().await.unwrap();
    let id = |url: &str| feeds.iter().find(|feed| feed.url == url).unwrap().id;
    let (small, large) = (id(SMALL), id(LARGE));
    (store, small, large)
}

fn entries(round: usize, n: usize, n_bytes: usize) -> Vec<EntryChange> {
    let new = (0..n).map(|n| NewEntry {
        payload: format!("{{\"content\":\"{}\"}}", "x".repeat(n_bytes)),
        ..entry(&format!("{round} {n}"))
    });
    new.map(EntryChange::New).collect()
}

/// Reads all waiting entries of the feed; each article is as large as its entry.
async fn read_all(store: &Arc<dyn Store>, next: &mut i64) {
    loop {
        let leases = store.lease_entries(at(5), at(15), 50, 50, Vec::new());
        let leases = leases.await.unwrap();
        if leases.is_empty() {
            return;
        }
        for lease in leases {
            let mut record = article(*next, *next, Vec::new());
            record.article.blocks[0].text = "word ".repeat(lease.payload.len() / 5);
            *next += 1;
            let outcome = ReadOutcome::Article(Box::new(record));
            store.finish_read(&lease, outcome).await.unwrap();
        }
    }
}

fn n_bytes(folder: &Path) -> u64 {
    let size = |name: &str| std::fs::metadata(folder.join(name)).map_or(0, |meta| meta.len());
    size("test.db") + size("test.db-wal")
}

#[tokio::test]
async fn a_feed_that_fills_the_store_loses_its_own_and_the_bound_holds() {
    let folder = tempfile::tempdir().unwrap();
    let max = 10_000_000;
    let settings = Settings {
        max_size: ByteSize(max),
        ..Settings::default()
    };
    let (store, small, large) = open(folder.path(), settings).await;
    let mut next = 1;
    store
        .finish_poll(small, poll(entries(0, 20, 2_000)))
        .await
        .unwrap();
    read_all(&store, &mut next).await;
    for round in 0..40 {
        // Some 800 kB each time: three times the bound in all.
        store
            .finish_poll(large, poll(entries(round, 200, 4_000)))
            .await
            .unwrap();
        read_all(&store, &mut next).await;
        let n_bytes = n_bytes(folder.path());
        assert!(n_bytes <= max + max / 10, "{n_bytes} in round {round}");
    }
    let left = store
        .archived(at(0), newsvane::model::ArticleId(0), 10_000)
        .await
        .unwrap();
    let of_small = left
        .iter()
        .filter(|article| article.feed_url.as_deref() == Some(SMALL));
    assert_eq!(of_small.count(), 20, "the small feed keeps its articles");
    assert!(
        left.len() > 100,
        "the large one keeps its newest: {}",
        left.len()
    );
}

#[tokio::test]
async fn entries_beyond_a_feeds_share_are_left_out_until_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        max_feed_size: ByteSize(100_000),
        max_feed_backlog: 30,
        ..Settings::default()
    };
    let (store, small, large) = open(folder.path(), settings).await;
    let left_out = store
        .finish_poll(large, poll(entries(0, 40, 100)))
        .await
        .unwrap();
    assert_eq!(left_out, 10, "beyond the backlog");
    let feeds = store.subscriptions().await.unwrap();
    let large_feed = feeds.iter().find(|feed| feed.id == large).unwrap();
    assert_eq!(large_feed.etag, None, "the next poll brings them again");
    let left_out = store
        .finish_poll(small, poll(entries(0, 20, 9_000)))
        .await
        .unwrap();
    assert!((8..12).contains(&left_out), "beyond the size: {left_out}");
    let mut next = 1;
    read_all(&store, &mut next).await;
    let left_out = store
        .finish_poll(large, poll(entries(0, 40, 100).split_off(30)))
        .await
        .unwrap();
    assert_eq!(left_out, 0, "once the others are read");
    assert_eq!(store.numbers().await.unwrap().unread, 10);
}
