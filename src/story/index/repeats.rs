//! Boilerplate across articles: sentences that an outlet repeats under articles on any
//! topic, such as calls to subscribe, credits and background notes. They are never news.

use crate::story::analysis::{Analysis, Word};

/// The most sentences remembered; a newer sentence overwrites an older one with the same
/// slot.
const SLOTS: usize = 1 << 16;
/// The least number of content words of a sentence that is remembered.
const MIN_WORDS: usize = 3;

/// The sentences of the latest articles, by outlet.
#[derive(Debug)]
pub(crate) struct Repeats {
    /// A sentence's key and the number of its latest article plus one; 0 is a free slot.
    slots: Box<[(u32, u32)]>,
}

impl Repeats {
    pub(crate) fn new() -> Self {
        Self {
            slots: vec![(0, 0); SLOTS].into(),
        }
    }

    /// Records that the article has the sentence.
    pub(crate) fn add(&mut self, key: u32, article: u32) {
        self.slots[key as usize % SLOTS] = (key, article.saturating_add(1));
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        size_of_val(&*self.slots)
    }

    /// The latest article that has the sentence.
    pub(crate) fn latest(&self, key: u32) -> Option<u32> {
        let (known, article) = self.slots[key as usize % SLOTS];
        article.checked_sub(1).filter(|_| known == key)
    }
}

/// The keys of the sentences of an article's text, which differ by outlet (`source`); 0
/// for a sentence that is too short to be remembered.
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
