//! Tests of `/healthz` and the status: trouble that keeps the daemon from its work is
//! noticed within seconds, is named on the page, and goes away with its cause.

use crate::ledger::Ledger;
use crate::newsroom::Newsroom;
use crate::polling::{LIGHTHOUSES, scene};
use crate::process::{Daemon, Home};
use crate::wait::eventually;
use crate::writer::Writer;
use std::process::Stdio;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What `/healthz` says: the status, and the text.
async fn health(daemon: &Daemon) -> (u16, String) {
    let mut page = TcpStream::connect(daemon.page()).await.unwrap();
    let request = format!(
        "GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        daemon.page()
    );
    page.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    page.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}

/// Waits until the daemon calls itself unwell, and says why in these words.
async fn until_unwell(daemon: &Daemon, why: &str) {
    eventually(&format!("it says: {why}"), async || {
        let (status, text) = health(daemon).await;
        status == 503 && text.contains(why)
    })
    .await;
}

/// A daemon that has polled its feed.
async fn running() -> (Newsroom, Ledger, Home, Daemon) {
    let (newsroom, ledger, home) = scene("").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    assert_eq!(health(&daemon).await, (200, "ok\n".to_owned()));
    (newsroom, ledger, home, daemon)
}

async fn alert_one(newsroom: &Newsroom, ledger: &Ledger, seed: u64) {
    let story = Writer::new(seed).story(Some("lighthouse"));
    let url = newsroom.publish("north", story).url;
    eventually("the alert arrives", async || {
        ledger.accepted("lights").contains_key(&url)
    })
    .await;
}

fn file(home: &Home) -> std::path::PathBuf {
    home.state_dir().join("newsvane.db")
}

#[tokio::test]
async fn a_store_that_is_deleted_or_replaced_under_the_daemon_is_noticed() {
    let (_newsroom, _ledger, home, daemon) = running().await;
    std::fs::rename(file(&home), home.path("aside.db")).unwrap();
    until_unwell(&daemon, "was deleted under the running newsvane").await;
    let status = daemon.status().await;
    let trouble = status["running"]["progress"]["troubles"][0].as_str();
    assert!(trouble.is_some_and(|trouble| trouble.contains("was deleted")));
    std::fs::write(file(&home), "").unwrap();
    until_unwell(&daemon, "was replaced by another").await;
    assert!(daemon.log().contains("newsvane cannot do its work"));
    daemon.kill().await;
}

#[tokio::test]
async fn a_store_that_is_damaged_under_the_daemon_is_noticed_and_refused_at_the_next_start() {
    let (newsroom, ledger, home, daemon) = running().await;
    for seed in 0..3 {
        alert_one(&newsroom, &ledger, seed).await;
    }
    let db = rusqlite::Connection::open(file(&home)).unwrap();
    db.query_row("PRAGMA wal_checkpoint(FULL)", [], |_| Ok(()))
        .unwrap();
    drop(db);
    let garbage = std::process::Command::new("dd")
        .args([
            "if=/dev/urandom",
            "bs=4096",
            "seek=1",
            "count=40",
            "conv=notrunc",
        ])
        .arg(format!("of={}", file(&home).display()))
        .stderr(Stdio::null())
        .status();
    assert!(garbage.unwrap().success());
    newsroom.publish("north", Writer::new(9).story(Some("lighthouse")));
    until_unwell(&daemon, "newsvane store salvage").await;
    daemon.kill().await;
    home.run(&["run"])
        .await
        .assert_refused(&["damaged", "newsvane store salvage"]);
    let checked = home.run(&["store", "check"]).await;
    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
}

#[tokio::test]
async fn a_store_that_is_locked_for_long_is_waited_for() {
    let (newsroom, ledger, home, daemon) = running().await;
    let db = rusqlite::Connection::open(file(&home)).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let story = Writer::new(3).story(Some("lighthouse"));
    newsroom.publish("north", story);
    until_unwell(&daemon, "locked by another program").await;
    db.execute_batch("COMMIT").unwrap();
    eventually("the alert arrives", async || ledger.n_accepted() == 1).await;
    eventually("all is well", async || health(&daemon).await.0 == 200).await;
    daemon.stop().await;
}

#[tokio::test]
async fn one_bad_byte_in_an_article_stops_nothing_and_is_named() {
    let (newsroom, ledger, home, daemon) = running().await;
    alert_one(&newsroom, &ledger, 1).await;
    daemon.stop().await;
    let db = rusqlite::Connection::open(file(&home)).unwrap();
    let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8;
    db.create_scalar_function("row_sum", -1, flags, |_| Ok(0))
        .unwrap();
    db.execute_batch("UPDATE articles SET body = CAST(CAST(body AS BLOB) || x'FF' AS TEXT)")
        .unwrap();
    drop(db);
    let daemon = home.start_ready().await;
    alert_one(&newsroom, &ledger, 2).await;
    let status = daemon
        .until_status("the damage is named", |status| {
            status["running"]["progress"]["damaged_rows"][0]["table"] == "articles"
        })
        .await;
    assert_eq!(
        status["running"]["progress"]["troubles"],
        serde_json::json!([])
    );
    let log = daemon.stop().await;
    assert_eq!(
        log.matches("a row of the store is damaged").count(),
        1,
        "{log}"
    );
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn a_part_that_panics_ends_the_daemon_so_that_its_supervisor_starts_it_again() {
    let (_newsroom, _ledger, home) = scene("").await;
    home.environment("NEWSVANE_PANIC_AT", "housekeeping:1");
    let mut daemon = home.start();
    let status = daemon.ended().await;
    assert_eq!(status.code(), Some(1));
    eventually("the log says why", async || {
        daemon.log().contains("the housekeeping panicked")
    })
    .await;
}

#[tokio::test]
async fn a_reader_of_the_log_that_stops_stops_nothing() {
    let (newsroom, ledger, home) = scene("").await;
    home.environment("RUST_LOG", "trace");
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let page = port.local_addr().unwrap();
    drop(port);
    home.environment("NEWSVANE__WEB__LISTEN", &page.to_string());
    let mut command = home.command(&["run"]);
    let mut child = command.spawn().unwrap();
    // Nothing of it is read: the pipe is full after 64 kB.
    let mut log = child.stderr.take().unwrap();
    newsroom.until_polled(&["north"]).await;
    for seed in 0..10 {
        alert_one(&newsroom, &ledger, seed).await;
    }
    let pid = child.id().unwrap().to_string();
    let asked = std::process::Command::new("kill").arg(&pid).status();
    assert!(asked.unwrap().success());
    let ended = tokio::time::timeout(crate::wait::LONG, child.wait()).await;
    assert!(ended.expect("it ends").unwrap().success());
    let mut written = Vec::new();
    log.read_to_end(&mut written).await.unwrap();
    assert!(
        written.len() >= 60 << 10,
        "{} bytes filled the pipe",
        written.len()
    );
}

#[tokio::test]
async fn a_pipe_in_place_of_the_watchlist_is_refused_and_never_waited_for() {
    let (newsroom, ledger, home, daemon) = running().await;
    let pipe = |path: &std::path::Path| {
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
    };
    let list = home.path("watchlist.toml");
    let good = std::fs::read_to_string(&list).unwrap();
    std::fs::remove_file(&list).unwrap();
    pipe(&list);
    daemon
        .until_status("the pipe is refused", |status| {
            let error = status["running"]["watchlist_error"].as_str();
            error.is_some_and(|error| error.contains("not a regular file"))
        })
        .await;
    alert_one(&newsroom, &ledger, 1).await;
    std::fs::remove_file(&list).unwrap();
    let more = good.replace(LIGHTHOUSES, "[[watch]]\nid = \"boats\"\nany = [\"boat\"]\n");
    std::fs::write(&list, format!("{more}{LIGHTHOUSES}")).unwrap();
    daemon
        .until_status("the good list is in force", |status| {
            status["running"]["watches"] == 2
        })
        .await;
    daemon.stop().await;
    std::fs::remove_file(&list).unwrap();
    pipe(&list);
    let list = list.to_str().unwrap();
    let ran = home.run(&["run", "--watchlist", list]).await;
    ran.assert_refused(&["watchlist.toml", "not a regular file"]);
}

#[tokio::test]
async fn a_watchlist_that_could_not_be_stored_is_put_in_force_once_it_can() {
    let (_newsroom, _ledger, home, daemon) = running().await;
    let db = rusqlite::Connection::open(file(&home)).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let list = home.path("watchlist.toml");
    let good = std::fs::read_to_string(&list).unwrap();
    let more = format!("{good}[[watch]]\nid = \"boats\"\nany = [\"boat\"]\n");
    std::fs::write(&list, more).unwrap();
    daemon
        .until_status("the edit is not in force", |status| {
            status["running"]["watchlist_error"].is_string()
        })
        .await;
    db.execute_batch("COMMIT").unwrap();
    daemon
        .until_status("the edit is in force", |status| {
            status["running"]["watches"] == 2 && status["running"]["watchlist_error"].is_null()
        })
        .await;
    daemon.stop().await;
}

/// The clock is a year ahead for one run, as with an empty battery.
#[cfg(debug_assertions)]
#[tokio::test]
async fn a_clock_that_is_a_year_ahead_for_a_while_deletes_nothing() {
    let (newsroom, ledger, home) = scene("").await;
    home.write("clock", "0");
    home.environment("NEWSVANE_CLOCK", home.path("clock").to_str().unwrap());
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    alert_one(&newsroom, &ledger, 1).await;
    daemon.stop().await;
    home.write("clock", "31536000");
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    newsroom.until_polled(&["north"]).await;
    let status = daemon.status().await;
    assert_eq!(status["numbers"]["articles"], 1);
    daemon.stop().await;
    home.write("clock", "0");
    let daemon = home.start_ready().await;
    alert_one(&newsroom, &ledger, 2).await;
    assert_eq!(daemon.status().await["numbers"]["articles"], 2);
    daemon.stop().await;
}

#[tokio::test]
async fn a_clean_stop_leaves_everything_in_the_one_file() {
    let (newsroom, ledger, home, daemon) = running().await;
    alert_one(&newsroom, &ledger, 1).await;
    daemon.status().await;
    daemon.stop().await;
    let wal = home.state_dir().join("newsvane.db-wal");
    assert_eq!(std::fs::metadata(wal).map_or(0, |meta| meta.len()), 0);
    std::fs::copy(file(&home), home.path("copy.db")).unwrap();
    let copy = rusqlite::Connection::open(home.path("copy.db")).unwrap();
    let n: i64 = copy
        .query_row("SELECT count(*) FROM articles", [], |row| row.get(0))
        .unwrap();
    assert_eq!(n, 1);
}
