//! Tests of stopping the daemon, and of runs with `--once`.

use crate::ledger::Manner;
use crate::newsroom::{Answer, page_path};
use crate::polling::{LIGHTHOUSES, scene};
use crate::wait::eventually;
use crate::writer::Writer;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// What the daemon logs if unfinished work took longer than the 20 s that it has.
const CUT_OFF: &str = "unfinished work was stopped";

#[tokio::test]
async fn an_idle_daemon_stops_at_once_and_well_on_either_signal() {
    for signal in ["TERM", "INT"] {
        let (newsroom, _ledger, home) = scene("").await;
        let mut daemon = home.start_ready().await;
        newsroom.until_polled(&["north"]).await;
        daemon.signal(signal);
        let status = daemon.ended().await;
        assert!(status.success(), "{status}");
        assert!(!daemon.log().contains(CUT_OFF), "{}", daemon.log());
        assert!(daemon.log().contains("\"stopped\""), "{}", daemon.log());
    }
}

#[tokio::test]
async fn a_delivery_under_way_is_finished_before_the_end() {
    let (newsroom, ledger, home) = scene("").await;
    let mut daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    ledger.set_manner(Manner::Dawdle(Duration::from_millis(1500)));
    newsroom.publish("north", Writer::new(1).story(Some("lighthouse")));
    eventually("the delivery is under way", async || {
        daemon.status().await["numbers"]["pending"] == 1
    })
    .await;
    daemon.signal("TERM");
    let status = daemon.ended().await;
    assert!(status.success(), "{status}");
    assert!(!daemon.log().contains(CUT_OFF), "{}", daemon.log());
    let alerts = home.run(&["alerts", "list", "--json"]).await.out;
    assert!(
        alerts.contains("\"delivered\"") || ledger.arrivals().is_empty(),
        "{alerts}"
    );
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once_whatever_is_unfinished() {
    let (newsroom, _ledger, home) = scene("").await;
    home.environment("NEWSVANE__HTTP__TIMEOUT", "60s");
    let mut daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    newsroom.set_answer(&page_path("north", 0), Answer::Silence);
    newsroom.publish("north", Writer::new(1).story(Some("lighthouse")));
    eventually("the page is asked for", async || {
        newsroom.n_asked(&page_path("north", 0)) > 0
    })
    .await;
    daemon.signal("TERM");
    eventually("the first signal is heard", async || {
        daemon.log().contains("stopping:")
    })
    .await;
    daemon.signal("TERM");
    let status = daemon.ended().await;
    assert!(!status.success());
    assert!(!daemon.log().contains(CUT_OFF), "{}", daemon.log());
}

#[tokio::test]
async fn a_visitor_who_never_ends_a_request_does_not_hold_up_the_end() {
    let (_newsroom, _ledger, home) = scene("").await;
    let mut daemon = home.start_ready().await;
    let mut visitor = TcpStream::connect(daemon.page()).await.unwrap();
    visitor
        .write_all(b"GET / HTTP/1.1\r\nHost: ")
        .await
        .unwrap();
    let _silent = TcpStream::connect(daemon.page()).await.unwrap();
    // Both are accepted before this one is answered.
    daemon.status().await;
    daemon.signal("TERM");
    let status = daemon.ended().await;
    assert!(status.success(), "{status}");
    assert!(!daemon.log().contains(CUT_OFF), "{}", daemon.log());
}

#[tokio::test]
async fn a_sighup_right_after_ready_reloads_and_does_not_kill() {
    let (_newsroom, _ledger, home) = scene("").await;
    for _ in 0..5 {
        let daemon = home.start_ready().await;
        daemon.signal("HUP");
        eventually("it reloads", async || {
            daemon.log().contains("the watchlist was read again")
        })
        .await;
        daemon.stop().await;
    }
}

#[tokio::test]
async fn once_polls_delivers_and_exits() {
    let (newsroom, ledger, home) = scene("").await;
    let mut writer = Writer::new(2);
    newsroom.publish("north", writer.story(Some("lighthouse")));
    let ran = home.run(&["run", "--once"]).await;
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(ledger.n_accepted(), 0, "the first run records");
    // A whole interval passes before it is due again; `eventually` runs again until then.
    newsroom.publish("north", writer.story(Some("lighthouse")));
    eventually("a later run delivers", async || {
        let ran = home.run(&["run", "--once"]).await;
        assert!(ran.status.success(), "{ran:?}");
        ledger.n_accepted() == 1
    })
    .await;
}

#[tokio::test]
async fn once_polls_each_feed_once_even_if_one_takes_longer_than_another_s_interval() {
    let (newsroom, _ledger, home) = scene("").await;
    let slow = newsroom.feed("slow");
    newsroom.set_answer("/slow/news.rss", Answer::Silence);
    home.watch(&[newsroom.feed("north"), slow], LIGHTHOUSES);
    let ran = home.run(&["run", "--once"]).await;
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(newsroom.n_asked("/north/news.rss"), 1);
    assert_eq!(newsroom.n_asked("/slow/news.rss"), 1);
}

#[tokio::test]
async fn once_reads_all_entries_of_a_host_that_takes_few_requests_at_a_time() {
    let (newsroom, ledger, home) = scene("").await;
    home.environment("NEWSVANE__SCHEDULER__ON_FIRST_RUN", "alert");
    home.environment("NEWSVANE__HTTP__PER_HOST", "1");
    let mut writer = Writer::new(4);
    for _ in 0..20 {
        newsroom.publish("north", writer.story(Some("lighthouse")));
    }
    let others: Vec<String> = (0..12)
        .map(|n| newsroom.feed(&format!("feed{n}")))
        .collect();
    home.watch(
        &[vec![newsroom.feed("north")], others].concat(),
        LIGHTHOUSES,
    );
    let ran = home.run(&["run", "--once"]).await;
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(ledger.n_accepted(), 20);
    for n in 0..12 {
        assert_eq!(newsroom.n_asked(&format!("/feed{n}/news.rss")), 1);
    }
}

#[tokio::test]
async fn once_leaves_a_delivery_that_failed_for_a_later_run() {
    let (newsroom, ledger, home) = scene("").await;
    home.environment("NEWSVANE__SCHEDULER__ON_FIRST_RUN", "alert");
    ledger.set_manner(Manner::Refuse(503));
    newsroom.publish("north", Writer::new(3).story(Some("lighthouse")));
    let ran = home.run(&["run", "--once"]).await;
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(ledger.arrivals().len(), 1);
    ledger.set_manner(Manner::Accept);
    eventually("a later run delivers it", async || {
        home.run(&["run", "--once"]).await;
        ledger.n_accepted() == 1
    })
    .await;
    let ids: Vec<String> = ledger
        .arrivals()
        .into_iter()
        .map(|arrival| arrival.id)
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}
