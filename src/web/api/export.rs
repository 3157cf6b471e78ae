//! Lists as files: CSV for spreadsheets, or one JSON object a line.

use crate::web::views::ViewError;
use crate::web::views::part::{MAX_ROWS, Part};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::Value;
use std::future::Future;

/// Most rows of a file.
const MAX_EXPORTED: usize = 10_000;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Comma-separated values (RFC 4180).
    Csv,
    /// One JSON object a line.
    Jsonl,
}

impl Format {
    /// The format of this name; `None` for the API's own answer.
    ///
    /// # Errors
    /// If there is no such format.
    pub(super) fn of(name: &str) -> Result<Option<Self>, ViewError> {
        match name {
            "" | "json" => Ok(None),
            "csv" => Ok(Some(Self::Csv)),
            "jsonl" => Ok(Some(Self::Jsonl)),
            other => Err(ViewError::BadRequest(format!(
                "format is \"csv\" or \"jsonl\"; this is {other:?}"
            ))),
        }
    }
}

/// The file of a list; `part` reads a part of it from a cursor on.
///
/// # Errors
/// Those of `part`.
pub(super) async fn file<T, F>(
    format: Format,
    name: &str,
    part: impl Fn(Option<String>, usize) -> F,
) -> Result<Response, ViewError>
where
    T: Serialize,
    F: Future<Output = Result<Part<T>, ViewError>>,
{
    let mut rows: Vec<Value> = Vec::new();
    let mut cursor: Option<String> = None;
    // Short parts are possible: as many turns as the rows could need at most, twice.
    for _ in 0..2 * MAX_EXPORTED / MAX_ROWS {
        let Part { items, next } = part(cursor, MAX_ROWS).await?;
        rows.extend(
            items
                .iter()
                .filter_map(|item| serde_json::to_value(item).ok()),
        );
        cursor = next;
        if cursor.is_none() || rows.len() >= MAX_EXPORTED {
            break;
        }
    }
    rows.truncate(MAX_EXPORTED);
    let (kind, ending, text) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "csv", csv(&rows)),
        Format::Jsonl => ("application/jsonl; charset=utf-8", "jsonl", jsonl(&rows)),
    };
    let saved_as = format!("attachment; filename=\"newsvane-{name}.{ending}\"");
    let head = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, saved_as),
    ];
    Ok((head, text).into_response())
}

fn jsonl(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

/// Rows with the columns of the first one; lists and objects as JSON.
fn csv(rows: &[Value]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for row in rows.iter().filter_map(Value::as_object) {
        for name in row.keys() {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    let mut text = line(names.iter().map(|name| (*name).to_owned()));
    for row in rows {
        text.push_str(&line(names.iter().map(|name| match &row[*name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })));
    }
    text
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<_> = cells.map(|cell| quoted(&cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell, in quotes where it needs them. A spreadsheet takes a cell that begins with
/// one of these signs for a formula, and text of a feed must never be one: a quote
/// sign before it makes it text.
fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = match is_formula {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    };
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cell_is_never_a_formula_and_never_breaks_its_row() {
        let rows = [
            json!({"id": 1, "title": "=HYPERLINK(\"x\")", "watches": ["a", "b"]}),
            json!({"id": 2, "title": "Two\nlines, one cell", "watches": [], "more": null}),
        ];
        assert_eq!(
            csv(&rows),
            "id,title,watches,more\r\n\
             1,\"'=HYPERLINK(\"\"x\"\")\",\"[\"\"a\"\",\"\"b\"\"]\",\r\n\
             2,\"Two\nlines, one cell\",[],\r\n"
        );
    }
}
