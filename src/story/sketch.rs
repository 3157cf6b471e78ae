//! What is kept of an article while it is in the window: some 700 bytes, no text.

use super::analysis::{Analysis, Word};
use crate::model::{ArticleId, CoverageKind, StoryId};

/// Content words kept of an article: what comes later in a very long one is
/// not compared.
const MAX_WORDS: usize = 640;
/// Smallest hashes of the word triples kept: two articles that share six in ten
/// miss each other with 0.4^16, one in two million; three in ten, one in 300.
const N_MINIMA: usize = 16;
/// Content words of the text that count as its lead.
pub(super) const LEAD_WORDS: usize = 40;

/// An article in the window.
#[derive(Debug)]
pub(super) struct Sketch {
    pub article: ArticleId,
    pub story: StoryId,
    pub of: Option<ArticleId>,
    pub kind: CoverageKind,
    /// Seconds since 1970, as the article says.
    pub at: i64,
    /// Of the outlet's name.
    pub source: u32,
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
        2 * self.words.len() + self.sentences.len()
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

/// The smallest hashes of the text's content word triples, ascending, at most
/// 16: articles that share much text share some of them.
pub(super) fn minima(words: &[Word]) -> Vec<u32> {
    let mut hashes: Vec<u32> = words
        .windows(3)
        .map(|three| mix(mix(three[0].hash, three[1].hash), three[2].hash))
        .collect();
    if hashes.len() > N_MINIMA * 4 {
        hashes.select_nth_unstable(N_MINIMA * 4);
        hashes.truncate(N_MINIMA * 4);
    }
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(N_MINIMA);
    hashes
}

/// One hash of two.
fn mix(a: u32, b: u32) -> u32 {
    let product = (u64::from(a) ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(u64::from(b) | 1 << 33 | 1);
    (product ^ (product >> 29)) as u32 ^ (product >> 32) as u32
}
