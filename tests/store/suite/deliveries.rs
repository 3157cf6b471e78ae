//! Alerts on their way to receivers.

use super::{attempt, leased_at};
use crate::fixture::{Place, alert, at, with_entry};
use newsvane::model::AlertId;
use newsvane::store::{
    AlertFilter, AttemptRecord, DeliveryOutcome, DeliveryState, Redeliver, Settled, StoreError,
};

pub(crate) async fn an_alert_known_by_its_id_is_not_sent_twice(place: &Place) {
    let store = place.open();
    store.add_alert(alert("al_1", &["ops"])).await.unwrap();
    let sent = store
        .lease_deliveries("ops".to_owned(), at(6), at(9), 9, false)
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
            .lease_deliveries("ops".to_owned(), at(60), at(70), 9, false)
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
    let lease =
        |minutes| store.lease_deliveries("ops".to_owned(), at(minutes), at(minutes + 1), 9, false);
    let first = lease(6).await.unwrap().remove(0);
    store
        .finish_delivery(&first, attempt(DeliveryOutcome::Retry(at(20))))
        .await
        .unwrap();
    assert!(lease(19).await.unwrap().is_empty());
    let second = lease(20).await.unwrap().remove(0);
    assert_eq!(
        (second.tries, &second.alert, &second.body),
        (2, &first.alert, &first.body)
    );
    store
        .finish_delivery(&second, attempt(DeliveryOutcome::Dead(Settled::GivenUp)))
        .await
        .unwrap();
    assert!(lease(9_999).await.unwrap().is_empty());

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
    let third = lease(30).await.unwrap().remove(0);
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
        .lease_deliveries("ops".to_owned(), at(6), at(9), 1, false)
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
            .lease_deliveries("ops".to_owned(), at(60), at(61), 9, false)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store
            .lease_deliveries("desk".to_owned(), at(60), at(61), 9, false)
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
            .lease_deliveries("ops".to_owned(), at(70), at(71), 9, false)
            .await
            .unwrap()
            .len(),
        3
    );
}

pub(crate) async fn a_lease_can_be_extended_while_it_is_held(place: &Place) {
    let store = place.open();
    let lease = with_entry(&store).await;
    store.extend_entry_lease(&lease, at(30)).await.unwrap();
    assert!(leased_at(&store, 20).await.is_empty());
    store.add_alert(alert("al_1", &["ops"])).await.unwrap();
    let due = |now, until| store.lease_deliveries("ops".to_owned(), at(now), at(until), 9, false);
    let delivery = due(7, 10).await.unwrap().remove(0);
    store
        .extend_delivery_lease(&delivery, at(30))
        .await
        .unwrap();
    assert!(due(20, 25).await.unwrap().is_empty());
    let taken = attempt(DeliveryOutcome::Delivered);
    store.finish_delivery(&delivery, taken).await.unwrap();
    let late = store.extend_delivery_lease(&delivery, at(40)).await;
    assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
}

pub(crate) async fn the_first_dead_letter_of_a_receiver_is_told_of_and_the_next_after_it_took_one(
    place: &Place,
) {
    let store = place.open();
    let dead = || DeliveryOutcome::Dead(Settled::GivenUp);
    let cases = [
        (dead(), true),
        (dead(), false),
        (DeliveryOutcome::Delivered, false),
        (dead(), true),
    ];
    for (n, (outcome, is_told)) in cases.into_iter().enumerate() {
        let minute = 10 + n as i64;
        let lost = alert(&format!("al_{n}"), &["ops"]);
        store.add_alert(lost).await.unwrap();
        let due = store.lease_deliveries("ops".to_owned(), at(minute), at(99), 9, false);
        let lease = due.await.unwrap().remove(0);
        let id = format!("dead_{n}");
        let attempt = AttemptRecord {
            at: at(minute),
            notice: Some(alert(&id, &["desk"])),
            ..attempt(outcome)
        };
        store.finish_delivery(&lease, attempt).await.unwrap();
        let told = store.alert_body(AlertId::from(id)).await.unwrap();
        assert_eq!(told.is_some(), is_told, "{n}");
    }
}
