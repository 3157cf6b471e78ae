//! Articles, their stories, and what watches learn from them.

use super::{all_alerts, with_records};
use crate::fixture::{Place, alert, article, at, with_entry};
use newsvane::model::{AlertId, ArticleId, CoverageKind, StoryId, WatchId};
use newsvane::store::{AlertRecord, ArticleRecord, ReadOutcome, StoreError, VolumeRecord};
use std::sync::Arc;

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

    // The lease is used up: nothing of a second outcome may remain.
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
