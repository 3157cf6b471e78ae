//! Articles, stories and matches: written in one transaction, read back.

use super::alerts;
use super::feeds;
use super::row::{Columns, json, limit, ms, name};
use super::upkeep::sweep::HIGHEST;
use super::upkeep::{damage, share};
use crate::model::{ArticleId, EntryId, FeedId, StoryId};
use crate::store::{
    ArticleRecord, ArticleView, EntryLease, Limits, LiveArticle, ReadOutcome, StoreError,
};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

/// What [`finish`] needs to know of a lease.
#[derive(Clone, Copy)]
pub(super) struct Leased {
    id: EntryId,
    token: i64,
    feed: FeedId,
    content_hash: i64,
}

impl From<&EntryLease> for Leased {
    fn from(lease: &EntryLease) -> Self {
        Self {
            id: lease.id,
            token: lease.token,
            feed: lease.feed,
            content_hash: lease.content_hash.cast_signed(),
        }
    }
}

/// See [`crate::store::Store::finish_read`].
pub(super) fn finish(
    tx: &Transaction<'_>,
    leased: Leased,
    outcome: &ReadOutcome,
    limits: Limits,
) -> Result<(), StoreError> {
    match outcome {
        ReadOutcome::Retry { at, error } => settle(
            tx,
            leased,
            "UPDATE entries SET lease_until = 0, crashes = 0, due = ?4, error = ?5
             WHERE id = ?1 AND lease = ?2 AND lease_until > 0 AND ?3 IS NOT NULL",
            Some(ms(*at)),
            Some(error),
        ),
        ReadOutcome::Postponed { at } => settle(
            tx,
            leased,
            "UPDATE entries SET lease_until = 0, crashes = 0, due = ?4, tries = max(tries - 1, 0), error = coalesce(?5, error)
             WHERE id = ?1 AND lease = ?2 AND lease_until > 0 AND ?3 IS NOT NULL",
            Some(ms(*at)),
            None,
        ),
        ReadOutcome::GivenUp { error } => settle(tx, leased, DONE, None, Some(error)),
        ReadOutcome::Article(record) => {
            if limits.max_bytes > 0 {
                share::keep_within(tx, limits.max_bytes, record.fetched)?;
            }
            settle(tx, leased, DONE, Some(record.id.0), None)?;
            add(tx, leased, record)
        }
    }
}

/// Marks an entry as read. An entry that was edited meanwhile stays due and is read
/// again.
const DONE: &str =
    "UPDATE entries SET lease_until = 0, tries = 0, crashes = 0, error = ?5, article = coalesce(?4, article),
   due = CASE WHEN content_hash = ?3 THEN NULL ELSE due END,
   payload = CASE WHEN content_hash = ?3 THEN NULL ELSE payload END
 WHERE id = ?1 AND lease = ?2 AND lease_until > 0";

/// See [`crate::store::Store::refetch`].
pub(super) fn refetch(tx: &Transaction<'_>, leased: Leased) -> Result<(), StoreError> {
    let n_deleted = tx
        .prepare_cached("DELETE FROM entries WHERE id = ?1 AND lease = ?2 AND lease_until > 0")?
        .execute(params![leased.id.0, leased.token])?;
    if n_deleted == 0 {
        return Err(StoreError::LeaseLost);
    }
    tx.prepare_cached(feeds::FORGET_VALIDATORS)?
        .execute([leased.feed.0])?;
    Ok(())
}

/// See [`crate::store::Store::extend_entry_lease`].
pub(super) fn extend(
    tx: &Transaction<'_>,
    leased: Leased,
    until: Timestamp,
) -> Result<(), StoreError> {
    settle(
        tx,
        leased,
        "UPDATE entries SET lease_until = ?4
         WHERE id = ?1 AND lease = ?2 AND lease_until > 0 AND ?3 IS NOT NULL AND ?5 IS NULL",
        Some(ms(until)),
        None,
    )
}

fn settle(
    tx: &Transaction<'_>,
    leased: Leased,
    sql: &str,
    number: Option<i64>,
    error: Option<&String>,
) -> Result<(), StoreError> {
    let n_changed = tx.prepare_cached(sql)?.execute(params![
        leased.id.0,
        leased.token,
        leased.content_hash,
        number,
        error
    ])?;
    if n_changed == 0 {
        Err(StoreError::LeaseLost)
    } else {
        Ok(())
    }
}

fn add(tx: &Transaction<'_>, leased: Leased, record: &ArticleRecord) -> Result<(), StoreError> {
    add_article(tx, leased, record)?;
    add_to_story(tx, record)?;
    for matched in &record.matches {
        tx.prepare_cached(
            "INSERT OR REPLACE INTO matches (watch, article, why) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![
            matched.watch.as_str(),
            record.id.0,
            json(&matched.why)?
        ])?;
        tx.prepare_cached(
            "INSERT INTO watch_stories (watch, story, n_articles) VALUES (?1, ?2, 1)
             ON CONFLICT (watch, story) DO UPDATE SET n_articles = n_articles + 1",
        )?
        .execute(params![matched.watch.as_str(), record.story.0])?;
    }
    if let Some((site, health)) = &record.site_health {
        tx.prepare_cached(
            "INSERT OR REPLACE INTO sites (site, health, touched) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![site, health, ms(record.fetched)])?;
    }
    record
        .alerts
        .iter()
        .try_for_each(|alert| alerts::add(tx, alert))
}

fn add_article(
    tx: &Transaction<'_>,
    leased: Leased,
    record: &ArticleRecord,
) -> Result<(), StoreError> {
    let article = &record.article;
    let kinds: Vec<_> = article.blocks.iter().map(|block| block.kind).collect();
    let detail = serde_json::json!({
        "site": article.site, "dateline": article.dateline, "kinds": kinds, "removed": article.removed,
    });
    tx.prepare_cached(
        "INSERT INTO articles (id, feed, entry, url, canonical_url, title, dek, author, source, language, published,
           updated, fetched, at, words, text_from, body, detail, story, kind, of, new, newness)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
    )?
    .execute(params![
        record.id.0,
        leased.feed.0,
        leased.id.0,
        record.url,
        article.canonical_url,
        article.title.as_deref().unwrap_or_default(),
        article.dek.as_deref().unwrap_or_default(),
        article.author,
        record.source,
        article.language,
        article.published.map(ms),
        article.updated.map(ms),
        ms(record.fetched),
        ms(record.at),
        i64::try_from(record.words).unwrap_or(i64::MAX),
        name(article.text_from),
        article.text(),
        json(&detail)?,
        record.story.0,
        name(record.kind),
        record.of.map(|of| of.0),
        json(&record.new)?,
        record.newness,
    ])?;
    Ok(())
}

fn add_to_story(tx: &Transaction<'_>, record: &ArticleRecord) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO stories (id, title, first_seen, last_seen, touched) VALUES (?1, ?2, ?3, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET title = ?2, first_seen = min(first_seen, ?3), last_seen = max(last_seen, ?3),
           touched = max(touched, ?4)",
    )?
    .execute(params![
        record.story.0,
        record.story_title,
        ms(record.at),
        ms(record.fetched)
    ])?;
    for other in &record.linked {
        tx.prepare_cached(
            "INSERT OR IGNORE INTO story_links (story, other, article) VALUES (?1, ?2, ?3), (?2, ?1, ?3)",
        )?
        .execute(params![record.story.0, other.0, record.id.0])?;
    }
    Ok(())
}

/// See [`crate::store::Store::site_health`].
pub(super) fn site_health(db: &Connection, site: &str) -> Result<Option<String>, StoreError> {
    let health = db
        .prepare_cached("SELECT health FROM sites WHERE site = ?1")?
        .query_row([site], |row| Columns::of("sites", row).take())
        .optional()?;
    Ok(health)
}

/// See [`crate::store::Store::degraded_sites`].
pub(super) fn degraded_sites(
    db: &Connection,
    n: usize,
) -> Result<Vec<(String, Option<Timestamp>)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT site, json_extract(health, '$.since') FROM sites
         WHERE json_valid(health) AND json_extract(health, '$.is_told') ORDER BY site LIMIT ?1",
    )?;
    let sites = statement.query_map([limit(n)], |row| {
        let mut c = Columns::of("sites", row);
        let (site, since) = (c.take()?, c.take::<Option<String>>()?);
        Ok((site, since.and_then(|since| since.parse().ok())))
    })?;
    Ok(sites.collect::<Result<_, _>>()?)
}

/// See [`crate::store::Store::highest_ids`].
pub(super) fn highest_ids(db: &Connection) -> Result<(ArticleId, StoryId), StoreError> {
    let highest = |(key, table): (&str, &str)| -> Result<i64, StoreError> {
        let sql = format!(
            "SELECT max(coalesce((SELECT max(id) FROM {table}), 0),
                        coalesce((SELECT CAST(value AS INTEGER) FROM notes WHERE key = ?1), 0))"
        );
        Ok(db.query_row(&sql, [key], |row| row.get(0))?)
    };
    let [articles, stories] = HIGHEST;
    Ok((ArticleId(highest(articles)?), StoryId(highest(stories)?)))
}

/// See [`crate::store::Store::first_since`].
pub(super) fn first_since(
    db: &Connection,
    since: Timestamp,
    least: usize,
    most: usize,
) -> Result<ArticleId, StoreError> {
    let first = db.query_row(
        "SELECT max(min((SELECT coalesce(min(id), 0x7fffffffffffffff) FROM articles WHERE at >= ?1),
                        (SELECT coalesce(min(id), 0x7fffffffffffffff)
                         FROM (SELECT id FROM articles ORDER BY id DESC LIMIT ?2))),
                    coalesce((SELECT id + 1 FROM articles ORDER BY id DESC LIMIT 1 OFFSET ?3), 0))",
        params![ms(since), limit(least), limit(most)],
        |row| row.get(0),
    )?;
    Ok(ArticleId(first))
}

/// See [`crate::store::Store::live_articles`].
pub(super) fn live(
    db: &Connection,
    first: ArticleId,
    from: ArticleId,
    after: ArticleId,
    n: usize,
) -> Result<Vec<LiveArticle>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {LIVE} FROM articles a
         WHERE a.id > ?2
           AND (a.id >= ?4 OR EXISTS (SELECT 1 FROM articles b WHERE b.story = a.story AND b.id >= ?1))
         ORDER BY a.id LIMIT ?3",
    ))?;
    let articles = statement
        .query_map(params![first.0, after.0, limit(n), from.0], live_article)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(StoreError::from);
    match articles {
        Err(err) if err.is_damage() => live_one_by_one(db, first.max(from), after, n),
        articles => articles,
    }
}

/// The columns of a [`LiveArticle`], in its order.
const LIVE: &str = "a.id, a.url, a.canonical_url, a.source, a.title, a.dek, a.body, a.language, a.at, a.story, a.kind, a.of";

fn live_article(row: &rusqlite::Row<'_>) -> rusqlite::Result<LiveArticle> {
    let mut c = Columns::of("articles", row);
    Ok(LiveArticle {
        id: c.article()?,
        url: c.take()?,
        canonical_url: c.take()?,
        source: c.take()?,
        title: c.take()?,
        dek: c.take()?,
        text: c.take()?,
        language: c.take()?,
        at: c.time()?,
        story: c.story()?,
        kind: c.kind()?,
        of: c.maybe_article()?,
    })
}

/// The articles from `first` on, each by its number: those on a damaged page are
/// left out, and named.
fn live_one_by_one(
    db: &Connection,
    first: ArticleId,
    after: ArticleId,
    n: usize,
) -> Result<Vec<LiveArticle>, StoreError> {
    let mut statement =
        db.prepare_cached(&format!("SELECT {LIVE} FROM articles a WHERE a.id = ?1"))?;
    let last = highest_ids(db)?.0;
    let mut articles = Vec::new();
    for id in first.0.max(after.0 + 1)..=last.0 {
        if articles.len() == n {
            break;
        }
        match statement.query_row([id], live_article).optional() {
            Ok(article) => articles.extend(article),
            Err(_) => damage::note("articles", id.to_string(), "all", "its page is damaged"),
        }
    }
    Ok(articles)
}

/// See [`crate::store::Store::story_articles`].
pub(super) fn of_story(db: &Connection, story: StoryId) -> Result<Vec<ArticleView>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT id, url, title, source, at, kind, of, new,
                coalesce((SELECT group_concat(watch, char(10)) FROM matches m WHERE m.article = articles.id), '')
         FROM articles WHERE story = ?1 ORDER BY id LIMIT 10000",
    )?;
    let articles = statement.query_map([story.0], |row| {
        let mut c = Columns::of("articles", row);
        Ok(ArticleView {
            id: c.article()?,
            url: c.take()?,
            title: c.take()?,
            source: c.take()?,
            at: c.time()?,
            kind: c.kind()?,
            of: c.maybe_article()?,
            new: c.json()?,
            watches: c.take::<String>()?.lines().map(str::to_owned).collect(),
        })
    })?;
    Ok(articles.collect::<Result<_, _>>()?)
}
