//! Captions by their words: a line that ends in a picture's credit.

use crate::extract::lines::phrases::fold;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Marks of a credit, where it begins. To add one: a phrase (see
/// [`crate::extract::lines::rules`] for how phrases are compared).
const OPENERS: &[&str] = &[
    "photo:",
    "photo by",
    "photos by",
    "photos:",
    "photo credit",
    "photo courtesy",
    "photograph:",
    "photograph by",
    "picture:",
    "picture by",
    "image:",
    "image credit",
    "image courtesy",
    "credit:",
    "photo/",
    "photo /",
    "photo illustration",
    "file photo",
    "(file)",
    "ap photo",
    "afp photo",
    "reuters photo",
    "handout",
    "via getty",
    "/getty images",
    "/getty",
    "/reuters",
    "/ap",
    "/afp",
    "/shutterstock",
    "/epa",
    "/dpa",
    "(reuters)",
    "(ap)",
    "(afp)",
    "via ap",
    "via reuters",
    "via afp",
    "via shutterstock",
    "via flickr",
    "via twitter",
    "(photo",
    "courtesy of",
    "screenshot",
    "screengrab",
    "foto:",
    "foto por",
    "foto di",
    "bild:",
    "crédit photo",
    "photo d'illustration",
    "© ",
    "фото:",
    "fot.",
    "archivo",
    "archivfoto",
    "symbolbild",
    "(archive)",
    "beeld:",
    "foto /",
    "kuva:",
];

/// Longest caption, in words.
const MAX_WORDS: usize = 90;
/// Longest credit at a caption's end, in words.
const MAX_CREDIT_WORDS: usize = 12;

/// Whether a line's last words, after its last sentence, are a credit.
pub(crate) fn ends_in_credit(line: &str) -> bool {
    if line.split_whitespace().nth(MAX_WORDS).is_some() {
        return false;
    }
    let tail = tail(line);
    if tail.split_whitespace().count() > MAX_CREDIT_WORDS {
        return false;
    }
    !tail.is_empty()
        && AUTOMATON
            .as_ref()
            .is_some_and(|automaton| automaton.is_match(&fold(tail)))
}

static AUTOMATON: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(OPENERS.iter().map(|opener| fold(opener))).ok());

/// What stands after the line's last sentence, bracketed or not; the whole of a
/// line that holds no sentence.
fn tail(line: &str) -> &str {
    let trimmed = line.trim_end();
    let closed = trimmed.trim_end_matches('.');
    if closed.ends_with([')', ']'])
        && let Some(at) = closed.rfind(['(', '['])
    {
        return &closed[at..];
    }
    if crate::extract::lines::phrases::ends_as_sentence(trimmed) {
        return ""; // the line's last sentence is whole: nothing follows it
    }
    let last_end = closed
        .match_indices(['.', '!', '?', '\u{201d}', '"', '|'])
        .map(|(at, _)| at)
        .filter(|at| !is_initial(&closed[..*at]))
        .rfind(|at| {
            closed[*at..]
                .chars()
                .nth(1)
                .is_some_and(char::is_whitespace)
        });
    match last_end {
        Some(at) => closed[at..].trim_start_matches(['.', '!', '?', '"', '\u{201d}', '|', ' ']),
        None => closed,
    }
}

/// Whether a dot after `head` belongs to an initial or a short form: `J.`, `Feb.`.
fn is_initial(head: &str) -> bool {
    let word = head.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.chars().count() <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_ends_in_a_credit_is_a_caption() {
        for line in [
            "The harbour of Portvale in March. Photo: Ann Bell/Example Pictures via Getty Images",
            "The mayor said Monday that the harbour \u{201c}was safe.\u{201d} EXP Photo/File",
            "Marchers carry flags in Portvale. Photo by Ann Bell/EXP",
            "The mayor speaks. (AP Photo/Ann Bell)",
            "Schiffe im Hafen. Foto: Anna Müller",
        ] {
            assert!(ends_in_credit(line), "{line}");
        }
    }

    #[test]
    fn a_sentence_that_speaks_of_pictures_is_none() {
        for line in [
            "The photo by the young painter was sold for a record price on Monday.",
            "She had sent a photo: nobody had seen it.",
            "\"It was a photo,\" he said.",
        ] {
            assert!(!ends_in_credit(line), "{line}");
        }
    }
}
