//! `newsvane feeds`: how feeds come into the watchlist and leave it.

use crate::ledger::Ledger;
use crate::newsroom::{Answer, Newsroom};
use crate::polling::{LIGHTHOUSES, scene};
use crate::process::Home;
use crate::writer::Writer;

const FEED: &str = "<rss version=\"2.0\"><channel><title>The Coast</title>\
    <item><title>Low tide</title><guid>1</guid></item></channel></rss>";

/// The site's front page is `page`; what `feeds discover` finds.
async fn check_discover(page: &str, feeds: &[&str], wanted: &[&str]) {
    let (newsroom, home) = (Newsroom::open().await, home().await);
    newsroom.set_answer("/", Answer::Text("text/html", page.to_owned()));
    for path in feeds {
        newsroom.set_answer(path, Answer::Text("text/xml", FEED.to_owned()));
    }
    let ran = home.run(&["feeds", "discover", &newsroom.url("/")]).await;
    if wanted.is_empty() {
        ran.assert_refused(&["no feed was found at"]);
        return;
    }
    assert!(ran.status.success(), "{ran:?}");
    let found: toml::Table = ran.out.parse().expect("a piece of a watchlist");
    let urls: Vec<_> = found["feed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feed| feed["url"].clone())
        .collect();
    let wanted: Vec<toml::Value> = wanted
        .iter()
        .map(|path| newsroom.url(path).into())
        .collect();
    assert_eq!(urls, wanted);
    assert!(
        ran.out.contains("# The Coast: RSS, 1 entries"),
        "{}",
        ran.out
    );
}

async fn home() -> Home {
    Home::new(&Ledger::open().await, "")
}

#[tokio::test]
async fn the_feeds_that_a_page_announces_are_read_before_they_are_shown() {
    let page = "<link rel=alternate type=application/rss+xml href=/one>\
                <link rel=alternate type=application/json href=/api>\
                <link rel=alternate type=application/rss+xml href=/gone><a href=two.rss>RSS</a>";
    check_discover(page, &["/one", "/two.rss"], &["/one", "/two.rss"]).await;
}

#[tokio::test]
async fn where_a_page_announces_nothing_the_usual_places_are_tried() {
    check_discover("<h1>The Coast</h1>", &["/atom.xml"], &["/atom.xml"]).await;
}

#[tokio::test]
async fn a_feed_is_its_own_discovery() {
    check_discover(FEED, &[], &["/"]).await;
}

#[tokio::test]
async fn a_site_without_feeds_is_told_as_such() {
    check_discover("<h1>The Coast</h1>", &[], &[]).await;
}

#[tokio::test]
async fn a_feed_is_added_once_and_a_running_daemon_takes_it_over() {
    let (newsroom, _ledger, home) = scene("").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let url = newsroom.feed("south");
    let added = home
        .run(&["feeds", "add", &url, "--name", "South", "--tag", "wire"])
        .await;
    assert!(added.status.success(), "{added:?}");
    newsroom.until_polled(&["south"]).await;
    let again = home.run(&["feeds", "add", &url]).await;
    assert_eq!(again.status.code(), Some(1));
    assert!(again.out.contains("in the watchlist already"), "{again:?}");
    let text = std::fs::read_to_string(home.path("watchlist.toml")).unwrap();
    assert!(text.contains(LIGHTHOUSES), "what stood there stays: {text}");
    assert_eq!(text.matches(&url).count(), 1, "{text}");
    daemon.stop().await;
}

#[tokio::test]
async fn what_is_no_feed_is_not_added() {
    let (newsroom, _ledger, home) = scene("").await;
    let before = std::fs::read_to_string(home.path("watchlist.toml")).unwrap();
    let page = Answer::Text("text/html", "<html><h1>The Coast</h1></html>".to_owned());
    newsroom.set_answer("/page", page);
    let refused = home.run(&["feeds", "add", &newsroom.url("/page")]).await;
    refused.assert_refused(&["cannot be read as a feed", "feeds discover", "--unseen"]);
    let missing = home.run(&["feeds", "add", &newsroom.url("/nothing")]).await;
    missing.assert_refused(&["answered 404"]);
    let after = std::fs::read_to_string(home.path("watchlist.toml")).unwrap();
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_list_is_imported_without_what_is_there_and_exported_whole() {
    let (newsroom, _ledger, home) = scene("").await;
    let north = newsroom.feed("north");
    let list = format!(
        "<opml version=\"1.1\"><body><outline text=\"Coast\">\
         <outline text=\"N\" xmlUrl=\"{north}\"/><outline text=\"A &amp; B\" xmlUrl=\"https://a.example/rss\"/>\
         <outline text=\"A again\" xmlUrl=\"https://A.example/rss\"/><outline text=\"odd\" xmlUrl=\"feed:odd\"/>\
         </outline></body></opml>"
    );
    home.write("list.opml", &list);
    let shown = home.run(&["feeds", "import", "list.opml"]).await;
    let wanted =
        "[[feed]]\nurl = \"https://a.example/rss\"\nname = \"A & B\"\ntags = [\"Coast\"]\n";
    assert_eq!(shown.out, wanted);
    assert_eq!(
        shown.err.matches("as it is there already").count(),
        2,
        "{}",
        shown.err
    );
    assert!(
        shown.err.contains("not a web address: feed:odd"),
        "{}",
        shown.err
    );

    let written = home.run(&["feeds", "import", "list.opml", "--write"]).await;
    assert!(written.out.contains("1 feeds added"), "{written:?}");
    let exported = home.run(&["feeds", "export"]).await;
    assert!(
        exported.out.contains("<opml version=\"2.0\">"),
        "{exported:?}"
    );
    assert!(
        exported.out.contains(&format!("xmlUrl=\"{north}\"")),
        "{exported:?}"
    );
    assert!(
        exported.out.contains("text=\"A &amp; B\" title=\"A &amp; B\" xmlUrl=\"https://a.example/rss\" category=\"Coast\""),
        "{exported:?}"
    );
    let again = home.run(&["feeds", "import", "list.opml", "--write"]).await;
    assert_eq!(again.status.code(), Some(1), "nothing is left to add");
}

#[tokio::test]
async fn the_list_shows_each_feeds_rhythm_delay_and_health() {
    let (newsroom, ledger, home) = scene("").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    newsroom.publish("north", Writer::new(1).story(Some("lighthouse")));
    crate::wait::eventually("it is reported", async || ledger.n_accepted() == 1).await;
    daemon.stop().await;
    let shown = home.run(&["feeds"]).await;
    assert!(shown.status.success(), "{shown:?}");
    assert!(
        shown.out.contains("A DAY") && shown.out.contains("DELAY"),
        "{}",
        shown.out
    );
    let json = home.run(&["feeds", "--json"]).await;
    let feed: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(feed["entries_a_day"].as_f64().unwrap() > 0.0, "{feed}");
    assert_eq!(feed["silent_since"], serde_json::Value::Null);
    assert_eq!(feed["entries"], 1);
}
