//! An error or warning about a file, shown so that a person can correct it: file,
//! line, column, the line itself with a caret, and what to write instead.

use serde::Serialize;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

/// Longest part of a line that is shown, in characters.
const MAX_SHOWN: usize = 160;

/// Whether the file can be used.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It can, but it probably does not do what was meant.
    Warning,
    /// It cannot.
    #[default]
    Error,
}

/// One thing in a file that is wrong, or probably not meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Diagnostic {
    /// Whether the file can be used.
    pub severity: Severity,
    /// The name of the file, as it was given.
    pub file: String,
    /// The line, from 1; 0 if it is about the whole file.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The text of the line; of a long one, the part around the place.
    pub source_line: String,
    /// The characters of `source_line` that are underlined.
    pub caret: (usize, usize),
    /// What is wrong.
    pub message: String,
    /// What to write instead, if we know.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at the bytes `span` of `source`, the text of `file`.
    #[must_use]
    pub fn at(file: &str, source: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        let start = source.floor_char_boundary(span.start);
        let end = source.floor_char_boundary(span.end.max(start));
        let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = source[start..]
            .find('\n')
            .map_or(source.len(), |at| start + at);
        let line = source[line_start..line_end].trim_end_matches('\r');
        let before = source[line_start..start].chars().count();
        let width = source[start..end.min(line_end).max(start)]
            .chars()
            .count()
            .max(1);
        // A line of a generated file may be a megabyte: show what is near the place.
        let skipped = before.saturating_sub(MAX_SHOWN / 2);
        let shown = line.chars().skip(skipped).take(MAX_SHOWN);
        let tab_free = shown.map(|c| if c == '\t' { ' ' } else { c });
        let caret_start = before - skipped;
        Self {
            severity: Severity::Error,
            file: file.to_owned(),
            line: source[..start]
                .bytes()
                .filter(|&byte| byte == b'\n')
                .count()
                + 1,
            column: before + 1,
            source_line: tab_free.collect(),
            caret: (
                caret_start,
                (caret_start + width).min(MAX_SHOWN.max(caret_start + 1)),
            ),
            message: message.into(),
            help: None,
        }
    }

    /// An error about the file as a whole.
    #[must_use]
    pub fn whole(file: &str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            file: file.to_owned(),
            line: 0,
            column: 0,
            source_line: String::new(),
            caret: (0, 0),
            message: message.into(),
            help: None,
        }
    }

    /// The same with what to write instead.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into()).filter(|help| !help.is_empty());
        self
    }

    /// The same as a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// The order by file, line and column.
    #[must_use]
    pub fn by_place(&self, other: &Self) -> Ordering {
        let place = |found: &Self| (found.line, found.column);
        let files = self.file.cmp(&other.file);
        files.then_with(|| place(self).cmp(&place(other)))
    }

    /// The error of the `toml` crate about `source`, the text of `file`.
    #[must_use]
    pub fn from_toml(file: &str, source: &str, err: &toml::de::Error) -> Self {
        let span = err.span().unwrap_or(0..0);
        let message = err.message().lines().collect::<Vec<_>>().join(", ");
        if let Some((key, known)) = unknown_field(&message) {
            let place = if source[..source.floor_char_boundary(span.start)].ends_with('[') {
                "the file"
            } else {
                "this table"
            };
            return Self::unknown_key(file, source, span, key, place, &known);
        }
        let found = Self::at(file, source, span.clone(), message);
        match toml_help(source, span, err.message()) {
            Some(help) => found.with_help(help),
            None => found,
        }
    }

    /// The error for an unknown key of `place` (such as "a watch" or `[http]`).
    #[must_use]
    pub fn unknown_key(
        file: &str,
        source: &str,
        span: Range<usize>,
        key: &str,
        place: &str,
        known: &[&str],
    ) -> Self {
        let found = Self::at(
            file,
            source,
            span,
            format!("{place} has no key called {key}"),
        );
        found.with_help(match crate::matcher::nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("its keys are {}", known.join(", ")),
        })
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        let severity = match self.severity {
            Severity::Error => "",
            Severity::Warning => "warning: ",
        };
        write!(f, ": {severity}{}", self.message)?;
        if self.line > 0 {
            let number = self.line.to_string();
            let gutter = " ".repeat(number.len());
            let indent = " ".repeat(self.caret.0);
            let carets = "^".repeat(self.caret.1.saturating_sub(self.caret.0).max(1));
            write!(
                f,
                "\n {number} | {}\n {gutter} | {indent}{carets}",
                self.source_line
            )?;
            if let Some(help) = &self.help {
                write!(f, "\n {gutter} = help: {help}")?;
            }
        } else if let Some(help) = &self.help {
            write!(f, "\n = help: {help}")?;
        }
        Ok(())
    }
}

/// The unknown key and the known ones in serde's message.
fn unknown_field(message: &str) -> Option<(&str, Vec<&str>)> {
    let names = message.strip_prefix("unknown field ")?;
    // The names are between backticks.
    let mut names = names.split('`').skip(1).step_by(2);
    Some((names.next()?, names.collect()))
}

/// Help for the most common mistakes in TOML.
fn toml_help(source: &str, span: Range<usize>, message: &str) -> Option<&'static str> {
    let start = source.floor_char_boundary(span.start);
    let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = source[line_start..].lines().next().unwrap_or_default();
    if line.matches('"').count() % 2 == 1 {
        return Some("a quote is opened and not closed in this line");
    }
    if message.contains("duplicate key") {
        return Some(
            "write the key once, with all its values in one list; a second watch starts with [[watch]]",
        );
    }
    if line.contains(['“', '”', '‘', '’']) {
        return Some("curly quotes are not quotes in TOML; write \"like this\"");
    }
    if message.contains("string values must be quoted") {
        return Some("text needs quotes, as in id = \"acme\"");
    }
    if message.contains("escape") {
        return Some(
            "in double quotes a backslash is written twice (\\\\d); in single quotes once ('\\d')",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_underlined() {
        let source = "first = 1\nid = \"ä\" nonsense\n";
        let at = source.find("nonsense").expect("it is there");
        let shown = Diagnostic::at("f.toml", source, at..at + 8, "what is this")
            .with_help("remove it")
            .to_string();
        assert_eq!(
            shown,
            "f.toml:2:10: what is this\n 2 | id = \"ä\" nonsense\n   |          ^^^^^^^^\n   = help: remove it"
        );
    }

    #[test]
    fn any_span_can_be_shown() {
        for source in ["", "é", "\n\n", &"x".repeat(100_000)] {
            for span in [
                0..0,
                1..1,
                Range { start: 5, end: 3 },
                99_999..100_000,
                usize::MAX - 1..usize::MAX,
            ] {
                assert!(Diagnostic::at("f", source, span, "m").to_string().len() < 1_000);
            }
        }
    }
}
