//! Tests with a full disk, a small tmpfs. They need the right to mount; without it they
//! print that they are skipped.

use crate::ledger::Manner;
use crate::polling::scene;
use crate::wait::eventually;
use crate::writer::Writer;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// A file system of its own; unmounted when it is dropped.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: PathBuf, megabytes: u32) -> Option<Self> {
        std::fs::create_dir_all(&at).unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "newsvane-test"])
            .arg(&at)
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then_some(Self(at))
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Writes until nothing more fits.
    fn fill(&self) {
        let mut file = std::fs::File::create(self.ballast()).unwrap();
        for size in [64 << 10, 4 << 10, 1] {
            while file.write_all(&vec![b'x'; size]).is_ok() {}
        }
    }

    fn empty(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The store may still be open for a moment; lazily, it goes with its last user.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_the_daemon_recovers_by_itself_within_ten_seconds() {
    let (newsroom, ledger, home) = scene("").await;
    let Some(disk) = Disk::mount(home.state_dir(), 8) else {
        eprintln!("skipped: a file system cannot be mounted here (run as root for it)");
        return;
    };
    let daemon = home.start_ready().await;
    newsroom.until_polled(&["north"]).await;
    let mut writer = Writer::new(1);
    let mut publish = || {
        let story = writer.story(Some("lighthouse"));
        newsroom.publish("north", story).url
    };
    let mut published = vec![publish()];
    eventually("the first alert arrives", async || ledger.n_accepted() == 1).await;
    // When the disk fills up, deliveries are under way: sent, and not yet recorded.
    ledger.set_manner(Manner::Dawdle(Duration::from_secs(2)));
    published.extend((0..8).map(|_| publish()));
    daemon
        .until_status("deliveries are under way", |status| {
            status["numbers"]["pending"].as_u64() >= Some(5)
        })
        .await;
    disk.fill();
    // What space the store's own files still have is used up first.
    eventually("the store refuses", async || {
        if published.len() < 300 {
            published.push(publish());
        }
        daemon.log().contains("the store refuses to write")
    })
    .await;
    assert!(daemon.status().await["running"].is_object(), "it answers");
    disk.empty();
    ledger.set_manner(Manner::Accept);
    eventually("every alert arrives", async || {
        let accepted = ledger.accepted("lights");
        published.iter().all(|url| accepted.contains_key(url))
    })
    .await;
    daemon.until_idle().await;
    for (url, ids) in ledger.accepted("lights") {
        assert_eq!(ids.len(), 1, "{url} has several ids");
    }
    daemon.stop().await;
}
