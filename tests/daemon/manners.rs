//! Tests of how the daemon treats servers: it does what they ask for (redirects, holds,
//! 410), and alerts about feeds in trouble. Single requests are tested in `tests/http`.

use crate::ledger::Ledger;
use crate::newsroom::{Answer, Newsroom, feed_path, page_path};
use crate::polling::{LIGHTHOUSES, scene};
use crate::process::Home;
use crate::wait::{always, eventually};
use crate::writer::Writer;
use serde_json::Value;
use std::time::{Duration, Instant};

/// A while in which a daemon in a hurry polls several times.
const A_WHILE: Duration = Duration::from_millis(2_500);

/// Sends alerts about newsvane's own health to `ledger`.
pub(crate) fn with_health_alerts(home: &Home) {
    let settings = std::fs::read_to_string(home.path("newsvane.toml")).unwrap();
    let settings = settings.replace("[defaults]", "[defaults]\nhealth = [\"ledger\"]");
    home.write("newsvane.toml", &settings);
}

/// A feed's row, by what its address holds.
async fn feed(home: &Home, part: &str) -> Value {
    let ran = home.run(&["feeds", "--json"]).await;
    let mut rows = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    rows.find(|row: &Value| row["url"].as_str().unwrap().contains(part))
        .unwrap_or_else(|| panic!("{part} is not in {ran:?}"))
}

/// The types of the alerts that arrived, each id once, in order.
pub(crate) fn alert_kinds(ledger: &Ledger) -> Vec<String> {
    let mut seen = Vec::new();
    let mut types = Vec::new();
    for arrival in ledger.arrivals() {
        if !seen.contains(&arrival.id) {
            types.push(arrival.body["type"].as_str().unwrap().to_owned());
            seen.push(arrival.id);
        }
    }
    types
}

#[tokio::test]
async fn a_feed_that_is_gone_is_told_once_and_asked_no_more_until_it_is_put_back() {
    let (newsroom, ledger, home) = scene("").await;
    with_health_alerts(&home);
    newsroom.set_answer(&feed_path("north"), Answer::Status(410));
    let daemon = home.start_ready().await;
    eventually("it is reported", async || {
        alert_kinds(&ledger) == ["feed.failing"]
    })
    .await;
    daemon.stop().await;
    let arrival = &ledger.arrivals()[0].body["data"];
    assert_eq!(arrival["url"], newsroom.feed("north"));
    assert!(
        arrival["reason"].as_str().unwrap().contains("410"),
        "{arrival}"
    );
    assert_eq!(arrival["next_poll"], Value::Null);
    let row = feed(&home, "north").await;
    assert_eq!(row["state"], "gone");

    newsroom.repair(&feed_path("north"));
    let daemon = home.start_ready().await;
    always("it is not asked again", A_WHILE, async || {
        newsroom.n_asked(&feed_path("north")) == 1
    })
    .await;
    home.watch(&[newsroom.feed("south")], LIGHTHOUSES);
    newsroom.until_polled(&["south"]).await;
    home.watch(
        &[newsroom.feed("north"), newsroom.feed("south")],
        LIGHTHOUSES,
    );
    eventually("its return is reported", async || {
        alert_kinds(&ledger) == ["feed.failing", "feed.recovered"]
    })
    .await;
    daemon.stop().await;
}

#[tokio::test]
async fn a_health_receiver_that_is_not_there_is_refused() {
    let (_newsroom, _ledger, home) = scene("").await;
    let settings = std::fs::read_to_string(home.path("newsvane.toml")).unwrap();
    let settings = settings.replace("[defaults]", "[defaults]\nhealth = [\"nobody\"]");
    home.write("newsvane.toml", &settings);
    let refused = home.run(&["run", "--once"]).await;
    refused.assert_refused(&["defaults.health", "nobody"]);
}

/// A redirect by `status` is followed, but the watchlist's own address is asked
/// each time.
async fn check_redirect(status: u16) {
    let (newsroom, _ledger, home) = scene("").await;
    newsroom.feed("west");
    let to = vec![("location", newsroom.feed("north"))];
    newsroom.set_answer(&feed_path("west"), Answer::Whole(status, to, String::new()));
    home.watch(&[newsroom.url(&feed_path("west"))], LIGHTHOUSES);
    let daemon = home.start_ready().await;
    eventually("it is asked again and again", async || {
        newsroom.n_asked(&feed_path("west")) >= 5
    })
    .await;
    daemon.stop().await;
    assert_eq!(feed(&home, "west").await["failures"], 0);
    let asked = newsroom.asked(&feed_path("north"));
    assert!(asked.len() >= 4, "{}", asked.len());
    assert_eq!(asked[1].answered, 304, "validators go with the redirect");
}

#[tokio::test]
async fn a_temporary_redirect_changes_no_address() {
    check_redirect(302).await;
}

#[tokio::test]
async fn a_permanent_redirect_changes_no_address_on_its_first_day() {
    check_redirect(301).await;
}

#[tokio::test]
async fn a_host_that_asks_for_quiet_has_it_for_all_its_feeds() {
    let (newsroom, _ledger, home) = scene("").await;
    let later = vec![("retry-after", "3600".to_owned())];
    newsroom.set_answer(
        &feed_path("north"),
        Answer::Whole(429, later, String::new()),
    );
    let daemon = home.start_ready().await;
    eventually("it is asked", async || {
        newsroom.n_asked(&feed_path("north")) == 1
    })
    .await;
    home.watch(
        &[newsroom.feed("north"), newsroom.feed("south")],
        LIGHTHOUSES,
    );
    eventually("the other feed is known", async || {
        daemon.status().await["numbers"]["feeds"] == 2
    })
    .await;
    always("the host is left alone", A_WHILE, async || {
        newsroom.n_asked(&feed_path("north")) == 1 && newsroom.n_asked(&feed_path("south")) == 0
    })
    .await;
    daemon.stop().await;
    let row = feed(&home, "north").await;
    let time = |key: &str| {
        row[key]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap()
    };
    let wait = time("next").duration_since(time("polled"));
    assert!(wait.as_secs() >= 3_600, "{wait:?}");
    assert_eq!(
        feed(&home, "south").await["failures"],
        0,
        "not asked is not failed"
    );
}

#[tokio::test]
async fn a_restart_polls_nothing_before_its_time() {
    let (newsroom, _ledger, home) = scene("").await;
    let url = newsroom.feed("north");
    let slow = format!("[[feed]]\nurl = \"{url}\"\nevery = \"1h\"\n{LIGHTHOUSES}");
    home.write("watchlist.toml", &slow);
    for _ in 0..3 {
        let daemon = home.start_ready().await;
        eventually("it is polled once", async || {
            newsroom.n_asked(&feed_path("north")) == 1
        })
        .await;
        always("once is enough", Duration::from_millis(800), async || {
            newsroom.n_asked(&feed_path("north")) == 1
        })
        .await;
        daemon.stop().await;
    }
}

#[tokio::test]
async fn the_budget_of_polls_is_kept() {
    let (newsroom, _ledger, home) = scene("").await;
    home.environment("NEWSVANE__SCHEDULER__POLLS_PER_HOUR", "7200");
    let names: Vec<String> = (0..20).map(|n| format!("feed{n}")).collect();
    let feeds: Vec<String> = names.iter().map(|name| newsroom.feed(name)).collect();
    home.watch(&feeds, LIGHTHOUSES);
    let daemon = home.start_ready().await;
    let begun = Instant::now();
    let n_polls = || {
        names
            .iter()
            .map(|name| newsroom.n_asked(&feed_path(name)))
            .sum::<usize>()
    };
    always("two a second", Duration::from_secs(4), async || {
        n_polls() as f64 <= 2.0 * begun.elapsed().as_secs_f64() + 5.0
    })
    .await;
    eventually("the budget is used", async || n_polls() >= 4).await;
    daemon.stop().await;
}

#[tokio::test]
async fn a_document_that_is_sent_again_as_it_was_is_no_news() {
    let (newsroom, ledger, home) = scene("").await;
    let body = document(
        "",
        &["<item><title>A lighthouse</title><guid>1</guid></item>"],
    );
    newsroom.set_answer(&feed_path("north"), Answer::Text("text/xml", body));
    home.environment("NEWSVANE__SCHEDULER__ON_FIRST_RUN", "alert");
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    newsroom.until_polled(&["north"]).await;
    eventually("it is reported", async || ledger.n_accepted() == 1).await;
    daemon.stop().await;
    assert_eq!(feed(&home, "north").await["entries"], 1);
    assert_eq!(ledger.n_accepted(), 1);
}

/// An RSS document with `head` in its channel.
fn document(head: &str, items: &[&str]) -> String {
    format!(
        "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel>\
         <title>The Herald</title>{head}{}</channel></rss>",
        items.concat()
    )
}

/// An entry with a headline on a lighthouse, and no page.
fn item(guid: &str, seed: u64) -> String {
    let story = Writer::new(seed).story(None);
    format!(
        "<item><guid isPermaLink=\"false\">{guid}</guid><title>{}: the lighthouse</title></item>",
        story.teaser
    )
}

#[tokio::test]
async fn a_document_that_is_the_one_before_is_not_read_again() {
    let (newsroom, _ledger, home) = scene("").await;
    let path = feed_path("north");
    let set = |items: &[&str]| {
        let document = document("", items);
        newsroom.set_answer(&path, Answer::Text("text/xml", document));
    };
    set(&[&item("1", 1)]);
    // The process ends when it begins its second document.
    home.environment("NEWSVANE_DIE_AT", "document-begun:2");
    let mut daemon = home.start_ready().await;
    for _ in 0..3 {
        newsroom.until_polled(&["north"]).await;
    }
    let asked = newsroom.asked(&path);
    assert!(asked.iter().all(|asked| asked.answered == 200), "{asked:?}");
    set(&[&item("2", 2), &item("1", 1)]);
    let status = daemon.ended().await;
    assert!(!status.success(), "another document is read");
}

#[tokio::test]
async fn a_silent_feed_is_listed_with_the_troubled_until_it_has_news() {
    let (newsroom, _ledger, home) = scene("").await;
    home.write("clock", "0");
    home.environment("NEWSVANE_CLOCK", home.path("clock").to_str().unwrap());
    let dated = |hours_ago: i64| {
        let at = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(hours_ago);
        let title = Writer::new(hours_ago.unsigned_abs()).story(None).title;
        format!(
            "<item><guid>{hours_ago}</guid><title>{title}</title><pubDate>{at}</pubDate></item>"
        )
    };
    let mut items: Vec<String> = (1..=48).map(dated).collect();
    let set = |items: &[String]| {
        let items: Vec<&str> = items.iter().map(String::as_str).collect();
        let answer = Answer::Text("text/xml", document("", &items));
        newsroom.set_answer(&feed_path("north"), answer);
    };
    set(&items);
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    assert_eq!(daemon.status().await["troubled"], serde_json::json!([]));
    home.write("clock", "86400");
    let status = daemon
        .until_status("it is listed", |status| status["numbers"]["silent"] == 1)
        .await;
    assert_eq!(status["troubled"][0]["url"], newsroom.feed("north"));
    for command in ["feeds", "status"] {
        let shown = home.run(&[command]).await.out;
        assert!(shown.contains("which is unusual for it"), "{shown}");
    }
    assert_eq!(home.run(&["feeds"]).await.status.code(), Some(1));
    items.insert(0, dated(0));
    set(&items);
    daemon
        .until_status("it is well again", |status| {
            status["troubled"] == serde_json::json!([])
        })
        .await;
    daemon.stop().await;
}

#[tokio::test]
async fn a_delta_adds_its_entries_and_is_not_taken_for_the_whole() {
    let (newsroom, ledger, home) = scene("").await;
    let mut writer = Writer::new(1);
    for _ in 0..8 {
        newsroom.publish("north", writer.story(None));
    }
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    // Six at once, undated: alone they would look like a feed under new keys.
    let items: Vec<String> = (0..6).map(|n| item(&format!("new-{n}"), 10 + n)).collect();
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let headers = vec![("etag", "\"delta\"".to_owned()), ("im", "feed".to_owned())];
    newsroom.set_answer(
        &feed_path("north"),
        Answer::Whole(226, headers, document("", &items)),
    );
    eventually("the six are alerted", async || ledger.n_accepted() == 6).await;
    newsroom.repair(&feed_path("north"));
    newsroom.until_polled(&["north"]).await;
    daemon.stop().await;
    assert_eq!(ledger.n_accepted(), 6, "the old ones are no news");
    assert_eq!(feed(&home, "north").await["entries"], 14);
    let asked = newsroom.asked(&feed_path("north"));
    assert_eq!(asked[0].a_im, None, "a whole document first");
    assert_eq!(asked[1].a_im.as_deref(), Some("feed"));
    assert!(
        asked
            .iter()
            .any(|asked| asked.if_none_match.as_deref() == Some("\"delta\""))
    );
}

#[tokio::test]
async fn a_gap_is_filled_from_the_feeds_archive() {
    let (newsroom, ledger, home) = scene("").await;
    let text = |body: String| Answer::Text("application/rss+xml", body);
    let archive = |path: &str| {
        format!(
            "<atom:link rel=\"prev-archive\" href=\"{}\"/>",
            newsroom.url(path)
        )
    };
    newsroom.set_answer(&feed_path("north"), text(document("", &[&item("1", 1)])));
    newsroom.set_answer(
        "/older",
        text(document(
            &archive("/oldest"),
            &[&item("2", 2), &item("1", 1)],
        )),
    );
    newsroom.set_answer("/oldest", text(document("", &[&item("0", 9)])));
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let current = document(&archive("/older"), &[&item("4", 4), &item("3", 3)]);
    newsroom.set_answer(&feed_path("north"), text(current));
    eventually("what came meanwhile is alerted", async || {
        ledger.n_accepted() == 3
    })
    .await;
    newsroom.until_polled(&["north"]).await;
    daemon.stop().await;
    assert_eq!(ledger.n_accepted(), 3);
    assert_eq!(newsroom.n_asked("/older"), 1);
    assert_eq!(
        newsroom.n_asked("/oldest"),
        0,
        "the walk ends where something is known"
    );
    assert_eq!(newsroom.n_asked(&page_path("north", 0)), 0);
}

#[tokio::test]
async fn another_hosts_archive_is_not_walked() {
    let (newsroom, ledger, home) = scene("").await;
    let other = Newsroom::open_at("127.0.0.2").await;
    let text = |body: String| Answer::Text("application/rss+xml", body);
    newsroom.set_answer(&feed_path("north"), text(document("", &[&item("1", 1)])));
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let link = format!(
        "<atom:link rel=\"prev-archive\" href=\"{}\"/>",
        other.url("/older")
    );
    newsroom.set_answer(&feed_path("north"), text(document(&link, &[&item("2", 2)])));
    eventually("the new one is alerted", async || ledger.n_accepted() == 1).await;
    daemon.stop().await;
    assert_eq!(other.n_asked("/older"), 0);
}
