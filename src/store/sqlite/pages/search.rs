//! The archive by words and conditions, the last read first.

use crate::model::ArticleId;
use crate::store::sqlite::archive::{phrases, unmarked};
use crate::store::sqlite::row::{Columns, limit, ms};
use crate::store::{ArchiveFilter, FoundArticle, FoundPart, StoreError};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// The most articles that are checked for one part, so that a search with rare hits does
/// not occupy a reading connection for long.
const MAX_LOOKED_AT: usize = 20_000;

/// The terms as a query of FTS5; empty if there is none.
pub(super) fn query(terms: &[String], title_only: bool) -> String {
    let phrases = phrases(terms);
    match (phrases.is_empty(), title_only) {
        (true, _) => String::new(),
        (false, false) => phrases,
        (false, true) => format!("{{title dek}} : ({phrases})"),
    }
}

/// See [`crate::store::Store::search_part`].
pub(in crate::store::sqlite) fn part(
    db: &Connection,
    filter: &ArchiveFilter,
) -> Result<FoundPart, StoreError> {
    let wanted = query(&filter.terms, filter.title_only);
    if wanted.is_empty() && !filter.terms.is_empty() {
        return Ok(FoundPart::default());
    }
    let below = filter.below.map_or(i64::MAX, |below| below.0);
    let candidates = candidates(db, filter, &wanted, below)?;
    let mut part = FoundPart::default();
    for &id in &candidates {
        if part.articles.len() == filter.limit {
            break;
        }
        part.next = Some(ArticleId(id));
        part.articles.extend(one(db, filter, &wanted, id)?);
    }
    // Fewer articles than the limit were left, and all were checked: this is the last
    // part.
    let last = candidates.last().copied().map(ArticleId);
    if part.next == last && candidates.len() < MAX_LOOKED_AT {
        part.next = None;
    }
    Ok(part)
}

/// The numbers of the articles below `below` that meet all conditions which need no text,
/// the highest first.
fn candidates(
    db: &Connection,
    filter: &ArchiveFilter,
    wanted: &str,
    below: i64,
) -> Result<Vec<i64>, StoreError> {
    let (from, mut values): (&str, Vec<Value>) = match (&filter.watch, wanted) {
        (None, "") => ("SELECT id FROM articles WHERE id < ?", vec![below.into()]),
        (None, wanted) => (
            "SELECT rowid AS id FROM articles_text WHERE articles_text MATCH ? AND rowid < ?",
            vec![wanted.to_owned().into(), below.into()],
        ),
        (Some(watch), "") => (
            "SELECT article AS id FROM matches WHERE watch = ? AND article < ?",
            vec![watch.as_str().to_owned().into(), below.into()],
        ),
        (Some(watch), wanted) => (
            "SELECT rowid AS id FROM articles_text WHERE articles_text MATCH ? AND rowid < ?
             AND rowid IN (SELECT article FROM matches WHERE watch = ?)",
            vec![
                wanted.to_owned().into(),
                below.into(),
                watch.as_str().to_owned().into(),
            ],
        ),
    };
    values.push(Value::Integer(MAX_LOOKED_AT as i64));
    let mut statement = db.prepare_cached(&format!("{from} ORDER BY id DESC LIMIT ?"))?;
    let rows = statement.query_map(params_from_iter(values), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The article `id`, if it meets the rest of the conditions.
fn one(
    db: &Connection,
    filter: &ArchiveFilter,
    wanted: &str,
    id: i64,
) -> Result<Option<FoundArticle>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT a.id, a.story, a.title, a.source, a.at, a.url, a.dek FROM articles a
         WHERE a.id = ?1 AND (?2 IS NULL OR a.source = ?2) AND (?3 IS NULL OR a.language = ?3)
           AND (?4 IS NULL OR a.at >= ?4) AND (?5 IS NULL OR a.at < ?5)",
    )?;
    let values = rusqlite::params![
        id,
        filter.source,
        filter.language,
        filter.since.map(ms),
        filter.until.map(ms)
    ];
    let mut rows = statement.query_map(values, |row| {
        let mut c = Columns::of("articles", row);
        Ok(FoundArticle {
            id: c.article()?,
            story: c.story()?,
            title: c.take()?,
            source: c.take()?,
            at: c.time()?,
            url: c.take()?,
            snippet: c.take()?,
            marks: Vec::new(),
        })
    })?;
    let Some(mut article) = rows.next().transpose()? else {
        return Ok(None);
    };
    if !wanted.is_empty() {
        let mut statement = db.prepare_cached(
            "SELECT snippet(articles_text, -1, char(2), char(3), '…', 24) FROM articles_text
             WHERE articles_text MATCH ?1 AND rowid = ?2 LIMIT ?3",
        )?;
        let snippet: String =
            statement.query_row(rusqlite::params![wanted, id, limit(1)], |row| row.get(0))?;
        (article.snippet, article.marks) = unmarked(&snippet);
    }
    Ok(Some(article))
}
