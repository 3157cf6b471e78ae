//! The outbox: alerts with their deliveries.

use super::mutes;
use super::row::{Columns, limit, ms, time};
use crate::model::{AlertId, StoryId};
use crate::store::{
    AlertFilter, AlertRecord, AlertView, DeliveryState, DeliveryView, Pulse, StoreError,
};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// Puts an alert and its deliveries into the outbox. An alert whose id is known is
/// left as it is, so that work that is done twice sends nothing twice.
pub(super) fn add(tx: &Transaction<'_>, alert: &AlertRecord) -> Result<(), StoreError> {
    let watch = alert.watch.as_ref().map(crate::model::WatchId::as_str);
    let mute = mutes::of_alert(tx, alert)?;
    // Only a watch has summaries; what is not about one waits for the mute's end.
    let due = match &mute {
        Some(mute) if watch.is_none() => mute.until,
        Some(_) | None => alert.created,
    };
    let held = match mute.filter(|_| watch.is_some()) {
        Some(mute) => mutes::held(alert.held.as_ref(), &mute),
        None => alert.held.clone(),
    };
    let held = held.as_ref();
    let n_added = tx
        .prepare_cached(
            "INSERT INTO alerts (id, kind, watch, story, article, created, held, held_since, held_until, body, feed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            alert.id.as_str(),
            alert.kind,
            watch,
            alert.story.map(|story| story.0),
            alert.article.map(|article| article.0),
            ms(alert.created),
            held.map(|held| &held.reason),
            held.map(|held| ms(held.since)),
            held.and_then(|held| held.until).map(ms),
            alert.body,
            alert.feed.map(|feed| feed.0),
        ])?;
    if n_added == 0 || held.is_some() {
        return Ok(());
    }
    for receiver in &alert.to {
        // A receiver that said 410 is not sent to; its alerts are kept as dead,
        // to be redelivered once the receiver works again.
        tx.prepare_cached(
            "INSERT INTO deliveries (alert, receiver, story, due, state, error)
             SELECT ?1, ?2, ?4, ?3,
               CASE WHEN r.name IS NULL THEN 'pending' ELSE 'dead' END,
               'the receiver is disabled: ' || r.reason
             FROM (SELECT 1) LEFT JOIN receivers r ON r.name = ?2
             WHERE true ON CONFLICT (alert, receiver) DO NOTHING",
        )?
        .execute(params![
            alert.id.as_str(),
            receiver,
            ms(due),
            alert.story.map(|story| story.0),
        ])?;
    }
    if let (Some(watch), Some(StoryId(story))) = (watch, alert.story) {
        tx.prepare_cached(
            "INSERT INTO watch_stories (watch, story, n_alerts, last_alert) VALUES (?1, ?2, 1, ?3)
             ON CONFLICT (watch, story) DO UPDATE SET n_alerts = n_alerts + 1, last_alert = ?3",
        )?
        .execute(params![watch, story, ms(alert.created)])?;
    }
    Ok(())
}

/// See [`crate::store::Store::next_due`].
pub(super) fn next_due(db: &Connection, now: jiff::Timestamp) -> Result<Pulse, StoreError> {
    let earliest = |sql: &str| -> Result<Option<jiff::Timestamp>, StoreError> {
        Ok(db
            .prepare_cached(sql)?
            .query_row([], |row| row.get::<_, Option<i64>>(0))?
            .map(time))
    };
    let is_leased =
        "SELECT EXISTS (SELECT 1 FROM entries WHERE due IS NOT NULL AND lease_until > ?1)
       OR EXISTS (SELECT 1 FROM deliveries WHERE state = 'pending' AND lease_until > ?1)";
    Ok(Pulse {
        feed: earliest("SELECT min(due) FROM feeds WHERE state = 'active'")?,
        entry: earliest("SELECT min(max(due, lease_until)) FROM entries WHERE due IS NOT NULL")?,
        delivery: earliest(
            "SELECT min(max(due, lease_until)) FROM deliveries WHERE state = 'pending'",
        )?,
        is_leased: db
            .prepare_cached(is_leased)?
            .query_row([ms(now)], |row| row.get(0))?,
    })
}

/// When the oldest alert with a delivery on its way came about.
pub(super) fn oldest_pending(db: &Connection) -> Result<Option<jiff::Timestamp>, StoreError> {
    let oldest = db
        .prepare_cached(
            "SELECT min(a.created) FROM deliveries d JOIN alerts a ON a.id = d.alert WHERE d.state = 'pending'",
        )?
        .query_row([], |row| row.get::<_, Option<i64>>(0))?;
    Ok(oldest.map(time))
}

/// See [`crate::store::Store::alerts`].
pub(super) fn list(db: &Connection, filter: &AlertFilter) -> Result<Vec<AlertView>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT a.id, a.kind, a.watch, a.story, x.title, x.source, a.created, a.rowid, a.held, a.told_in
         FROM alerts a LEFT JOIN articles x ON x.id = a.article
         WHERE (?1 IS NULL OR a.watch = ?1)
           AND (NOT ?2 OR EXISTS (SELECT 1 FROM deliveries d WHERE d.alert = a.id AND d.state = 'dead'))
           AND (?4 IS NULL OR a.id = ?4)
           AND (?5 IS NULL OR a.story = ?5)
           AND (NOT ?6 OR a.held IS NOT NULL)
           AND (?7 IS NULL OR a.created >= ?7)
           AND (?8 IS NULL OR a.created < ?8)
           AND (?9 IS NULL OR (a.created, a.rowid) < (?9, ?10))
           AND (?11 IS NULL OR a.rowid > ?11)
         ORDER BY a.created DESC, a.rowid DESC LIMIT ?3",
    )?;
    let watch = filter.watch.as_ref().map(crate::model::WatchId::as_str);
    let id = filter.id.as_ref().map(AlertId::as_str);
    let filter = params![
        watch,
        filter.dead,
        limit(filter.limit),
        id,
        filter.story.map(|story| story.0),
        filter.held,
        filter.since.map(ms),
        filter.until.map(ms),
        filter.below.map(|below| ms(below.at)),
        filter.below.map(|below| below.row),
        filter.after,
    ];
    let found = statement.query_map(filter, |row| {
        let mut c = Columns::of("alerts", row);
        Ok(AlertView {
            id: c.alert()?,
            kind: c.take()?,
            watch: c.watch()?,
            story: c.take::<Option<i64>>()?.map(StoryId),
            title: c.take()?,
            source: c.take()?,
            created: c.time()?,
            row: c.take()?,
            held: c.take()?,
            told_in: c.take::<Option<String>>()?.map(AlertId::from),
            deliveries: Vec::new(),
        })
    })?;
    let mut alerts = found.collect::<Result<Vec<_>, _>>()?;
    for alert in &mut alerts {
        alert.deliveries = deliveries_of(db, &alert.id)?;
    }
    Ok(alerts)
}

/// See [`crate::store::Store::newest_alert`].
pub(super) fn newest(db: &Connection) -> Result<i64, StoreError> {
    Ok(db
        .prepare_cached("SELECT coalesce(max(rowid), 0) FROM alerts")?
        .query_row([], |row| row.get(0))?)
}

fn deliveries_of(db: &Connection, alert: &AlertId) -> Result<Vec<DeliveryView>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT id, receiver, state, tries, due, error FROM deliveries WHERE alert = ?1 ORDER BY receiver",
    )?;
    let deliveries = statement.query_map([alert.as_str()], |row| {
        let mut c = Columns::of("deliveries", row);
        let (id, receiver, state) = (c.delivery()?, c.take()?, c.take::<String>()?);
        let state = match state.as_str() {
            "delivered" => DeliveryState::Delivered,
            "dead" => DeliveryState::Dead,
            _ => DeliveryState::Pending,
        };
        let tries = c.take()?;
        let next = c.maybe_time()?.filter(|_| state == DeliveryState::Pending);
        Ok(DeliveryView {
            id,
            receiver,
            state,
            tries,
            next,
            error: c.take()?,
        })
    })?;
    Ok(deliveries.collect::<Result<_, _>>()?)
}

/// See [`crate::store::Store::alert_body`].
pub(super) fn body(db: &Connection, alert: &AlertId) -> Result<Option<String>, StoreError> {
    Ok(db
        .query_row(
            "SELECT body FROM alerts WHERE id = ?1",
            [alert.as_str()],
            |row| Columns::of("alerts", row).take(),
        )
        .optional()?)
}
