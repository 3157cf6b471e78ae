//! The archive: searched by words, or read from end to end.

use super::row::{Columns, limit, ms};
use crate::model::{ArticleId, Removed, RemovedKind, StoryId};
use crate::store::{ArchivedArticle, FoundArticle, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, ToSql, params};
use serde::Deserialize;

/// SQLite puts these around each hit: control characters, which do not occur in an
/// article's text.
const MARKS: [char; 2] = ['\u{2}', '\u{3}'];

/// See [`crate::store::Store::search`].
pub(super) fn search(
    db: &Connection,
    terms: &[String],
    n: usize,
) -> Result<Vec<FoundArticle>, StoreError> {
    let wanted = phrases(terms);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = db.prepare_cached(
        "SELECT a.id, a.story, a.title, a.source, a.at, a.url, snippet(articles_text, -1, char(2), char(3), '…', 24)
         FROM articles_text JOIN articles a ON a.id = articles_text.rowid
         WHERE articles_text MATCH ?1 ORDER BY rank LIMIT ?2",
    )?;
    let found = statement.query_map(params![wanted, limit(n)], |row| {
        let mut c = Columns::of("articles", row);
        let (id, story, title, source) = (c.article()?, c.story()?, c.take()?, c.take()?);
        let (at, url) = (c.time()?, c.take()?);
        let (snippet, marks) = unmarked(&c.take::<String>()?);
        Ok(FoundArticle {
            id,
            story,
            title,
            source,
            at,
            url,
            snippet,
            marks,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Every term as a phrase of FTS5, in quotes: nothing in it is an operator but
/// a `*` at its end.
pub(super) fn phrases(terms: &[String]) -> String {
    let phrases = terms.iter().map(|term| {
        let term = term.trim();
        let (term, tail) = match term.strip_suffix('*') {
            Some(stem) => (stem, "*"),
            None => (term, ""),
        };
        // SQLite ends a text at a NUL.
        let term = term.replace('"', "\"\"").replace('\0', "");
        (term, tail)
    });
    let phrases = phrases.filter(|(term, _)| term.chars().any(char::is_alphanumeric));
    phrases
        .map(|(term, tail)| format!("\"{term}\"{tail}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The snippet without its marks, and where they stood, in characters.
pub(super) fn unmarked(snippet: &str) -> (String, Vec<(usize, usize)>) {
    let mut text = String::with_capacity(snippet.len());
    let (mut marks, mut start, mut n_chars) = (Vec::new(), 0, 0);
    for c in snippet.chars() {
        match c {
            c if c == MARKS[0] => start = n_chars,
            c if c == MARKS[1] => marks.push((start, n_chars)),
            c => {
                text.push(c);
                n_chars += 1;
            }
        }
    }
    (text, marks)
}

/// The part of an article's `detail` column that is needed here.
#[derive(Default, Deserialize)]
struct Detail {
    #[serde(default)]
    removed: Vec<Removed>,
}

/// See [`crate::store::Store::archived`].
pub(super) fn archived(
    db: &Connection,
    since: Timestamp,
    after: ArticleId,
    n: usize,
) -> Result<Vec<ArchivedArticle>, StoreError> {
    read(
        db,
        "WHERE a.fetched >= ?1 AND a.id > ?2 ORDER BY a.id LIMIT ?3",
        params![ms(since), after.0, limit(n)],
    )
}

/// See [`crate::store::Store::archived_below`].
pub(super) fn archived_below(
    db: &Connection,
    below: ArticleId,
    n: usize,
) -> Result<Vec<ArchivedArticle>, StoreError> {
    read(
        db,
        "WHERE a.id < ?1 ORDER BY a.id DESC LIMIT ?2",
        params![below.0, limit(n)],
    )
}

/// The articles that `condition` selects.
fn read(
    db: &Connection,
    condition: &str,
    arguments: &[&dyn ToSql],
) -> Result<Vec<ArchivedArticle>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT a.id, f.url, a.url, a.source, a.author, a.title, a.dek, a.body, a.detail, a.language, a.fetched, a.story, a.kind, a.newness,
           (SELECT json_group_array(l.other) FROM story_links l
            WHERE l.story = a.story AND coalesce(l.article, 0) <= a.id)
         FROM articles a LEFT JOIN feeds f ON f.id = a.feed {condition}"
    ))?;
    let articles = statement.query_map(arguments, |row| {
        let mut c = Columns::of("articles", row);
        Ok(ArchivedArticle {
            id: c.article()?,
            feed_url: c.take()?,
            url: c.take()?,
            source: c.take()?,
            author: c.take()?,
            title: c.take()?,
            dek: c.take()?,
            text: c.take()?,
            captions: captions(c.json()?),
            language: c.take()?,
            fetched: c.time()?,
            story: c.story()?,
            kind: c.kind()?,
            newness: c.take()?,
            linked: c.json::<Vec<i64>>()?.into_iter().map(StoryId).collect(),
        })
    })?;
    Ok(articles.collect::<Result<_, _>>()?)
}

fn captions(detail: Detail) -> Vec<String> {
    let removed = detail.removed.into_iter();
    removed
        .filter(|removed| removed.kind == RemovedKind::Caption)
        .map(|removed| removed.text)
        .collect()
}
