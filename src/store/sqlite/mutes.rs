//! Mutes: watches and feeds whose alerts are held until a time. An alert is held in the
//! transaction that records it, so that none is sent during a mute.

use super::row::{Columns, ms};
use crate::model::{DeliveryId, WatchId};
use crate::store::{AlertRecord, Held, Mute, Muted, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// The alerts of the watch or feed `(kind, name)` in `?1` and `?2`.
const ALERTS: &str = "(SELECT id FROM alerts WHERE ?1 = 'watch' AND watch = ?2
   UNION ALL SELECT a.id FROM alerts a JOIN feeds f ON f.id = a.feed WHERE ?1 = 'feed' AND f.url = ?2
   UNION ALL SELECT a.id FROM alerts a JOIN articles x ON x.id = a.article JOIN feeds f ON f.id = x.feed
     WHERE ?1 = 'feed' AND f.url = ?2 AND a.told_in IS NULL)";

/// See [`crate::store::Store::mute`].
pub(super) fn mute(tx: &Transaction<'_>, mute: &Mute) -> Result<(), StoreError> {
    let (kind, name) = parts(&mute.muted);
    let before = until(tx, &mute.muted)?;
    tx.prepare_cached(
        "INSERT INTO mutes (kind, name, since, until, reason) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (kind, name) DO UPDATE SET until = ?4, reason = coalesce(?5, reason),
           since = CASE WHEN until > ?3 THEN since ELSE ?3 END",
    )?
    .execute(params![
        kind,
        name,
        ms(mute.since),
        ms(mute.until),
        mute.reason
    ])?;
    move_ends(tx, &mute.muted, before, mute.until)?;
    // A leased delivery is being sent already; only its next try waits ([`of_delivery`]).
    tx.prepare_cached(&format!(
        "UPDATE deliveries SET due = ?3 WHERE state = 'pending' AND due < ?3 AND alert IN {ALERTS}"
    ))?
    .execute(params![kind, name, ms(mute.until)])?;
    Ok(())
}

/// See [`crate::store::Store::unmute`].
pub(super) fn unmute(
    tx: &Transaction<'_>,
    muted: &Muted,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (kind, name) = parts(muted);
    let before = until(tx, muted)?;
    tx.prepare_cached("DELETE FROM mutes WHERE kind = ?1 AND name = ?2")?
        .execute(params![kind, name])?;
    move_ends(tx, muted, before, now)?;
    Ok(before.is_some_and(|until| until > ms(now)))
}

/// Moves the deliveries that wait for the old end of a mute to its new end.
fn move_ends(
    tx: &Transaction<'_>,
    muted: &Muted,
    before: Option<i64>,
    end: Timestamp,
) -> Result<(), StoreError> {
    let (kind, name) = parts(muted);
    let Some(before) = before else { return Ok(()) };
    for sql in [
        format!(
            "UPDATE deliveries SET due = ?4 WHERE state = 'pending' AND due = ?3 AND alert IN {ALERTS}"
        ),
        format!(
            "UPDATE alerts SET held_until = ?4 WHERE told_in IS NULL AND held_until = ?3 AND id IN {ALERTS}"
        ),
    ] {
        tx.prepare_cached(&sql)?
            .execute(params![kind, name, before, ms(end)])?;
    }
    Ok(())
}

/// See [`crate::store::Store::mutes`].
pub(super) fn list(db: &Connection, now: Timestamp) -> Result<Vec<Mute>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT name, kind, since, until, reason FROM mutes WHERE until > ?1 ORDER BY until, kind, name",
    )?;
    let mutes = statement.query_map([ms(now)], |row| {
        let mut c = Columns::of("mutes", row);
        let (name, kind): (String, String) = (c.take()?, c.take()?);
        Ok(Mute {
            muted: match kind.as_str() {
                "feed" => Muted::Feed(name),
                _ => Muted::Watch(WatchId::from(name)),
            },
            since: c.time()?,
            until: c.time()?,
            reason: c.take()?,
        })
    })?;
    Ok(mutes.collect::<Result<_, _>>()?)
}

/// The mute that holds `alert` back the longest.
pub(super) fn of_alert(
    tx: &Transaction<'_>,
    alert: &AlertRecord,
) -> Result<Option<Mute>, StoreError> {
    let now = alert.created;
    let mutes = list(tx, now)?;
    if mutes.is_empty() {
        return Ok(None);
    }
    let feed: Option<String> = tx
        .prepare_cached(
            "SELECT url FROM feeds WHERE id = coalesce(?1, (SELECT feed FROM articles WHERE id = ?2))",
        )?
        .query_row(
            params![
                alert.feed.map(|feed| feed.0),
                alert.article.map(|article| article.0)
            ],
            |row| row.get(0),
        )
        .optional()?;
    let holds = |mute: &Mute| match &mute.muted {
        Muted::Watch(id) => alert.watch.as_ref() == Some(id),
        Muted::Feed(url) => feed.as_ref() == Some(url),
    };
    Ok(mutes.into_iter().rfind(holds))
}

/// Until when the alert of a delivery is held back; 0 if it is not.
pub(super) fn of_delivery(
    tx: &Transaction<'_>,
    id: DeliveryId,
    now: Timestamp,
) -> Result<i64, StoreError> {
    Ok(tx
        .prepare_cached(
            "SELECT coalesce(max(m.until), 0) FROM mutes m, deliveries d JOIN alerts a ON a.id = d.alert
               LEFT JOIN articles x ON x.id = a.article LEFT JOIN feeds f ON f.id = coalesce(a.feed, x.feed)
             WHERE d.id = ?1 AND m.until > ?2
               AND m.name = CASE m.kind WHEN 'watch' THEN a.watch ELSE f.url END",
        )?
        .query_row(params![id.0, ms(now)], |row| row.get(0))?)
}

/// How an alert of a watch is held under `mute`. If it is held already, the later end
/// counts.
pub(super) fn held(already: Option<&Held>, mute: &Mute) -> Option<Held> {
    let until = match already {
        // It is only recorded: there was no alert to hold back.
        Some(Held { until: None, .. }) => return already.cloned(),
        Some(Held {
            until: Some(until), ..
        }) if *until > mute.until => return already.cloned(),
        Some(_) | None => mute.until,
    };
    let what = match &mute.muted {
        Muted::Watch(_) => "the watch was muted".to_owned(),
        Muted::Feed(url) => format!("the feed {url} was muted"),
    };
    let why = mute.reason.as_ref().map(|why| format!(" ({why})"));
    Some(Held {
        reason: format!("{what}{}", why.unwrap_or_default()),
        since: already.map_or(mute.since, |already| already.since.min(mute.since)),
        until: Some(until),
    })
}

/// The end of the mute of a watch or feed, in milliseconds; `None` if it is not muted.
fn until(tx: &Transaction<'_>, muted: &Muted) -> Result<Option<i64>, StoreError> {
    let (kind, name) = parts(muted);
    Ok(tx
        .prepare_cached("SELECT until FROM mutes WHERE kind = ?1 AND name = ?2")?
        .query_row(params![kind, name], |row| row.get(0))
        .optional()?)
}

/// The columns `kind` and `name` of a mute.
fn parts(muted: &Muted) -> (&'static str, &str) {
    match muted {
        Muted::Watch(id) => ("watch", id.as_str()),
        Muted::Feed(url) => ("feed", url),
    }
}
