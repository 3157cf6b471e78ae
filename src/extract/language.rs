//! The language of an article: what the page declares, else what its words say.

use super::candidate::head;
use crate::model::Article;

/// Least text that a guess is made from, in bytes.
const MIN_BYTES: usize = 60;
/// Most text that a guess needs, in bytes.
const MAX_BYTES: usize = 2_000;

/// A declared language as BCP 47 in lower case: `en_US` is `en-us`; none for
/// what is no language tag.
pub(super) fn of_tag(tag: &str) -> Option<String> {
    let tag = tag.trim().replace('_', "-").to_ascii_lowercase();
    let mut parts = tag.split('-');
    let is_language = parts.next().is_some_and(|first| {
        (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_lowercase())
    });
    let is_tag = parts.all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    (is_language && is_tag).then_some(tag)
}

/// The language that the article's words are in, where they are enough to tell.
pub(super) fn of_words(article: &Article) -> Option<String> {
    let mut sample = String::with_capacity(MAX_BYTES);
    for text in article
        .title
        .iter()
        .chain(article.blocks.iter().map(|block| &block.text))
    {
        sample.push_str(text);
        sample.push('\n');
        if sample.len() >= MAX_BYTES {
            break;
        }
    }
    let sample = head(&sample, MAX_BYTES);
    let guess = (sample.len() >= MIN_BYTES)
        .then(|| whatlang::detect(sample))
        .flatten()?;
    guess
        .is_reliable()
        .then(|| two_letters(guess.lang()).to_owned())
}

/// ISO 639-1 for the languages that have two letters, else 639-3.
fn two_letters(lang: whatlang::Lang) -> &'static str {
    let code = lang.code();
    TWO_LETTERS
        .iter()
        .find(|(three, _)| *three == code)
        .map_or(code, |(_, two)| two)
}

#[rustfmt::skip]
const TWO_LETTERS: &[(&str, &str)] = &[
    ("eng", "en"), ("deu", "de"), ("fra", "fr"), ("spa", "es"), ("ita", "it"), ("por", "pt"), ("nld", "nl"), ("swe", "sv"), ("nob", "no"), ("dan", "da"), ("fin", "fi"),
    ("pol", "pl"), ("ces", "cs"), ("slk", "sk"), ("slv", "sl"), ("hrv", "hr"), ("srp", "sr"), ("hun", "hu"), ("ron", "ro"), ("bul", "bg"), ("mkd", "mk"), ("rus", "ru"), ("ukr", "uk"), ("bel", "be"),
    ("ell", "el"), ("tur", "tr"), ("aze", "az"), ("kat", "ka"), ("hye", "hy"), ("heb", "he"), ("ara", "ar"), ("pes", "fa"), ("urd", "ur"), ("hin", "hi"), ("ben", "bn"), ("mar", "mr"), ("guj", "gu"), ("pan", "pa"),
    ("tam", "ta"), ("tel", "te"), ("kan", "kn"), ("mal", "ml"), ("ori", "or"), ("sin", "si"), ("nep", "ne"), ("tha", "th"), ("khm", "km"), ("mya", "my"), ("vie", "vi"), ("ind", "id"), ("jav", "jv"), ("tgl", "tl"),
    ("cmn", "zh"), ("jpn", "ja"), ("kor", "ko"), ("est", "et"), ("lav", "lv"), ("lit", "lt"), ("cat", "ca"), ("lat", "la"), ("epo", "eo"), ("afr", "af"), ("zul", "zu"), ("amh", "am"), ("aka", "ak"), ("yid", "yi"), ("uzb", "uz"), ("tuk", "tk"), ("sna", "sn"), ("cym", "cy"),
];
