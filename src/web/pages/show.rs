//! Small things on pages: times, sentences with marks, bars, sizes.

use crate::model::{CoverageKind, Evidence, Novelty, outermost, shown_term};
use crate::notify::payload::{NewSentence, Why};
use jiff::{SignedDuration, Timestamp};
use std::borrow::Borrow;
use std::fmt;

/// A time: the absolute one in UTC, and its distance. A script shows it in the reader's
/// own time zone.
pub(super) struct When {
    at: Timestamp,
    now: Timestamp,
}

/// `at`, seen from `now`.
pub(super) fn when(at: &Timestamp, now: &Timestamp) -> When {
    When { at: *at, now: *now }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.at.strftime("%Y-%m-%d %H:%M");
        let seconds = self.at.as_second();
        let exact = Timestamp::from_second(seconds).unwrap_or(self.at);
        write!(
            f,
            "<time datetime=\"{exact}\"><span>{shown} UTC</span> <small>{}</small></time>",
            distance(self.at, self.now)
        )
    }
}

// Made of numbers only; nothing in it comes from outside.
impl askama::filters::HtmlSafe for When {}

/// The time from `now` to `at` in words: `in 4 min`, `3 h ago`.
fn distance(at: Timestamp, now: Timestamp) -> String {
    let wait = at.duration_since(now);
    let length = length_of(wait.abs());
    match wait {
        wait if wait.abs() < SignedDuration::from_secs(1) => "now".to_owned(),
        wait if wait.is_positive() => format!("in {length}"),
        _ => format!("{length} ago"),
    }
}

/// A length of time in words: `40 s`, `3 h`.
pub(super) fn length_of(length: SignedDuration) -> String {
    match length {
        length if length < SignedDuration::from_mins(1) => format!("{} s", length.as_secs()),
        length if length < SignedDuration::from_hours(1) => format!("{} min", length.as_mins()),
        length if length < SignedDuration::from_hours(48) => format!("{} h", length.as_hours()),
        length => format!("{} d", length.as_hours() / 24),
    }
}

/// Seconds in words.
pub(super) fn seconds(n: &i64) -> String {
    length_of(SignedDuration::from_secs(*n))
}

/// A part of a sentence, marked or not.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) is_marked: bool,
}

/// `sentence` in pieces, marked at these character ranges.
pub(super) fn pieces(sentence: &str, marks: &[(usize, usize)]) -> Vec<Piece> {
    let chars: Vec<char> = sentence.chars().collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut push = |from: usize, to: usize, is_marked| {
        if from < to {
            let text = chars[from..to].iter().collect();
            pieces.push(Piece { text, is_marked });
        }
    };
    for (start, end) in outermost(marks.iter().copied()) {
        let (start, end) = (start.min(chars.len()), end.min(chars.len()));
        push(at, start, false);
        push(start, end, true);
        at = at.max(end);
    }
    push(at, chars.len(), false);
    pieces
}

/// A sentence of the evidence, with its terms.
pub(super) struct Reason {
    pub(super) term: String,
    pub(super) field: String,
    pub(super) pieces: Vec<Piece>,
}

/// The evidence of an alert's body.
pub(super) fn reasons(why: &[Why]) -> Vec<Reason> {
    let reason = |why: &Why| Reason {
        term: shown_term(&why.term, &why.sentence, &why.marks).into_owned(),
        field: field_name(why.field),
        pieces: pieces(&why.sentence, &why.marks),
    };
    why.iter().map(reason).collect()
}

/// The evidence of a match.
pub(super) fn evidence(why: &[Evidence]) -> Vec<Reason> {
    let reason = |why: &Evidence| Reason {
        term: why.shown_term().into_owned(),
        field: field_name(why.field),
        pieces: pieces(&why.sentence, &why.marks),
    };
    why.iter().map(reason).collect()
}

fn field_name(field: crate::model::Field) -> String {
    serde_json::to_value(field)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// New sentences of an alert's body, with new figures, names and quotes marked.
pub(super) fn new_sentences(new: &[NewSentence]) -> Vec<Vec<Piece>> {
    let sentence = |new: &NewSentence| {
        let marks: Vec<_> = new.marks.iter().map(|mark| mark.span).collect();
        pieces(&new.sentence, &marks)
    };
    new.iter().map(sentence).collect()
}

/// New sentences of an article.
pub(super) fn novelties(new: &[Novelty]) -> Vec<Vec<Piece>> {
    let sentence = |new: &Novelty| {
        let marks: Vec<_> = new.marks.iter().map(|mark| mark.span).collect();
        pieces(&new.sentence, &marks)
    };
    new.iter().map(sentence).collect()
}

/// Counts as bars of a picture that is `width` wide and 40 high.
pub(super) struct Bars {
    pub(super) width: usize,
    pub(super) bars: Vec<Bar>,
    /// All of it in words.
    pub(super) told: String,
}

/// One bar, of one or two parts.
pub(super) struct Bar {
    pub(super) x: usize,
    pub(super) y: u64,
    pub(super) height: u64,
    /// The upper part, which is shown paler.
    pub(super) pale_y: u64,
    pub(super) pale_height: u64,
}

/// The height of the highest bar.
const HEIGHT: u64 = 40;
/// The width of a bar and of the gap after it.
const STEP: usize = 10;
/// Fewer bars than this do not fill the picture.
const MIN_BARS: usize = 14;

/// Bars of `counts`, with `more` in a paler colour on top of them.
pub(super) fn bars(counts: &[u64], more: &[u64], what: &str) -> Bars {
    let both = |at: usize| counts[at] + more.get(at).copied().unwrap_or_default();
    let highest = (0..counts.len()).map(both).max().unwrap_or(0).max(1);
    // What is there at all can be seen.
    let scaled = |n: u64| match n {
        0 => 0,
        n => (n * HEIGHT / highest).max(2),
    };
    let bar = |at: usize| {
        let (height, pale_height) = (scaled(counts[at]), scaled(both(at) - counts[at]));
        let y = HEIGHT.saturating_sub(height);
        Bar {
            x: at * STEP,
            y,
            height,
            pale_y: y.saturating_sub(pale_height),
            pale_height,
        }
    };
    let total: u64 = (0..counts.len()).map(both).sum();
    let last = counts.len().checked_sub(1).map_or(0, both);
    Bars {
        width: counts.len().max(MIN_BARS) * STEP,
        bars: (0..counts.len()).map(bar).collect(),
        told: format!("{total} {what}, at most {highest} at a time, {last} at the end"),
    }
}

/// An address as a link, if it is one of the web.
pub(super) fn href(address: &Option<String>) -> Option<String> {
    web_address(address.as_deref()?)
}

/// [`href`] of an address that is always there.
pub(super) fn web_address(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

/// The name of a coverage kind.
pub(super) fn kind(kind: &CoverageKind) -> &'static str {
    match kind {
        CoverageKind::First => "first",
        CoverageKind::Independent => "independent",
        CoverageKind::Development => "development",
        CoverageKind::Rewrite => "rewrite",
        CoverageKind::Duplicate => "duplicate",
        CoverageKind::Revision => "revision",
    }
}

/// A number of bytes: `12.3 MB`.
pub(super) fn bytes(n: &u64) -> String {
    match *n {
        n if n < 1_000 => format!("{n} B"),
        n if n < 1_000_000 => format!("{:.1} kB", n as f64 / 1e3),
        n if n < 1_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        n => format!("{:.1} GB", n as f64 / 1e9),
    }
}

/// A number with an English noun: `1 article`, `2 stories`.
pub(super) fn count(n: impl Borrow<u64>, what: &str) -> String {
    match (n.borrow(), what.strip_suffix('y')) {
        (1, _) => format!("1 {what}"),
        (n, Some(stem)) => format!("{n} {stem}ies"),
        (n, None) => format!("{n} {what}s"),
    }
}

/// How far a nested condition is moved to the right.
pub(super) fn depth(depth: &usize) -> usize {
    (*depth).min(6)
}

/// Text for the query of an address.
pub(super) fn query_text(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_cut_a_sentence_into_pieces() {
        let check = |marks: &[(usize, usize)], want: &str| {
            let shown = pieces("Die Fähre legte ab", marks)
                .into_iter()
                .map(|piece| match piece.is_marked {
                    true => format!("[{}]", piece.text),
                    false => piece.text,
                });
            assert_eq!(shown.collect::<String>(), want);
        };
        check(&[(4, 9), (16, 18)], "Die [Fähre] legte [ab]");
        check(&[(0, 3)], "[Die] Fähre legte ab");
        check(&[(10, 99)], "Die Fähre [legte ab]");
        check(&[(50, 60)], "Die Fähre legte ab");
        check(&[], "Die Fähre legte ab");
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        let check = |address: &str| href(&Some(address.to_owned())).is_some();
        assert!(check("https://harbour-courier.example/a?b=c"));
        for other in [
            "javascript:alert(1)",
            "data:text/html,x",
            "/relative",
            "",
            "ftp://x.example",
        ] {
            assert!(!check(other), "{other}");
        }
    }

    #[test]
    fn the_highest_bar_fills_the_picture_and_the_smallest_can_be_seen() {
        let bars = bars(&[1, 0, 200], &[0, 0, 200], "alerts");
        let heights: Vec<_> = bars
            .bars
            .iter()
            .map(|bar| (bar.height, bar.pale_height))
            .collect();
        assert_eq!(heights, [(2, 0), (0, 0), (20, 20)]);
    }
}
