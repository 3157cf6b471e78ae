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
    // Most lines differ in length or in the first letter behind what they share.
    let n_shared = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let shared = a.floor_char_boundary(n_shared);
    a.len() < 2 * b.len() + 16
        && b.len() < 2 * a.len() + 16
        && letters(&a[shared..]).eq(letters(&b[shared..]))
}

/// The letters and digits of a text in lower case.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
}

/// A line's letters and digits.
pub(crate) fn key(line: &str) -> String {
    phrases::fold(line)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_punctuation_make_no_difference() {
        assert!(is_same(
            "\u{201e}Die Br\u{fc}cke\u{201c}",
            "Die BR\u{dc}CKE!"
        ));
        assert!(is_same("The bridge\u{2019}s end", "The bridges end"));
        assert!(!is_same("The bridge ends", "The bridge end"));
        assert!(!is_same("Die Br\u{fc}cke", "Die Br\u{fb}cke"));
    }
}
