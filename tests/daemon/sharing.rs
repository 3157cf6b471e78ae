//! Tests that a feed with a high cost does not delay the others.

use crate::ledger::Ledger;
use crate::newsroom::{Answer, Newsroom, page_path};
use crate::process::Home;
use crate::wait::eventually;
use crate::writer::Writer;

/// Pages without an end, each cut off at its bound: together more than a feed's
/// share of the work.
const N_ENDLESS: usize = 40;

#[tokio::test]
async fn a_feed_that_costs_more_than_its_share_is_throttled_and_the_others_do_not_wait() {
    let (north, south) = (Newsroom::open().await, Newsroom::open_at("127.0.0.2").await);
    let ledger = Ledger::open().await;
    let home = Home::new(&ledger, "");
    let settings = std::fs::read_to_string(home.path("newsvane.toml")).unwrap();
    home.write("newsvane.toml", &settings.replace("1MB", "8MB"));
    let feeds = [north.feed("north"), south.feed("south")];
    home.watch(
        &feeds,
        "[[watch]]\nid = \"lights\"\nany = [\"lighthouse\"]\n",
    );
    let daemon = home.start_ready().await;
    north.until_polled(&["north"]).await;
    south.until_polled(&["south"]).await;
    let mut writer = Writer::new(11);
    for n in 0..N_ENDLESS {
        south.set_answer(&page_path("south", n), Answer::Endless);
        south.publish("south", writer.story(None));
    }
    eventually("the south is throttled", async || {
        daemon
            .log()
            .contains("more than its share of the processors")
    })
    .await;
    let alerted = north.publish("north", writer.story(Some("lighthouse"))).url;
    eventually("the north is alerted", async || {
        ledger.accepted("lights").contains_key(&alerted)
    })
    .await;
    daemon.stop().await;
}
