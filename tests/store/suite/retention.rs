//! Tests of retention: which rows are deleted, and which are kept.

use super::held::{held, summary};
use super::{all_alerts, with_articles};
use crate::fixture::{Place, alert, article, at, entry, poll, with_entry, with_feed};
use newsvane::model::{ArticleId, StoryId};
use newsvane::store::{EntryChange, PollRecord, ReadOutcome, ReadPlan};

pub(crate) async fn an_old_story_is_swept_whole_and_a_live_one_stays(place: &Place) {
    let store = place.open();
    let lease = with_entry(&store).await;
    let mut record = article(1, 1, vec![alert("al_1", &["ops"])]);
    // Retention counts from when it was read, not from its own date.
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

pub(crate) async fn the_oldest_stories_go_first_when_the_store_is_too_big(place: &Place) {
    let store = place.open();
    with_articles(&store, 60, &"A long text about the ferry. ".repeat(2_000)).await;
    assert!(!store.sweep_to_size(100_000_000, at(9)).await.unwrap());
    assert_eq!(store.numbers().await.unwrap().articles, 60);
    while store.sweep_to_size(3_000_000, at(9)).await.unwrap() {}
    let left = store.numbers().await.unwrap().articles;
    assert!((1..60).contains(&left), "{left}");
    let archived = store.archived(at(0), ArticleId(0), 99).await.unwrap();
    assert_eq!(archived.last().unwrap().id.0, 60, "the newest is kept");
    assert_eq!(archived[0].id.0, 61 - left as i64, "from the oldest on");
    while store.sweep_to_size(0, at(9)).await.unwrap() {}
    assert_eq!(store.numbers().await.unwrap().stories, 0);
}
