//! Converts between the domain's types and SQLite's.

use super::upkeep::damage;
use crate::model::{
    AlertId, ArticleId, CoverageKind, DeliveryId, EntryId, FeedId, StoryId, WatchId,
};
use crate::store::StoreError;
use jiff::Timestamp;
use rusqlite::types::{FromSql, Value, ValueRef};
use rusqlite::{Row, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The kinds that are original reports ([`crate::model::CoverageKind::is_own`]), as a
/// list in SQL.
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
/// query's columns and of the struct's fields are next to each other. The first
/// column says which row it is.
///
/// A damaged column does not fail the row: it is noted ([`damage`]), and what
/// can be read of it is used.
pub(super) struct Columns<'a, 'b> {
    table: &'static str,
    row: &'a Row<'b>,
    next: usize,
}

/// A type that can be read from a damaged column, at least in part.
pub(super) trait Lossy: FromSql {
    /// As much of `value` as can be read.
    fn lossy(value: ValueRef<'_>) -> Self;
}

impl Lossy for String {
    fn lossy(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                Self::from_utf8_lossy(bytes).into_owned()
            }
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Null => Self::new(),
        }
    }
}

/// The number in a damaged column; 0 if there is none.
fn number(value: ValueRef<'_>) -> i64 {
    match value {
        ValueRef::Integer(number) => number,
        ValueRef::Real(number) => number as i64,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => std::str::from_utf8(bytes)
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0),
        ValueRef::Null => 0,
    }
}

macro_rules! lossy_numbers {
    ($($number:ty)*) => {
        $(impl Lossy for $number {
            fn lossy(value: ValueRef<'_>) -> Self {
                Self::try_from(number(value)).unwrap_or_default()
            }
        })*
    };
}

lossy_numbers! { i64 u16 u32 u64 usize }

impl Lossy for bool {
    fn lossy(value: ValueRef<'_>) -> Self {
        number(value) != 0
    }
}

impl Lossy for f32 {
    fn lossy(value: ValueRef<'_>) -> Self {
        number(value) as Self
    }
}

impl<T: Lossy> Lossy for Option<T> {
    fn lossy(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => None,
            value => Some(T::lossy(value)),
        }
    }
}

impl<'a, 'b> Columns<'a, 'b> {
    /// The columns of `row`, which comes from `table`.
    pub(super) fn of(table: &'static str, row: &'a Row<'b>) -> Self {
        Self {
            table,
            row,
            next: 0,
        }
    }

    pub(super) fn take<T: Lossy>(&mut self) -> rusqlite::Result<T> {
        let at = self.next;
        self.next += 1;
        let value = self.row.get_ref(at)?;
        Ok(T::column_result(value).unwrap_or_else(|_| {
            let what = match value {
                ValueRef::Text(_) => "invalid UTF-8",
                _ => "a value of the wrong type",
            };
            self.note(at, what);
            T::lossy(value)
        }))
    }

    /// Notes that the column `at` is damaged.
    fn note(&self, at: usize, what: &str) {
        // If the first column itself is damaged, the row's name is unknown.
        let id = self
            .row
            .get_ref(0)
            .map_or_else(|_| String::new(), String::lossy);
        let id = if at == 0 { "?".to_owned() } else { id };
        let column = self.row.as_ref().column_name(at);
        damage::note(self.table, id, column.unwrap_or_default(), what);
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
        // A kind that a newer version wrote is read as an independent report.
        Ok(serde_json::from_value(serde_json::Value::String(name))
            .unwrap_or(CoverageKind::Independent))
    }

    pub(super) fn json<T: DeserializeOwned + Default>(&mut self) -> rusqlite::Result<T> {
        let at = self.next;
        let text: String = self.take()?;
        Ok(serde_json::from_str(&text).unwrap_or_else(|_| {
            self.note(at, "invalid JSON");
            T::default()
        }))
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

/// `n` as the value of a LIMIT in SQL.
pub(super) fn limit(n: usize) -> impl ToSql {
    Value::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}
