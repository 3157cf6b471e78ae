//! Under a supervisor: messages to systemd, and secrets that must not be shown.

use crate::ledger::SECRET;
use crate::polling::scene;
use crate::wait::eventually;
use crate::writer::Writer;
use std::sync::{Arc, Mutex};
use tokio::net::UnixDatagram;

#[tokio::test]
async fn systemd_hears_ready_status_watchdog_reloading_and_stopping() {
    let (_newsroom, _ledger, home) = scene("").await;
    let path = home.path("notify.sock");
    let socket = UnixDatagram::bind(&path).unwrap();
    home.environment("NOTIFY_SOCKET", path.to_str().unwrap());
    home.environment("WATCHDOG_USEC", "600000");
    let messages = Arc::<Mutex<Vec<String>>>::default();
    let heard = Arc::clone(&messages);
    tokio::spawn(async move {
        let mut datagram = vec![0; 4096];
        while let Ok(n) = socket.recv(&mut datagram).await {
            let text = String::from_utf8_lossy(&datagram[..n]).into_owned();
            heard
                .lock()
                .unwrap()
                .extend(text.lines().map(str::to_owned));
        }
    });
    let hears = |line: &str| {
        let messages = messages.lock().unwrap();
        messages
            .iter()
            .filter(|message| message.starts_with(line))
            .count()
    };

    let daemon = home.start_ready().await;
    eventually("READY arrives", async || hears("READY=1") == 1).await;
    eventually("the status arrives", async || hears("STATUS=1 feeds") > 0).await;
    eventually("the watchdog is fed", async || hears("WATCHDOG=1") >= 3).await;
    daemon.signal("HUP");
    eventually("READY arrives again", async || hears("READY=1") == 2).await;
    assert_eq!(hears("RELOADING=1"), 1);
    assert_eq!(hears("MONOTONIC_USEC="), 1);
    daemon.stop().await;
    eventually("STOPPING arrives", async || hears("STOPPING=1") == 1).await;
    let messages = messages.lock().unwrap();
    let first = |line: &str| {
        messages
            .iter()
            .position(|message| message.starts_with(line))
    };
    assert!(first("READY=1") < first("RELOADING=1"), "{messages:?}");
    assert!(first("RELOADING=1") < first("STOPPING=1"), "{messages:?}");
}

#[tokio::test]
async fn readiness_is_not_reported_when_the_watchlist_is_bad() {
    let (_newsroom, _ledger, home) = scene("").await;
    let path = home.path("notify.sock");
    let socket = UnixDatagram::bind(&path).unwrap();
    home.environment("NOTIFY_SOCKET", path.to_str().unwrap());
    home.watch(&[], "[[watch]]\n");
    home.run(&["run"]).await.assert_refused(&["watchlist.toml"]);
    let mut datagram = vec![0; 4096];
    while let Ok(n) = socket.try_recv(&mut datagram) {
        // Systemd shows the reason; nothing says that the daemon is ready.
        let sent = String::from_utf8_lossy(&datagram[..n]);
        assert!(!sent.contains("READY=1"), "{sent}");
        assert!(sent.starts_with("STATUS="), "{sent}");
    }
}

#[tokio::test]
async fn secrets_stand_neither_in_the_log_nor_in_the_status_nor_in_the_store() {
    let (newsroom, ledger, home) = scene("[log]\nlevel = \"trace\"").await;
    home.write("login", "reader:open-sesame-4711");
    let feed = newsroom.feed("north");
    let south = newsroom.feed("south") + "?apikey=key-of-the-south-0816";
    let west = newsroom.feed("west");
    let west = west.replace("http://", "http://ann:pass-of-the-west-0817@");
    home.write(
        "watchlist.toml",
        &format!(
            "[[feed]]\nurl = \"{feed}\"\nheaders = {{ X-Api-Key = \"key-of-the-north-0815\" }}\n\n\
             [[feed]]\nurl = \"{south}\"\nbasic_auth_file = \"{}\"\n\n\
             [[feed]]\nurl = \"{west}\"\n\n{}",
            home.path("login").display(),
            crate::polling::LIGHTHOUSES
        ),
    );
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north", "south", "west"]).await;
    let mut writer = Writer::new(1);
    newsroom.publish("north", writer.story(Some("lighthouse")));
    eventually("an alert arrives", async || ledger.n_accepted() == 1).await;
    let status = daemon.status().await.to_string();
    let listed = home.run(&["feeds"]).await.out + &home.run(&["feeds", "export"]).await.out;
    let log = daemon.stop().await;
    assert!(
        log.contains("\"TRACE\"") || log.contains("\"DEBUG\""),
        "the log is not talkative"
    );
    let store = home.state_bytes();
    let login = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        "reader:open-sesame-4711",
    );
    let bare = SECRET.trim_start_matches("whsec_");
    let in_urls = ["key-of-the-south", "pass-of-the-west"];
    for secret in [bare, "open-sesame", "key-of-the-north", &login]
        .into_iter()
        .chain(in_urls)
    {
        assert!(!listed.contains(secret), "{secret} is in the list of feeds");
        assert!(!log.contains(secret), "{secret} is in the log");
        assert!(!status.contains(secret), "{secret} is in the status");
        let in_store = store
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!in_store, "{secret} is in the store");
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[tokio::test]
async fn the_allocator_is_asked_to_give_memory_back_unless_the_environment_says_otherwise() {
    let (_newsroom, _ledger, home) = scene("").await;
    home.environment("MALLOC_TRIM_THRESHOLD_", "7000000");
    let daemon = home.start_ready().await;
    let environment = std::fs::read(format!("/proc/{}/environ", daemon.pid())).unwrap();
    let environment = String::from_utf8_lossy(&environment);
    assert!(
        environment.contains("MALLOC_ARENA_MAX=2\0"),
        "{environment}"
    );
    assert!(
        environment.contains("MALLOC_TRIM_THRESHOLD_=7000000\0"),
        "{environment}"
    );
    daemon.stop().await;
}
