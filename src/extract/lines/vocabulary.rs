//! The words of `vocabulary.txt` in a line: which groups it begins with, and how
//! much of it they make up.

use crate::extract::lines::phrases::fold;
use aho_corasick::AhoCorasick;
use smallvec::SmallVec;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The groups, as `vocabulary.txt` names them.
pub(crate) const GROUPS: [&str; 10] = [
    "related", "promo", "use", "comment", "legal", "picture", "author", "dated", "section", "note",
];

/// A group's place among [`GROUPS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Related,
    Promo,
    Use,
    Comment,
    Legal,
    Picture,
    Author,
    Dated,
    Section,
    Note,
}

/// How much of a line each group's words are, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Shares {
    /// Of the line's first phrase.
    pub(crate) start: [f32; GROUPS.len()],
    /// Of all phrases.
    pub(crate) all: [f32; GROUPS.len()],
}

impl Shares {
    pub(crate) fn start(&self, group: Group) -> f32 {
        self.start[group as usize]
    }

    pub(crate) fn all(&self, group: Group) -> f32 {
        self.all[group as usize]
    }
}

struct Phrase {
    /// The groups it is in, a bit each.
    groups: u16,
    /// Whether more letters may follow.
    is_open: bool,
    /// Whether it may stand within a word, as in scripts without spaces.
    is_unspaced: bool,
}

struct Vocabulary {
    automaton: Option<AhoCorasick>,
    phrases: Vec<Phrase>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut places: HashMap<(String, bool), usize> = HashMap::new();
    let (mut patterns, mut phrases) = (Vec::new(), Vec::<Phrase>::new());
    for row in include_str!("vocabulary.txt").lines() {
        let Some((head, words)) = row.split_once(": ").filter(|_| !row.starts_with('#')) else {
            continue;
        };
        let name = head.split(' ').next().unwrap_or_default();
        let Some(group) = GROUPS.iter().position(|group| *group == name) else {
            continue;
        };
        for word in words.split(", ") {
            let stem = word.trim_end_matches('*');
            let folded = fold(stem).trim().to_owned();
            if folded.is_empty() {
                continue;
            }
            let is_unspaced = folded.chars().any(is_unspaced);
            // `by *` is a phrase with anything behind it, `advertis*` a beginning.
            let is_open = stem != word && !stem.ends_with(' ') || folded.chars().any(is_hangul);
            let place = *places.entry((folded.clone(), is_open)).or_insert_with(|| {
                patterns.push(if is_unspaced {
                    folded
                } else {
                    format!(" {folded}")
                });
                phrases.push(Phrase {
                    groups: 0,
                    is_open,
                    is_unspaced,
                });
                phrases.len() - 1
            });
            phrases[place].groups |= 1 << group;
        }
    }
    Vocabulary {
        // Building fails only on gigabytes of patterns; without it nothing matches.
        automaton: AhoCorasick::new(patterns).ok(),
        phrases,
    }
});

/// Letters of scripts that are written without spaces between words.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7af}')
}

/// The shares of the groups in a line as [`fold`] leaves it.
pub(crate) fn shares(folded: &str) -> Shares {
    let mut shares = Shares::default();
    let Some(automaton) = &VOCABULARY.automaton else {
        return shares;
    };
    let mut hits: SmallVec<[(usize, usize, u16); 16]> = SmallVec::new();
    for hit in automaton.find_overlapping_iter(folded) {
        let phrase = &VOCABULARY.phrases[hit.pattern().as_usize()];
        let is_whole = phrase.is_open
            || phrase.is_unspaced
            || folded.as_bytes().get(hit.end()).is_none_or(|b| *b == b' ');
        if is_whole {
            let start = hit.start() + usize::from(!phrase.is_unspaced);
            hits.push((start, hit.end(), phrase.groups));
        }
    }
    hits.sort_unstable_by_key(|(start, end, _)| (*start, usize::MAX - end));
    let n_bytes = folded.trim().len().max(1) as f32;
    let mut from = 0;
    for (start, end, groups) in hits {
        // At one place the longest phrase counts, and others of the same length.
        if start < from && !(end == from && from > 0) {
            continue;
        }
        let share = (end - start) as f32 / n_bytes;
        for group in (0..GROUPS.len()).filter(|group| groups & (1 << group) != 0) {
            shares.all[group] = (shares.all[group] + share).min(1.0);
            if start <= 1 {
                shares.start[group] = share.min(1.0);
            }
        }
        from = from.max(end);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, group: Group, start: bool, all: std::ops::Range<f32>) {
        let shares = shares(&fold(line));
        assert_eq!(shares.start(group) > 0.0, start, "{line}: {shares:?}");
        assert!(all.contains(&shares.all(group)), "{line}: {shares:?}");
    }

    #[test]
    fn a_line_has_the_shares_of_its_groups() {
        check("Lesen Sie auch", Group::Related, true, 0.99..1.01);
        check("Читайте также: Мост открыт", Group::Related, true, 0.3..0.7);
        check(
            "The harbour was closed on Monday.",
            Group::Related,
            false,
            0.0..0.01,
        );
        check("Foto: Anna Moor", Group::Picture, true, 0.2..0.6);
        check("関連記事", Group::Related, true, 0.99..1.01);
        check("ログイン 会員登録", Group::Promo, false, 0.3..0.8);
        check("Abonnieren Sie jetzt", Group::Promo, true, 0.4..1.01);
    }

    #[test]
    fn a_word_within_another_is_none() {
        check(
            "Shares of the harbour rose",
            Group::Comment,
            false,
            0.0..0.01,
        );
        check("Parliament met", Group::Author, false, 0.0..0.01);
    }

    #[test]
    fn every_row_of_the_table_names_a_group_and_a_language() {
        for row in include_str!("vocabulary.txt").lines() {
            if row.is_empty() || row.starts_with('#') {
                continue;
            }
            let (head, words) = row.split_once(": ").expect("GROUP LANGUAGE: words");
            let mut head = head.split(' ');
            let group = head.next().unwrap_or_default();
            assert!(GROUPS.contains(&group), "{row}");
            assert!(
                head.next().is_some_and(|language| language.len() == 2),
                "{row}"
            );
            assert!(
                words.split(", ").all(|word| !word.trim().is_empty()),
                "{row}"
            );
        }
    }
}
