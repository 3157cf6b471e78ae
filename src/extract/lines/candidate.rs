//! A block on trial: text that may be the article's or the page's.

use crate::extract::lines::{byline, caption, date, dateline, phrases, template};
use crate::model::{Block, BlockKind, Removed, RemovedKind};

/// A block before it is known whether it belongs to the article.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// What it would be if it is kept.
    pub(crate) kind: BlockKind,
    /// Its text, white space folded, template left-overs taken out.
    pub(crate) text: String,
    /// What it is taken out for; none while it is kept.
    pub(crate) verdict: Option<RemovedKind>,
    /// Whether it follows the one before it without a blank line between.
    pub(crate) is_close: bool,
    /// Template left-overs that stood in the text.
    pub(crate) left_overs: Vec<String>,
}

impl Candidate {
    /// A candidate with its text cleaned of template left-overs.
    pub(crate) fn new(kind: BlockKind, text: String, is_close: bool) -> Self {
        let (text, left_overs) = template::strip(&text).unwrap_or((text, Vec::new()));
        Self {
            kind,
            text,
            verdict: None,
            is_close,
            left_overs,
        }
    }

    /// Whether it is still taken for the article's.
    pub(crate) fn is_kept(&self) -> bool {
        self.verdict.is_none() && !self.text.is_empty()
    }

    /// Takes it out, unless it is out already.
    pub(crate) fn remove(&mut self, kind: RemovedKind) {
        self.verdict.get_or_insert(kind);
    }
}

/// What the words of a line alone, and folded, say against it.
pub(crate) fn verdict_of_folded(line: &str, folded: &str) -> Option<RemovedKind> {
    if !line.chars().any(char::is_alphanumeric) {
        return Some(RemovedKind::Junk);
    }
    phrases::kind_of(line, folded)
        .or_else(|| date::is_date_line(line).then_some(RemovedKind::Date))
        .or_else(|| byline::is_byline(line).then_some(RemovedKind::Byline))
        .or_else(|| caption::ends_in_credit(line).then_some(RemovedKind::Caption))
}

/// Folds white space to single spaces and drops what has no place in a text:
/// control characters, zero-width marks, directional overrides.
pub(crate) fn fold_space(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut is_gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            is_gap = !folded.is_empty();
        } else if !is_invisible(c) {
            if is_gap {
                folded.push(' ');
                is_gap = false;
            }
            folded.push(c);
        }
    }
    folded
}

/// Zero-width joiners stay: Indic and Arabic scripts are spelt with them.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}')
}

/// Takes the dateline off the first paragraph that is kept.
pub(crate) fn take_dateline(candidates: &mut [Candidate]) -> Option<String> {
    let first = candidates
        .iter_mut()
        .filter(|candidate| candidate.is_kept() && candidate.kind == BlockKind::Paragraph)
        .take(2)
        .find(|candidate| dateline::split(&candidate.text).is_some())?;
    let (dateline, rest) = dateline::split(&first.text)?;
    let (dateline, rest) = (dateline.to_owned(), rest.to_owned());
    first.text = rest;
    Some(dateline)
}

/// Sorts the candidates into what is kept and what was removed, in order.
pub(crate) fn part(
    candidates: Vec<Candidate>,
    dateline: Option<&str>,
) -> (Vec<Block>, Vec<Removed>) {
    let mut blocks = Vec::with_capacity(candidates.len());
    let mut removed = Vec::new();
    if let Some(dateline) = dateline {
        removed.push(Removed {
            kind: RemovedKind::Dateline,
            text: dateline.to_owned(),
        });
    }
    for Candidate {
        kind,
        text,
        verdict,
        left_overs,
        ..
    } in candidates
    {
        if !left_overs.is_empty() {
            removed.push(Removed {
                kind: RemovedKind::Template,
                text: left_overs.join(" "),
            });
        }
        match verdict {
            _ if text.is_empty() => {}
            Some(kind) => removed.push(Removed { kind, text }),
            None => blocks.push(Block { kind, text }),
        }
    }
    (blocks, removed)
}
