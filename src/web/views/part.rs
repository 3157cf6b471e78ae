//! Long lists in parts. A cursor names the last row that was shown, so that a list
//! that grows at its top loses and repeats nothing.

use super::ViewError;
use crate::store::Below;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// Rows in a part of a page.
pub(crate) const ROWS: usize = 50;

/// Most rows in a part of an answer of the API.
pub(crate) const MAX_ROWS: usize = 500;

/// A part of a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Part<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// The cursor of the next part; `null` at the end.
    pub(crate) next: Option<String>,
}

impl<T> Part<T> {
    /// A part of at most `n` rows, of which one more was read to see whether there is
    /// a next part.
    pub(crate) fn of(mut items: Vec<T>, n: usize, cursor: impl Fn(&T) -> String) -> Self {
        let has_more = items.len() > n;
        items.truncate(n);
        let next = items.last().filter(|_| has_more).map(cursor);
        Self { items, next }
    }
}

/// The cursor of a row in a list that is ordered by time.
pub(crate) fn cursor(at: Timestamp, row: i64) -> String {
    format!("{}-{row}", at.as_millisecond())
}

/// The place that a cursor names.
///
/// # Errors
/// If it is none of ours.
pub(crate) fn below(cursor: Option<&str>) -> Result<Option<Below>, ViewError> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else {
        return Ok(None);
    };
    let read = |cursor: &str| {
        let (ms, row) = cursor.rsplit_once('-')?;
        Some(Below {
            at: Timestamp::from_millisecond(ms.parse().ok()?).ok()?,
            row: row.parse().ok()?,
        })
    };
    read(cursor).map(Some).ok_or_else(|| bad_cursor(cursor))
}

/// The number that a cursor names, in a list that is ordered by number.
///
/// # Errors
/// If it is none of ours.
pub(crate) fn below_number(cursor: Option<&str>) -> Result<Option<i64>, ViewError> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else {
        return Ok(None);
    };
    cursor.parse().map(Some).map_err(|_| bad_cursor(cursor))
}

fn bad_cursor(cursor: &str) -> ViewError {
    ViewError::BadRequest(format!(
        "{cursor:?} is not a cursor; take it from \"next\" of the part before"
    ))
}

/// A time in a question: RFC 3339, or a day in UTC.
///
/// # Errors
/// If it is neither.
pub(crate) fn time(written: Option<&str>) -> Result<Option<Timestamp>, ViewError> {
    let Some(written) = written.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let read = written.parse::<Timestamp>().ok().or_else(|| {
        let day: jiff::civil::Date = written.parse().ok()?;
        let start = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(start.timestamp())
    });
    read.map(Some).ok_or_else(|| {
        ViewError::BadRequest(format!(
            "{written:?} is not a time; write a day such as 2031-05-04, or 2031-05-04T12:00:00Z"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_names_the_row_it_was_made_from() {
        let at: Timestamp = "2031-05-04T12:00:00.125Z".parse().unwrap();
        let read = below(Some(&cursor(at, 7))).unwrap();
        assert_eq!(read, Some(Below { at, row: 7 }));
        assert_eq!(below(Some("")).unwrap(), None);
        for foreign in ["x", "1", "1-", "-", "99999999999999999999-1"] {
            assert!(below(Some(foreign)).is_err(), "{foreign}");
        }
    }

    #[test]
    fn only_a_longer_list_has_a_next_part() {
        let part = |n| Part::of((0..n).collect::<Vec<i32>>(), 3, ToString::to_string);
        assert_eq!(part(3).next, None);
        let first = part(4);
        assert_eq!((first.items.len(), first.next.as_deref()), (3, Some("2")));
    }

    #[test]
    fn a_day_is_a_time_in_utc() {
        let day = time(Some("2031-05-04")).unwrap().unwrap();
        assert_eq!(day.to_string(), "2031-05-04T00:00:00Z");
        assert!(time(Some("yesterday")).is_err());
        assert_eq!(time(Some(" ")).unwrap(), None);
    }
}
