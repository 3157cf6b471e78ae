//! Held alerts and their summaries.

use super::{all_alerts, ferries};
use crate::fixture::{Place, alert, at};
use newsvane::model::{AlertId, StoryId, WatchId};
use newsvane::store::{AlertRecord, Held};

/// An alert on `story` at `created` minutes past noon, held until `until`.
pub(super) fn held(id: &str, story: i64, created: i64, until: i64) -> AlertRecord {
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

pub(super) fn summary(id: &str) -> AlertRecord {
    AlertRecord {
        kind: "watch.digest".to_owned(),
        story: None,
        article: None,
        created: at(30),
        ..alert(id, &["ops"])
    }
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
    let pending = store
        .pending_summary(ferries(), at(30), 9)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((pending.n_alerts, pending.n_stories), (3, 2));
    assert_eq!((pending.first.as_str(), pending.since), ("al_1", at(5)));
    assert_eq!(pending.reason, "cooldown");
    assert_eq!(
        pending.bodies,
        ["body of al_3", "body of al_2"],
        "the newest of each story"
    );
    let cut = store
        .pending_summary(ferries(), at(30), 1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((cut.bodies.len(), cut.n_stories), (1, 2));

    store.summarise(summary("al_sum"), at(30)).await.unwrap();
    store.summarise(summary("al_more"), at(30)).await.unwrap();
    let alerts = all_alerts(&store).await;
    assert_eq!(alerts.len(), 4, "nothing was left for a second summary");
    assert_eq!(alerts[0].deliveries.len(), 1);
    let told = alerts[1..].iter().map(|alert| alert.told_in.clone());
    assert!(told.eq(vec![Some(AlertId::from("al_sum")); 3]));
    assert!(
        store
            .pending_summary(ferries(), at(99), 9)
            .await
            .unwrap()
            .is_none()
    );
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
    let trams = store
        .pending_summary(WatchId::from("trams"), at(30), 9)
        .await;
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
    assert!(
        store
            .pending_summary(ferries(), at(29), 9)
            .await
            .unwrap()
            .is_none()
    );
    store.summarise(summary("al_sum"), at(29)).await.unwrap();
    store.summarise(summary("al_sum"), at(30)).await.unwrap();
    let pending = store
        .pending_summary(ferries(), at(60), 9)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((pending.n_alerts, pending.first.as_str()), (1, "al_2"));
    let trams = store
        .pending_summary(WatchId::from("trams"), at(30), 9)
        .await;
    assert_eq!(trams.unwrap().unwrap().first.as_str(), "al_3");
}
