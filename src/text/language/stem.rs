//! Inflections: which words are forms of the same word, by language.

use super::{Language, attached, irregular};
use crate::text::words::fold::fold_word;
use rust_stemmers::{Algorithm, Stemmer};
use std::borrow::Cow;

/// The stems of a word; two forms of one word share at least one.
///
/// A word has several: its Snowball stem, its base form if it is irregular, and
/// its form without a plural ending, which needs no language.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Stems {
    stems: smallvec::SmallVec<[String; 3]>,
}

impl Stems {
    /// The stems of `word`, as it is spelled in a text, in `language` if it is
    /// known.
    #[must_use]
    pub fn of(word: &str, language: Option<Language>) -> Self {
        let lower = lower_case(word, language);
        let mut stems: smallvec::SmallVec<[String; 3]> = smallvec::SmallVec::new();
        let mut add = |stem: String| {
            if !stems.contains(&stem) {
                stems.push(stem);
            }
        };
        add(singular(&lower).into_owned());
        match language {
            // Snowball gives withdrawal the stem of withdraw, and organ that of
            // organisation. These are not inflections, and English has few.
            Some(Language::English) => {
                irregular::base(&lower).map(Cow::into_owned).map(&mut add);
                verb_bases(&lower).for_each(&mut add);
            }
            Some(language) => add(stemmed(&lower, language)),
            None => {}
        }
        if !lower.is_ascii() {
            let folded = fold_word(&lower);
            let is_arabic = language.is_none_or(|language| language == Language::Arabic);
            attached::bare_forms(&folded, is_arabic)
                .into_iter()
                .for_each(&mut add);
            add(folded);
        }
        Self { stems }
    }

    /// The stems of `word` as a term: only those that are forms of the word itself.
    /// A text's word may be this one with another written onto it, but not the other
    /// way round.
    #[must_use]
    pub fn of_term(word: &str, language: Option<Language>) -> Self {
        let lower = lower_case(word, language);
        let folded = fold_word(&lower);
        let is_arabic = language.is_none_or(|language| language == Language::Arabic);
        let attached = attached::bare_forms(&folded, is_arabic);
        let mut stems = Self::of(word, language).stems;
        if attached::attached_hint(&folded).is_some() {
            stems.retain(|stem| !attached.contains(stem) || *stem == folded);
            stems.extend(attached::term_forms(&folded, is_arabic));
        }
        Self { stems }
    }

    /// Whether the two are forms of one word.
    #[must_use]
    pub fn meet(&self, other: &Self) -> bool {
        self.stems.iter().any(|stem| other.stems.contains(stem))
    }

    /// The stems themselves; never empty.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.stems.iter().map(String::as_str)
    }
}

/// `word` in lower case; in Turkish, I is the capital of ı, and İ that of i.
fn lower_case(word: &str, language: Option<Language>) -> String {
    if language == Some(Language::Turkish) {
        return word.replace('I', "ı").replace('İ', "i").to_lowercase();
    }
    word.to_lowercase()
}

fn stemmed(lower: &str, language: Language) -> String {
    Stemmer::create(algorithm(language))
        .stem(lower)
        .into_owned()
}

/// The verbs that an English form in -ed, -ing or -ied may belong to.
fn verb_bases(lower: &str) -> impl Iterator<Item = String> {
    let root = ["ing", "ed"]
        .iter()
        .find_map(|suffix| lower.strip_suffix(suffix))
        .filter(|root| root.len() > 2 && root.contains(['a', 'e', 'i', 'o', 'u', 'y']));
    let doubled = root.filter(|root| {
        let mut last = root.bytes().rev();
        let letter = last.next();
        letter == last.next() && letter.is_some_and(|letter| letter.is_ascii_alphabetic())
    });
    let ied = lower.strip_suffix("ied").filter(|root| root.len() > 1);
    root.into_iter()
        .flat_map(|root| [root.to_owned(), format!("{root}e")])
        .chain(doubled.map(|root| root[..root.len() - 1].to_owned()))
        .chain(ied.map(|root| format!("{root}y")))
}

/// The form without a plural's -s, -es, -ies (as -y).
fn singular(lower: &str) -> Cow<'_, str> {
    if let Some(root) = lower.strip_suffix("ies").filter(|root| root.len() > 1) {
        return format!("{root}y").into();
    }
    let root = lower
        .strip_suffix("es")
        .filter(|root| {
            root.ends_with(['s', 'x', 'z', 'o']) || root.ends_with("ch") || root.ends_with("sh")
        })
        .or_else(|| {
            lower
                .strip_suffix('s')
                .filter(|root| !root.ends_with(['s', 'u', 'i']))
        })
        .unwrap_or(lower);
    if root.len() < 2 {
        lower.into()
    } else {
        root.into()
    }
}

fn algorithm(language: Language) -> Algorithm {
    match language {
        Language::Arabic => Algorithm::Arabic,
        Language::Danish => Algorithm::Danish,
        Language::Dutch => Algorithm::Dutch,
        Language::English => Algorithm::English,
        Language::Finnish => Algorithm::Finnish,
        Language::French => Algorithm::French,
        Language::German => Algorithm::German,
        Language::Greek => Algorithm::Greek,
        Language::Hungarian => Algorithm::Hungarian,
        Language::Italian => Algorithm::Italian,
        Language::Norwegian => Algorithm::Norwegian,
        Language::Portuguese => Algorithm::Portuguese,
        Language::Romanian => Algorithm::Romanian,
        Language::Russian => Algorithm::Russian,
        Language::Spanish => Algorithm::Spanish,
        Language::Swedish => Algorithm::Swedish,
        Language::Tamil => Algorithm::Tamil,
        Language::Turkish => Algorithm::Turkish,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, language: Option<Language>, wanted: bool) {
        let meet = Stems::of(a, language).meet(&Stems::of(b, language));
        assert_eq!(meet, wanted, "{a} and {b} in {language:?}");
    }

    #[test]
    fn english_forms_share_a_stem_regular_or_not() {
        let english = Some(Language::English);
        for form in [
            "withdraws",
            "withdrawing",
            "withdrew",
            "withdrawn",
            "Withdraw",
        ] {
            check("withdraw", form, english, true);
        }
        check("withdraw", "withdrawal", english, false);
        check("city", "cities", english, true);
        check("child", "children", english, true);
        check("go", "went", english, true);
        check("plan", "planned", english, true);
        check("hope", "hoping", english, true);
        check("deny", "denied", english, true);
        check("organ", "organisation", english, false);
    }

    #[test]
    fn plurals_share_a_stem_without_a_language() {
        check("troop", "troops", None, true);
        check("box", "boxes", None, true);
        check("policy", "policies", None, true);
        check("virus", "viru", None, false);
    }

    #[test]
    fn words_written_onto_others_are_found() {
        let check = |term: &str, word: &str, tag: &str, wanted: bool| {
            let language = Language::from_tag(tag);
            let meet = Stems::of_term(term, language).meet(&Stems::of(word, language));
            assert_eq!(meet, wanted, "{term} in {word}");
        };
        check("미사일", "미사일을", "ko", true);
        check("고양이", "고양시", "ko", false);
        check("고양이", "고양", "ko", false);
        check("ישראל", "בישראל", "he", true);
        check("حماس", "لحماس", "ar", true);
        check("القاهرة", "بالقاهرة", "ar", true);
        check("القاهرة", "للقاهرة", "", true);
        check("ঢাকা", "ঢাকায়", "bn", true);
        check("deprem", "depremde", "tr", true);
        check("İzmir", "izmirde", "tr", true);
    }

    #[test]
    fn other_languages_have_their_own_forms() {
        check("haus", "Häuser", Some(Language::German), true);
        check("élection", "élections", Some(Language::French), true);
        check("выборы", "выборов", Some(Language::Russian), true);
        check("retirada", "retiradas", Some(Language::Spanish), true);
    }
}
