//! Tests of commands to the running daemon: poll a feed, reload, mute, redeliver, show
//! the status.

use crate::ledger::{Ledger, Manner};
use crate::newsroom::{Answer, Newsroom, feed_path};
use crate::polling::{LIGHTHOUSES, scene};
use crate::process::{Daemon, Home, Ran};
use crate::wait::eventually;
use crate::writer::Writer;
use serde_json::Value;

/// A daemon that polls the feed `north` once an hour, and has polled it.
async fn hourly() -> (Newsroom, Ledger, Home, Daemon) {
    let (newsroom, ledger, home) = scene("").await;
    home.watch(&[], &watchlist(&newsroom.feed("north"), LIGHTHOUSES));
    let daemon = home.start_ready().await;
    daemon
        .until_status("the feed is polled", |status| {
            !status["next_poll"].is_null() && newsroom.n_asked(&feed_path("north")) == 1
        })
        .await;
    // Whoever asks during a poll is told of that one: it must be over.
    home.run(&["feeds", "poll", &newsroom.feed("north")]).await;
    (newsroom, ledger, home, daemon)
}

fn watchlist(feed: &str, rest: &str) -> String {
    format!("[[feed]]\nurl = \"{feed}\"\nname = \"The North\"\nevery = \"1h\"\n\n{rest}")
}

fn assert_says(ran: &Ran, code: i32, parts: &[&str]) {
    let said = format!("{}{}", ran.out, ran.err);
    assert_eq!(ran.status.code(), Some(code), "{said}");
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in:\n{said}");
    }
}

#[tokio::test]
async fn a_feed_is_polled_when_a_person_asks_and_the_answer_says_what_came() {
    let (newsroom, ledger, home, daemon) = hourly().await;
    let feed = newsroom.feed("north");
    let news = newsroom.publish("north", Writer::new(7).story(Some("lighthouse")));
    let ran = home.run(&["feeds", "poll", &feed]).await;
    assert_says(&ran, 0, &["answered 200, 1 new, to read", "next poll in"]);
    eventually("the news is alerted", async || {
        ledger.accepted("lights").contains_key(&news.url)
    })
    .await;
    let ran = home.run(&["why", &news.url]).await;
    assert_says(&ran, 0, &["watch lights:"]);
    assert!(!ran.out.contains("[0]"), "{}", ran.out);
    assert_says(
        &home.run(&["why", "no such title"]).await,
        1,
        &["No article has"],
    );
    let listed = home
        .run(&["stories", "--watch", "lights", "--since", "36500d"])
        .await;
    assert_says(&listed, 0, &["lights"]);
    let unknown = home.run(&["stories", "--watch", "lihgts"]).await;
    assert_says(&unknown, 1, &["did you mean \"lights\""]);
    let ran = home.run(&["feeds", "poll", "The North"]).await;
    assert_says(&ran, 0, &["nothing new"]);

    let path = feed_path("north");
    newsroom.set_answer(&path, Answer::Status(500));
    let ran = home.run(&["feeds", "poll", &feed, "--json"]).await;
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (ran.status.code(), &answer["status"]),
        (Some(1), &500.into())
    );
    let ran = home.run(&["status"]).await;
    assert_says(&ran, 1, &["the only feed fails", "answered 500"]);
    let challenge = "<html><head><title>Just a moment...</title></head></html>".to_owned();
    newsroom.set_answer(&path, Answer::Whole(403, Vec::new(), challenge));
    let ran = home.run(&["feeds", "poll", &feed]).await;
    assert_says(&ran, 1, &["answered 403", "Cloudflare"]);
    newsroom.set_answer(&path, Answer::Status(410));
    home.run(&["feeds", "poll", &feed]).await;
    newsroom.repair(&path);
    let ran = home.run(&["feeds", "poll", &feed]).await;
    assert_says(&ran, 0, &["nothing new"]);
    assert_says(&home.run(&["status"]).await, 0, &["running since"]);

    let ran = home.run(&["feeds", "poll", "The Noth"]).await;
    assert_says(&ran, 1, &["did you mean \"The North\""]);
    daemon.stop().await;
    let ran = home.run(&["feeds", "poll", &feed]).await;
    assert_says(&ran, 1, &["newsvane does not run here"]);
}

#[tokio::test]
async fn a_reload_says_what_changed_or_fails_with_the_place_and_polls_a_failing_feed() {
    let (newsroom, _ledger, home, daemon) = hourly().await;
    let feed = newsroom.feed("north");
    newsroom.set_answer(&feed_path("north"), Answer::Status(404));
    assert_says(
        &home.run(&["feeds", "poll", &feed]).await,
        1,
        &["answered 404"],
    );
    newsroom.repair(&feed_path("north"));

    let trams = format!("{LIGHTHOUSES}[[watch]]\nid = \"trams\"\nany = [\"tramshed\"]\n");
    home.watch(
        &[],
        &watchlist(&feed, &trams.replace("any = [\"t", "anny = [\"t")),
    );
    let ran = home.run(&["reload"]).await;
    assert_says(&ran, 1, &["watchlist.toml:11:1", "anny", "stays in use"]);
    let ran = home.run(&["status"]).await;
    assert_says(&ran, 1, &["NOT in force", "watchlist.toml:11:1"]);
    home.watch(&[], &watchlist(&feed, &trams));
    home.add_settings("[daemon]\nreads = 7\n");
    let ran = home.run(&["reload"]).await;
    assert_says(
        &ran,
        0,
        &["watch trams added", "daemon.reads", "after a restart"],
    );
    daemon
        .until_status(
            "the feed is polled again, and its error is gone",
            |status| status["numbers"]["failing"] == 0,
        )
        .await;
    assert_says(&home.run(&["reload"]).await, 0, &["nothing changed"]);
    daemon.stop().await;
}

#[tokio::test]
async fn a_muted_watch_is_quiet_over_a_restart_and_tells_all_in_one_summary() {
    let (newsroom, ledger, home) = scene("").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let ran = home
        .run(&["mute", "lights", "--for", "2h", "--reason", "drill"])
        .await;
    assert_says(&ran, 0, &["watch lights is muted until", "one summary"]);
    let mut writer = Writer::new(7);
    newsroom.publish("north", writer.story(Some("lighthouse")));
    let n_alerts = |status: &Value, n: u64| status["numbers"]["alerts"] == n;
    daemon
        .until_status("the first is held", |status| n_alerts(status, 1))
        .await;
    daemon.kill().await;

    let daemon = home.start_ready().await;
    newsroom.publish("north", writer.story(Some("lighthouse")));
    daemon
        .until_status("the second is held", |status| n_alerts(status, 2))
        .await;
    assert_eq!(ledger.n_accepted(), 0);
    for command in ["mutes", "status"] {
        let ran = home.run(&[command]).await;
        assert_says(&ran, 0, &["watch lights is muted until", "drill"]);
    }
    assert_says(
        &home.run(&["unmute", "lights"]).await,
        0,
        &["no longer muted"],
    );
    eventually("the summary comes", async || ledger.n_accepted() == 1).await;
    let digest = &ledger.arrivals()[0].body;
    assert_eq!(digest["type"], "watch.digest");
    assert_eq!(digest["data"]["alerts"], 2);
    assert_eq!(digest["data"]["reason"], "the watch was muted (drill)");
    assert_says(&home.run(&["mutes"]).await, 0, &["nothing is muted"]);
    let ran = home.run(&["mute", "lihgts", "--for", "1h"]).await;
    assert_says(&ran, 1, &["did you mean \"lights\""]);
    daemon.stop().await;
}

#[tokio::test]
async fn a_delivery_that_waits_for_its_next_try_is_sent_when_a_person_asks() {
    let (newsroom, ledger, home) = scene("").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    ledger.set_manner(Manner::RefuseFor(503, 3_600));
    newsroom.publish("north", Writer::new(7).story(Some("lighthouse")));
    eventually("the first try is refused", async || {
        ledger.arrivals().len() == 1
    })
    .await;
    let waits = |status: &Value| status["alerts"][0]["deliveries"][0]["error"].is_string();
    let status = daemon.until_status("the next try waits", waits).await;
    let id = status["alerts"][0]["id"].as_str().unwrap().to_owned();
    ledger.set_manner(Manner::Accept);
    let ran = home.run(&["alerts", "redeliver", &id]).await;
    assert_says(&ran, 0, &["1 delivery will be tried again now"]);
    eventually("it arrives", async || ledger.n_accepted() == 1).await;
    daemon.stop().await;
}

#[tokio::test]
async fn without_a_page_the_status_is_that_of_the_running_daemon() {
    let (_newsroom, _ledger, home) = scene("").await;
    home.environment("NEWSVANE__WEB__LISTEN", "");
    let daemon = home.start_ready().await;
    let ran = home.run(&["status"]).await;
    assert_says(&ran, 0, &["running since", "1 watch"]);
    daemon.stop().await;
    assert_says(
        &home.run(&["status"]).await,
        1,
        &["newsvane does not run here"],
    );
}

#[tokio::test]
async fn a_check_before_a_start_says_what_is_wrong_and_opens_nothing() {
    let (newsroom, _ledger, home) = scene("").await;
    let ran = home.run(&["run", "--check-only"]).await;
    assert_says(&ran, 0, &[]);
    assert!(!home.state_dir().exists(), "nothing was opened");
    home.watch(
        &[newsroom.feed("north")],
        "[[watch]]\nid = \"lights\"\nanny = [\"a\"]\n",
    );
    let ran = home.run(&["run", "--check-only"]).await;
    assert_says(&ran, 1, &["watchlist.toml:6:1", "anny"]);
}

const NEWS_SITEMAP: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
ITEMS</urlset>"#;

fn sitemap(items: &[(&str, &str)]) -> String {
    let item = |(url, title): &(&str, &str)| {
        let now = jiff::Timestamp::now();
        format!(
            "<url><loc>{url}</loc><news:news><news:publication><news:name>The Quay</news:name><news:language>en</news:language></news:publication><news:publication_date>{now}</news:publication_date><news:title>{title}</news:title></news:news></url>\n"
        )
    };
    NEWS_SITEMAP.replace("ITEMS", &items.iter().map(item).collect::<String>())
}

#[tokio::test]
async fn a_news_sitemap_below_an_index_is_a_feed() {
    let (newsroom, ledger, home) = scene("").await;
    let index = format!(
        "<?xml version=\"1.0\"?><sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><sitemap><loc>{}</loc></sitemap></sitemapindex>",
        newsroom.url("/news.xml")
    );
    let xml = "application/xml";
    newsroom.set_answer("/index.xml", Answer::Text(xml, index));
    let old = (newsroom.url("/old"), "An old lighthouse");
    newsroom.set_answer("/news.xml", Answer::Text(xml, sitemap(&[(&old.0, old.1)])));
    home.watch(&[newsroom.url("/index.xml")], LIGHTHOUSES);
    let daemon = home.start_ready().await;
    let recorded = |status: &Value| status["numbers"]["entries"] == 1;
    daemon
        .until_status("the old entry is recorded", recorded)
        .await;
    let url = newsroom.url("/new");
    let both = [
        (url.as_str(), "The lighthouse is lit again"),
        (old.0.as_str(), old.1),
    ];
    newsroom.set_answer("/news.xml", Answer::Text(xml, sitemap(&both)));
    eventually("the new entry is alerted", async || {
        ledger.accepted("lights").contains_key(&url)
    })
    .await;
    assert_eq!(ledger.n_accepted(), 1);
    daemon.stop().await;
}
