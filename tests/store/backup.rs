//! Tests of backups: a backup has everything that was committed, and a damaged one is
//! refused.

use newsvane::store;
use std::fs;
use std::path::Path;

const URL: &str = "sqlite:newsvane.db";

/// A store in `folder` that holds one feed.
async fn store_with_a_feed(folder: &Path) -> std::sync::Arc<dyn store::Store> {
    let store = store::open(URL, folder).unwrap();
    store
        .sync_feeds(vec![crate::fixture::seed("https://north.example/rss")])
        .await
        .unwrap();
    store
}

async fn n_feeds(folder: &Path) -> usize {
    let store = store::open(URL, folder).unwrap();
    store.subscriptions().await.unwrap().len()
}

#[tokio::test]
async fn a_backup_of_a_running_store_holds_what_was_committed() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let running = store_with_a_feed(folder.path()).await;
    let file = other.path().join("backup.db");
    store::backup(URL, folder.path(), &file).unwrap();
    drop(running);
    let kept = store::restore(URL, other.path(), &file).unwrap();
    assert!(kept.is_none(), "there was no store before");
    assert_eq!(n_feeds(other.path()).await, 1);
}

#[tokio::test]
async fn a_restore_keeps_the_store_that_was_there() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = other.path().join("backup.db");
    drop(store_with_a_feed(folder.path()).await);
    store::backup(URL, folder.path(), &file).unwrap();
    drop(store::open(URL, other.path()).unwrap());
    let kept = store::restore(URL, other.path(), &file).unwrap().unwrap();
    assert!(kept.exists(), "{}", kept.display());
    assert_eq!(n_feeds(other.path()).await, 1);
}

#[tokio::test]
async fn an_existing_file_is_never_overwritten_by_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let running = store_with_a_feed(folder.path()).await;
    let file = folder.path().join("notes.txt");
    fs::write(&file, "mine").unwrap();
    let err = store::backup(URL, folder.path(), &file).unwrap_err();
    assert!(err.to_string().contains("exists"), "{err}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    drop(running);
}

#[tokio::test]
async fn a_truncated_or_foreign_file_is_refused_and_the_store_stays() {
    let folder = tempfile::tempdir().unwrap();
    drop(store_with_a_feed(folder.path()).await);
    let file = folder.path().join("backup.db");
    store::backup(URL, folder.path(), &file).unwrap();
    let whole = fs::read(&file).unwrap();
    for bad in [&whole[..whole.len() / 2], b"no database at all", b""] {
        fs::write(&file, bad).unwrap();
        let err = store::restore(URL, folder.path(), &file).unwrap_err();
        assert!(err.to_string().contains("backup.db"), "{err}");
    }
    assert_eq!(n_feeds(folder.path()).await, 1);
}

#[tokio::test]
async fn a_compacted_store_gives_back_what_deleted_rows_took_and_stays_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let store = store::open("sqlite:test.db", folder.path()).unwrap();
    store
        .set_note("alive", "long ".repeat(400_000))
        .await
        .unwrap();
    store.set_note("alive", "short".to_owned()).await.unwrap();
    store.close().await.unwrap();
    let (before, after) = store::compact("sqlite:test.db", folder.path()).unwrap();
    assert!(before > 2_000_000 && after < 500_000, "{before} {after}");
    assert_eq!(fs::metadata(&path).unwrap().len(), after);
    assert_eq!(store::check(&path).unwrap(), []);
    let store = store::open("sqlite:test.db", folder.path()).unwrap();
    assert_eq!(store.note("alive").await.unwrap().as_deref(), Some("short"));
    let elsewhere = folder.path().join("elsewhere");
    assert!(store::compact("sqlite:test.db", &elsewhere).is_err());
}
