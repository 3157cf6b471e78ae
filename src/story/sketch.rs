//! What is kept of an article while it is in the window: some 700 bytes, no text.

use super::analysis::Analysis;
use crate::model::{ArticleId, CoverageKind, StoryId};

/// Content words kept of an article: what comes later in a very long one is
/// not compared.
const MAX_WORDS: usize = 1000;
/// Smallest hashes of the word triples kept.
const N_MINIMA: usize = 32;
/// Of those, how many an article is found by: two articles that share six in
/// ten miss each other with 0.4^12, one in 60,000; three in ten, one in 70.
pub(super) const N_FOUND_BY: usize = 12;
/// Terms that an article is found by.
pub(super) const INDEXED_TERMS: usize = 24;
/// Content words of the text that count as its lead.
pub(super) const LEAD_WORDS: usize = 40;

/// An article in the window.
#[derive(Debug)]
pub(super) struct Sketch {
    pub article: ArticleId,
    pub story: StoryId,
    pub kind: CoverageKind,
    /// Seconds since 1970, as the article says.
    pub at: i64,
    /// [`Analysis::identity`].
    pub identity: u64,
    /// Of its canonical URL; 0 for none.
    pub url: u64,
    /// Length of its vectors: title, lead, all, names.
    pub norms: [f32; 4],
    /// Signatures of its content words: title, dek, text.
    pub words: Box<[u16]>,
    /// How many of `words` each sentence has; the first is the title.
    pub sentences: Box<[u8]>,
    /// Of its word triples as they stand.
    pub(super) minima: Box<[u32]>,
}

impl Sketch {
    /// The sentences' words in order, the title's first.
    pub(super) fn sentences(&self) -> impl Iterator<Item = &[u16]> {
        let mut rest = &self.words[..];
        self.sentences.iter().map(move |&n_words| {
            let (sentence, after) = rest.split_at(usize::from(n_words).min(rest.len()));
            rest = after;
            sentence
        })
    }

    pub(super) fn n_title(&self) -> usize {
        self.sentences
            .first()
            .map_or(0, |&n_words| usize::from(n_words))
    }

    /// The words of dek and text.
    pub(super) fn text(&self) -> &[u16] {
        &self.words[self.n_title().min(self.words.len())..]
    }

    /// Bytes it takes beyond itself.
    pub(super) fn heap_bytes(&self) -> usize {
        2 * self.words.len() + self.sentences.len() + 4 * self.minima.len()
    }
}

/// The words and sentence lengths of a sketch.
pub(super) fn words(analysis: &Analysis) -> (Box<[u16]>, Box<[u8]>) {
    let mut words = Vec::with_capacity(analysis.words.len().min(MAX_WORDS));
    let mut sentences = Vec::with_capacity(analysis.sentences.len());
    for sentence in &analysis.sentences {
        let first = words.len();
        for word in analysis.words[sentence.words.clone()].iter().take(255) {
            words.push(word.signature());
        }
        let n_words = words.len() - first;
        // A sentence of stop words holds nothing to compare; the title stays first.
        if n_words > 0 || sentences.is_empty() {
            sentences.push(u8::try_from(n_words).unwrap_or(u8::MAX));
        }
        if words.len() >= MAX_WORDS {
            break;
        }
    }
    (words.into(), sentences.into())
}

/// The smallest of `runs`, ascending, at most [`N_MINIMA`]: articles that
/// share much text share many of them.
pub(super) fn minima(mut runs: Vec<u32>) -> Box<[u32]> {
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

/// The share of all runs that two articles both have, judged by their minima:
/// of the smallest of the union, how many are in both.
pub(super) fn resemblance(a: &[u32], b: &[u32]) -> f32 {
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
