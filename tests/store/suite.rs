//! What every store promises.

use crate::fixture::{
    FEED, Place, alert, article, at, entry, poll, seed, subscription, with_entry, with_feed,
};
use newsvane::model::{AlertId, ArticleId, CoverageKind, StoryId, WatchId};
use newsvane::store::{
    AlertFilter, AlertRecord, ArticleRecord, AttemptRecord, DeliveryOutcome, DeliveryState,
    EntryChange, FeedFilter, FeedState, Held, NewEntry, PollNote, PollRecord, ReadOutcome,
    ReadPlan, Redeliver, Settled, Store, StoreError, VolumeRecord,
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
    with_entry(&store).await;
    assert!(lent_at(&store, 6).await.is_empty());
    assert_eq!(lent_at(&store, 15).await.len(), 1);
    store.release_leases().await.unwrap();
    assert_eq!(lent_at(&store, 16).await.len(), 1);
}

pub(crate) async fn a_worker_that_overslept_changes_nothing(place: &Place) {
    let store = place.open();
    let overslept = with_entry(&store).await;
    let awake = lent_at(&store, 15).await.remove(0);
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

/// The keys of the entries lent at `minutes` past noon.
async fn lent_at(store: &Arc<dyn Store>, minutes: i64) -> Vec<newsvane::store::EntryLease> {
    let (now, until) = (at(minutes), at(minutes + 10));
    store
        .lease_entries(now, until, 10, 10, Vec::new())
        .await
        .unwrap()
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
    let lent_but = async |resting: Vec<newsvane::model::FeedId>, minutes| -> Vec<String> {
        let lent = store.lease_entries(at(minutes), at(minutes + 10), 8, 3, resting);
        lent.await
            .unwrap()
            .into_iter()
            .map(|lease| lease.key)
            .collect()
    };
    let lent = async |minutes| lent_but(Vec::new(), minutes).await;
    let first = lent(5).await;
    assert_eq!(
        first.len(),
        4,
        "three of the busy feed, one of the quiet: {first:?}"
    );
    assert!(first.contains(&"quiet".to_owned()));
    assert_eq!(lent(6).await, [""; 0], "it has its share in hand");
    assert_eq!(lent(16).await.len(), 4, "the leases ran out");
    assert_eq!(
        lent_but(vec![busy], 27).await,
        ["quiet"],
        "the busy one rests"
    );
    assert_eq!(lent(27).await.len(), 3, "and is back");
}

pub(crate) async fn entries_that_were_lent_in_two_crashes_are_lent_one_at_a_time(place: &Place) {
    let store = place.open();
    let feed = with_feed(&store).await;
    let entries = ["ferry", "tram", "barge"].map(|key| EntryChange::New(entry(key)));
    store
        .finish_poll(feed, poll(entries.to_vec()))
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

pub(crate) async fn an_article_brings_its_story_matches_and_deliveries_in_one_transaction(
    place: &Place,
) {
    let store = place.open();
    let lease = with_entry(&store).await;
    let health = (
        "harbour-courier.example".to_owned(),
        "{\"n_odd\":1}".to_owned(),
    );
    let record = ArticleRecord {
        site_health: Some(health.clone()),
        ..article(1, 1, vec![alert("al_1", &["ops", "desk"])])
    };
    store
        .finish_read(&lease, ReadOutcome::Article(Box::new(record.clone())))
        .await
        .unwrap();
    let known = store.site_health(health.0.clone()).await.unwrap();
    assert_eq!(known, Some(health.1));
    assert_eq!(
        store.highest_ids().await.unwrap(),
        (ArticleId(1), StoryId(1))
    );
    let alerts = all_alerts(&store).await;
    assert_eq!(alerts.len(), 1);
    assert_eq!(alerts[0].deliveries.len(), 2);
    let followed = store
        .watch_stories(vec![StoryId(1)], vec![WatchId::from("ferries")])
        .await
        .unwrap();
    let (_, ferries) = &followed.watches[0];
    assert_eq!((ferries.n_articles, ferries.n_alerts), (1, 1));
    assert_eq!(
        store
            .live_articles(ArticleId(0), ArticleId(0), ArticleId(0), 10)
            .await
            .unwrap()[0]
            .text,
        "The ferry ran aground."
    );
    // Old as the article is, it is among the latest: a small store remembers it.
    for (least, most, first, n_live) in [(5, 9, 1, 1), (5, 0, 2, 0), (0, 9, i64::MAX, 0)] {
        let found = store.first_since(at(1_000_000), least, most).await.unwrap();
        assert_eq!(found, ArticleId(first));
        let live = store.live_articles(found, found, ArticleId(0), 10);
        assert_eq!(live.await.unwrap().len(), n_live);
    }
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
    for (id, n) in [("al_1", 1), ("al_none", 0)] {
        let filter = AlertFilter {
            id: Some(AlertId::from(id)),
            limit: 9,
            ..AlertFilter::default()
        };
        assert_eq!(store.alerts(filter).await.unwrap().len(), n, "{id}");
    }
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
    let mut record = article(1, 1, vec![alert("al_1", &["ops"])]);
    // What counts is when it was read, not the date it bears.
    record.at = at(-1_000_000);
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
    let highest = store.highest_ids().await.unwrap();
    assert_eq!(highest, (ArticleId(1), StoryId(1)), "never given twice");
    assert_eq!(
        (numbers.alerts, numbers.pending),
        (1, 1),
        "an alert on its way is never swept"
    );
}

pub(crate) async fn an_entry_is_kept_as_long_as_its_feed_may_hold_it(place: &Place) {
    let store = place.open();
    let feed = with_feed(&store).await;
    let mut recorded = entry("old");
    recorded.plan = ReadPlan::Record;
    store
        .finish_poll(feed, poll(vec![EntryChange::New(recorded)]))
        .await
        .unwrap();
    // Half a year on, at which the document is still the one before; then one
    // that does not hold the entry.
    const HALF_A_YEAR: i64 = 180 * 24 * 60;
    for (is_whole, n_left) in [(false, 1), (true, 0)] {
        let now = at(HALF_A_YEAR);
        let unchanged = PollRecord {
            at: now,
            is_whole,
            ..poll(Vec::new())
        };
        store.finish_poll(feed, unchanged).await.unwrap();
        store.sweep(now).await.unwrap();
        let known = store.begin_document(feed).await.unwrap();
        assert_eq!(known.len(), n_left, "whole: {is_whole}");
    }
}

/// A store with one article for each record.
async fn with_records(place: &Place, records: Vec<ArticleRecord>) -> Arc<dyn Store> {
    let store = place.open();
    let feed = with_feed(&store).await;
    let keys = (0..records.len()).map(|n| EntryChange::New(entry(&format!("entry {n}"))));
    store.finish_poll(feed, poll(keys.collect())).await.unwrap();
    let leases = store
        .lease_entries(at(5), at(15), 100, 100, Vec::new())
        .await
        .unwrap();
    for (lease, record) in leases.iter().zip(records) {
        let outcome = ReadOutcome::Article(Box::new(record));
        store.finish_read(lease, outcome).await.unwrap();
    }
    store
}

pub(crate) async fn stories_that_turned_out_to_be_one_are_followed_as_one(place: &Place) {
    let linking = ArticleRecord {
        linked: vec![StoryId(1)],
        matches: Vec::new(),
        ..article(3, 2, Vec::new())
    };
    let further = ArticleRecord {
        linked: vec![StoryId(2)],
        matches: Vec::new(),
        ..article(4, 3, Vec::new())
    };
    let first = article(1, 1, vec![alert("al_1", &["ops"])]);
    let apart = ArticleRecord {
        matches: Vec::new(),
        ..article(2, 9, Vec::new())
    };
    let store = with_records(place, vec![first, apart, linking, further]).await;
    let ferries = || vec![WatchId::from("ferries")];
    let check = async |story, one: &[i64], wanted: Option<(u32, u32)>| {
        let stories = vec![StoryId(story)];
        let found = store.watch_stories(stories, ferries()).await.unwrap();
        let ids: Vec<i64> = found.stories.iter().map(|story| story.0).collect();
        assert_eq!(ids, one, "story {story}");
        let first = found.watches.first();
        let counts = first.map(|(_, story)| (story.n_articles, story.n_alerts));
        assert_eq!(counts, wanted, "story {story}");
    };
    check(1, &[1, 2, 3], Some((1, 1))).await;
    check(2, &[1, 2, 3], Some((1, 1))).await;
    check(3, &[1, 2, 3], Some((1, 1))).await;
    check(9, &[9], None).await;
    let ids = async |story| -> Vec<i64> {
        let linked = store.story_links(StoryId(story)).await.unwrap();
        linked.iter().map(|story| story.id.0).collect()
    };
    assert_eq!(ids(1).await, [2, 3]);
    assert_eq!(ids(3).await, [1, 2]);
    assert_eq!(ids(9).await, [0; 0]);
    let archived = store.archived(at(0), ArticleId(0), 9).await.unwrap();
    let linked = archived.iter().map(|article| article.linked.clone());
    let none = Vec::new;
    assert_eq!(
        linked.collect::<Vec<_>>(),
        [none(), none(), vec![StoryId(1)], vec![StoryId(2)]],
        "each by the article that showed it"
    );
}

pub(crate) async fn what_a_watch_learnt_is_kept_with_the_alert_that_follows(place: &Place) {
    let copy = ArticleRecord {
        kind: CoverageKind::Duplicate,
        ..article(2, 1, Vec::new())
    };
    let elsewhere = ArticleRecord {
        matches: Vec::new(),
        ..article(3, 1, Vec::new())
    };
    let later = ArticleRecord {
        source: "Radio Estmere".to_owned(),
        ..article(4, 2, Vec::new())
    };
    let first = article(1, 1, Vec::new());
    let store = with_records(place, vec![first, copy, elsewhere, later]).await;
    let ferries = || WatchId::from("ferries");
    let reports = store
        .watch_reports(ferries(), ArticleId(0), 10)
        .await
        .unwrap();
    let told: Vec<_> = reports
        .iter()
        .map(|report| (report.article.0, &*report.outlet))
        .collect();
    assert_eq!(told, [(1, "Harbour Courier"), (4, "Radio Estmere")]);
    let rest = store
        .watch_reports(ferries(), ArticleId(1), 10)
        .await
        .unwrap();
    assert_eq!(rest.len(), 1);
    let stories = store
        .watch_volume_stories(ferries(), at(0), 10)
        .await
        .unwrap();
    let stories: Vec<_> = stories
        .iter()
        .map(|story| (story.story.0, story.articles))
        .collect();
    assert_eq!(stories, [(2, 1), (1, 1)]);

    assert_eq!(store.volume(ferries()).await.unwrap(), None);
    let record = |article, alert| VolumeRecord {
        article: ArticleId(article),
        state: "{}".to_owned(),
        at: at(7),
        alert,
    };
    let spike = AlertRecord {
        story: None,
        article: None,
        ..alert("al_spike", &["ops"])
    };
    store.set_volume(ferries(), record(1, None)).await.unwrap();
    store
        .set_volume(ferries(), record(4, Some(spike)))
        .await
        .unwrap();
    drop(store);
    let store = place.open();
    let kept = store.volume(ferries()).await.unwrap();
    assert_eq!(kept, Some((ArticleId(4), "{}".to_owned())));
    assert_eq!(all_alerts(&store).await.len(), 1);
    while store.sweep(at(8)).await.unwrap() {}
    assert_eq!(store.volume(ferries()).await.unwrap(), None);
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

/// An alert on `story` at `created` minutes past noon, held until `until`.
fn held(id: &str, story: i64, created: i64, until: i64) -> AlertRecord {
    AlertRecord {
        story: Some(StoryId(story)),
        body: format!("body of {id}"),
        created: at(created),
        held: Some(Held {
            reason: "cooldown".to_owned(),
            since: at(5),
            until: Some(at(until)),
        }),
        ..alert(id, &["ops"])
    }
}

fn summary(id: &str) -> AlertRecord {
    AlertRecord {
        kind: "watch.digest".to_owned(),
        story: None,
        article: None,
        created: at(30),
        ..alert(id, &["ops"])
    }
}

fn ferries() -> WatchId {
    WatchId::from("ferries")
}

pub(crate) async fn a_watch_s_own_alerts_are_counted_but_not_those_held_back(place: &Place) {
    let store = place.open();
    store.add_alert(alert("al_1", &["ops"])).await.unwrap();
    store.add_alert(alert("al_2", &[])).await.unwrap();
    store.add_alert(held("al_3", 1, 8, 30)).await.unwrap();
    let asked = |minutes| {
        let other = (WatchId::from("trams"), at(0));
        store.watch_recent(vec![other, (ferries(), at(minutes))])
    };
    let recent = asked(6).await.unwrap();
    assert_eq!((recent[0].n_sent, recent[0].last), (0, None));
    assert_eq!((recent[1].n_sent, recent[1].last), (2, Some(at(6))));
    let recent = asked(7).await.unwrap();
    assert_eq!((recent[1].n_sent, recent[1].last), (0, Some(at(6))));
}

pub(crate) async fn held_alerts_are_told_in_one_summary_and_once(place: &Place) {
    let store = place.open();
    for (id, story, created) in [("al_1", 1, 10), ("al_2", 2, 11), ("al_3", 1, 12)] {
        store.add_alert(held(id, story, created, 30)).await.unwrap();
    }
    assert_eq!(store.numbers().await.unwrap().pending, 0, "none is sent");
    assert_eq!(store.summaries_due(at(30)).await.unwrap(), [ferries()]);
    let untold = store.untold(ferries(), at(30), 9).await.unwrap().unwrap();
    assert_eq!((untold.n_alerts, untold.n_stories), (3, 2));
    assert_eq!((untold.first.as_str(), untold.since), ("al_1", at(5)));
    assert_eq!(untold.reason, "cooldown");
    assert_eq!(
        untold.bodies,
        ["body of al_3", "body of al_2"],
        "the newest of each story"
    );
    let cut = store.untold(ferries(), at(30), 1).await.unwrap().unwrap();
    assert_eq!((cut.bodies.len(), cut.n_stories), (1, 2));

    store.summarise(summary("al_sum"), at(30)).await.unwrap();
    store.summarise(summary("al_more"), at(30)).await.unwrap();
    let alerts = all_alerts(&store).await;
    assert_eq!(alerts.len(), 4, "nothing was left for a second summary");
    assert_eq!(alerts[0].deliveries.len(), 1);
    let told = alerts[1..].iter().map(|alert| alert.told_in.clone());
    assert!(told.eq(vec![Some(AlertId::from("al_sum")); 3]));
    assert!(store.untold(ferries(), at(99), 9).await.unwrap().is_none());
    assert!(store.summaries_due(at(99)).await.unwrap().is_empty());
}

pub(crate) async fn a_watch_on_every_article_has_a_line_for_each(place: &Place) {
    let store = place.open();
    let every = AlertRecord {
        kind: "watch.matched".to_owned(),
        watch: Some(WatchId::from("trams")),
        ..held("al_4", 1, 13, 30)
    };
    let another = AlertRecord {
        id: AlertId::from("al_5"),
        ..every.clone()
    };
    store.add_alert(every).await.unwrap();
    store.add_alert(another).await.unwrap();
    let trams = store.untold(WatchId::from("trams"), at(30), 9).await;
    assert_eq!(trams.unwrap().unwrap().n_stories, 2, "every article counts");
}

pub(crate) async fn a_summary_tells_nothing_before_its_time_nor_of_another_watch(place: &Place) {
    let store = place.open();
    store.add_alert(held("al_1", 1, 10, 30)).await.unwrap();
    store.add_alert(held("al_2", 1, 31, 60)).await.unwrap();
    let other = AlertRecord {
        watch: Some(WatchId::from("trams")),
        ..held("al_3", 1, 10, 30)
    };
    store.add_alert(other).await.unwrap();
    assert!(store.summaries_due(at(29)).await.unwrap().is_empty());
    assert!(store.untold(ferries(), at(29), 9).await.unwrap().is_none());
    store.summarise(summary("al_sum"), at(29)).await.unwrap();
    store.summarise(summary("al_sum"), at(30)).await.unwrap();
    let untold = store.untold(ferries(), at(60), 9).await.unwrap().unwrap();
    assert_eq!((untold.n_alerts, untold.first.as_str()), (1, "al_2"));
    let trams = store.untold(WatchId::from("trams"), at(30), 9).await;
    assert_eq!(trams.unwrap().unwrap().first.as_str(), "al_3");
}

pub(crate) async fn what_is_yet_to_be_told_is_not_swept(place: &Place) {
    let store = place.open();
    store.add_alert(held("al_1", 1, 10, 30)).await.unwrap();
    while store.sweep(at(99)).await.unwrap() {}
    assert_eq!(store.numbers().await.unwrap().alerts, 1);
    store.summarise(summary("al_sum"), at(30)).await.unwrap();
    while store.sweep(at(99)).await.unwrap() {}
    let left = all_alerts(&store).await;
    assert_eq!(left.len(), 1, "told, it goes");
    assert_eq!(left[0].id.as_str(), "al_sum", "on its way, it stays");
}

/// Ids of the articles that `terms` find.
async fn found(store: &Arc<dyn Store>, terms: &[&str]) -> Vec<i64> {
    let terms = terms.iter().map(|term| (*term).to_owned()).collect();
    let found = store.search(terms, 9).await.unwrap();
    found.iter().map(|article| article.id.0).collect()
}

/// Reads `n` entries as articles in stories of their own, the k-th with the
/// news of `k` minutes past six past noon.
async fn with_articles(store: &Arc<dyn Store>, n: i64, text: &str) {
    let feed = with_feed(store).await;
    let entries = (0..n).map(|k| EntryChange::New(entry(&format!("entry {k}"))));
    let record = poll(entries.collect());
    store.finish_poll(feed, record).await.unwrap();
    let lent = store
        .lease_entries(at(5), at(15), 1_000, 1_000, Vec::new())
        .await
        .unwrap();
    for (k, lease) in (1..).zip(&lent) {
        let mut record = article(k, k, Vec::new());
        record.at = at(6 + k);
        record.fetched = at(6 + k);
        record.article.blocks[0].text = format!("Number {k}. {text}");
        let outcome = ReadOutcome::Article(Box::new(record));
        store.finish_read(lease, outcome).await.unwrap();
    }
}

pub(crate) async fn articles_are_found_by_their_words_and_not_once_they_are_swept(place: &Place) {
    let store = place.open();
    with_articles(&store, 2, "The café at the pier burnt down.").await;
    assert_eq!(found(&store, &["CAFE", "number 2"]).await, [2]);
    assert_eq!(found(&store, &["burn*"]).await.len(), 2);
    assert_eq!(found(&store, &["pier", "lighthouse"]).await.len(), 0);
    assert_eq!(found(&store, &["aground"]).await.len(), 2, "the title");
    let hit = store.search(vec!["pier".to_owned()], 1).await.unwrap();
    let (start, end) = hit[0].marks[0];
    let marked: String = hit[0]
        .snippet
        .chars()
        .skip(start)
        .take(end - start)
        .collect();
    assert_eq!(marked, "pier");
    while store.sweep(at(8)).await.unwrap() {}
    while store.sweep(at(8)).await.unwrap() {}
    assert_eq!(found(&store, &["pier"]).await, [2]);
}

pub(crate) async fn no_search_term_is_an_operator(place: &Place) {
    let store = place.open();
    with_articles(&store, 1, "Fish OR chips.").await;
    for odd in [
        "\"", "*", "(", "title:", "NOT", "NEAR(", "a\0b", "", "-", "{x}",
    ] {
        found(&store, &[odd]).await;
    }
    assert_eq!(found(&store, &["or"]).await, [1]);
    assert_eq!(found(&store, &["fish OR chips"]).await, [1]);
    assert_eq!(found(&store, &["\"fish\""]).await, [1]);
}

pub(crate) async fn the_archive_is_read_in_batches_in_the_order_of_arrival(place: &Place) {
    let store = place.open();
    with_articles(&store, 3, "The ferry.").await;
    let archived = |since, after| store.archived(at(since), ArticleId(after), 2);
    let first = archived(0, 0).await.unwrap();
    let ids = first.iter().map(|article| article.id.0);
    assert_eq!(ids.collect::<Vec<_>>(), [1, 2]);
    assert_eq!(first[0].feed_url.as_deref(), Some(FEED));
    assert_eq!(archived(0, 2).await.unwrap()[0].id.0, 3);
    assert_eq!(
        archived(9, 0).await.unwrap()[0].id.0,
        3,
        "not the older ones"
    );
}

pub(crate) async fn the_oldest_stories_go_first_when_the_store_is_too_big(place: &Place) {
    let store = place.open();
    with_articles(&store, 60, &"A long text about the ferry. ".repeat(2_000)).await;
    assert!(!store.sweep_to_size(100_000_000).await.unwrap());
    assert_eq!(store.numbers().await.unwrap().articles, 60);
    while store.sweep_to_size(3_000_000).await.unwrap() {}
    let left = store.numbers().await.unwrap().articles;
    assert!((1..60).contains(&left), "{left}");
    let archived = store.archived(at(0), ArticleId(0), 99).await.unwrap();
    assert_eq!(archived.last().unwrap().id.0, 60, "the newest is kept");
    assert_eq!(archived[0].id.0, 61 - left as i64, "from the oldest on");
    while store.sweep_to_size(0).await.unwrap() {}
    assert_eq!(store.numbers().await.unwrap().stories, 0);
}
