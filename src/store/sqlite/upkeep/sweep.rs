//! Retention: deletes old rows, a bounded number at a time.

use crate::store::sqlite::row::{Columns, ms};
use crate::store::{Numbers, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use std::path::Path;

/// Rows of each table that one sweep deletes: some milliseconds of writing, so
/// that a large clean-up never holds up a poll.
const BATCH: usize = 500;

/// The notes that keep the highest number given to a row, and the tables of the rows.
pub(in crate::store::sqlite) const HIGHEST: [(&str, &str); 2] = [
    ("highest_article", "articles"),
    ("highest_story", "stories"),
];

/// See [`crate::store::Store::sweep`].
pub(in crate::store::sqlite) fn sweep(
    tx: &Transaction<'_>,
    before: Timestamp,
) -> Result<bool, StoreError> {
    remember_highest_ids(tx)?;
    let before = ms(before);
    // An article goes with its whole story, so that no half of a story is left.
    // An entry stays as long as its feed shows it: deleted earlier, it would come
    // back as new. Only a whole document shows what is no longer in it; polls
    // that found nothing changed do not.
    let steps = [
        "DELETE FROM attempts WHERE rowid IN (SELECT a.rowid FROM attempts a JOIN deliveries d ON d.id = a.delivery
           WHERE d.state <> 'pending' AND d.settled < ?1 LIMIT ?2)",
        "DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE state <> 'pending' AND settled < ?1 LIMIT ?2)",
        "DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE created < ?1
           AND (held_until IS NULL OR told_in IS NOT NULL)
           AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.alert = alerts.id) LIMIT ?2)",
        "DELETE FROM threads WHERE (receiver, story) IN (SELECT receiver, story FROM threads WHERE touched < ?1 LIMIT ?2)",
        "DELETE FROM matches WHERE (watch, article) IN (SELECT m.watch, m.article FROM matches m
           JOIN articles a ON a.id = m.article JOIN stories s ON s.id = a.story WHERE s.touched < ?1 LIMIT ?2)",
        "DELETE FROM articles WHERE id IN (SELECT a.id FROM articles a JOIN stories s ON s.id = a.story
           WHERE s.touched < ?1 AND NOT EXISTS (SELECT 1 FROM matches m WHERE m.article = a.id) LIMIT ?2)",
        "DELETE FROM watch_stories WHERE (watch, story) IN (SELECT w.watch, w.story FROM watch_stories w
           JOIN stories s ON s.id = w.story WHERE s.touched < ?1 LIMIT ?2)",
        "DELETE FROM story_links WHERE (story, other) IN (SELECT l.story, l.other FROM story_links l
           JOIN stories s ON s.id = l.story WHERE s.touched < ?1 LIMIT ?2)",
        "DELETE FROM stories WHERE id IN (SELECT id FROM stories s WHERE touched < ?1
           AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.story = s.id) LIMIT ?2)",
        "DELETE FROM watch_volumes WHERE watch IN (SELECT watch FROM watch_volumes WHERE touched < ?1 LIMIT ?2)",
        "DELETE FROM mutes WHERE (kind, name) IN (SELECT kind, name FROM mutes WHERE until < ?1 LIMIT ?2)",
        "DELETE FROM sites WHERE site IN (SELECT site FROM sites WHERE touched < ?1 LIMIT ?2)",
        "DELETE FROM entries WHERE id IN (SELECT e.id FROM entries e JOIN feeds f ON f.id = e.feed
           WHERE e.due IS NULL AND e.seen < ?1 AND f.whole > e.seen + 172800000 LIMIT ?2)",
    ];
    let mut more = false;
    for step in steps {
        more |= tx
            .prepare_cached(step)?
            .execute(params![before, BATCH as i64])?
            == BATCH;
    }
    Ok(more)
}

/// Deletes articles with their matches, and the stories that have no article left.
pub(in crate::store::sqlite) fn delete_articles(
    tx: &Transaction<'_>,
    articles: &[i64],
) -> Result<(), StoreError> {
    const EMPTY: &str = "IN (SELECT value FROM json_each(?1) AS of_deleted
       WHERE NOT EXISTS (SELECT 1 FROM articles WHERE story = of_deleted.value))";
    remember_highest_ids(tx)?;
    let articles = serde_json::to_string(articles).unwrap_or_default();
    let stories: String = tx
        .prepare_cached(
            "SELECT json_group_array(DISTINCT story) FROM articles WHERE id IN (SELECT value FROM json_each(?1))",
        )?
        .query_row([&articles], |row| row.get(0))?;
    for step in [
        "DELETE FROM matches WHERE article IN (SELECT value FROM json_each(?1))",
        "DELETE FROM articles WHERE id IN (SELECT value FROM json_each(?1))",
    ] {
        tx.prepare_cached(step)?.execute([&articles])?;
    }
    for step in [
        format!("DELETE FROM watch_stories WHERE story {EMPTY}"),
        format!("DELETE FROM story_links WHERE story {EMPTY}"),
        format!("DELETE FROM stories WHERE id {EMPTY}"),
    ] {
        tx.prepare_cached(&step)?.execute([&stories])?;
    }
    Ok(())
}

/// Notes the highest numbers given so far, so that none is given twice when its
/// row is gone: receivers thread alerts by them.
fn remember_highest_ids(tx: &Transaction<'_>) -> Result<(), StoreError> {
    for (key, table) in HIGHEST {
        tx.execute(
            &format!(
                "INSERT INTO notes (key, value) SELECT ?1, max(id) FROM {table} WHERE true HAVING max(id) IS NOT NULL
                 ON CONFLICT (key) DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))"
            ),
            [key],
        )?;
    }
    Ok(())
}

/// See [`crate::store::Store::numbers`].
pub(in crate::store::sqlite) fn numbers(
    db: &Connection,
    path: &Path,
) -> Result<Numbers, StoreError> {
    let count = |sql: &str| -> Result<u64, StoreError> {
        Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    };
    let size = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        std::fs::metadata(name).map_or(0, |meta| meta.len())
    };
    Ok(Numbers {
        feeds: count("SELECT count(*) FROM feeds WHERE state = 'active'")?,
        failing: count("SELECT count(*) FROM feeds WHERE state = 'active' AND failures > 0")?,
        silent: count(
            "SELECT count(*) FROM feeds WHERE state = 'active' AND silent_since IS NOT NULL",
        )?,
        entries: count("SELECT count(*) FROM entries")?,
        unread: count("SELECT count(*) FROM entries WHERE due IS NOT NULL")?,
        given_up: count(
            "SELECT count(*) FROM entries WHERE due IS NULL AND article IS NULL AND error IS NOT NULL",
        )?,
        articles: count("SELECT count(*) FROM articles")?,
        stories: count("SELECT count(*) FROM stories")?,
        alerts: count("SELECT count(*) FROM alerts")?,
        pending: count("SELECT count(*) FROM deliveries WHERE state = 'pending'")?,
        dead: count("SELECT count(*) FROM deliveries WHERE state = 'dead'")?,
        bytes: size("") + size("-wal"),
    })
}

/// See [`crate::store::Store::note`].
pub(in crate::store::sqlite) fn note(
    db: &Connection,
    key: &str,
) -> Result<Option<String>, StoreError> {
    Ok(db
        .query_row("SELECT value FROM notes WHERE key = ?1", [key], |row| {
            Columns::of("notes", row).take()
        })
        .optional()?)
}

/// See [`crate::store::Store::set_note`].
pub(in crate::store::sqlite) fn set_note(
    tx: &Transaction<'_>,
    key: &str,
    value: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR REPLACE INTO notes (key, value) VALUES (?1, ?2)")?
        .execute(params![key, value])?;
    Ok(())
}
