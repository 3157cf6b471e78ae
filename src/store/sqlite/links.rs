//! Stories that turned out to be one, and how far watches followed any of them.

use super::row::{Columns, limit};
use crate::model::{StoryId, WatchId};
use crate::store::{Followed, LinkedStory, StoreError, WatchStory};
use jiff::Timestamp;
use rusqlite::{Connection, params};

/// Stories followed through links at most.
const MAX_LINKED: usize = 64;

/// The stories linked to `?1`, through others as well, itself among them.
const LINKED: &str = "WITH RECURSIVE linked (id) AS (
   VALUES (?1) UNION SELECT l.other FROM story_links l JOIN linked ON l.story = linked.id LIMIT ?2)";

/// See [`crate::store::Store::story_links`].
pub(super) fn of_story(db: &Connection, story: StoryId) -> Result<Vec<LinkedStory>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{LINKED} SELECT s.id, s.title FROM linked JOIN stories s ON s.id = linked.id
         WHERE s.id <> ?1 ORDER BY s.id"
    ))?;
    let stories = statement.query_map(params![story.0, limit(MAX_LINKED)], |row| {
        let mut c = Columns::of("stories", row);
        Ok(LinkedStory {
            id: c.story()?,
            title: c.take()?,
        })
    })?;
    Ok(stories.collect::<Result<_, _>>()?)
}

/// See [`crate::store::Store::watch_stories`].
pub(super) fn watch_stories(
    db: &Connection,
    stories: Vec<StoryId>,
    watches: Vec<WatchId>,
) -> Result<Followed, StoreError> {
    let stories = all_linked(db, stories)?;
    let mut statement = db.prepare_cached(
        "SELECT n_articles, n_alerts, last_alert FROM watch_stories WHERE watch = ?1 AND story = ?2",
    )?;
    let mut found = Vec::new();
    for watch in watches {
        let mut followed: Option<WatchStory> = None;
        for story in &stories {
            let rows = statement.query_map(params![watch.as_str(), story.0], |row| {
                let mut c = Columns::of("watch_stories", row);
                Ok((c.take()?, c.take()?, c.maybe_time()?))
            })?;
            for row in rows {
                followed = Some(sum(followed, row?));
            }
        }
        found.extend(followed.map(|followed| (watch, followed)));
    }
    Ok(Followed {
        stories,
        watches: found,
    })
}

fn sum(so_far: Option<WatchStory>, row: (u32, u32, Option<Timestamp>)) -> WatchStory {
    let (n_articles, n_alerts, last_alert) = row;
    let before = so_far.unwrap_or(WatchStory {
        n_articles: 0,
        n_alerts: 0,
        last_alert: None,
    });
    WatchStory {
        n_articles: before.n_articles.saturating_add(n_articles),
        n_alerts: before.n_alerts.saturating_add(n_alerts),
        last_alert: before.last_alert.max(last_alert),
    }
}

fn all_linked(db: &Connection, stories: Vec<StoryId>) -> Result<Vec<StoryId>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{LINKED} SELECT id FROM linked"))?;
    let mut all = Vec::new();
    for story in stories {
        let linked = statement.query_map(params![story.0, limit(MAX_LINKED)], |row| {
            Columns::of("stories", row).story()
        })?;
        for linked in linked {
            all.push(linked?);
        }
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}
