//! One article in full, and which articles and entries an address or a title may mean.

use crate::model::{AlertId, ArticleId, Match, Removed, TextFrom, WatchId};
use crate::store::sqlite::row::Columns;
use crate::store::{ArticleDetail, EntryView, StoreError, Wanted};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Deserialize;

/// Most articles, and most entries, that an address or a title may mean.
const MAX_CANDIDATES: usize = 10;

/// The part of an article's `detail` column that is shown.
#[derive(Default, Deserialize)]
struct Detail {
    #[serde(default)]
    removed: Vec<Removed>,
}

/// See [`crate::store::Store::article`].
pub(in crate::store::sqlite) fn one(
    db: &Connection,
    id: ArticleId,
) -> Result<Option<ArticleDetail>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT a.id, a.feed, f.url, a.url, a.title, a.dek, a.author, a.source, a.language, a.published,
                a.fetched, a.words, a.text_from, a.body, a.detail, a.story, s.title, a.kind, a.of, a.new, a.newness, coalesce(e.quiet, 0)
         FROM articles a LEFT JOIN feeds f ON f.id = a.feed LEFT JOIN stories s ON s.id = a.story LEFT JOIN entries e ON e.id = a.entry
         WHERE a.id = ?1",
    )?;
    let article = statement
        .query_row([id.0], |row| {
            let mut c = Columns::of("articles", row);
            Ok(ArticleDetail {
                id: c.article()?,
                feed: c.feed()?,
                feed_url: c.take()?,
                url: c.take()?,
                title: c.take()?,
                dek: c.take()?,
                author: c.take()?,
                source: c.take()?,
                language: c.take()?,
                published: c.maybe_time()?,
                fetched: c.time()?,
                words: c.take()?,
                text_from: text_from(&c.take::<String>()?),
                text: c.take()?,
                removed: c.json::<Detail>()?.removed,
                story: c.story()?,
                story_title: c.take::<Option<String>>()?.unwrap_or_default(),
                kind: c.kind()?,
                of: c.maybe_article()?,
                new: c.json()?,
                newness: c.take()?,
                was_there_before: c.take()?,
                matches: Vec::new(),
                alerts: Vec::new(),
            })
        })
        .optional()?;
    let Some(mut article) = article else {
        return Ok(None);
    };
    article.matches = matches(db, id)?;
    article.alerts = alerts(db, id)?;
    Ok(Some(article))
}

fn text_from(name: &str) -> TextFrom {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).unwrap_or_default()
}

fn matches(db: &Connection, article: ArticleId) -> Result<Vec<Match>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT watch, why FROM matches WHERE article = ?1 ORDER BY watch LIMIT 1000",
    )?;
    let rows = statement.query_map([article.0], |row| {
        let mut c = Columns::of("matches", row);
        Ok(Match {
            watch: WatchId::from(c.take::<String>()?),
            why: c.json()?,
            boilerplate: false,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn alerts(db: &Connection, article: ArticleId) -> Result<Vec<AlertId>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT id FROM alerts WHERE article = ?1 ORDER BY created LIMIT 100")?;
    let rows = statement.query_map([article.0], |row| {
        Ok(AlertId::from(Columns::of("alerts", row).take::<String>()?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`crate::store::Store::candidates`].
pub(in crate::store::sqlite) fn candidates(
    db: &Connection,
    wanted: &Wanted,
) -> Result<(Vec<ArticleId>, Vec<EntryView>), StoreError> {
    let ids = |sql: &str, key: &str| -> Result<Vec<ArticleId>, StoreError> {
        let mut statement = db.prepare_cached(sql)?;
        let rows = statement.query_map(params![key, MAX_CANDIDATES], |row| {
            row.get(0).map(ArticleId)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    Ok(match wanted {
        Wanted::Article(id) => (vec![*id], Vec::new()),
        Wanted::Url(url) => (
            ids(
                "SELECT id FROM articles WHERE url = ?1 UNION SELECT id FROM articles WHERE canonical_url = ?1
                 ORDER BY id DESC LIMIT ?2",
                url,
            )?,
            entries(db, "link = ?1", url)?,
        ),
        Wanted::Title(title) => (
            match super::search::query(&title_terms(title), true) {
                query if query.is_empty() => Vec::new(),
                query => ids(
                    "SELECT rowid FROM articles_text WHERE articles_text MATCH ?1 ORDER BY rowid DESC LIMIT ?2",
                    &query,
                )?,
            },
            Vec::new(),
        ),
    })
}

/// The words of a title as terms, so that punctuation does not matter.
fn title_terms(title: &str) -> Vec<String> {
    title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(40)
        .map(str::to_owned)
        .collect()
}

/// The entries that `condition` selects, the last found first.
pub(in crate::store::sqlite) fn entries(
    db: &Connection,
    condition: &str,
    key: &str,
) -> Result<Vec<EntryView>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {ENTRY} FROM entries WHERE {condition} ORDER BY id DESC LIMIT {MAX_CANDIDATES}"
    ))?;
    let rows = statement.query_map([key], entry)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The columns of an [`EntryView`], in its order.
pub(super) const ENTRY: &str =
    "id, feed, title, link, published, found, quiet, due, error, article";

pub(super) fn entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<EntryView> {
    let mut c = Columns::of("entries", row);
    Ok(EntryView {
        id: c.entry()?,
        feed: c.feed()?,
        title: c.take()?,
        link: c.take()?,
        published: c.maybe_time()?,
        found: c.time()?,
        was_there_before: c.take()?,
        due: c.maybe_time()?,
        error: c.take()?,
        article: c.maybe_article()?,
    })
}
