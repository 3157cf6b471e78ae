//! The language of an article: what the page declares, else what its words say.

use super::candidate::head;
use crate::model::Article;
use crate::text;

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
    for piece in article
        .title
        .iter()
        .chain(article.blocks.iter().map(|block| &block.text))
    {
        sample.push_str(head(piece, MAX_BYTES));
        sample.push('\n');
        if sample.len() >= MAX_BYTES {
            break;
        }
    }
    (sample.len() >= MIN_BYTES)
        .then(|| text::detect_language(&sample))
        .flatten()
        .map(str::to_owned)
}
