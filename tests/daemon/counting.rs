//! Tests of spikes and silences: each is alerted once, with the usual number, even if the
//! daemon is killed meanwhile.

use crate::ledger::{Arrival, Ledger};
use crate::newsroom::{Answer, Newsroom, feed_path};
use crate::process::{Daemon, Home};
use crate::wait::eventually;
use crate::writer::Writer;
use jiff::{SignedDuration, Timestamp};
use newsvane::model::{ArticleId, WatchId};
use newsvane::policy::{Volume, Wanted};
use newsvane::store::{self, VolumeRecord};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const OUTLETS: [&str; 4] = ["north", "east", "south", "west"];

/// A watch on lighthouses with this `alert`, forty days old: every day a
/// report at each of these `hours` until `quiet_days` ago.
async fn scene(alert: &str, hours: &[i64], quiet_days: i64) -> (Newsroom, Ledger, Home) {
    let (newsroom, ledger) = (Newsroom::open().await, Ledger::open().await);
    let home = Home::new(&ledger, "");
    let watch = format!(
        "[[watch]]\nid = \"lights\"\nany = [\"lighthouse\"]\nalert = {{ {alert}, to = [\"ledger\"] }}\n"
    );
    home.watch(&OUTLETS.map(|feed| newsroom.feed(feed)), &watch);
    // What forty days of running would have stored.
    std::fs::create_dir_all(home.state_dir()).unwrap();
    let store = store::open("sqlite:newsvane.db", &home.state_dir()).unwrap();
    let now = Timestamp::now();
    let mut volume = Volume::new(now - SignedDuration::from_hours(40 * 24));
    for day in (quiet_days..40).rev() {
        for hour in hours.iter().rev() {
            let at = now - SignedDuration::from_hours(day * 24 + hour);
            volume.take(at, "The old Herald");
            assert_eq!(volume.look(Wanted::Silence, at), None);
        }
    }
    let record = VolumeRecord {
        article: ArticleId(0),
        state: serde_json::to_string(&volume).unwrap(),
        at: now,
        alert: None,
    };
    store
        .set_volume(WatchId::from("lights"), record)
        .await
        .unwrap();
    (newsroom, ledger, home)
}

/// Feeds of undated entries: they are as new as they are found.
struct Feeds<'a> {
    newsroom: &'a Newsroom,
    writer: Writer,
    items: BTreeMap<&'static str, String>,
}

impl Feeds<'_> {
    /// Publishes `n` more stories of a lighthouse in a feed.
    fn publish(&mut self, feed: &'static str, n: usize) {
        let items = self.items.entry(feed).or_default();
        for _ in 0..n {
            let story = self.writer.story(Some("lighthouse"));
            let title = story.title.clone();
            let page = self.newsroom.publish(feed, story).url;
            let _ = write!(
                items,
                "<item><guid>{page}</guid><title>{title}</title><link>{page}</link></item>"
            );
        }
        let document = format!(
            "<rss version=\"2.0\"><channel><title>The {feed} Herald</title>{items}</channel></rss>"
        );
        let answer = Answer::Text("application/rss+xml", document);
        self.newsroom.set_answer(&feed_path(feed), answer);
    }
}

fn spikes(ledger: &Ledger, kind: &str) -> Vec<Arrival> {
    let mut arrivals = ledger.arrivals();
    arrivals.retain(|arrival| arrival.body["type"] == kind);
    arrivals
}

async fn start(home: &Home, newsroom: &Newsroom) -> Daemon {
    let daemon = home.start_ready().await;
    newsroom.until_polled(&OUTLETS).await;
    daemon
}

#[tokio::test]
async fn a_spike_is_reported_once_with_what_was_usual_also_over_crashes() {
    let (newsroom, ledger, home) = scene("mode = \"spike\", min_sources = 5", &[5, 17], 0).await;
    let daemon = start(&home, &newsroom).await;
    let mut feeds = Feeds {
        newsroom: &newsroom,
        writer: Writer::new(3),
        items: BTreeMap::new(),
    };
    // Many reports, but only by three new outlets and the old one.
    for feed in &OUTLETS[..3] {
        feeds.publish(feed, 6);
    }
    newsroom.until_polled(&OUTLETS).await;
    daemon.until_idle().await;
    assert_eq!(ledger.n_accepted(), 0, "{}", daemon.log());
    daemon.kill().await;

    // The fourth report comes while the daemon is not running; it dies while it alerts.
    feeds.publish(OUTLETS[3], 6);
    let mut command = home.command(&["run"]);
    command.env("NEWSVANE_DIE_AT", "counted:2");
    let status = Daemon::of(command).ended().await;
    assert!(!status.success());

    let daemon = start(&home, &newsroom).await;
    eventually("the spike is reported", async || ledger.n_accepted() > 0).await;
    daemon.kill().await;
    // Still more come, and a restart: it is the same spike.
    feeds.publish(OUTLETS[0], 3);
    let daemon = start(&home, &newsroom).await;
    newsroom.until_polled(&OUTLETS).await;
    daemon.until_idle().await;
    daemon.stop().await;

    let found = spikes(&ledger, "watch.spike");
    assert_eq!(ledger.n_accepted(), 1);
    let data = &found[0].body["data"];
    assert_eq!(data["watch"]["id"], "lights");
    assert_eq!(data["sources"], 5, "{data:#}");
    let usual = data["expected"].as_f64().unwrap();
    assert!((0.0..2.0).contains(&usual), "{data:#}");
    assert!(data["articles"].as_u64().unwrap() >= 19, "{data:#}");
    let outlets = data["outlets"].as_array().unwrap();
    assert!(
        outlets.iter().any(|name| name == "The west Herald"),
        "{data:#}"
    );
    assert!(!data["stories"].as_array().unwrap().is_empty(), "{data:#}");
    assert_eq!(data["alert"], found[0].id.as_str());
}

#[tokio::test]
async fn a_silence_is_told_once_when_the_feeds_have_been_heard() {
    let hours: Vec<i64> = (0..24).collect();
    let (_newsroom, ledger, home) = scene("mode = \"silence\"", &hours, 3).await;
    // A run with `--once` polls everything before it compares the counts.
    for _ in 0..2 {
        let ran = home.run(&["run", "--once"]).await;
        assert!(ran.status.success(), "{}", ran.err);
    }
    let found = spikes(&ledger, "watch.silent");
    assert_eq!(ledger.n_accepted(), 1);
    let data = &found[0].body["data"];
    assert_eq!(
        (&data["articles"], &data["sources"]),
        (&0.into(), &0.into())
    );
    assert!(data["expected"].as_f64().unwrap() > 20.0, "{data:#}");
    assert_eq!(data["outlets"][0], "The old Herald");
}
