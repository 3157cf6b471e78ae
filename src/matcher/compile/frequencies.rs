//! How often phrases hit: learnt from articles. Until enough were read, it is
//! guessed from how often the watchlist itself uses the words.

use crate::matcher::compile::class::PhraseId;
use crate::matcher::compile::program::Program;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicU32, Ordering};

/// A thread counts one in this many articles.
const LEARN_FROM: u64 = 8;
/// Counted articles after which the guess hardly matters any more.
const ENOUGH: u32 = 50;

/// In how many articles each phrase hit.
#[derive(Debug, Default)]
pub(crate) struct Frequencies {
    n_articles: AtomicU32,
    seen: Vec<AtomicU32>,
}

impl Frequencies {
    /// Starts with the counts that `previous` has for the same phrases.
    pub(crate) fn new(program: &Program, previous: Option<(&Program, &Self)>) -> Self {
        let known: FxHashMap<u64, u32> = match previous {
            Some((program, before)) => {
                let seen = before.seen.iter().map(|n| n.load(Ordering::Relaxed));
                program
                    .keys
                    .iter()
                    .copied()
                    .zip(seen)
                    .filter(|(_, n)| *n > 0)
                    .collect()
            }
            None => FxHashMap::default(),
        };
        let seen = program
            .keys
            .iter()
            .map(|key| AtomicU32::new(known.get(key).copied().unwrap_or(0)));
        let n_articles =
            previous.map_or(0, |(_, before)| before.n_articles.load(Ordering::Relaxed));
        Self {
            n_articles: AtomicU32::new(n_articles),
            seen: seen.collect(),
        }
    }

    /// Counts the phrases `touched`, which hit in an article, if this article is
    /// one of those that are counted.
    #[inline]
    pub(crate) fn learn(&self, n_articles: u64, touched: &[PhraseId]) {
        if n_articles.is_multiple_of(LEARN_FROM) {
            self.n_articles.fetch_add(1, Ordering::Relaxed);
            for &phrase in touched {
                self.seen[phrase as usize].fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// In what share of articles each phrase hits.
    pub(crate) fn costs(&self, program: &Program) -> Vec<f32> {
        let n_articles = self.n_articles.load(Ordering::Relaxed);
        let mut uses = vec![0u32; program.trie.n_phrases()];
        for leaf in &program.leaves {
            uses[leaf.phrase as usize] += 1;
        }
        let weight = if n_articles < ENOUGH { 1.0 } else { 0.01 };
        let guesses = uses.iter().enumerate().map(|(phrase, &n)| {
            let n_words = f32::from(program.trie.n_words(phrase as PhraseId));
            n as f32 / uses.len() as f32 / (n_words * n_words * n_words)
        });
        let seen = self
            .seen
            .iter()
            .map(|n| n.load(Ordering::Relaxed) as f32 / n_articles.max(1) as f32);
        guesses
            .zip(seen)
            .map(|(guess, seen)| guess * weight + seen)
            .collect()
    }
}
