//! How commands show things to a person: aligned, coloured only on a terminal,
//! and never with a control character that came from outside.

use crate::text::is_printable;
use jiff::{SignedDuration, Timestamp};
use std::fmt::Write as _;

/// `text` without characters that control a terminal, at most `width` characters wide.
#[must_use]
pub fn line(text: &str, width: usize) -> String {
    let clean: String = text
        .chars()
        .map(|c| if is_printable(c) { c } else { ' ' })
        .collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if clean.chars().count() <= width {
        return clean;
    }
    clean
        .chars()
        .take(width.saturating_sub(1))
        .chain(['…'])
        .collect()
}

/// A time as a person reads it, in UTC.
#[must_use]
pub fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// So many of `what`, an English noun: `1 feed`, `2 entities`, `0 watches`.
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

/// How far `at` is from `now`: `in 4 min`, `3 h ago`.
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

/// Rows as a table: each column as wide as its widest cell, the last one free.
#[must_use]
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells
            .chain([head[column].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut out = String::new();
    let mut add = |cells: &mut dyn Iterator<Item = &str>| {
        let mut row = String::new();
        for (cell, width) in cells.zip(&widths) {
            let _ = write!(row, "{cell:<width$}  ");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_never_reach_the_terminal() {
        assert_eq!(line("a\u{1b}[31mb\r\nc", 80), "a [31mb c");
        assert_eq!(line("twelve words", 8), "twelve …");
    }

    #[test]
    fn one_is_told_otherwise_than_none_or_many() {
        let check = |n, what, want| assert_eq!(count(n, what), want);
        check(1, "feed", "1 feed");
        check(0, "feed", "0 feeds");
        check(1, "entity", "1 entity");
        check(2, "entity", "2 entities");
        check(0, "watch", "0 watches");
        check(12, "day", "12 days");
    }

    #[test]
    fn a_distance_is_told_in_the_largest_unit_that_fits() {
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
}
