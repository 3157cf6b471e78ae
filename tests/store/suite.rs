//! What every store promises.

use crate::fixture::{FEED, Place, alert, article, at, entry, poll, seed, with_entry, with_feed};
use newsvane::model::{AlertId, ArticleId, StoryId, WatchId};
use newsvane::store::{
    AlertFilter, AttemptRecord, DeliveryOutcome, DeliveryState, EntryChange, FeedState, PollRecord,
    ReadOutcome, ReadPlan, Redeliver, Settled, Store, StoreError,
};
use std::sync::Arc;
use std::time::Duration;

fn attempt(outcome: DeliveryOutcome) -> AttemptRecord {
    let error =
        (!matches!(outcome, DeliveryOutcome::Delivered)).then(|| "it answered 503".to_owned());
    AttemptRecord {
        at: at(7),
        elapsed: Duration::from_millis(12),
        status: Some(503),
        error,
        outcome,
    }
}

async fn all_alerts(store: &Arc<dyn Store>) -> Vec<newsvane::store::AlertView> {
    store
        .alerts(AlertFilter {
            limit: 100,
            ..AlertFilter::default()
        })
        .await
        .unwrap()
}

pub(crate) async fn a_lease_is_given_to_one_worker_until_it_runs_out(place: &Place) {
    let store = place.open();
    with_feed(&store).await;
    assert!(
        store
            .lease_feeds(at(1), at(11), 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store.lease_feeds(at(10), at(20), 10).await.unwrap().len(),
        1
    );
    store.release_leases().await.unwrap();
    assert_eq!(
        store.lease_feeds(at(11), at(21), 10).await.unwrap().len(),
        1
    );
}

pub(crate) async fn a_worker_that_overslept_changes_nothing(place: &Place) {
    let store = place.open();
    let overslept = with_feed(&store).await;
    let awake = store
        .lease_feeds(at(10), at(20), 1)
        .await
        .unwrap()
        .remove(0);
    let record = || poll(vec![EntryChange::New(entry("ferry"))]);
    let err = store.finish_poll(&overslept, record()).await.unwrap_err();
    assert!(matches!(err, StoreError::LeaseLost));
    assert!(store.known_entries(overslept.id).await.unwrap().is_empty());
    store.finish_poll(&awake, record()).await.unwrap();
    assert!(
        matches!(
            store.finish_poll(&awake, record()).await,
            Err(StoreError::LeaseLost)
        ),
        "finished twice"
    );
}

/// The keys of the entries lent at `minutes` past noon.
async fn lent_at(store: &Arc<dyn Store>, minutes: i64) -> Vec<newsvane::store::EntryLease> {
    let (now, until) = (at(minutes), at(minutes + 10));
    store.lease_entries(now, until, 10).await.unwrap()
}

pub(crate) async fn entries_that_were_lent_in_two_crashes_are_lent_one_at_a_time(place: &Place) {
    let store = place.open();
    let feed = with_feed(&store).await;
    let entries = ["ferry", "tram", "barge"].map(|key| EntryChange::New(entry(key)));
    store
        .finish_poll(&feed, poll(entries.to_vec()))
        .await
        .unwrap();
    for _ in 0..2 {
        let lent = lent_at(&store, 5).await;
        assert_eq!(lent.len(), 3);
        assert!(lent.iter().all(|lease| !lease.is_suspect));
        store.release_leases().await.unwrap();
    }
    let mut finished = Vec::new();
    for id in 1..=3 {
        let mut lent = lent_at(&store, 5).await;
        assert_eq!(lent.len(), 1, "one suspect at a time");
        assert!(lent[0].is_suspect);
        assert!(lent_at(&store, 6).await.is_empty(), "none beside it");
        let lease = lent.remove(0);
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
    lent_at(&store, 5).await;
    store.release_leases().await.unwrap();
    let lease = lent_at(&store, 5).await.remove(0);
    assert!(lease.is_suspect);
    let (at, error) = (at(6), "it answered 503".to_owned());
    let again = ReadOutcome::Retry { at, error };
    store.finish_read(&lease, again).await.unwrap();
    let lease = lent_at(&store, 6).await.remove(0);
    assert!(!lease.is_suspect);
    assert_eq!(lease.tries, 4);
}

pub(crate) async fn tries_are_counted_when_a_lease_is_taken(place: &Place) {
    let store = place.open();
    assert_eq!(with_entry(&store).await.tries, 1);
    assert_eq!(
        store.lease_entries(at(15), at(25), 1).await.unwrap()[0].tries,
        2
    );
    let third = store
        .lease_entries(at(25), at(35), 1)
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
            .lease_entries(at(99), at(100), 1)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.numbers().await.unwrap().given_up, 1);
}

pub(crate) async fn validators_and_entries_come_together_or_not_at_all(place: &Place) {
    let store = place.open();
    let lease = with_feed(&store).await;
    assert_eq!(
        (lease.etag.as_deref(), lease.body_hash, lease.succeeded),
        (None, None, None)
    );
    store
        .finish_poll(&lease, poll(vec![EntryChange::New(entry("ferry"))]))
        .await
        .unwrap();
    let again = store
        .lease_feeds(at(30), at(40), 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(again.etag.as_deref(), Some("W/\"7\""));
    assert_eq!(again.body_hash, Some(u64::MAX - 1));
    assert_eq!(again.succeeded, Some(at(1)));
    assert_eq!(again.title.as_deref(), Some("Harbour Courier"));
    assert_eq!(
        store.known_entries(again.id).await.unwrap()[0].facts.key,
        "ferry"
    );
}

pub(crate) async fn an_entry_known_by_its_key_is_not_stored_twice(place: &Place) {
    let store = place.open();
    let lease = with_feed(&store).await;
    let twice = vec![
        EntryChange::New(entry("ferry")),
        EntryChange::New(entry("ferry")),
    ];
    store.finish_poll(&lease, poll(twice)).await.unwrap();
    assert_eq!(store.known_entries(lease.id).await.unwrap().len(), 1);
}

pub(crate) async fn an_article_brings_its_story_matches_and_deliveries_in_one_transaction(
    place: &Place,
) {
    let store = place.open();
    let lease = with_entry(&store).await;
    let record = article(1, 1, vec![alert("al_1", &["ops", "desk"])]);
    store
        .finish_read(&lease, ReadOutcome::Article(Box::new(record.clone())))
        .await
        .unwrap();
    assert_eq!(
        store.highest_ids().await.unwrap(),
        (ArticleId(1), StoryId(1))
    );
    let alerts = all_alerts(&store).await;
    assert_eq!(alerts.len(), 1);
    assert_eq!(alerts[0].deliveries.len(), 2);
    let followed = store
        .watch_stories(StoryId(1), vec![WatchId::from("ferries")])
        .await
        .unwrap();
    assert_eq!((followed[0].1.n_articles, followed[0].1.n_alerts), (1, 1));
    assert_eq!(
        store.live_articles(at(0), ArticleId(0), 10).await.unwrap()[0].text,
        "The ferry ran aground."
    );
    assert_eq!(
        store.story_articles(StoryId(1)).await.unwrap()[0].watches,
        ["ferries"]
    );

    // The lease is spent: nothing of a second outcome may stay behind.
    let second = ReadOutcome::Article(Box::new(article(2, 2, vec![alert("al_2", &["ops"])])));
    assert!(matches!(
        store.finish_read(&lease, second).await,
        Err(StoreError::LeaseLost)
    ));
    assert_eq!(
        store.highest_ids().await.unwrap(),
        (ArticleId(1), StoryId(1))
    );
    assert_eq!(all_alerts(&store).await.len(), 1);
}

pub(crate) async fn an_alert_known_by_its_id_is_not_sent_twice(place: &Place) {
    let store = place.open();
    store.add_alert(alert("al_1", &["ops"])).await.unwrap();
    let sent = store
        .lease_deliveries("ops".to_owned(), at(6), at(9), 9)
        .await
        .unwrap()
        .remove(0);
    store
        .finish_delivery(&sent, attempt(DeliveryOutcome::Delivered))
        .await
        .unwrap();
    store.add_alert(alert("al_1", &["ops"])).await.unwrap();
    assert!(
        store
            .lease_deliveries("ops".to_owned(), at(60), at(70), 9)
            .await
            .unwrap()
            .is_empty()
    );
}

pub(crate) async fn a_retry_waits_for_its_time_and_a_dead_letter_for_a_person(place: &Place) {
    let store = place.open();
    store
        .add_alert(alert("al_1", &["ops", "desk"]))
        .await
        .unwrap();
    let lend = |minutes| store.lease_deliveries("ops".to_owned(), at(minutes), at(minutes + 1), 9);
    let first = lend(6).await.unwrap().remove(0);
    store
        .finish_delivery(&first, attempt(DeliveryOutcome::Retry(at(20))))
        .await
        .unwrap();
    assert!(lend(19).await.unwrap().is_empty());
    let second = lend(20).await.unwrap().remove(0);
    assert_eq!(
        (second.tries, &second.alert, &second.body),
        (2, &first.alert, &first.body)
    );
    store
        .finish_delivery(&second, attempt(DeliveryOutcome::Dead(Settled::GivenUp)))
        .await
        .unwrap();
    assert!(lend(9_999).await.unwrap().is_empty());

    let dead = store
        .alerts(AlertFilter {
            dead: true,
            limit: 9,
            ..AlertFilter::default()
        })
        .await
        .unwrap();
    assert_eq!(dead[0].deliveries[1].state, DeliveryState::Dead);
    assert_eq!(
        store
            .redeliver(Redeliver::Alert(AlertId::from("al_1")), at(30))
            .await
            .unwrap(),
        1
    );
    let third = lend(30).await.unwrap().remove(0);
    assert_eq!((third.tries, third.alert), (1, first.alert));
}

pub(crate) async fn a_receiver_that_is_gone_takes_its_deliveries_along_until_it_is_mended(
    place: &Place,
) {
    let store = place.open();
    store.add_alert(alert("al_1", &["ops"])).await.unwrap();
    store
        .add_alert(alert("al_2", &["ops", "desk"]))
        .await
        .unwrap();
    let first = store
        .lease_deliveries("ops".to_owned(), at(6), at(9), 1)
        .await
        .unwrap()
        .remove(0);
    store
        .finish_delivery(
            &first,
            attempt(DeliveryOutcome::Dead(Settled::ReceiverGone)),
        )
        .await
        .unwrap();
    store.add_alert(alert("al_3", &["ops"])).await.unwrap();
    assert!(
        store
            .lease_deliveries("ops".to_owned(), at(60), at(61), 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store
            .lease_deliveries("desk".to_owned(), at(60), at(61), 9)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(store.disabled_receivers().await.unwrap()[0].0, "ops");
    assert_eq!(store.numbers().await.unwrap().dead, 3);

    assert_eq!(
        store
            .redeliver(Redeliver::AllDead(Some("ops".to_owned())), at(70))
            .await
            .unwrap(),
        3
    );
    assert!(store.disabled_receivers().await.unwrap().is_empty());
    assert_eq!(
        store
            .lease_deliveries("ops".to_owned(), at(70), at(71), 9)
            .await
            .unwrap()
            .len(),
        3
    );
}

pub(crate) async fn feeds_taken_out_of_the_watchlist_rest_and_come_back(place: &Place) {
    const GONE: &str = "https://gone.example/feed";
    let store = place.open();
    let lease = with_feed(&store).await;
    store
        .finish_poll(&lease, poll(vec![EntryChange::New(entry("ferry"))]))
        .await
        .unwrap();
    store.sync_feeds(vec![seed(GONE)]).await.unwrap();
    let gone = store.lease_feeds(at(40), at(50), 9).await.unwrap();
    assert_eq!(gone.len(), 1, "only the feed that is named");
    store
        .finish_poll(
            &gone[0],
            PollRecord {
                next: None,
                ..poll(Vec::new())
            },
        )
        .await
        .unwrap();
    store
        .sync_feeds(vec![seed(FEED), seed(GONE)])
        .await
        .unwrap();
    let states: Vec<_> = store
        .feeds()
        .await
        .unwrap()
        .into_iter()
        .map(|feed| feed.state)
        .collect();
    assert_eq!(states, [FeedState::Gone, FeedState::Active]);
    let back = store.lease_feeds(at(40), at(50), 9).await.unwrap();
    assert_eq!(back.len(), 1);
    assert_eq!(
        store.known_entries(back[0].id).await.unwrap().len(),
        1,
        "its entries are remembered"
    );
}

pub(crate) async fn an_entry_edited_while_it_was_read_is_read_again(place: &Place) {
    let store = place.open();
    let reading = with_entry(&store).await;
    let feed = store
        .lease_feeds(at(30), at(40), 1)
        .await
        .unwrap()
        .remove(0);
    let mut edited = entry("ferry");
    edited.facts.content_hash = 2;
    edited.payload = "{\"title\":\"ferry, corrected\"}".to_owned();
    store
        .finish_poll(&feed, poll(vec![EntryChange::Edited(reading.id, edited)]))
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
        .lease_entries(at(31), at(41), 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(again.payload, "{\"title\":\"ferry, corrected\"}");
    assert_eq!(again.article, Some(ArticleId(1)));
}

pub(crate) async fn what_was_committed_is_there_after_reopening(place: &Place) {
    let store = place.open();
    let lease = with_entry(&store).await;
    let record = article(1, 1, vec![alert("al_1", &["ops"])]);
    store
        .finish_read(&lease, ReadOutcome::Article(Box::new(record)))
        .await
        .unwrap();
    store.set_note("stopped", "12:07".to_owned()).await.unwrap();
    drop(store);
    let store = place.open();
    assert_eq!(all_alerts(&store).await.len(), 1);
    assert_eq!(
        store.note("stopped").await.unwrap().as_deref(),
        Some("12:07")
    );
    assert_eq!(
        store
            .alert_body(AlertId::from("al_1"))
            .await
            .unwrap()
            .as_deref(),
        Some("{\"type\":\"story.opened\"}")
    );
}

pub(crate) async fn an_old_story_is_swept_whole_and_a_live_one_stays(place: &Place) {
    let store = place.open();
    let lease = with_entry(&store).await;
    let record = article(1, 1, vec![alert("al_1", &["ops"])]);
    store
        .finish_read(&lease, ReadOutcome::Article(Box::new(record)))
        .await
        .unwrap();
    while store.sweep(at(6)).await.unwrap() {}
    assert_eq!(
        store.numbers().await.unwrap().articles,
        1,
        "as young as the limit"
    );
    while store.sweep(at(7)).await.unwrap() {}
    while store.sweep(at(7)).await.unwrap() {}
    let numbers = store.numbers().await.unwrap();
    assert_eq!((numbers.articles, numbers.stories), (0, 0));
    assert_eq!(
        (numbers.alerts, numbers.pending),
        (1, 1),
        "an alert on its way is never swept"
    );
}

pub(crate) async fn an_entry_is_kept_as_long_as_its_feed_may_hold_it(place: &Place) {
    let store = place.open();
    let lease = with_feed(&store).await;
    let mut recorded = entry("old");
    recorded.plan = ReadPlan::Record;
    let id = lease.id;
    store
        .finish_poll(&lease, poll(vec![EntryChange::New(recorded)]))
        .await
        .unwrap();
    // Half a year on, at which the document is still the one before; then one
    // that does not hold the entry.
    const HALF_A_YEAR: i64 = 180 * 24 * 60;
    for (is_whole, n_left) in [(false, 1), (true, 0)] {
        let now = at(HALF_A_YEAR);
        let lease = store.lease_feeds(now, now, 1).await.unwrap().remove(0);
        let unchanged = PollRecord {
            at: now,
            is_whole,
            ..poll(Vec::new())
        };
        store.finish_poll(&lease, unchanged).await.unwrap();
        store.sweep(now).await.unwrap();
        let known = store.known_entries(id).await.unwrap();
        assert_eq!(known.len(), n_left, "whole: {is_whole}");
    }
}

pub(crate) async fn many_outcomes_at_once_are_all_kept(place: &Place) {
    let store = place.open();
    let added = (0..500).map(|n| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.add_alert(alert(&format!("al_{n}"), &["ops"])).await })
    });
    for done in added.collect::<Vec<_>>() {
        done.await.unwrap().unwrap();
    }
    assert_eq!(store.numbers().await.unwrap().pending, 500);
}
