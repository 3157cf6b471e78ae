//! Tests of faults of the machine: a clock that jumps, a store that cannot be written, a
//! disk whose sync is slow or fails.

use crate::ledger::Ledger;
use crate::newsroom::Newsroom;
use crate::polling::scene;
use crate::process::Home;
use crate::wait::eventually;
use crate::writer::Writer;
use std::path::PathBuf;
use std::process::Command;

/// Publishes one story and waits for its alert.
async fn alert_one(newsroom: &Newsroom, ledger: &Ledger, writer: &mut Writer, what: &str) {
    let url = newsroom
        .publish("north", writer.story(Some("lighthouse")))
        .url;
    eventually(&format!("{what}: the alert arrives"), async || {
        ledger.accepted("lights").contains_key(&url)
    })
    .await;
}

fn assert_each_once(ledger: &Ledger, n: usize) {
    let accepted = ledger.accepted("lights");
    assert_eq!(accepted.len(), n);
    for (url, ids) in accepted {
        assert_eq!(ids.len(), 1, "{url} has several ids");
    }
}

/// With a wrong clock the daemon goes on working, but receivers refuse its signatures;
/// these alerts arrive when the clock is right again.
#[cfg(debug_assertions)]
#[tokio::test]
async fn a_clock_that_jumps_a_day_either_way_stops_nothing_and_repeats_nothing() {
    let (newsroom, ledger, home) = scene("").await;
    let mut writer = Writer::new(5);
    home.write("clock", "0");
    home.environment("NEWSVANE_CLOCK", home.path("clock").to_str().unwrap());
    let mut daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    alert_one(&newsroom, &ledger, &mut writer, "before").await;
    let mut n_told = 1;
    for (wrong, restarts) in [("86400", false), ("-86400", false), ("-90000", true)] {
        if restarts {
            daemon.stop().await;
            home.write("clock", wrong);
            daemon = home.start_ready().await;
        } else {
            home.write("clock", wrong);
        }
        newsroom.publish("north", writer.story(Some("lighthouse")));
        daemon
            .until_status(
                &format!("it is read with the clock at {wrong} s"),
                |status| status["numbers"]["pending"].as_u64() == Some(1),
            )
            .await;
        home.write("clock", "0");
        n_told += 1;
        eventually(&format!("after {wrong} s, its alert arrives"), async || {
            ledger.accepted("lights").len() == n_told
        })
        .await;
        alert_one(&newsroom, &ledger, &mut writer, "right again").await;
        n_told += 1;
    }
    daemon.stop().await;
    assert_each_once(&ledger, n_told);
}

/// A library that replaces fsync and fdatasync and does what the file in
/// `SYNC_MODE` says: sleeps 200 ms, or fails. None without a C compiler.
fn sync_library(home: &Home) -> Option<PathBuf> {
    let (source, library) = (home.path("sync.c"), home.path("sync.so"));
    home.write(
        "sync.c",
        r#"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
static int mode(void) {
    char c = '-';
    int fd = open(getenv("SYNC_MODE"), O_RDONLY);
    if (fd >= 0) { if (read(fd, &c, 1) != 1) c = '-'; close(fd); }
    if (c == 's') usleep(200000);
    if (c == 'f') { errno = EIO; return -1; }
    return 0;
}
int fsync(int fd) { (void)fd; return mode(); }
int fdatasync(int fd) { (void)fd; return mode(); }
"#,
    );
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .status();
    built
        .is_ok_and(|status| status.success())
        .then_some(library)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_disk_that_is_slow_to_sync_or_fails_to_loses_nothing() {
    let (newsroom, ledger, home) = scene("").await;
    let mut writer = Writer::new(6);
    let Some(library) = sync_library(&home) else {
        eprintln!("skipped: no C compiler");
        return;
    };
    home.write("mode", "-");
    home.environment("SYNC_MODE", home.path("mode").to_str().unwrap());
    home.environment("LD_PRELOAD", library.to_str().unwrap());
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    home.write("mode", "slow");
    for _ in 0..3 {
        alert_one(&newsroom, &ledger, &mut writer, "slow to sync").await;
    }
    home.write("mode", "fails");
    let mut published = Vec::new();
    for _ in 0..3 {
        let story = writer.story(Some("lighthouse"));
        published.push(newsroom.publish("north", story).url);
    }
    eventually("the store refuses", async || {
        daemon.log().contains("the store refuses to write")
    })
    .await;
    home.write("mode", "-");
    eventually("every alert arrives", async || {
        let accepted = ledger.accepted("lights");
        published.iter().all(|url| accepted.contains_key(url))
    })
    .await;
    daemon.until_idle().await;
    daemon.stop().await;
    assert_each_once(&ledger, 6);
}

#[tokio::test]
async fn a_store_that_is_read_only_is_refused_with_what_to_do() {
    let (newsroom, ledger, home) = scene("").await;
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    daemon.stop().await;
    let state = home.state_dir();
    let bind = |options: &[&str]| {
        let mounted = Command::new("mount")
            .args(options)
            .args([&state, &state])
            .output();
        mounted.is_ok_and(|output| output.status.success())
    };
    if !bind(&["--bind"]) || !bind(&["-o", "remount,ro,bind"]) {
        eprintln!("skipped: a folder cannot be mounted read-only here (run as root for it)");
        let _ = Command::new("umount").arg("-l").arg(&state).status();
        return;
    }
    let output = home.run(&["run"]).await;
    let unmounted = Command::new("umount").arg("-l").arg(&state).status();
    assert!(unmounted.unwrap().success());
    output.assert_refused(&["must be writable by the user newsvane runs as"]);
    // After the fault, the daemon works again.
    let daemon = home.start_ready().await;
    alert_one(&newsroom, &ledger, &mut Writer::new(7), "writable again").await;
    daemon.stop().await;
}
