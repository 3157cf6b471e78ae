//! The language of an article: what the page declares, else what its words say.

use crate::model::Article;
use crate::text;
use crate::text::Language;

/// Least text that a guess is made from, in bytes.
const MIN_BYTES: usize = 60;
/// Most text that a guess needs, in bytes.
const MAX_BYTES: usize = 2_000;

/// A declared language as BCP 47 in lower case: `en_US` is `en-us`; none for
/// what is no language tag.
pub(crate) fn of_tag(tag: &str) -> Option<String> {
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

/// The language that the article's words are in, where they are enough to tell;
/// the one that its feed declares, where they bear it out.
pub(crate) fn of_words(article: &Article, declared: Option<&str>) -> Option<String> {
    let mut sample = String::with_capacity(MAX_BYTES);
    for piece in article
        .title
        .iter()
        .chain(article.blocks.iter().map(|block| &block.text))
    {
        sample.push_str(&piece[..piece.floor_char_boundary(MAX_BYTES)]);
        sample.push('\n');
        if sample.len() >= MAX_BYTES {
            break;
        }
    }
    if sample.len() < MIN_BYTES {
        return None;
    }
    let is_borne_out = |tag: &String| {
        Language::from_tag(tag).is_some_and(|language| language.is_confirmed_by(&sample))
    };
    let declared = declared.and_then(of_tag).filter(is_borne_out);
    declared.or_else(|| text::detect_language(&sample).map(str::to_owned))
}
