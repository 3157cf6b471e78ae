//! Tests of leases: work is leased to one worker at a time, and shared fairly between
//! feeds.

use super::leased_at;
use crate::fixture::{
    FEED, Place, article, at, entry, poll, seed, subscription, with_entry, with_feed,
};
use newsvane::model::ArticleId;
use newsvane::store::{EntryChange, NewEntry, ReadOutcome, ReadPlan, StoreError};

pub(crate) async fn a_lease_is_given_to_one_worker_until_it_runs_out(place: &Place) {
    let store = place.open();
    with_entry(&store).await;
    assert!(leased_at(&store, 6).await.is_empty());
    assert_eq!(leased_at(&store, 15).await.len(), 1);
    store.release_leases().await.unwrap();
    assert_eq!(leased_at(&store, 16).await.len(), 1);
}

pub(crate) async fn a_worker_that_overslept_changes_nothing(place: &Place) {
    let store = place.open();
    let overslept = with_entry(&store).await;
    let awake = leased_at(&store, 15).await.remove(0);
    let read = || ReadOutcome::Article(Box::new(article(1, 1, Vec::new())));
    let err = store.finish_read(&overslept, read()).await.unwrap_err();
    assert!(matches!(err, StoreError::LeaseLost));
    assert_eq!(store.numbers().await.unwrap().articles, 0);
    store.finish_read(&awake, read()).await.unwrap();
    assert!(
        matches!(
            store.finish_read(&awake, read()).await,
            Err(StoreError::LeaseLost)
        ),
        "finished twice"
    );
}

pub(crate) async fn a_feed_with_much_to_read_takes_only_its_share(place: &Place) {
    const OTHER: &str = "https://quiet.example/feed";
    let store = place.open();
    let busy = with_feed(&store).await;
    let many = (0..40).map(|n| EntryChange::New(entry(&format!("busy {n}"))));
    store.finish_poll(busy, poll(many.collect())).await.unwrap();
    store
        .sync_feeds(vec![seed(FEED), seed(OTHER)])
        .await
        .unwrap();
    let feeds = store.subscriptions().await.unwrap();
    let quiet = feeds.iter().find(|feed| feed.url == OTHER).unwrap().id;
    let late = NewEntry {
        plan: ReadPlan::Read(at(4)),
        ..entry("quiet")
    };
    store
        .finish_poll(quiet, poll(vec![EntryChange::New(late)]))
        .await
        .unwrap();
    let lent_but = async |throttled: Vec<newsvane::model::FeedId>, minutes| -> Vec<String> {
        let leased = store.lease_entries(at(minutes), at(minutes + 10), 8, 3, throttled);
        leased
            .await
            .unwrap()
            .into_iter()
            .map(|lease| lease.key)
            .collect()
    };
    let leased = async |minutes| lent_but(Vec::new(), minutes).await;
    let first = leased(5).await;
    assert_eq!(
        first.len(),
        4,
        "three of the busy feed, one of the quiet: {first:?}"
    );
    assert!(first.contains(&"quiet".to_owned()));
    assert_eq!(leased(6).await, [""; 0], "it has its share in hand");
    assert_eq!(leased(16).await.len(), 4, "the leases ran out");
    assert_eq!(
        lent_but(vec![busy], 27).await,
        ["quiet"],
        "the busy one rests"
    );
    assert_eq!(leased(27).await.len(), 3, "and is back");
}

pub(crate) async fn entries_that_were_leased_in_two_crashes_are_leased_one_at_a_time(
    place: &Place,
) {
    let store = place.open();
    let feed = with_feed(&store).await;
    let entries = ["ferry", "tram", "barge"].map(|key| EntryChange::New(entry(key)));
    store
        .finish_poll(feed, poll(entries.to_vec()))
        .await
        .unwrap();
    for _ in 0..2 {
        let leased = leased_at(&store, 5).await;
        assert_eq!(leased.len(), 3);
        assert!(leased.iter().all(|lease| !lease.is_suspect));
        store.release_leases().await.unwrap();
    }
    let mut finished = Vec::new();
    for id in 1..=3 {
        let mut leased = leased_at(&store, 5).await;
        assert_eq!(leased.len(), 1, "one suspect at a time");
        assert!(leased[0].is_suspect);
        assert!(leased_at(&store, 6).await.is_empty(), "none beside it");
        let lease = leased.remove(0);
        let outcome = ReadOutcome::Article(Box::new(article(id, id, Vec::new())));
        store.finish_read(&lease, outcome).await.unwrap();
        finished.push(lease.key);
    }
    finished.sort();
    assert_eq!(finished, ["barge", "ferry", "tram"]);
}

pub(crate) async fn a_reading_that_came_to_an_end_clears_the_entry_of_suspicion(place: &Place) {
    let store = place.open();
    with_entry(&store).await;
    store.release_leases().await.unwrap();
    leased_at(&store, 5).await;
    store.release_leases().await.unwrap();
    let lease = leased_at(&store, 5).await.remove(0);
    assert!(lease.is_suspect);
    let (at, error) = (at(6), "it answered 503".to_owned());
    let again = ReadOutcome::Retry { at, error };
    store.finish_read(&lease, again).await.unwrap();
    let lease = leased_at(&store, 6).await.remove(0);
    assert!(!lease.is_suspect);
    assert_eq!(lease.tries, 4);
}

pub(crate) async fn tries_are_counted_when_a_lease_is_taken(place: &Place) {
    let store = place.open();
    assert_eq!(with_entry(&store).await.tries, 1);
    assert_eq!(
        store
            .lease_entries(at(15), at(25), 1, 1, Vec::new())
            .await
            .unwrap()[0]
            .tries,
        2
    );
    let third = store
        .lease_entries(at(25), at(35), 1, 1, Vec::new())
        .await
        .unwrap()
        .remove(0);
    assert_eq!(third.tries, 3);
    store
        .finish_read(
            &third,
            ReadOutcome::GivenUp {
                error: "kills the process".to_owned(),
            },
        )
        .await
        .unwrap();
    assert!(
        store
            .lease_entries(at(99), at(100), 1, 1, Vec::new())
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.numbers().await.unwrap().given_up, 1);
}

pub(crate) async fn an_entry_edited_while_it_was_read_is_read_again(place: &Place) {
    let store = place.open();
    let reading = with_entry(&store).await;
    let feed = subscription(&store).await.id;
    let mut edited = entry("ferry");
    edited.facts.content_hash = 2;
    edited.payload = "{\"title\":\"ferry, corrected\"}".to_owned();
    store
        .finish_poll(feed, poll(vec![EntryChange::Edited(reading.id, edited)]))
        .await
        .unwrap();
    store
        .finish_read(
            &reading,
            ReadOutcome::Article(Box::new(article(1, 1, Vec::new()))),
        )
        .await
        .unwrap();
    let again = store
        .lease_entries(at(31), at(41), 1, 1, Vec::new())
        .await
        .unwrap()
        .remove(0);
    assert_eq!(again.payload, "{\"title\":\"ferry, corrected\"}");
    assert_eq!(again.article, Some(ArticleId(1)));
}
