//! Words that mix Latin with look-alike letters of Cyrillic or Greek.
//!
//! Such a word is nearly always written so that filters do not find it. It is also
//! compared as what it looks like: all Latin, all Cyrillic or all Greek.
//! The pairs are the single-letter ones of UTS 39's confusables.txt.

use super::fold::Folding;

/// Cyrillic and Greek letters with the Latin letters that they look like.
const PAIRS: &[(char, char)] = &[
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('Ѕ', 'S'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
    ('Ԁ', 'D'),
    ('Ԛ', 'Q'),
    ('Ԝ', 'W'),
    ('Ү', 'Y'),
    ('Һ', 'H'),
    ('Ӏ', 'I'),
    ('а', 'a'),
    ('е', 'e'),
    ('ѕ', 's'),
    ('і', 'i'),
    ('ј', 'j'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('у', 'y'),
    ('х', 'x'),
    ('ԁ', 'd'),
    ('һ', 'h'),
    ('ԛ', 'q'),
    ('ԝ', 'w'),
    ('ү', 'y'),
    ('ӏ', 'l'),
    ('ѵ', 'v'),
    ('к', 'k'),
    ('м', 'm'),
    ('т', 't'),
    ('п', 'n'),
    ('г', 'r'),
    ('в', 'b'),
    ('н', 'h'),
    ('ё', 'e'),
    ('ї', 'i'),
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('α', 'a'),
    ('γ', 'y'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('σ', 'o'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('ε', 'e'),
    ('η', 'n'),
    ('ω', 'w'),
];

/// What `word`, in its original spelling, looks like in one script, folded. Empty
/// for a word that cannot be written in one script.
#[must_use]
pub fn skeletons(word: &str) -> Vec<String> {
    let is_cyrillic = |c: char| matches!(c, '\u{0400}'..='\u{052F}');
    let is_greek = |c: char| matches!(c, '\u{0370}'..='\u{03FF}');
    let latin = swapped(
        word,
        |c| c.is_ascii() || !is_cyrillic(c) && !is_greek(c),
        |c| PAIRS.iter().find(|(from, _)| *from == c).map(|(_, to)| *to),
    );
    let back = |is_wanted: fn(char) -> bool| {
        move |c: char| {
            PAIRS
                .iter()
                .find(|(from, to)| *to == c && is_wanted(*from))
                .map(|(from, _)| *from)
        }
    };
    let cyrillic = swapped(
        word,
        |c| is_cyrillic(c) || !c.is_alphabetic(),
        back(is_cyrillic),
    );
    let greek = swapped(word, |c| is_greek(c) || !c.is_alphabetic(), back(is_greek));
    [latin, cyrillic, greek].into_iter().flatten().collect()
}

/// `word` with each letter of another script replaced by its look-alike, then
/// folded; `None` if a letter has none.
fn swapped(
    word: &str,
    is_kept: impl Fn(char) -> bool,
    swap: impl Fn(char) -> Option<char>,
) -> Option<String> {
    let folding = Folding::new();
    let mut skeleton = String::with_capacity(word.len());
    for c in word.chars() {
        let c = if is_kept(c) { c } else { swap(c)? };
        folding.push(c, folding.entry(c), &mut skeleton);
    }
    Some(skeleton)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixed_word_is_read_as_what_it_looks_like() {
        assert_eq!(skeletons("Асfmе"), ["acfme"]); // Cyrillic А, с, е
        assert!(skeletons("Мoсква").contains(&"москва".to_owned())); // Latin o
        assert!(skeletons("Afжx").is_empty());
    }
}
