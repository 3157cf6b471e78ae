//! Alerts in a chat, from a feed to the service's thread.

use crate::emulator::rules::Kind;
use crate::emulator::{Emulator, TOKEN};
use crate::ledger::Ledger;
use crate::newsroom::Newsroom;
use crate::process::Home;
use crate::wait::eventually;
use crate::writer::Writer;

/// A newsroom with two feeds, a chat, and a home whose alerts go there.
async fn scene(kind: Kind, token: &str) -> (Newsroom, Emulator, Home) {
    let (newsroom, ledger) = (Newsroom::open().await, Ledger::open().await);
    let emulator = Emulator::start(0).await;
    let home = Home::new(&ledger, "");
    home.write("token", token);
    let folder = home.path("token").parent().unwrap().display().to_string();
    let chat = kind.settings(&emulator.url, &folder);
    let settings = std::fs::read_to_string(home.path("newsvane.toml")).unwrap();
    home.write(
        "newsvane.toml",
        &format!("{settings}\n[receiver.chat]\n{chat}"),
    );
    let watch = "[[watch]]\nid = \"lights\"\nany = [\"lighthouse\"]\nalert = { mode = \"every\", to = [\"chat\"] }\n";
    home.watch(&[newsroom.feed("north"), newsroom.feed("south")], watch);
    (newsroom, emulator, home)
}

#[tokio::test]
async fn a_second_article_of_a_story_is_a_reply_to_the_first_and_its_counts_are_shown() {
    let (newsroom, emulator, home) = scene(Kind::SlackBot, TOKEN).await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north", "south"]).await;
    let story = Writer::new(3).story(Some("lighthouse"));
    for (n, feed) in [(1, "north"), (2, "south")] {
        newsroom.publish(feed, story.clone());
        eventually("the chat has it", async || {
            emulator.posted(Kind::SlackBot).len() == n
        })
        .await;
    }
    eventually("the first message is edited", async || {
        emulator.posted(Kind::SlackBot)[0].n_edits == 1
    })
    .await;
    let posted = emulator.posted(Kind::SlackBot);
    assert_eq!(posted[1].thread.as_ref(), Some(&posted[0].id));
    assert!(
        posted[0].text.contains("2 articles from 2 outlets"),
        "{}",
        posted[0].text
    );
    let listed = home.run(&["receivers"]).await;
    assert!(listed.out.contains("channel C1"), "{}", listed.out);
    daemon.stop().await;
    assert_eq!(emulator.faults(), Vec::<String>::new());
}

#[tokio::test]
async fn a_revoked_token_stops_the_receiver_until_there_is_another() {
    let (newsroom, emulator, home) = scene(Kind::Telegram, "r3voked").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    newsroom.publish("north", Writer::new(4).story(Some("lighthouse")));
    daemon
        .until_status("the receiver is disabled", |status| {
            status["disabled_receivers"].to_string().contains("chat")
        })
        .await;
    let listed = home.run(&["receivers"]).await;
    assert!(listed.out.contains("disabled"), "{}", listed.out);
    assert!(!listed.out.contains("r3voked"), "{}", listed.out);
    daemon.stop().await;

    home.write("token", TOKEN);
    let daemon = home.start_ready().await;
    let sent = home.run(&["alerts", "redeliver", "--all-dead"]).await;
    assert_eq!(sent.status.code(), Some(0), "{}", sent.err);
    eventually("the chat has it", async || {
        emulator.posted(Kind::Telegram).len() == 1
    })
    .await;
    newsroom.until_polled(&["north"]).await;
    newsroom.publish("north", Writer::new(5).story(Some("lighthouse")));
    eventually("the next one arrives by itself", async || {
        emulator.posted(Kind::Telegram).len() == 2
    })
    .await;
    daemon.stop().await;
}

#[tokio::test]
async fn what_a_receiver_would_be_sent_is_shown_without_sending_it() {
    let (_newsroom, emulator, home) = scene(Kind::Discord, TOKEN).await;
    home.write("discord-url", &Kind::Discord.hook(&emulator.url));
    let shown = home.run(&["receivers", "render", "chat"]).await;
    assert!(
        shown.out.contains("Burnt ferry towed to Portvale"),
        "{}{}",
        shown.out,
        shown.err
    );
    let test = home.run(&["receivers", "test", "chat"]).await;
    assert_eq!(test.status.code(), Some(0), "{}", test.err);
    assert_eq!(emulator.posted(Kind::Discord).len(), 1);
}
