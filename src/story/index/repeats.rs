//! Sentences that an outlet puts under article after article, whatever they
//! are about: calls to subscribe, credits, standing explanations. They are never news.

use crate::story::analysis::{Analysis, Word};

/// Sentences remembered at most; a newer one takes an older one's place.
const SLOTS: usize = 1 << 16;
/// Content words of a sentence that is remembered.
const MIN_WORDS: usize = 3;

/// The sentences of the latest articles, by outlet.
#[derive(Debug)]
pub(crate) struct Repeats {
    /// A sentence's key and the number of its latest article, one up: 0 is free.
    slots: Box<[(u32, u32)]>,
}

impl Repeats {
    pub(crate) fn new() -> Self {
        Self {
            slots: vec![(0, 0); SLOTS].into(),
        }
    }

    /// Adds a sentence of an article.
    pub(crate) fn add(&mut self, key: u32, article: u32) {
        self.slots[key as usize % SLOTS] = (key, article.saturating_add(1));
    }

    /// Bytes it takes.
    pub(crate) fn heap_bytes(&self) -> usize {
        size_of_val(&*self.slots)
    }

    /// The latest article with the sentence.
    pub(crate) fn latest(&self, key: u32) -> Option<u32> {
        let (known, article) = self.slots[key as usize % SLOTS];
        article.checked_sub(1).filter(|_| known == key)
    }
}

/// The keys of the sentences of an article's text at `source`; 0 for one that
/// is too short to be told again.
pub(crate) fn keys(analysis: &Analysis, source: u32) -> Vec<u32> {
    let key = |words: &[Word]| {
        let mix = |key: u64, word: &Word| {
            (key ^ u64::from(word.hash))
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(29)
        };
        (words.iter().fold(u64::from(source) + 1, mix) >> 32) as u32
    };
    analysis.sentences[analysis.body.clone()]
        .iter()
        .map(|sentence| &analysis.words[sentence.words.clone()])
        .map(|words| {
            if words.len() < MIN_WORDS {
                0
            } else {
                key(words)
            }
        })
        .collect()
}
