//! Tests of damaged files: which damage is found, and what still works.

use crate::fixture::{alert, article, at, entry, poll, with_entry};
use newsvane::model::{ArticleId, StoryId, WatchId};
use newsvane::store::{
    self, AlertFilter, EntryChange, FeedFilter, ReadOutcome, Settings, Store, VolumeRecord,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// A closed store that has a row in every table.
async fn full_store() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let lease = with_entry(&store).await;
    let mut read = article(1, 1, vec![alert("al_1", &["ops"])]);
    read.linked = vec![StoryId(2)];
    read.site_health = Some(("harbour-courier.example".to_owned(), "{}".to_owned()));
    let read = ReadOutcome::Article(Box::new(read));
    store.finish_read(&lease, read).await.unwrap();
    let waiting = vec![EntryChange::New(entry("waits"))];
    store.finish_poll(lease.feed, poll(waiting)).await.unwrap();
    let learnt = VolumeRecord {
        article: ArticleId(1),
        state: "{}".to_owned(),
        at: at(6),
        alert: None,
    };
    let watch = WatchId::from("ferries");
    store.set_volume(watch, learnt).await.unwrap();
    store.set_note("alive", at(6).to_string()).await.unwrap();
    store.close().await.unwrap();
    let path = folder.path().join("test.db");
    (folder, path)
}

fn open(folder: &Path) -> Arc<dyn Store> {
    store::open("sqlite:test.db", folder).unwrap()
}

/// A connection that can write past newsvane: the checksums are not kept.
fn behind_its_back(path: &Path) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(path).unwrap();
    let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8;
    db.create_scalar_function("row_sum", -1, flags, |_| Ok(0))
        .unwrap();
    db
}

/// Puts a byte that is no UTF-8 into every text column of a table.
fn spoil(path: &Path, table: &str) -> usize {
    let db = behind_its_back(path);
    let mut columns = db
        .prepare("SELECT name FROM pragma_table_info(?1) WHERE type = 'TEXT' AND pk = 0")
        .unwrap();
    let columns: Vec<String> = columns
        .query_map([table], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut n_spoilt = 0;
    for column in columns {
        let sql = format!(
            "UPDATE {table} SET {column} = CAST(CAST({column} AS BLOB) || x'FF' AS TEXT)
             WHERE {column} IS NOT NULL AND '{table}.{column}' NOT IN ('feeds.state', 'deliveries.state', 'articles.kind')"
        );
        n_spoilt += db.execute(&sql, []).unwrap();
    }
    n_spoilt
}

/// Everything that the daemon and its page read at a start.
async fn read_all(store: &Arc<dyn Store>) {
    store.release_leases().await.unwrap();
    let feeds = store.subscriptions().await.unwrap();
    assert_eq!(feeds.len(), 1);
    let live = store
        .live_articles(ArticleId(0), ArticleId(0), ArticleId(0), 9)
        .await
        .unwrap();
    assert_eq!(live.len(), 1, "the article is read back");
    store.begin_document(feeds[0].id).await.unwrap();
    let watch = WatchId::from("ferries");
    store.volume(watch.clone()).await.unwrap();
    let stories = vec![StoryId(1)];
    store.watch_stories(stories, vec![watch]).await.unwrap();
    store.overview(at(7), 9).await.unwrap();
    store.feeds(FeedFilter::All).await.unwrap();
    store.stories(9).await.unwrap();
    store.story_articles(StoryId(1)).await.unwrap();
    store.search(vec!["ferry".to_owned()], 9).await.unwrap();
    store.archived(at(0), ArticleId(0), 9).await.unwrap();
    store.note("alive").await.unwrap();
    let health = store.site_health("harbour-courier.example".to_owned());
    health.await.unwrap();
    let alerts = store
        .alerts(AlertFilter {
            limit: 9,
            ..AlertFilter::default()
        })
        .await
        .unwrap();
    store.alert_body(alerts[0].id.clone()).await.unwrap();
    let entries = store.lease_entries(at(9), at(19), 9, 9, Vec::new());
    assert_eq!(entries.await.unwrap().len(), 1, "an entry is leased");
    let due = store.lease_deliveries("ops".to_owned(), at(9), at(19), 9, false);
    assert_eq!(due.await.unwrap().len(), 1, "a delivery is leased");
}

async fn check_table(table: &str) {
    let (folder, path) = full_store().await;
    assert!(spoil(&path, table) > 0, "{table} has text");
    let store = open(folder.path());
    read_all(&store).await;
    let named = store.damaged_rows();
    assert!(named.iter().any(|row| row.table == table), "{named:?}");
    let n_named = named.len();
    read_all_again(&store).await;
    assert_eq!(store.damaged_rows().len(), n_named, "each is named once");
    store.close().await.unwrap();
    let findings = store::check(&path).unwrap();
    let is_found = findings
        .iter()
        .any(|found| found.table.as_deref() == Some(table));
    assert!(is_found, "{findings:?}");
}

async fn read_all_again(store: &Arc<dyn Store>) {
    store.release_leases().await.unwrap();
    read_all(store).await;
}

#[tokio::test]
async fn a_bad_byte_in_any_table_costs_what_it_damaged_and_nothing_else() {
    for table in [
        "articles",
        "entries",
        "stories",
        "alerts",
        "sites",
        "watch_volumes",
    ] {
        check_table(table).await;
    }
}

#[tokio::test]
async fn a_time_that_is_none_makes_work_due_at_once_instead_of_never() {
    let (folder, path) = full_store().await;
    let db = behind_its_back(&path);
    db.execute_batch(
        "UPDATE entries SET due = 'soon' WHERE due IS NOT NULL; UPDATE deliveries SET due = x'00', state = 'pendinh';
         UPDATE feeds SET due = 'never'",
    )
    .unwrap();
    drop(db);
    let store = open(folder.path());
    read_all(&store).await;
    assert_eq!(store.damaged_rows().len(), 3, "{:?}", store.damaged_rows());
}

#[tokio::test]
async fn a_delivery_without_its_alert_does_not_hold_up_the_others() {
    let (folder, path) = full_store().await;
    let db = behind_its_back(&path);
    db.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM alerts")
        .unwrap();
    drop(db);
    let store = open(folder.path());
    store.release_leases().await.unwrap();
    store.add_alert(alert("al_2", &["ops"])).await.unwrap();
    let leased = store.lease_deliveries("ops".to_owned(), at(9), at(19), 9, false);
    let leased = leased.await.unwrap();
    assert_eq!(leased.len(), 1);
    assert_eq!(leased[0].alert.as_str(), "al_2");
    assert_eq!(store.numbers().await.unwrap().dead, 1);
}

#[tokio::test]
async fn an_entry_whose_text_is_damaged_is_found_again_by_the_next_poll() {
    let (folder, _) = full_store().await;
    let store = open(folder.path());
    store.release_leases().await.unwrap();
    let leased = store.lease_entries(at(9), at(19), 9, 9, Vec::new());
    let lease = leased.await.unwrap().remove(0);
    store.refetch(&lease).await.unwrap();
    let feed = store.subscriptions().await.unwrap().remove(0);
    assert_eq!((feed.etag, feed.body_hash), (None, None));
    assert_eq!(store.numbers().await.unwrap().entries, 1);
}

/// Overwrites the page on which `table` begins.
fn damage_page(path: &Path, table: &str) {
    let db = rusqlite::Connection::open(path).unwrap();
    let page: u64 = db
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?1",
            [table],
            |row| row.get(0),
        )
        .unwrap();
    drop(db);
    let mut bytes = std::fs::read(path).unwrap();
    let from = (page as usize - 1) * 4096;
    bytes[from..from + 4096].fill(0xA5);
    std::fs::write(path, bytes).unwrap();
}

/// Changes one byte of the file, which stays valid UTF-8 and valid in every other way.
fn change_byte(path: &Path, text: &str, to: &str) {
    let mut bytes = std::fs::read(path).unwrap();
    let at = bytes
        .windows(text.len())
        .position(|found| found == text.as_bytes())
        .expect("the text is in the file");
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    std::fs::write(path, bytes).unwrap();
}

/// Looks at the store, and says what was found damaged.
async fn look(folder: &Path) -> Vec<(String, String)> {
    let store = open(folder);
    store.inspect().await.unwrap();
    store.inspect().await.unwrap();
    read_all(&store).await;
    let named = store.damaged_rows().into_iter();
    let named = named.map(|row| (row.table, row.id)).collect();
    store.close().await.unwrap();
    named
}

#[tokio::test]
async fn nothing_is_found_damaged_in_a_sound_store() {
    let (folder, path) = full_store().await;
    assert_eq!(look(folder.path()).await, []);
    assert_eq!(store::check(&path).unwrap(), []);
}

#[tokio::test]
async fn a_letter_that_changed_in_a_text_is_found_by_the_rows_checksum() {
    let (folder, path) = full_store().await;
    change_byte(&path, "{\"type\":\"story.opened\"}", "{\"typo");
    let named = look(folder.path()).await;
    assert_eq!(named, [("alerts".to_owned(), "al_1".to_owned())]);
    let findings = store::check(&path).unwrap();
    assert!(findings[0].what.contains("checksum"), "{findings:?}");
}

#[tokio::test]
async fn a_changed_number_in_any_table_is_found_by_the_rows_checksum() {
    for (table, column) in [
        ("articles", "words"),
        ("entries", "content_hash"),
        ("stories", "last_seen"),
        ("matches", "why"),
        ("watch_stories", "n_alerts"),
        ("story_links", "article"),
        ("alerts", "created"),
        ("deliveries", "error"),
        ("feeds", "title"),
        ("feed_memories", "memory"),
        ("feed_usage", "bytes"),
        ("sites", "touched"),
        ("watch_volumes", "touched"),
        ("notes", "value"),
    ] {
        let (folder, path) = full_store().await;
        let db = behind_its_back(&path);
        let change = format!("UPDATE {table} SET {column} = coalesce({column}, 0) + 1");
        assert!(db.execute(&change, []).unwrap() > 0, "{table} has rows");
        drop(db);
        let named = look(folder.path()).await;
        assert!(
            named.iter().any(|(named, _)| named == table),
            "{table}: {named:?}"
        );
    }
}

#[tokio::test]
async fn an_index_that_lost_a_row_is_built_again_and_the_row_found() {
    let (folder, path) = full_store().await;
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, 'due IS NOT NULL', 'due IS NULL') WHERE name = 'entries_due';
         PRAGMA writable_schema = RESET; REINDEX entries_due; PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, 'due IS NULL', 'due IS NOT NULL') WHERE name = 'entries_due'",
    )
    .unwrap();
    drop(db);
    assert!(!store::check(&path).unwrap().is_empty());
    let named = look(folder.path()).await;
    assert!(
        named.iter().all(|(table, _)| table == "entries") && !named.is_empty(),
        "{named:?}"
    );
    assert_eq!(store::check(&path).unwrap(), []);
}

/// A number that looks random, and is the same in each run.
fn chance(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Every row of every table; None where not all of them can be read.
fn all_rows(path: &Path) -> Option<Vec<String>> {
    let db = rusqlite::Connection::open(path).ok()?;
    let read = || -> rusqlite::Result<Vec<String>> {
        let whole: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        let mut rows = vec![whole];
        let mut tables = db.prepare(
            "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE type <> 'table' OR name NOT GLOB 'articles_text*'
             ORDER BY name",
        )?;
        let names = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for (name, sql) in names.collect::<rusqlite::Result<Vec<(String, String)>>>()? {
            rows.push(sql.clone());
            // SQLite's own tables hold only what helps to plan queries.
            if !sql.starts_with("CREATE TABLE") || name.starts_with("sqlite_") {
                continue;
            }
            let mut all = db.prepare(&format!("SELECT * FROM {name}"))?;
            let n_columns = all.column_count();
            let mut found = all.query([])?;
            while let Some(row) = found.next()? {
                for at in 0..n_columns {
                    rows.push(format!("{:?}", row.get_ref(at)?));
                }
            }
        }
        Ok(rows)
    };
    read().ok()
}

/// What becomes of a start on a file with this byte or page damaged: "refused" with
/// the remedy, "unwell", "named", or "harmless" if every row is as it was.
async fn fate(folder: &Path, sound: &[String]) -> Result<&'static str, String> {
    let path = folder.join("test.db");
    let is_same = all_rows(&path).is_some_and(|rows| rows == sound);
    let settings = Settings {
        url: "sqlite:test.db".to_owned(),
        ..Settings::default()
    };
    let store = match store::open_bounded(&settings, folder) {
        Err(err) if err.to_string().contains("newsvane restore") => return Ok("refused"),
        Err(err) => return Err(err.to_string()),
        Ok(store) => store,
    };
    let mut looked = store.inspect().await;
    if looked.is_ok() {
        looked = store.inspect().await;
    }
    let n_named = store.damaged_rows().len();
    let _ = store.close().await;
    match looked {
        Err(err) if err.is_damage() => Ok("unwell"),
        Err(err) => Err(err.to_string()),
        Ok(()) if n_named > 0 => Ok("named"),
        Ok(()) if is_same => Ok("harmless"),
        Ok(()) => Err("green and silent".to_owned()),
    }
}

/// A short form of `tests/damage.py`.
#[tokio::test]
async fn whatever_byte_or_page_is_damaged_is_named_or_refused_or_cost_nothing() {
    let (_folder, sound_path) = full_store().await;
    let sound = std::fs::read(&sound_path).unwrap();
    let rows = all_rows(&sound_path).unwrap();
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let mut fates = std::collections::BTreeMap::<_, usize>::new();
    for n in 0..120 {
        let place = tempfile::tempdir().unwrap();
        let mut bytes = sound.clone();
        let at = chance(&mut state) as usize % bytes.len();
        if n % 3 == 0 {
            let from = at / 4_096 * 4_096;
            bytes[from..from + 4_096].fill(chance(&mut state) as u8);
        } else {
            bytes[at] ^= 1 << (chance(&mut state) % 8);
        }
        std::fs::write(place.path().join("test.db"), &bytes).unwrap();
        let fate = fate(place.path(), &rows).await;
        let fate = fate.unwrap_or_else(|err| panic!("damage {n} at {at}: {err}"));
        *fates.entry(fate).or_default() += 1;
    }
    assert!(
        fates.contains_key("named") && fates.contains_key("refused"),
        "{fates:?}"
    );
}

#[tokio::test]
async fn a_definition_that_is_not_newsvanes_is_found() {
    let (folder, path) = full_store().await;
    change_byte(
        &path,
        "CREATE TRIGGER usage_article_add AFTER INSERT",
        "CREATE TRIGGER usage_article_bdd",
    );
    let _ = folder;
    let findings = store::check(&path).unwrap();
    assert!(
        findings
            .iter()
            .any(|found| found.scope == store::Scope::Schema || found.scope == store::Scope::File),
        "{findings:?}"
    );
}

#[tokio::test]
async fn a_daemon_is_refused_a_file_with_a_damaged_page_and_told_the_remedy() {
    let (folder, path) = full_store().await;
    damage_page(&path, "articles");
    let settings = Settings {
        url: "sqlite:test.db".to_owned(),
        ..Settings::default()
    };
    let err = store::open_bounded(&settings, folder.path()).err().unwrap();
    let err = err.to_string();
    assert!(
        err.contains("damaged") && err.contains("newsvane store salvage"),
        "{err}"
    );
}

#[tokio::test]
async fn what_can_be_read_of_a_damaged_file_is_saved() {
    let (folder, path) = full_store().await;
    damage_page(&path, "matches");
    let to = folder.path().join("saved.db");
    let outcome = store::salvage(&path, &to).unwrap();
    assert_eq!(
        (outcome["articles"].n_saved, outcome["articles"].n_lost),
        (1, 0)
    );
    assert!(outcome["matches"].n_lost > 0, "{outcome:?}");
    assert_eq!(store::check(&to).unwrap(), []);
    let store = store::open("sqlite:saved.db", folder.path()).unwrap();
    read_all(&store).await;
    store.search(vec!["ferry".to_owned()], 9).await.unwrap();
    let err = store::salvage(&path, &to).unwrap_err().to_string();
    assert!(err.contains("is there already"), "{err}");
}

#[tokio::test]
async fn a_file_that_is_deleted_replaced_or_cut_short_is_noticed() {
    let (folder, path) = full_store().await;
    let store = open(folder.path());
    assert_eq!(store.file_trouble(), None);
    let check = |part: &str| {
        let trouble = store.file_trouble().unwrap();
        assert!(trouble.contains(part), "{trouble}");
    };
    let aside = folder.path().join("aside.db");
    std::fs::rename(&path, &aside).unwrap();
    check("deleted");
    std::fs::write(&path, "another file").unwrap();
    check("replaced");
    std::fs::rename(&aside, &path).unwrap();
    assert_eq!(store.file_trouble(), None);
    std::process::Command::new("truncate")
        .args(["-s", "512"])
        .arg(&path)
        .status()
        .unwrap();
    check("cut short");
}

#[test]
fn a_lock_is_of_the_file_under_any_name_and_of_no_other_file() {
    let folder = tempfile::tempdir().unwrap();
    let lock = |name: &str| store::lock(&format!("sqlite:{name}"), folder.path());
    let held = lock("newsvane.db").unwrap();
    std::os::unix::fs::symlink(
        folder.path().join("newsvane.db"),
        folder.path().join("link.db"),
    )
    .unwrap();
    std::fs::hard_link(
        folder.path().join("newsvane.db"),
        folder.path().join("hard.db"),
    )
    .unwrap();
    for name in ["newsvane.db", "link.db", "hard.db"] {
        let err = lock(name).err().unwrap().to_string();
        assert!(err.contains("another newsvane runs on this store"), "{err}");
    }
    lock("newsvane.sqlite").unwrap();
    drop(held);
    lock("link.db").unwrap();
}

#[test]
fn a_lock_that_a_killed_daemon_still_has_for_a_moment_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let lock = || store::lock("sqlite:newsvane.db", folder.path());
    let held = lock().unwrap();
    std::thread::scope(|scope| {
        let next = scope.spawn(|| lock().map(drop));
        std::thread::yield_now();
        drop(held);
        next.join().unwrap().unwrap();
    });
}

#[test]
fn a_pipe_in_the_place_of_the_store_is_refused_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path().join("test.db"))
        .status();
    assert!(made.unwrap().success());
    let err = store::lock("sqlite:test.db", folder.path()).err().unwrap();
    assert!(err.to_string().contains("not a regular file"), "{err}");
}

#[tokio::test]
async fn a_closed_store_holds_everything_in_its_one_file_even_while_others_read() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..5 {
        let store = open(folder.path());
        let beside = open(folder.path());
        beside.numbers().await.unwrap();
        store.set_note("alive", at(1).to_string()).await.unwrap();
        store.numbers().await.unwrap();
        store.close().await.unwrap();
        let wal = folder.path().join("test.db-wal");
        let n_bytes = std::fs::metadata(wal).map_or(0, |meta| meta.len());
        assert_eq!(n_bytes, 0);
        assert!(store.numbers().await.is_err(), "it is closed");
    }
}
