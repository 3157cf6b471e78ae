//! Headlines: what looks like one, and what repeats one.

use crate::extract::lines::phrases;

/// Longest headline, in words.
const MAX_WORDS: usize = 35;

/// Whether a line reads as a headline: short, and not a statement with a full stop.
pub(crate) fn looks_like(line: &str) -> bool {
    let n_words = line.split_whitespace().count();
    let is_statement = line.ends_with(['.', '\u{3002}']) && !line.ends_with("...");
    line.len() <= 300 && n_words <= MAX_WORDS && !is_statement
}

/// Whether two lines say the same, case and punctuation aside.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    // Folding costs more than looking at lengths, and most lines differ there.
    a.len() < 2 * b.len() + 16 && b.len() < 2 * a.len() + 16 && key(a) == key(b)
}

/// A line's letters and digits.
pub(crate) fn key(line: &str) -> String {
    phrases::fold(line)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}
