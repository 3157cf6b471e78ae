//! How commands print for a person: aligned columns, colours only on a terminal,
//! and no control character from outside.

use crate::text::printable;
use jiff::{SignedDuration, Timestamp};
use std::fmt::Write as _;

/// The narrowest that a column is made, in characters.
const MIN_COLUMN: usize = 8;

/// `text` on one line: without control characters, at most `width` characters.
#[must_use]
pub fn line(text: &str, width: usize) -> String {
    let clean = printable(text);
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&clean, width)
}

/// A time as a person reads it, in UTC.
#[must_use]
pub fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// A number with an English noun: `1 feed`, `2 entities`, `0 watches`.
#[must_use]
pub fn count(n: usize, what: &str) -> String {
    if n == 1 {
        return format!("1 {what}");
    }
    match what.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{n} {stem}ies"),
        _ if what.ends_with("ch") => format!("{n} {what}es"),
        _ => format!("{n} {what}s"),
    }
}

/// The time from `now` to `at`: `in 4 min`, `3 h ago`.
#[must_use]
pub fn distance(at: Timestamp, now: Timestamp) -> String {
    let wait = at.duration_since(now);
    let length = match wait.abs() {
        length if length < SignedDuration::from_secs(1) => return "now".to_owned(),
        length if length < SignedDuration::from_mins(1) => format!("{} s", length.as_secs()),
        length if length < SignedDuration::from_hours(1) => format!("{} min", length.as_mins()),
        length if length < SignedDuration::from_hours(48) => format!("{} h", length.as_hours()),
        length => format!("{} d", length.as_hours() / 24),
    };
    if wait.is_positive() {
        format!("in {length}")
    } else {
        format!("{length} ago")
    }
}

/// Rows as a table: each column is as wide as its widest cell; the last column
/// is not padded. On a terminal the widest columns are cut until a row fits;
/// a column called ID stays whole, because it is there to be copied.
#[must_use]
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    table_within(head, rows, terminal_width())
}

/// Columns of the terminal on standard output; `None` where it is no terminal.
fn terminal_width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

fn table_within(head: &[&str], rows: &[Vec<String>], limit: Option<usize>) -> String {
    let mut widths = column_widths(head, rows);
    if let Some(limit) = limit {
        shrink(&mut widths, head, limit);
    }
    let mut out = String::new();
    let mut add = |cells: &mut dyn Iterator<Item = &str>| {
        let mut row = String::new();
        for (cell, width) in cells.zip(&widths) {
            let _ = write!(row, "{:<width$}  ", cut(cell, *width));
        }
        out.push_str(row.trim_end());
        out.push('\n');
    };
    add(&mut head.iter().copied());
    for row in rows {
        add(&mut row.iter().map(String::as_str));
    }
    out
}

fn column_widths(head: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
        widest.max(head[column].chars().count())
    };
    (0..head.len()).map(width).collect()
}

/// Takes one character after the other from the widest column that may be cut,
/// until a row has at most `limit` characters.
fn shrink(widths: &mut [usize], head: &[&str], limit: usize) {
    let gaps = 2 * widths.len().saturating_sub(1);
    let too_many = (widths.iter().sum::<usize>() + gaps).saturating_sub(limit);
    for _ in 0..too_many {
        let widest = (0..widths.len())
            .filter(|column| head[*column] != "ID" && widths[*column] > MIN_COLUMN)
            .max_by_key(|column| widths[*column]);
        let Some(widest) = widest else { return };
        widths[widest] -= 1;
    }
}

/// `text` in at most `width` characters, with an ellipsis where it is cut.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept = text.chars().take(width.saturating_sub(1));
    kept.chain(['…']).collect()
}

/// The sentence with its marks: bold on a terminal, else in brackets.
pub(crate) fn marked(sentence: &str, marks: &[(usize, usize)], is_terminal: bool) -> String {
    let (open, close) = if is_terminal {
        ("\u{1b}[1m", "\u{1b}[0m")
    } else {
        ("[", "]")
    };
    let mut shown = String::with_capacity(sentence.len() + 16);
    for (at, c) in sentence.chars().enumerate() {
        if marks.iter().any(|mark| mark.0 == at) {
            shown.push_str(open);
        }
        shown.push(if c.is_whitespace() { ' ' } else { c });
        if marks.iter().any(|mark| mark.1 == at + 1) {
            shown.push_str(close);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_never_reach_the_terminal() {
        assert_eq!(line("a\u{1b}[31mb\r\nc", 80), "a [31mb c");
        assert_eq!(line("twelve words", 8), "twelve …");
    }

    #[test]
    fn a_noun_is_plural_unless_there_is_exactly_one() {
        let check = |n, what, want| assert_eq!(count(n, what), want);
        check(1, "feed", "1 feed");
        check(0, "feed", "0 feeds");
        check(1, "entity", "1 entity");
        check(2, "entity", "2 entities");
        check(0, "watch", "0 watches");
        check(12, "day", "12 days");
    }

    #[test]
    fn a_distance_uses_the_largest_unit_that_fits() {
        let now = Timestamp::UNIX_EPOCH;
        let check =
            |secs, want| assert_eq!(distance(now + SignedDuration::from_secs(secs), now), want);
        check(0, "now");
        check(59, "in 59 s");
        check(-60, "1 min ago");
        check(3 * 3_600, "in 3 h");
        check(-3 * 86_400, "3 d ago");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            vec!["a".to_owned(), "long cell".to_owned()],
            vec!["bcd".to_owned(), "x".to_owned()],
        ];
        assert_eq!(
            table(&["1", "2"], &rows),
            "1    2\na    long cell\nbcd  x\n"
        );
    }

    #[test]
    fn a_table_fits_the_terminal_and_keeps_ids_whole() {
        let rows = [vec![
            "2026-11-03 10:00".to_owned(),
            "a headline that is longer than the terminal is wide".to_owned(),
            "al_0123456789".to_owned(),
        ]];
        let table = table_within(&["WHEN", "TITLE", "ID"], &rows, Some(50));
        let row = table.lines().nth(1).expect("there is one row");
        assert_eq!(row, "2026-11-03 10:00  a headline that …  al_0123456789");
        assert_eq!(row.chars().count(), 50);
    }
}
