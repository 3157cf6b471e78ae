//! The threads that receivers keep of stories, and the receivers' settings.

use super::row::{Columns, limit, ms};
use crate::model::{DeliveryId, InThread, StoryId, Thread};
use crate::store::{EndedThread, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// The thread of `story` at `receiver`.
pub(super) fn of_story(
    db: &Connection,
    receiver: &str,
    story: StoryId,
) -> Result<Option<Thread>, StoreError> {
    let found = db
        .prepare_cached(
            "SELECT t.reference, a.body FROM threads t LEFT JOIN alerts a ON a.id = t.alert
             WHERE t.receiver = ?1 AND t.story = ?2",
        )?
        .query_row(params![receiver, story.0], |row| {
            let mut c = Columns::of("threads", row);
            Ok(Thread {
                reference: c.take()?,
                root: c.take()?,
            })
        });
    Ok(found.optional()?)
}

/// Notes where the message of delivery `id` went. One that opens a thread takes the
/// place of an older thread, whose first message was deleted.
pub(super) fn sent(
    tx: &Transaction<'_>,
    id: DeliveryId,
    in_thread: &InThread,
    now: Timestamp,
) -> Result<(), StoreError> {
    match in_thread {
        InThread::No => 0,
        InThread::Opened(reference) => tx
            .prepare_cached(
                "INSERT OR REPLACE INTO threads (receiver, story, alert, reference, touched)
                 SELECT receiver, story, alert, ?2, ?3 FROM deliveries WHERE id = ?1 AND story IS NOT NULL",
            )?
            .execute(params![id.0, reference, ms(now)])?,
        InThread::Reply => tx
            .prepare_cached(
                "UPDATE threads SET touched = ?2
                 WHERE (receiver, story) = (SELECT receiver, story FROM deliveries WHERE id = ?1)",
            )?
            .execute(params![id.0, ms(now)])?,
    };
    Ok(())
}

/// See [`crate::store::Store::ended_threads`].
pub(super) fn ended(
    db: &Connection,
    receiver: &str,
    before: Timestamp,
    n: usize,
) -> Result<Vec<EndedThread>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT story, reference FROM threads WHERE receiver = ?1 AND touched < ?2
         ORDER BY touched LIMIT ?3",
    )?;
    let ended = statement.query_map(params![receiver, ms(before), limit(n)], |row| {
        let mut c = Columns::of("threads", row);
        Ok(EndedThread {
            receiver: receiver.to_owned(),
            story: StoryId(c.take()?),
            reference: c.take()?,
        })
    })?;
    Ok(ended.collect::<Result<_, _>>()?)
}

/// See [`crate::store::Store::forget_thread`].
pub(super) fn forget(tx: &Transaction<'_>, thread: &EndedThread) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM threads WHERE receiver = ?1 AND story = ?2 AND reference = ?3")?
        .execute(params![thread.receiver, thread.story.0, thread.reference])?;
    Ok(())
}

/// See [`crate::store::Store::note_receivers`].
pub(super) fn note_receivers(
    tx: &Transaction<'_>,
    settings: &[(String, u64)],
) -> Result<Vec<String>, StoreError> {
    let mut enabled = Vec::new();
    for (name, fingerprint) in settings {
        let fingerprint = fingerprint.cast_signed();
        let known: Option<i64> = tx
            .prepare_cached("SELECT fingerprint FROM receiver_settings WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        if known == Some(fingerprint) {
            continue;
        }
        tx.prepare_cached(
            "INSERT INTO receiver_settings (name, fingerprint) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET fingerprint = ?2",
        )?
        .execute(params![name, fingerprint])?;
        // Of a store that knew no settings yet nothing can be said of a change.
        let is_changed = known.is_some();
        if is_changed && tx.execute("DELETE FROM receivers WHERE name = ?1", [name])? > 0 {
            enabled.push(name.clone());
        }
    }
    Ok(enabled)
}
