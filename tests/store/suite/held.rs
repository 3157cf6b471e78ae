//! Held alerts and their summaries.

use super::{all_alerts, ferries};
use crate::fixture::{FEED, Place, alert, article, at, with_entry};
use newsvane::model::{AlertId, StoryId, WatchId};
use newsvane::store::{AlertRecord, Held, Mute, Muted, ReadOutcome, Redeliver};

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

fn mute_of_ferries(until: i64) -> Mute {
    Mute {
        muted: Muted::Watch(ferries()),
        since: at(7),
        until: at(until),
        reason: Some("drill".to_owned()),
    }
}

pub(crate) async fn what_a_muted_watch_finds_is_told_in_one_summary_at_the_end(place: &Place) {
    let store = place.open();
    store.add_alert(alert("al_1", &["ops"])).await.unwrap();
    store.add_alert(held("al_2", 2, 6, 10)).await.unwrap();
    store.mute(mute_of_ferries(30)).await.unwrap();
    let waits = store.lease_deliveries("ops".to_owned(), at(29), at(30), 9, false);
    assert!(waits.await.unwrap().is_empty(), "what is on its way waits");
    let alerts = [alert("al_3", &["ops"]), alert("al_4", &["ops"])];
    for alert in alerts {
        store.add_alert(alert).await.unwrap();
    }
    let trams = AlertRecord {
        watch: Some(WatchId::from("trams")),
        ..alert("al_5", &["ops"])
    };
    store.add_alert(trams).await.unwrap();
    let sent = store.lease_deliveries("ops".to_owned(), at(29), at(30), 9, false);
    assert_eq!(
        sent.await.unwrap()[0].alert.as_str(),
        "al_5",
        "other watches go on"
    );
    assert!(
        store.summaries_due(at(29)).await.unwrap().is_empty(),
        "not even that of a cooldown that ended"
    );
    drop(store);

    let store = place.open();
    assert_eq!(store.mutes(at(29)).await.unwrap(), [mute_of_ferries(30)]);
    assert!(store.mutes(at(30)).await.unwrap().is_empty());
    assert_eq!(store.summaries_due(at(30)).await.unwrap(), [ferries()]);
    let pending = store.pending_summary(ferries(), at(30), 9).await;
    let pending = pending.unwrap().unwrap();
    assert_eq!(pending.n_alerts, 3);
    assert_eq!(pending.reason, "the watch was muted (drill)");
    store.summarise(summary("al_sum"), at(30)).await.unwrap();
    let sent = store.lease_deliveries("ops".to_owned(), at(30), at(31), 9, false);
    let sent = sent.await.unwrap();
    let mut sent: Vec<_> = sent.iter().map(|lease| lease.alert.as_str()).collect();
    sent.sort_unstable();
    assert_eq!(sent, ["al_1", "al_5", "al_sum"]);
}

pub(crate) async fn a_mute_can_be_made_longer_and_ended(place: &Place) {
    let store = place.open();
    store.add_alert(alert("al_1", &["ops"])).await.unwrap();
    store.mute(mute_of_ferries(20)).await.unwrap();
    store.add_alert(alert("al_2", &["ops"])).await.unwrap();
    store.mute(mute_of_ferries(60)).await.unwrap();
    assert!(store.summaries_due(at(59)).await.unwrap().is_empty());
    let ferries_muted = Muted::Watch(ferries());
    assert!(store.unmute(ferries_muted.clone(), at(25)).await.unwrap());
    assert!(
        !store.unmute(ferries_muted, at(25)).await.unwrap(),
        "it is over"
    );
    assert_eq!(store.summaries_due(at(25)).await.unwrap(), [ferries()]);
    let sent = store.lease_deliveries("ops".to_owned(), at(25), at(31), 9, false);
    assert_eq!(sent.await.unwrap()[0].alert.as_str(), "al_1");
}

pub(crate) async fn a_muted_feed_holds_its_articles_alerts_and_its_own(place: &Place) {
    let store = place.open();
    let lease = with_entry(&store).await;
    store
        .mute(Mute {
            muted: Muted::Feed(FEED.to_owned()),
            ..mute_of_ferries(30)
        })
        .await
        .unwrap();
    let read = article(1, 1, vec![alert("al_1", &["ops"])]);
    let read = ReadOutcome::Article(Box::new(read));
    store.finish_read(&lease, read).await.unwrap();
    let failing = AlertRecord {
        watch: None,
        story: None,
        article: None,
        feed: Some(lease.feed),
        ..alert("al_2", &["ops"])
    };
    store.add_alert(failing).await.unwrap();
    let waits = store.lease_deliveries("ops".to_owned(), at(29), at(30), 9, false);
    assert!(waits.await.unwrap().is_empty());
    assert!(store.summaries_due(at(29)).await.unwrap().is_empty());
    assert!(
        store
            .unmute(Muted::Feed(FEED.to_owned()), at(20))
            .await
            .unwrap()
    );
    assert_eq!(store.summaries_due(at(20)).await.unwrap(), [ferries()]);
    let sent = store.lease_deliveries("ops".to_owned(), at(20), at(30), 9, false);
    assert_eq!(sent.await.unwrap()[0].alert.as_str(), "al_2");
}

pub(crate) async fn what_waits_for_its_next_try_is_sent_when_a_person_asks(place: &Place) {
    let store = place.open();
    store.add_alert(alert("al_1", &["ops"])).await.unwrap();
    store.mute(mute_of_ferries(300)).await.unwrap();
    let one = || Redeliver::Alert(AlertId::from("al_1"));
    assert_eq!(store.redeliver(one(), at(9)).await.unwrap(), 1);
    let leased = store.lease_deliveries("ops".to_owned(), at(9), at(12), 9, false);
    assert_eq!(leased.await.unwrap().len(), 1);
    assert_eq!(
        store.redeliver(one(), at(10)).await.unwrap(),
        0,
        "it is being sent"
    );
}
