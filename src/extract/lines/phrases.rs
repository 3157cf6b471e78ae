//! Looks a line up in the table of [`crate::extract::lines::rules`].
//!
//! All phrases of the table are one automaton, so that a line costs one pass
//! however long the table grows.

use crate::extract::lines::rules::{Anchor, RULES, Rule};
use crate::model::RemovedKind;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Lines longer than this are running text, whatever they say: the table is
/// for furniture, and its longest rule is shorter.
pub(crate) const MAX_LINE_BYTES: usize = 800;

struct Phrases {
    automaton: Option<AhoCorasick>,
    /// Per pattern its rule's place in the table.
    rules: Vec<usize>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut patterns = Vec::new();
    let mut rules = Vec::new();
    for (place, rule) in RULES.iter().enumerate() {
        for phrase in rule.phrases {
            patterns.push(fold(phrase));
            rules.push(place);
        }
    }
    Phrases {
        // Building fails only on gigabytes of patterns; without it nothing matches.
        automaton: AhoCorasick::new(patterns).ok(),
        rules,
    }
});

/// The line as the table sees it: lower case words between single spaces, with
/// a space at either end; `: / ( ) | © ! ?` and currency signs are words of
/// their own, other punctuation is gone.
pub(crate) fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 2);
    folded.push(' ');
    for c in line.chars() {
        match c {
            'a'..='z' | '0'..='9' => folded.push(c),
            'A'..='Z' => folded.push(c.to_ascii_lowercase()),
            ' ' if folded.ends_with(' ') => {}
            ' ' => folded.push(' '),
            '\'' | '\u{2019}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => {}
            ':' | '\u{ff1a}' => push_word(&mut folded, ':'),
            '/' | '(' | ')' | '|' | '\u{a9}' | '!' | '?' | '$' | '\u{20ac}' => {
                push_word(&mut folded, c);
            }
            c if c.is_alphanumeric() => folded.extend(c.to_lowercase()),
            _ if folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    if !folded.ends_with(' ') {
        folded.push(' ');
    }
    folded
}

fn push_word(folded: &mut String, c: char) {
    if !folded.ends_with(' ') {
        folded.push(' ');
    }
    folded.push(c);
    folded.push(' ');
}

/// What the table says of a line and its [`fold`]: the kind of the first row that fits.
pub(crate) fn kind_of(line: &str, folded: &str) -> Option<RemovedKind> {
    if line.len() > MAX_LINE_BYTES {
        return None;
    }
    let is_sentence = ends_as_sentence(line);
    let n_words = folded.split_ascii_whitespace().count();
    let automaton = PHRASES.automaton.as_ref()?;
    let mut first: Option<usize> = None;
    for hit in automaton.find_overlapping_iter(folded) {
        let place = PHRASES.rules[hit.pattern().as_usize()];
        if first.is_some_and(|first| first <= place) {
            continue;
        }
        if fits(
            &RULES[place],
            folded,
            hit.start(),
            hit.end(),
            n_words,
            is_sentence,
        ) {
            first = Some(place);
        }
    }
    first.map(|place| RULES[place].kind)
}

fn fits(
    rule: &Rule,
    folded: &str,
    start: usize,
    end: usize,
    n_words: usize,
    is_sentence: bool,
) -> bool {
    if n_words > rule.max_words {
        return false;
    }
    let at_start = start == 0;
    let rest = folded[end..].trim_start();
    match rule.anchor {
        Anchor::Whole => at_start && rest.chars().all(|c| !c.is_alphanumeric()),
        Anchor::Label => at_start && (rest.is_empty() || rest.starts_with([':', '|'])),
        Anchor::Start => at_start,
        Anchor::LineStart => at_start && !is_sentence,
        Anchor::LineEnd => rest.is_empty() && !is_sentence,
        Anchor::Within => true,
    }
}

/// Whether a line ends as sentences do: `.`, `!`, `?`, `…` or their kin, quotes
/// and brackets after them aside.
pub(crate) fn ends_as_sentence(line: &str) -> bool {
    let end = line.trim_end_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | ')' | ']' | '\u{201d}' | '\u{2019}' | '\u{bb}' | '\u{201c}'
            )
    });
    end.ends_with([
        '.', '!', '?', '\u{2026}', '\u{3002}', '\u{ff01}', '\u{ff1f}', '\u{61f}', '\u{964}',
        '\u{6d4}',
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use RemovedKind::{Byline, Comment, Junk, Navigation, Promo, Related};

    fn check(line: &str, wanted: Option<RemovedKind>) {
        assert_eq!(kind_of(line, &fold(line)), wanted, "{line}");
    }

    #[test]
    fn a_label_counts_alone_or_before_a_colon() {
        check("READ MORE: Harbour reopens after storm", Some(Related));
        check("Read more", Some(Related));
        check("Read more books, the minister told schools.", None);
    }

    #[test]
    fn a_call_to_the_reader_is_promo_in_many_languages() {
        check("Sign up for our daily newsletter", Some(Promo));
        check("Melden Sie sich für unseren Newsletter an", Some(Promo));
        check("Inscrivez-vous à notre newsletter", Some(Promo));
        check(
            "Alle Meldungen zum Hochwasser finden Sie in unserem Liveblog:",
            Some(Promo),
        );
        check(
            "Hier geht es zu unserer Übersicht der Fährzeiten.",
            Some(Promo),
        );
        check("Hier geht es zur Fähre, sagte der Kapitän.", None);
        check("Подписывайтесь на наш канал в Telegram", Some(Promo));
    }

    #[test]
    fn who_else_had_a_hand_in_it_is_no_text() {
        check(
            "Tom Reed in Kell and Ida Vale in Lindau contributed to this report.",
            Some(Byline),
        );
        check("(Reporting by Tom Reed, editing by Ida Vale)", Some(Byline));
        check("Reporting by the Odvar Post led to the arrest.", None);
        check("The suspect is a reporter for the Odvar Post.", None);
        check("Edited by hand, the first print sold out in a day.", None);
    }

    #[test]
    fn a_label_of_what_stands_below_the_text_is_known() {
        check("Also: Harbour reopens after storm", Some(Related));
        check("References", Some(Related));
        check("More great recipes", Some(Related));
        check("You may be interested in the following", Some(Related));
        check("Tempo de leitura: 2 minutos", Some(Navigation));
        check("References to the storm were struck out.", None);
        check("Also: the mayor said that he would resign in May.", None);
        check("References: none were given, said the court.", None);
        check("More great storms are to come, said the master.", None);
    }

    #[test]
    fn furniture_is_known_as_a_whole_line_only() {
        check("Loading...", Some(Junk));
        check("Loading of grain resumed on Monday.", None);
        check("Advertisement", Some(Promo));
        check("Leave a comment", Some(Comment));
        check("Share on Facebook", Some(Navigation));
    }
}
