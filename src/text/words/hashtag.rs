//! The words that are written together in a hashtag: `#HarbourBridge2026`.

use std::ops::Range;

/// Most parts of one hashtag.
const MAX_PARTS: usize = 12;

/// The bytes of each word of `spelling`, which a hashtag writes together with
/// capitals: `HarbourBridge` is `Harbour` and `Bridge`, `EUSummit26` is `EU`,
/// `Summit` and `26`. Empty if it is a single word.
pub(crate) fn hashtag_parts(spelling: &str) -> Vec<Range<usize>> {
    let chars: Vec<(usize, char)> = spelling.char_indices().collect();
    let mut starts = vec![0];
    for at in 1..chars.len() {
        let (before, c) = (chars[at - 1].1, chars[at].1);
        let after = chars.get(at + 1).map(|(_, c)| *c);
        let is_new_word =
            c.is_uppercase() && (!before.is_uppercase() || after.is_some_and(char::is_lowercase));
        let is_new_number = c.is_numeric() != before.is_numeric();
        if is_new_word || is_new_number {
            starts.push(chars[at].0);
        }
    }
    if starts.len() == 1 || starts.len() > MAX_PARTS {
        return Vec::new();
    }
    let ends = starts.iter().skip(1).copied().chain([spelling.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spelling: &str, wanted: &[&str]) {
        let parts = hashtag_parts(spelling);
        let found: Vec<&str> = parts.into_iter().map(|part| &spelling[part]).collect();
        assert_eq!(found, wanted, "{spelling}");
    }

    #[test]
    fn capitals_and_digits_begin_a_word() {
        check("HarbourBridge", &["Harbour", "Bridge"]);
        check("EUSummit26", &["EU", "Summit", "26"]);
        check("ÉlectionsÀLyon", &["Élections", "À", "Lyon"]);
        check("harbourbridge", &[]);
        check("NATO", &[]);
        check("", &[]);
    }
}
