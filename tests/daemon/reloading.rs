//! Tests of edits of the watchlist while the daemon runs.

use crate::ledger::Ledger;
use crate::newsroom::Newsroom;
use crate::polling::{LIGHTHOUSES, scene};
use crate::process::{Daemon, Home};
use crate::wait::eventually;
use crate::writer::Writer;
use serde_json::Value;

const WITH_TRAMS: &str = "[[watch]]\nid = \"lights\"\nany = [\"lighthouse\"]\n\n[[watch]]\nid = \"trams\"\nany = [\"tramshed\"]\n";

/// A daemon that watches the feed `north` for lighthouses.
async fn watching() -> (Newsroom, Ledger, Home, Daemon) {
    let (newsroom, ledger, home) = scene("").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    (newsroom, ledger, home, daemon)
}

async fn until_watches(daemon: &Daemon, n: u64) -> Value {
    let what = format!("{n} watches are in force");
    daemon
        .until_status(&what, |status| status["running"]["watches"] == n)
        .await
}

/// The watch `trams` hears of a tramshed.
async fn check_trams_are_watched(newsroom: &Newsroom, ledger: &Ledger) {
    let published = newsroom.publish("north", Writer::new(7).story(Some("tramshed")));
    eventually("the tramshed is alerted", async || {
        ledger.accepted("trams").contains_key(&published.url)
    })
    .await;
}

#[tokio::test]
async fn a_watch_added_by_an_edit_is_in_force_without_a_restart() {
    let (newsroom, ledger, home, daemon) = watching().await;
    home.watch(&[newsroom.feed("north")], WITH_TRAMS);
    until_watches(&daemon, 2).await;
    check_trams_are_watched(&newsroom, &ledger).await;
    daemon.stop().await;
}

#[tokio::test]
async fn a_watch_that_tells_nobody_is_logged_when_it_comes_into_force() {
    let (newsroom, _ledger, home, daemon) = watching().await;
    assert!(daemon.line("a watch alerts nobody").is_null());
    let mute = format!("{WITH_TRAMS}alert = {{ to = [] }}\n");
    home.watch(&[newsroom.feed("north")], &mute);
    until_watches(&daemon, 2).await;
    eventually("it is logged", async || {
        !daemon.line("a watch alerts nobody").is_null()
    })
    .await;
    let line = daemon.line("a watch alerts nobody");
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["watch"], "trams");
    assert_eq!(line["receivers"], "ledger");
    daemon.stop().await;
}

#[tokio::test]
async fn an_edit_by_replacing_the_file_is_noticed() {
    let (newsroom, ledger, home, daemon) = watching().await;
    let feeds = std::fs::read_to_string(home.path("watchlist.toml")).unwrap();
    let edited = feeds.replace(LIGHTHOUSES, WITH_TRAMS);
    home.write(".watchlist.toml.swp", &edited);
    std::fs::rename(
        home.path(".watchlist.toml.swp"),
        home.path("watchlist.toml"),
    )
    .unwrap();
    until_watches(&daemon, 2).await;
    check_trams_are_watched(&newsroom, &ledger).await;
    daemon.stop().await;
}

#[tokio::test]
async fn a_file_put_into_a_new_watchlist_d_is_in_force_after_sighup() {
    let (newsroom, ledger, home, daemon) = watching().await;
    std::fs::create_dir(home.path("watchlist.d")).unwrap();
    let trams = WITH_TRAMS.replace(LIGHTHOUSES, "");
    home.write("watchlist.d/trams.toml", &trams);
    daemon.signal("HUP");
    until_watches(&daemon, 2).await;
    check_trams_are_watched(&newsroom, &ledger).await;
    daemon.stop().await;
}

#[tokio::test]
async fn a_feed_added_by_an_edit_is_recorded_first_and_alerts_later() {
    let (newsroom, ledger, home, daemon) = watching().await;
    let mut writer = Writer::new(8);
    newsroom.publish("south", writer.story(Some("lighthouse")));
    home.watch(
        &[newsroom.feed("north"), newsroom.feed("south")],
        LIGHTHOUSES,
    );
    newsroom.until_polled(&["south"]).await;
    let news = newsroom.publish("south", writer.story(Some("lighthouse")));
    eventually("the new feed's news arrives", async || {
        ledger.accepted("lights").contains_key(&news.url)
    })
    .await;
    assert_eq!(ledger.n_accepted(), 1);
    daemon.stop().await;
}

/// An edit that is refused: its `faults` are in the status, the command and the
/// log, the old list stays in use, and a repaired file takes over.
async fn check_refused_edit(rest: &str, faults: &[&str]) {
    let (newsroom, ledger, home, daemon) = watching().await;
    let feeds = [newsroom.feed("north")];
    home.watch(&feeds, rest);
    let status = daemon
        .until_status("the refusal is reported", |status| {
            !status["running"]["watchlist_error"].is_null()
        })
        .await;
    let error = status["running"]["watchlist_error"].as_str().unwrap();
    for fault in faults {
        assert!(error.contains(fault), "{fault:?} is not in:\n{error}");
    }
    assert!(daemon.log().contains("stays in use"), "{}", daemon.log());

    newsroom.until_polled(&["north"]).await;
    let published = newsroom.publish("north", Writer::new(9).story(Some("lighthouse")));
    eventually("the list before is in force", async || {
        ledger.accepted("lights").contains_key(&published.url)
    })
    .await;
    home.watch(&feeds, WITH_TRAMS);
    let status = until_watches(&daemon, 2).await;
    assert_eq!(status["running"]["watchlist_error"], Value::Null);
    daemon.stop().await;
}

#[tokio::test]
async fn an_edit_with_a_wrong_key_is_refused_with_its_place_and_the_list_before_stays() {
    check_refused_edit(
        "[[watch]]\nid = \"lights\"\nanny = [\"lighthouse\"]\n",
        &["watchlist.toml:6:1", "anny", "^", "any"],
    )
    .await;
}

#[tokio::test]
async fn an_edit_that_is_no_toml_is_refused_with_its_place_and_the_list_before_stays() {
    check_refused_edit(
        "[[watch]]\nid = \"lights\nany = [\"lighthouse\"]\n",
        &["watchlist.toml:5:", "^"],
    )
    .await;
}

#[tokio::test]
async fn an_edit_that_names_an_unknown_receiver_is_refused_and_the_list_before_stays() {
    check_refused_edit(
        "[[watch]]\nid = \"lights\"\nany = [\"lighthouse\"]\nalert = { to = [\"legder\"] }\n",
        &["watchlist.toml:7:", "legder", "its receivers are: ledger"],
    )
    .await;
}

#[tokio::test]
async fn a_watchlist_that_was_deleted_leaves_the_list_before_in_force() {
    let (newsroom, ledger, home, daemon) = watching().await;
    std::fs::remove_file(home.path("watchlist.toml")).unwrap();
    daemon
        .until_status("the refusal is reported", |status| {
            !status["running"]["watchlist_error"].is_null()
        })
        .await;
    let published = newsroom.publish("north", Writer::new(9).story(Some("lighthouse")));
    eventually("the list before is in force", async || {
        ledger.accepted("lights").contains_key(&published.url)
    })
    .await;
    daemon.stop().await;
}

#[tokio::test]
async fn an_interval_given_by_an_edit_counts_from_the_last_poll() {
    let (newsroom, ledger, home, daemon) = watching().await;
    let mut writer = Writer::new(9);
    newsroom.publish("south", writer.story(None));
    let hourly = format!(
        "{LIGHTHOUSES}\n[[feed]]\nurl = \"{}\"\n",
        newsroom.feed("south")
    );
    home.watch(
        &[newsroom.feed("north")],
        &format!("{hourly}every = \"1h\"\n"),
    );
    let recorded = |status: &Value| status["numbers"]["entries"] == 1;
    daemon
        .until_status("the first entry is recorded", recorded)
        .await;
    home.watch(
        &[newsroom.feed("north")],
        &format!("{hourly}every = \"1s\"\n"),
    );
    let news = newsroom.publish("south", writer.story(Some("lighthouse")));
    eventually("the feed is asked in its new interval", async || {
        ledger.accepted("lights").contains_key(&news.url)
    })
    .await;
    daemon.stop().await;
}
