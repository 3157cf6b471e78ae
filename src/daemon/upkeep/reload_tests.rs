#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::daemon::{self, Parts};
use crate::notify::Receivers;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// On a runtime with one thread, no other task could run if the reload read its files on
/// that thread.
#[tokio::test]
async fn other_tasks_run_while_the_watchlist_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let watchlist = folder.path().join("watchlist.toml");
    let mut written = String::new();
    for n in 0..500 {
        let _ = writeln!(
            written,
            "[[watch]]\nid = \"w{n}\"\nany = [\"lighthouse {n}\"]\nalert = {{ to = [\"out\"] }}"
        );
    }
    std::fs::write(&watchlist, written).unwrap();
    let settings = folder.path().join("newsvane.toml");
    let receiver = "[receiver.out]\ntype = \"file\"\npath = \"out.ndjson\"\n";
    std::fs::write(&settings, receiver).unwrap();
    let daemon = daemon::build(Parts {
        settings: Settings::load(Some(&settings)).unwrap(),
        settings_file: None,
        watchlist,
        state_dir: folder.path().to_owned(),
        receivers: Receivers::default(),
    })
    .unwrap();
    let turns = Arc::new(AtomicU64::new(0));
    let counting = Arc::clone(&turns);
    tokio::spawn(async move {
        loop {
            counting.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    });
    tokio::task::yield_now().await;
    // Loads are repeated: if one is ready at its first poll, it gives other tasks no
    // turn.
    let mut n_loads = 0;
    let before = turns.load(Ordering::Relaxed);
    while turns.load(Ordering::Relaxed) == before && n_loads < 20 {
        assert!(load(&daemon).await.is_ok());
        n_loads += 1;
    }
    assert!(turns.load(Ordering::Relaxed) > before);
}
