//! Between the domain's types and SQLite's.

use crate::model::{
    AlertId, ArticleId, CoverageKind, DeliveryId, EntryId, FeedId, StoryId, WatchId,
};
use crate::store::StoreError;
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Row, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The names of the kinds that are reports of their own
/// ([`crate::model::CoverageKind::is_own`]), as SQL has them.
pub(super) const OWN: &str = "('first', 'independent', 'development')";

/// A time as it is stored.
pub(super) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A stored time; one out of range (a damaged row) reads as 1970.
pub(super) fn time(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Reads the columns of a row one after another, so that the order of the
/// query's columns and of the struct's fields stand side by side.
pub(super) struct Columns<'a, 'b> {
    row: &'a Row<'b>,
    next: usize,
}

impl<'a, 'b> Columns<'a, 'b> {
    pub(super) fn new(row: &'a Row<'b>) -> Self {
        Self { row, next: 0 }
    }

    pub(super) fn take<T: rusqlite::types::FromSql>(&mut self) -> rusqlite::Result<T> {
        let at = self.next;
        self.next += 1;
        self.row.get(at)
    }

    pub(super) fn time(&mut self) -> rusqlite::Result<Timestamp> {
        self.take().map(time)
    }

    pub(super) fn maybe_time(&mut self) -> rusqlite::Result<Option<Timestamp>> {
        Ok(self.take::<Option<i64>>()?.map(time))
    }

    pub(super) fn hash(&mut self) -> rusqlite::Result<u64> {
        self.take::<i64>().map(i64::cast_unsigned)
    }

    pub(super) fn watch(&mut self) -> rusqlite::Result<Option<WatchId>> {
        Ok(self.take::<Option<String>>()?.map(WatchId::from))
    }

    pub(super) fn alert(&mut self) -> rusqlite::Result<AlertId> {
        Ok(AlertId::from(self.take::<String>()?))
    }

    pub(super) fn story(&mut self) -> rusqlite::Result<StoryId> {
        self.take().map(StoryId)
    }

    pub(super) fn article(&mut self) -> rusqlite::Result<ArticleId> {
        self.take().map(ArticleId)
    }

    pub(super) fn maybe_article(&mut self) -> rusqlite::Result<Option<ArticleId>> {
        Ok(self.take::<Option<i64>>()?.map(ArticleId))
    }

    pub(super) fn entry(&mut self) -> rusqlite::Result<EntryId> {
        self.take().map(EntryId)
    }

    pub(super) fn feed(&mut self) -> rusqlite::Result<FeedId> {
        self.take().map(FeedId)
    }

    pub(super) fn delivery(&mut self) -> rusqlite::Result<DeliveryId> {
        self.take().map(DeliveryId)
    }

    pub(super) fn kind(&mut self) -> rusqlite::Result<CoverageKind> {
        let name: String = self.take()?;
        // A kind of a newer version reads as plain coverage.
        Ok(serde_json::from_value(serde_json::Value::String(name))
            .unwrap_or(CoverageKind::Independent))
    }

    pub(super) fn json<T: DeserializeOwned + Default>(&mut self) -> rusqlite::Result<T> {
        let text: String = self.take()?;
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }
}

/// A unit enum's serde name, as it is stored.
pub(super) fn name(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// A value as JSON text.
pub(super) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|err| StoreError::Database(format!("cannot write JSON: {err}")))
}

/// `n` as SQLite wants a limit.
pub(super) fn limit(n: usize) -> impl ToSql {
    Value::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}
