//! What watches on spikes and silences have learnt, and the reports that they count.

use super::alerts;
use super::row::{Columns, OWN, limit, ms};
use crate::model::{ArticleId, WatchId};
use crate::store::{Report, StoreError, StoryVolume, VolumeRecord};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// See [`crate::store::Store::volume`].
pub(super) fn volume(
    db: &Connection,
    watch: &WatchId,
) -> Result<Option<(ArticleId, String)>, StoreError> {
    let found = db
        .prepare_cached("SELECT article, state FROM watch_volumes WHERE watch = ?1")?
        .query_row([watch.as_str()], |row| {
            let mut c = Columns::of("watch_volumes", row);
            Ok((c.article()?, c.take()?))
        })
        .optional()?;
    Ok(found)
}

/// See [`crate::store::Store::set_volume`].
pub(super) fn set(
    tx: &Transaction<'_>,
    watch: &WatchId,
    record: &VolumeRecord,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO watch_volumes (watch, article, state, touched) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        watch.as_str(),
        record.article.0,
        record.state,
        ms(record.at)
    ])?;
    record
        .alert
        .iter()
        .try_for_each(|alert| alerts::add(tx, alert))
}

/// See [`crate::store::Store::watch_reports`].
pub(super) fn reports(
    db: &Connection,
    watch: &WatchId,
    after: ArticleId,
    n: usize,
) -> Result<Vec<Report>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT a.id, a.at, a.source
         FROM matches m JOIN articles a ON a.id = m.article LEFT JOIN entries e ON e.id = a.entry
         WHERE m.watch = ?1 AND m.article > ?2 AND a.kind IN {OWN}
           AND coalesce(e.quiet, 0) = 0
         ORDER BY m.article LIMIT ?3",
    ))?;
    let reports = statement.query_map(params![watch.as_str(), after.0, limit(n)], |row| {
        let mut c = Columns::of("articles", row);
        Ok(Report {
            article: c.article()?,
            at: c.time()?,
            outlet: c.take()?,
        })
    })?;
    Ok(reports.collect::<Result<_, _>>()?)
}

/// See [`crate::store::Store::watch_volume_stories`].
pub(super) fn stories(
    db: &Connection,
    watch: &WatchId,
    since: Timestamp,
    n: usize,
) -> Result<Vec<StoryVolume>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT a.story, s.title, count(*)
         FROM matches m JOIN articles a ON a.id = m.article JOIN stories s ON s.id = a.story
         WHERE m.watch = ?1 AND a.at >= ?2 AND a.kind IN {OWN}
         GROUP BY a.story ORDER BY count(*) DESC, a.story DESC LIMIT ?3",
    ))?;
    let stories = statement.query_map(params![watch.as_str(), ms(since), limit(n)], |row| {
        let mut c = Columns::of("stories", row);
        Ok(StoryVolume {
            story: c.story()?,
            title: c.take()?,
            articles: c.take()?,
        })
    })?;
    Ok(stories.collect::<Result<_, _>>()?)
}
