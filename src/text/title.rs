//! Separators between a headline and the name of its site or outlet.

/// Separators between a headline and the name of its site.
pub(crate) const TITLE_MARKS: [&str; 11] = [
    " | ",
    " - ",
    " \u{2013} ",
    " \u{2014} ",
    " \u{b7} ",
    " \u{2022} ",
    " :: ",
    " \u{ab} ",
    " \u{bb} ",
    " // ",
    " \u{2502} ",
];

/// The last separator of a title: its place and its length, in bytes.
pub(crate) fn last_mark(title: &str) -> Option<(usize, usize)> {
    let marks = TITLE_MARKS.iter();
    marks
        .filter_map(|mark| Some((title.rfind(mark)?, mark.len())))
        .max()
}

/// Most bytes of a first sentence that is used as a title.
const MAX_SENTENCE: usize = 200;

/// The first sentence of a text, for where it has no title; cut between two words where
/// it is long, empty for an empty text.
#[must_use]
pub fn first_sentence(text: &str) -> &str {
    let text = text.trim_start();
    // Longer than any sentence that is not cut, so the search is bounded.
    let beginning = &text[..text.floor_char_boundary(2 * MAX_SENTENCE)];
    let read = super::analyze(beginning);
    let first = read
        .sentences()
        .first()
        .map_or(0..0, |sentence| sentence.range());
    let first = beginning[first].trim_end();
    if first.len() <= MAX_SENTENCE {
        return first;
    }
    let cut = &first[..first.floor_char_boundary(MAX_SENTENCE)];
    let end = cut.rfind(char::is_whitespace).unwrap_or(cut.len());
    cut[..end].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_stands_for_a_title() {
        let check = |text: &str, want: &str| assert_eq!(first_sentence(text), want);
        check("A pier burned. Nobody was hurt.", "A pier burned.");
        check("\n Feuer am Pier!\n\nMehr folgt.", "Feuer am Pier!");
        check("", "");
        let long = "und weiter ".repeat(60);
        assert!(first_sentence(&long).len() <= MAX_SENTENCE);
        assert!(first_sentence(&long).ends_with(['r', 'd']));
        assert!(first_sentence(&"桟橋".repeat(300)).len() <= MAX_SENTENCE);
    }
}
