//! Stories in parts, the last changed first.

use crate::model::StoryId;
use crate::store::sqlite::row::{Columns, OWN, limit, ms};
use crate::store::{StoreError, StoryFilter, StoryView};
use rusqlite::types::ToSql;
use rusqlite::{Connection, params};

/// The query for the overview of stories; `picked` is the query that selects the stories
/// of the part.
fn select(picked: &str) -> String {
    format!(
        "WITH picked AS MATERIALIZED ({picked})
         SELECT s.id, s.title, s.first_seen, s.last_seen, count(a.id), count(DISTINCT a.source),
                count(a.id) FILTER (WHERE a.kind IN {OWN}),
                coalesce((SELECT group_concat(watch, char(10)) FROM watch_stories w WHERE w.story = s.id AND w.n_articles > 0), '')
         FROM picked p JOIN stories s ON s.id = p.id LEFT JOIN articles a ON a.story = s.id
         GROUP BY s.id ORDER BY s.last_seen DESC, s.id DESC"
    )
}

/// See [`crate::store::Store::story_part`].
pub(in crate::store::sqlite) fn part(
    db: &Connection,
    filter: &StoryFilter,
) -> Result<Vec<StoryView>, StoreError> {
    let below = filter.below;
    let (at, row) = (
        below.map(|below| ms(below.at)),
        below.map(|below| below.row),
    );
    let n = limit(filter.limit);
    match &filter.watch {
        None => read(
            db,
            &select(
                "SELECT id FROM stories WHERE ?1 IS NULL OR (last_seen, id) < (?1, ?2)
                 ORDER BY last_seen DESC, id DESC LIMIT ?3",
            ),
            params![at, row, n],
        ),
        Some(watch) => read(
            db,
            &select(
                "SELECT s.id FROM watch_stories w JOIN stories s ON s.id = w.story
                 WHERE w.watch = ?4 AND w.n_articles > 0 AND (?1 IS NULL OR (s.last_seen, s.id) < (?1, ?2))
                 ORDER BY s.last_seen DESC, s.id DESC LIMIT ?3",
            ),
            params![at, row, n, watch.as_str()],
        ),
    }
}

/// The overview of one story.
pub(in crate::store::sqlite) fn one(
    db: &Connection,
    story: StoryId,
) -> Result<Option<StoryView>, StoreError> {
    let sql = select("SELECT ?1 AS id");
    Ok(read(db, &sql, params![story.0])?.pop())
}

fn read(
    db: &Connection,
    sql: &str,
    arguments: &[&dyn ToSql],
) -> Result<Vec<StoryView>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let stories = statement.query_map(arguments, |row| {
        let mut c = Columns::of("stories", row);
        Ok(StoryView {
            id: c.story()?,
            title: c.take()?,
            first_seen: c.time()?,
            last_seen: c.time()?,
            articles: c.take()?,
            sources: c.take()?,
            independent: c.take()?,
            watches: c.take::<String>()?.lines().map(str::to_owned).collect(),
        })
    })?;
    Ok(stories.collect::<Result<_, _>>()?)
}
