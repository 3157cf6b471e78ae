//! Feeds and what polls record of them.

use crate::fixture::{FEED, Place, at, entry, poll, seed, subscription, with_feed};
use newsvane::store::{EntryChange, FeedFilter, FeedState, PollNote, PollRecord};
use std::sync::Arc;

pub(crate) async fn a_document_that_ends_the_process_runs_out_of_tries(place: &Place) {
    let feed = with_feed(&place.open()).await;
    for tries in 0..3 {
        let store = place.open();
        assert_eq!(subscription(&store).await.tries, tries);
        store.begin_document(feed).await.unwrap();
    }
    let store = place.open();
    store.finish_poll(feed, poll(Vec::new())).await.unwrap();
    assert_eq!(subscription(&store).await.tries, 0);
}

pub(crate) async fn a_silent_feed_is_listed_with_the_troubled_until_it_has_news(place: &Place) {
    let store = place.open();
    let feed = with_feed(&store).await;
    for silent_since in [Some(at(0)), None] {
        let record = PollRecord {
            silent_since,
            ..poll(Vec::new())
        };
        store.finish_poll(feed, record).await.unwrap();
        let troubled = store.feeds(FeedFilter::Troubled).await.unwrap();
        let listed: Vec<_> = troubled.iter().map(|feed| feed.silent_since).collect();
        assert_eq!(listed, Vec::from_iter(silent_since.map(Some)));
        let numbers = store.numbers().await.unwrap();
        assert_eq!(numbers.silent, u64::from(silent_since.is_some()));
    }
}

/// A feed fails and recovers over and over; what is read meanwhile never
/// contradicts itself.
pub(crate) async fn the_overview_is_of_one_moment(place: &Place) {
    let store = place.open();
    let feed = with_feed(&store).await;
    let writing = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for n in 0..400 {
                let error = (n % 2 == 0).then(|| "it answered 503".to_owned());
                let record = PollRecord {
                    error,
                    ..poll(Vec::new())
                };
                store.finish_poll(feed, record).await.unwrap();
            }
        })
    };
    while !writing.is_finished() {
        let seen = store.overview(at(7), 1).await.unwrap();
        assert_eq!(seen.numbers.failing, seen.troubled.len() as u64);
    }
    writing.await.unwrap();
}

pub(crate) async fn polls_without_news_are_written_down_together(place: &Place) {
    const POSTPONED: &str = "https://late.example/feed";
    let store = place.open();
    let feed = with_feed(&store).await;
    let seeds = vec![seed(FEED), seed(POSTPONED)];
    store.sync_feeds(seeds).await.unwrap();
    let feeds = store.subscriptions().await.unwrap();
    let late = feeds.iter().find(|known| known.id != feed).unwrap().id;
    let failed = PollRecord {
        error: Some("it answered 503".to_owned()),
        memory: Some("{\"by_link\":true}".to_owned()),
        ..poll(Vec::new())
    };
    let notes = vec![
        (feed, PollNote::Polled(Box::new(failed))),
        (
            late,
            PollNote::Postponed {
                at: at(77),
                memory: None,
            },
        ),
    ];
    store.note_polls(notes).await.unwrap();
    let mut feeds = place.open().subscriptions().await.unwrap();
    feeds.sort_by_key(|feed| feed.due);
    assert_eq!((feeds[0].due, feeds[1].due), (at(30), at(77)));
    assert_eq!((feeds[0].failures, feeds[0].succeeded), (1, None));
    assert_eq!(feeds[0].memory, "{\"by_link\":true}");
    assert_eq!((feeds[1].failures, feeds[1].memory.as_str()), (0, ""));
}

pub(crate) async fn validators_and_entries_come_together_or_not_at_all(place: &Place) {
    let store = place.open();
    let feed = with_feed(&store).await;
    let before = subscription(&store).await;
    assert_eq!(
        (before.etag.as_deref(), before.body_hash, before.succeeded),
        (None, None, None)
    );
    store
        .finish_poll(feed, poll(vec![EntryChange::New(entry("ferry"))]))
        .await
        .unwrap();
    let again = subscription(&store).await;
    assert_eq!(again.etag.as_deref(), Some("W/\"7\""));
    assert_eq!(again.body_hash, Some(u64::MAX - 1));
    assert_eq!(again.succeeded, Some(at(1)));
    assert_eq!(again.title.as_deref(), Some("Harbour Courier"));
    assert_eq!(
        store.begin_document(again.id).await.unwrap()[0].facts.key,
        "ferry"
    );
}

pub(crate) async fn an_entry_known_by_its_key_is_not_stored_twice(place: &Place) {
    let store = place.open();
    let feed = with_feed(&store).await;
    let twice = vec![
        EntryChange::New(entry("ferry")),
        EntryChange::New(entry("ferry")),
    ];
    store.finish_poll(feed, poll(twice)).await.unwrap();
    assert_eq!(store.begin_document(feed).await.unwrap().len(), 1);
}

pub(crate) async fn feeds_taken_out_of_the_watchlist_rest_and_come_back(place: &Place) {
    const GONE: &str = "https://gone.example/feed";
    let store = place.open();
    let feed = with_feed(&store).await;
    store
        .finish_poll(feed, poll(vec![EntryChange::New(entry("ferry"))]))
        .await
        .unwrap();
    store.sync_feeds(vec![seed(GONE)]).await.unwrap();
    let gone = subscription(&store).await;
    assert_eq!(gone.url, GONE, "only the feed that is named");
    let record = PollRecord {
        next: None,
        ..poll(Vec::new())
    };
    store.finish_poll(gone.id, record).await.unwrap();
    store
        .sync_feeds(vec![seed(FEED), seed(GONE)])
        .await
        .unwrap();
    let states = async |which| -> Vec<FeedState> {
        let feeds = store.feeds(which).await.unwrap();
        feeds.into_iter().map(|feed| feed.state).collect()
    };
    let all = states(FeedFilter::All).await;
    assert_eq!(all, [FeedState::Gone, FeedState::Active]);
    assert_eq!(states(FeedFilter::Troubled).await, [FeedState::Gone]);
    let back = store.subscriptions().await.unwrap();
    assert_eq!(back.len(), 1);
    assert_eq!(
        store.begin_document(back[0].id).await.unwrap().len(),
        1,
        "its entries are remembered"
    );
}

pub(crate) async fn a_feed_stored_under_a_url_with_secrets_is_renamed(place: &Place) {
    let store = place.open();
    let written = "https://ann:pw@ex.example/rss?key=k1";
    store.sync_feeds(vec![seed(written)]).await.unwrap();
    let before = subscription(&store).await;
    let mut masked = seed("https://***@ex.example/rss?key=***#1a2b");
    masked.written = written.to_owned();
    for _ in 0..2 {
        store.sync_feeds(vec![masked.clone()]).await.unwrap();
        let after = subscription(&store).await;
        assert_eq!((after.id, &after.url), (before.id, &masked.url));
    }
    let feeds = store.feeds(FeedFilter::All).await.unwrap();
    assert_eq!(feeds.len(), 1, "{feeds:?}");
}
