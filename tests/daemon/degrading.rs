//! Tests of the alert about a site whose extraction quality suddenly changes.

use crate::ledger::Ledger;
use crate::manners::{alert_kinds, with_health_alerts};
use crate::newsroom::{Answer, Newsroom, page_path};
use crate::polling::scene;
use crate::process::Daemon;
use crate::wait::eventually;
use crate::writer::Writer;

/// A consent page that a site shows instead of its articles.
const WALL: &str = "<html><head><title>Before you continue</title></head><body><h1>Before you continue</h1>\
    <p>We and our partners store cookies on your device.</p><button>Accept all</button></body></html>";

/// Publishes `n` stories, the pages of which are walls or articles, and waits
/// until all stories so far were read.
async fn publish(
    newsroom: &Newsroom,
    daemon: &Daemon,
    writer: &mut Writer,
    (n, are_walls): (usize, bool),
    n_before: &mut usize,
) {
    for _ in 0..n {
        if are_walls {
            let wall = Answer::Text("text/html", WALL.to_owned());
            newsroom.set_answer(&page_path("north", *n_before), wall);
        }
        newsroom.publish("north", writer.story(None));
        *n_before += 1;
    }
    let n_before = *n_before;
    daemon
        .until_status("all stories are read", |status| {
            status["numbers"]["articles"] == n_before
        })
        .await;
}

fn degradations(ledger: &Ledger) -> usize {
    let kinds = alert_kinds(ledger);
    assert!(
        kinds.iter().all(|kind| kind == "extraction.degraded"),
        "{kinds:?}"
    );
    kinds.len()
}

#[tokio::test]
async fn a_site_that_shows_walls_is_reported_once_with_an_example_and_again_only_after_it_recovered()
 {
    let (newsroom, ledger, home) = scene("").await;
    with_health_alerts(&home);
    let (mut writer, mut n) = (Writer::new(11), 0);
    let daemon = home.start_ready().await;
    // What the first poll finds is only recorded.
    newsroom.until_polled(&["north"]).await;
    publish(&newsroom, &daemon, &mut writer, (14, false), &mut n).await;
    publish(&newsroom, &daemon, &mut writer, (2, true), &mut n).await;
    assert_eq!(degradations(&ledger), 0, "two may be chance");
    daemon.kill().await;

    let daemon = home.start_ready().await;
    publish(&newsroom, &daemon, &mut writer, (1, true), &mut n).await;
    eventually("it is reported", async || degradations(&ledger) == 1).await;
    let event = ledger.arrivals()[0].body["data"].clone();
    assert_eq!(event["name"], "127.0.0.1");
    assert_eq!(event["url"], newsroom.url(&page_path("north", n - 1)));
    let reason = event["reason"].as_str().unwrap();
    assert!(reason.contains("give no article any more"), "{reason}");
    publish(&newsroom, &daemon, &mut writer, (2, true), &mut n).await;

    publish(&newsroom, &daemon, &mut writer, (3, false), &mut n).await;
    assert_eq!(
        degradations(&ledger),
        1,
        "the same trouble is reported once"
    );
    publish(&newsroom, &daemon, &mut writer, (3, true), &mut n).await;
    eventually("a new trouble is reported", async || {
        degradations(&ledger) == 2
    })
    .await;
    daemon.stop().await;
}
