//! What is kept in memory of an article while stories remember it: about 700 bytes,
//! without its text.

use crate::model::{ArticleId, CoverageKind, StoryId};
use crate::story::analysis::Analysis;
use std::sync::Arc;

/// The most content words kept of an article. Later words of a very long article are not
/// compared.
const MAX_WORDS: usize = 1000;
/// The most content words kept of a sentence; later words are not compared.
const MAX_SENTENCE: usize = 255;
/// How many of the smallest word-triple hashes are kept (MinHash).
const N_MINIMA: usize = 32;
/// How many of these hashes are indexed. Two articles that share 60 % of their word
/// triples miss each other with a probability of 0.4^12, one in 60,000; at 30 % it is one
/// in 70.
pub(crate) const N_FOUND_BY: usize = 12;
/// How many of an article's terms are indexed, so that later articles find it.
pub(crate) const INDEXED_TERMS: usize = 24;
/// How many content words at the beginning of the text are its lead.
pub(crate) const LEAD_WORDS: usize = 40;

/// What is kept of one remembered article.
#[derive(Debug)]
pub(crate) struct Sketch {
    pub article: ArticleId,
    pub story: StoryId,
    pub kind: CoverageKind,
    /// Seconds since 1970, by the article's own date.
    pub at: i64,
    /// [`Analysis::identity`].
    pub identity: u64,
    /// Hash of its canonical URL; 0 if it has none.
    pub url: u64,
    /// Hash of its outlet's name.
    pub source: u32,
    /// The lengths of its four vectors: title, lead, all terms, names.
    pub norms: [f32; 4],
    /// Its words by sentence.
    pub outline: Outline,
}

/// The content words of an article by sentence, and its MinHash, which estimates quickly
/// how much text two articles share. It is one allocation, shared by articles with the
/// same words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outline {
    /// Signatures of the words of title, dek and text; then the minima; then the number
    /// of words of each sentence, two of these numbers to an element.
    packed: Arc<[u16]>,
    n_words: u16,
    n_sentences: u16,
    n_minima: u8,
}

impl Outline {
    /// `minima` comes from [`minima`].
    pub(crate) fn new(analysis: &Analysis, minima: &[u32]) -> Self {
        let mut packed = Vec::with_capacity(analysis.words.len().min(MAX_WORDS) + 64);
        let mut lengths: Vec<u8> = Vec::with_capacity(analysis.sentences.len());
        for sentence in &analysis.sentences {
            let words = &analysis.words[sentence.words.clone()];
            let n_words = words.len().min(MAX_SENTENCE);
            packed.extend(words[..n_words].iter().map(|word| word.signature()));
            // A sentence of stop words only is left out; the title is kept even if empty,
            // so that it is always first.
            if n_words > 0 || lengths.is_empty() {
                lengths.push(n_words as u8);
            }
            if packed.len() >= MAX_WORDS {
                break;
            }
        }
        let n_words = packed.len() as u16;
        let minima = &minima[..minima.len().min(N_MINIMA)];
        packed.extend(minima.iter().map(|&minimum| shortened(minimum)));
        packed.extend(
            lengths
                .chunks(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair.get(1).copied().unwrap_or(0)])),
        );
        Self {
            packed: packed.into(),
            n_words,
            n_sentences: lengths.len() as u16,
            n_minima: minima.len() as u8,
        }
    }

    /// Signatures of its content words: title, dek, text.
    pub(crate) fn words(&self) -> &[u16] {
        &self.packed[..usize::from(self.n_words)]
    }

    /// The sentences' words in order, the title's first.
    pub(crate) fn sentences(&self) -> impl Iterator<Item = &[u16]> {
        let mut rest = self.words();
        (0..usize::from(self.n_sentences)).map(move |at| {
            let (sentence, after) = rest.split_at(self.length(at).min(rest.len()));
            rest = after;
            sentence
        })
    }

    /// Words of the title.
    pub(crate) fn n_title(&self) -> usize {
        self.length(0).min(usize::from(self.n_words))
    }

    /// The words of dek and text.
    pub(crate) fn text(&self) -> &[u16] {
        &self.words()[self.n_title()..]
    }

    /// The estimated share of word triples that two articles have in common (MinHash): of
    /// the smallest hashes of both together, the share that is in both.
    pub(crate) fn resemblance(&self, other: &Self) -> f32 {
        resemblance(self.minima(), other.minima())
    }

    /// Uses the memory of `other` if both have the same content.
    pub(crate) fn share(&mut self, other: &Self) {
        if self == other {
            *self = other.clone();
        }
    }

    /// Bytes on the heap; shared memory is divided by the number of its users.
    pub(crate) fn heap_bytes(&self) -> usize {
        // 24 bytes: eight of the allocator and the two counters of an `Arc`.
        (size_of_val(&*self.packed) + 24) / Arc::strong_count(&self.packed)
    }

    fn minima(&self) -> &[u16] {
        &self.packed[usize::from(self.n_words)..][..usize::from(self.n_minima)]
    }

    /// Words of a sentence.
    fn length(&self, sentence: usize) -> usize {
        let lengths = usize::from(self.n_words) + usize::from(self.n_minima);
        let pair = self.packed.get(lengths + sentence / 2).copied();
        usize::from(pair.unwrap_or(0).to_le_bytes()[sentence % 2])
    }
}

/// The smallest hashes of `runs`, ascending, at most [`N_MINIMA`]. Articles that share
/// much text share many of these hashes.
pub(crate) fn minima(mut runs: Vec<u32>) -> Box<[u32]> {
    let most = N_MINIMA * 4;
    if runs.len() > most {
        runs.select_nth_unstable(most);
        runs.truncate(most);
    }
    runs.sort_unstable();
    runs.dedup();
    runs.truncate(N_MINIMA);
    runs.into()
}

/// A hash rounded to 16 bits in a way that keeps the order: the number of its bits, and
/// its first twelve bits, like a floating-point number. Two unrelated articles agree in
/// one of 32 such hashes by chance in fewer than one of three cases.
fn shortened(hash: u32) -> u16 {
    const DIGITS: u32 = 11;
    let magnitude = (u32::BITS - hash.leading_zeros()).saturating_sub(DIGITS + 1);
    // The highest bit of the digits is always set and carries into the magnitude, so that
    // the order is kept.
    ((magnitude << DIGITS) + (hash >> magnitude)) as u16
}

fn resemblance(a: &[u16], b: &[u16]) -> f32 {
    let most = a.len().max(b.len()).min(N_MINIMA);
    let (mut n_union, mut n_both) = (0, 0);
    let (mut at_a, mut at_b) = (0, 0);
    while n_union < most && (at_a < a.len() || at_b < b.len()) {
        let (left, right) = (a.get(at_a), b.get(at_b));
        let is_both = left == right;
        let takes_left = is_both
            || right.is_none()
            || left.is_some_and(|left| right.is_some_and(|right| left < right));
        at_a += usize::from(takes_left);
        at_b += usize::from(is_both || !takes_left);
        n_both += usize::from(is_both);
        n_union += 1;
    }
    n_both as f32 / n_union.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortened_hash_keeps_its_order() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut hashes: Vec<u32> = (0..100_000)
            .map(|_| random.u32(..) >> random.u32(0..32))
            .chain([0, 1, 2047, 2048, 4095, 4096, u32::MAX])
            .collect();
        hashes.sort_unstable();
        let short: Vec<u16> = hashes.iter().map(|&hash| shortened(hash)).collect();
        assert!(short.is_sorted());
        assert_eq!(shortened(0), 0);
        assert_ne!(shortened(2047), shortened(2048));
    }
}
