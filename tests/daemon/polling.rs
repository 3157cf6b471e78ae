//! Tests of polls: which entries are news, conditional requests, and answers that are not
//! a feed or page.

use crate::ledger::Ledger;
use crate::newsroom::{Answer, Newsroom, feed_path, page_path, validators};
use crate::process::Home;
use crate::wait::{always, eventually};
use crate::writer::Writer;
use std::time::Duration;

pub(crate) const LIGHTHOUSES: &str = "[[watch]]\nid = \"lights\"\nany = [\"lighthouse\"]\n";

/// A newsroom with the feed `north`, a ledger, and a home that watches for lighthouses.
pub(crate) async fn scene(settings: &str) -> (Newsroom, Ledger, Home) {
    let (newsroom, ledger) = (Newsroom::open().await, Ledger::open().await);
    let home = Home::new(&ledger, settings);
    home.watch(&[newsroom.feed("north")], LIGHTHOUSES);
    (newsroom, ledger, home)
}

async fn until_accepted(ledger: &Ledger, n: usize) {
    eventually(&format!("{n} alerts arrive"), async || {
        ledger.n_accepted() >= n
    })
    .await;
}

/// Publishes five old lighthouses, lets the daemon see them, publishes a new
/// one; `wanted` of the six are alerted, the newest first.
async fn check_first_run(setting: Option<&str>, wanted: &[usize]) {
    let (newsroom, ledger, home) = scene("").await;
    if let Some(setting) = setting {
        home.environment("NEWSVANE__SCHEDULER__ON_FIRST_RUN", setting);
    }
    let mut writer = Writer::new(1);
    let mut urls = Vec::new();
    for _ in 0..5 {
        urls.push(
            newsroom
                .publish("north", writer.story(Some("lighthouse")))
                .url,
        );
    }
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    urls.push(
        newsroom
            .publish("north", writer.story(Some("lighthouse")))
            .url,
    );
    until_accepted(&ledger, wanted.len()).await;
    daemon.stop().await;
    let alerted: Vec<String> = ledger.accepted("lights").into_keys().collect();
    let wanted: Vec<String> = wanted.iter().map(|n| urls[*n].clone()).collect();
    assert_eq!(alerted, wanted);
}

#[tokio::test]
async fn the_first_poll_records_without_alerting_and_a_later_entry_alerts() {
    check_first_run(None, &[5]).await;
}

#[tokio::test]
async fn the_newest_entries_of_the_first_poll_alert_where_latest_n_is_set() {
    check_first_run(Some("latest:2"), &[3, 4, 5]).await;
}

#[tokio::test]
async fn the_whole_first_poll_alerts_where_alert_is_set() {
    check_first_run(Some("alert"), &[0, 1, 2, 3, 4, 5]).await;
}

#[tokio::test]
async fn validators_are_echoed_verbatim_also_after_a_restart_and_a_304_leaves_everything() {
    let (newsroom, ledger, home) = scene("").await;
    newsroom.publish("north", Writer::new(2).story(None));
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let before = daemon.status().await;
    daemon.kill().await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let after = daemon.status().await;
    assert_eq!(before["numbers"]["entries"], 1);
    assert_eq!(after["numbers"]["entries"], 1);
    assert_eq!(after["troubled"], serde_json::json!([]));
    daemon.stop().await;

    let (etag, last_modified) = validators("north", 1);
    let asked = newsroom.asked(&feed_path("north"));
    assert_eq!(asked[0].if_none_match, None);
    assert_eq!(asked[0].answered, 200);
    for later in &asked[1..] {
        assert_eq!(later.if_none_match.as_deref(), Some(&*etag));
        assert_eq!(later.if_modified_since.as_deref(), Some(&*last_modified));
        assert_eq!(later.answered, 304);
    }
    assert_eq!(ledger.n_accepted(), 0);
}

/// Checks a feed `west` with this answer: its failure is recorded with `says` in the
/// message and the time of the next try, the feed `north` is not affected, and `west`
/// recovers by itself once it is repaired.
async fn check_broken_feed(answer: Option<Answer>, says: &str) {
    let (newsroom, ledger, home) = scene("").await;
    // Another address: another host, as broken feeds of strangers are.
    let other = Newsroom::open_at("127.0.0.2").await;
    let broken = match &answer {
        Some(answer) => {
            let url = other.feed("west");
            other.set_answer(&feed_path("west"), answer.clone());
            url
        }
        // A host where nobody listens.
        None => "http://127.0.0.3:9/west/news.rss".to_owned(),
    };
    home.watch(&[newsroom.feed("north"), broken.clone()], LIGHTHOUSES);
    let daemon = home.start_ready().await;
    let status = daemon
        .until_status("the failure is recorded", |status| {
            status["troubled"][0]["url"] == *broken
        })
        .await;
    let trouble = &status["troubled"][0];
    let error = trouble["error"].as_str().unwrap();
    assert!(error.contains(says), "{error}");
    assert!(!error.contains('\n'), "{error}");
    let next: jiff::Timestamp = trouble["next"].as_str().unwrap().parse().unwrap();
    let polled: jiff::Timestamp = trouble["polled"].as_str().unwrap().parse().unwrap();
    assert!(next > polled);
    assert_eq!(status["numbers"]["failing"], 1);
    assert!(daemon.log().contains("a poll failed"), "{}", daemon.log());

    newsroom.until_polled(&["north"]).await;
    let mut writer = Writer::new(3);
    newsroom.publish("north", writer.story(Some("lighthouse")));
    until_accepted(&ledger, 1).await;

    if answer.is_some() {
        other.repair(&feed_path("west"));
        daemon
            .until_status("the repaired feed is well", |status| {
                status["numbers"]["failing"] == 0
            })
            .await;
    }
    daemon.stop().await;
}

#[tokio::test]
async fn a_feed_that_is_no_feed_is_a_recorded_failure_and_no_other_feed_waits() {
    let page = "<!doctype html><html><body><h1>Welcome</h1></body></html>";
    check_broken_feed(Some(Answer::Text("text/html", page.to_owned())), "feed").await;
}

#[tokio::test]
async fn a_feed_that_answers_500_is_a_recorded_failure_and_no_other_feed_waits() {
    check_broken_feed(Some(Answer::Status(500)), "answered 500").await;
}

#[tokio::test]
async fn a_dead_host_is_a_recorded_failure_and_no_other_feed_waits() {
    check_broken_feed(None, "127.0.0.3").await;
}

#[tokio::test]
async fn an_endless_body_is_a_recorded_failure_and_no_other_feed_waits() {
    check_broken_feed(Some(Answer::Endless), "1").await;
}

#[tokio::test]
async fn a_body_that_is_cut_off_is_a_recorded_failure_and_no_other_feed_waits() {
    check_broken_feed(Some(Answer::Cut), "127.0.0.2").await;
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_a_recorded_failure_and_no_other_feed_waits() {
    check_broken_feed(Some(Answer::Silence), "127.0.0.2").await;
}

/// An entry whose page answers so is alerted on its feed's own text.
async fn check_broken_page(answer: Answer) {
    let (newsroom, ledger, home) = scene("").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    newsroom.set_answer(&page_path("north", 0), answer);
    let mut story = Writer::new(4).story(None);
    story.teaser.push_str(" A lighthouse was lit again.");
    let published = newsroom.publish("north", story);
    until_accepted(&ledger, 1).await;
    assert!(ledger.accepted("lights").contains_key(&published.url));
    assert!(newsroom.n_asked(&page_path("north", 0)) > 0);
    let status = daemon.status().await;
    assert_eq!(status["numbers"]["given_up"], 0);
    daemon.stop().await;
}

#[tokio::test]
async fn an_entry_whose_page_is_not_there_is_alerted_on_the_feeds_own_text() {
    check_broken_page(Answer::Status(404)).await;
}

#[tokio::test]
async fn an_entry_whose_page_is_no_page_is_alerted_on_the_feeds_own_text() {
    let picture = "\u{89}PNG\r\n\u{1a}\n\0\0\0\rIHDR".to_owned();
    check_broken_page(Answer::Text("image/png", picture)).await;
}

#[tokio::test]
async fn an_entry_whose_page_is_empty_is_alerted_on_the_feeds_own_text() {
    check_broken_page(Answer::Text("text/html", String::new())).await;
}

#[tokio::test]
async fn an_entry_whose_page_is_endless_is_alerted_on_the_feeds_own_text() {
    check_broken_page(Answer::Endless).await;
}

#[tokio::test]
async fn an_entry_whose_page_answers_500_waits_for_it_and_the_queue_goes_on() {
    let (newsroom, ledger, home) = scene("").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    newsroom.set_answer(&page_path("north", 0), Answer::Status(500));
    let mut writer = Writer::new(5);
    newsroom.publish("north", writer.story(Some("lighthouse")));
    let second = newsroom.publish("north", writer.story(Some("lighthouse")));
    until_accepted(&ledger, 1).await;
    assert!(ledger.accepted("lights").contains_key(&second.url));
    let status = daemon.status().await;
    assert_eq!(
        status["numbers"]["unread"], 1,
        "the first waits for its page"
    );
    daemon.stop().await;
}

#[tokio::test]
async fn a_word_in_a_pages_navigation_alerts_nobody() {
    let (newsroom, ledger, home) = scene("").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let mut writer = Writer::new(6);
    newsroom.publish("north", writer.story(None));
    daemon
        .until_status("it is read", |status| status["numbers"]["articles"] == 1)
        .await;
    always(
        "nobody is alerted",
        Duration::from_millis(300),
        async || ledger.arrivals().is_empty(),
    )
    .await;
    daemon.stop().await;
}

#[tokio::test]
async fn entries_whose_guids_all_changed_over_a_restart_are_not_alerted_again() {
    let (newsroom, ledger, home) = scene("").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let mut writer = Writer::new(7);
    for _ in 0..3 {
        newsroom.publish("north", writer.story(Some("lighthouse")));
    }
    until_accepted(&ledger, 3).await;
    daemon.stop().await;
    newsroom.change_guids("north");
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    daemon.until_idle().await;
    assert_eq!(ledger.n_accepted(), 3);
    newsroom.publish("north", writer.story(Some("lighthouse")));
    until_accepted(&ledger, 4).await;
    daemon.stop().await;
}
