//! Tests of deliveries: retries, dead letters and disabled receivers, by the answer of
//! the receiver.

use crate::ledger::{Arrival, Ledger, Manner};
use crate::newsroom::Newsroom;
use crate::polling::scene;
use crate::process::{Daemon, Home};
use crate::wait::{always, eventually};
use crate::writer::Writer;
use serde_json::Value;
use std::time::Duration;

/// A daemon that watches `north` for lighthouses, its ledger of this manner.
async fn watching(manner: Manner) -> (Newsroom, Ledger, Home, Daemon) {
    let (newsroom, ledger, home) = scene("").await;
    ledger.set_manner(manner);
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    (newsroom, ledger, home, daemon)
}

fn publish(newsroom: &Newsroom, seed: u64) {
    newsroom.publish("north", Writer::new(seed).story(Some("lighthouse")));
}

async fn until_arrived(ledger: &Ledger, n: usize) -> Vec<Arrival> {
    eventually(&format!("{n} posts arrive"), async || {
        ledger.arrivals().len() >= n
    })
    .await;
    ledger.arrivals()
}

/// A receiver of this manner is tried again after `at_least`, with the same id,
/// the same body and a new timestamp.
async fn check_retry(manner: Manner, at_least: Duration) {
    let (newsroom, ledger, _home, daemon) = watching(manner).await;
    publish(&newsroom, 1);
    until_arrived(&ledger, 1).await;
    ledger.set_manner(Manner::Accept);
    let arrivals = until_arrived(&ledger, 2).await;
    assert_eq!(arrivals[0].id, arrivals[1].id);
    assert_eq!(arrivals[0].body, arrivals[1].body);
    assert!(arrivals[0].timestamp < arrivals[1].timestamp);
    let waited = arrivals[1].at - arrivals[0].at;
    assert!(waited >= at_least, "{waited:?}");
    daemon
        .until_status("it is delivered", |status| {
            status["numbers"]["pending"] == 0
        })
        .await;
    daemon.stop().await;
    assert_eq!(ledger.arrivals().len(), 2);
}

#[tokio::test]
async fn a_receiver_that_answers_500_is_tried_again_with_the_same_id() {
    check_retry(Manner::Refuse(500), Duration::from_secs(4)).await;
}

#[tokio::test]
async fn a_retry_after_longer_than_the_table_is_honoured() {
    check_retry(Manner::RefuseFor(429, 8), Duration::from_secs(8)).await;
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_is_tried_again_with_the_same_id() {
    check_retry(Manner::Silence, Duration::from_secs(4)).await;
}

#[tokio::test]
async fn a_receiver_that_answers_200_and_cuts_the_connection_is_not_alerted_again() {
    let (newsroom, ledger, _home, daemon) = watching(Manner::CutAfterStatus).await;
    publish(&newsroom, 2);
    until_arrived(&ledger, 1).await;
    daemon
        .until_status("it counts as delivered", |status| {
            status["alerts"][0]["deliveries"][0]["state"] == "delivered"
        })
        .await;
    daemon.stop().await;
    assert_eq!(ledger.arrivals().len(), 1);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone_until_a_person_redelivers_under_the_old_ids() {
    let (newsroom, ledger, home, daemon) = watching(Manner::Refuse(410)).await;
    publish(&newsroom, 3);
    let gone = until_arrived(&ledger, 1).await.remove(0);
    ledger.set_manner(Manner::Accept);
    let status = daemon
        .until_status("the receiver is disabled", |status| {
            status["disabled_receivers"][0][0] == "ledger"
        })
        .await;
    assert_eq!(status["numbers"]["dead"], 1);
    publish(&newsroom, 4);
    daemon
        .until_status("the next alert is kept as dead", |status| {
            status["numbers"]["dead"] == 2
        })
        .await;
    let quiet = Duration::from_millis(700);
    always("nothing more is sent", quiet, async || {
        ledger.arrivals().len() == 1
    })
    .await;

    let dead = home.run(&["alerts", "dead", "--json"]).await;
    assert!(dead.status.success(), "{dead:?}");
    let ids: Vec<String> = dead
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|alert| alert["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
    assert!(ids.contains(&gone.id));
    let ran = home.run(&["alerts", "redeliver", "--all-dead"]).await;
    assert!(ran.status.success(), "{ran:?}");
    let arrivals = until_arrived(&ledger, 3).await;
    for arrival in &arrivals[1..] {
        assert!(ids.contains(&arrival.id), "{arrival:?}");
    }
    assert_eq!(ledger.n_accepted(), 2);
    assert_ne!(arrivals[1].id, arrivals[2].id);
    let none = home.run(&["alerts", "redeliver", "--all-dead"]).await;
    assert_eq!(none.status.code(), Some(1), "nothing is dead: {none:?}");
    daemon.until_idle().await;
    let again = home.run(&["alerts", "redeliver", &gone.id]).await;
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    let wanted = format!("{} was delivered to ledger;", gone.id);
    assert!(again.out.starts_with(&wanted), "{again:?}");
    let unknown = home.run(&["alerts", "redeliver", "al_nothing"]).await;
    unknown.assert_refused(&["there is no alert al_nothing"]);
    daemon.stop().await;
}

#[tokio::test]
async fn one_dead_and_one_slow_receiver_do_not_delay_a_third() {
    let (newsroom, ledger, home) = scene("").await;
    let (dead, slow) = (Ledger::open().await, Ledger::open().await);
    dead.set_manner(Manner::Silence);
    slow.set_manner(Manner::Silence);
    home.add_settings(&home.receiver("dead", &dead));
    home.add_settings(&home.receiver("slow", &slow));
    home.watch(
        &[newsroom.feed("north")],
        "[[watch]]\nid = \"lights\"\nany = [\"lighthouse\"]\nalert = { to = [\"dead\", \"slow\", \"ledger\"] }\n",
    );
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    // More than the slots that one receiver has.
    let mut writer = Writer::new(5);
    for _ in 0..20 {
        newsroom.publish("north", writer.story(Some("lighthouse")));
    }
    daemon
        .until_status("all are read", |status| status["numbers"]["alerts"] == 20)
        .await;
    eventually("the third has them all", async || ledger.n_accepted() == 20).await;
    assert!(slow.n_accepted() < 20, "the slow one was waited for");
    assert_eq!(dead.n_accepted(), 0, "the dead one was waited for");
    daemon.kill().await;
}

#[tokio::test]
async fn a_delivery_sent_and_not_recorded_is_sent_again_under_its_id_after_a_crash() {
    let (newsroom, ledger, home, daemon) = watching(Manner::Silence).await;
    publish(&newsroom, 6);
    until_arrived(&ledger, 1).await;
    daemon.kill().await;
    ledger.set_manner(Manner::Accept);
    let daemon = home.start_ready().await;
    let arrivals = until_arrived(&ledger, 2).await;
    assert_eq!(arrivals[0].id, arrivals[1].id);
    daemon.stop().await;
}
