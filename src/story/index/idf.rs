//! Inverse document frequency: how rare a word is, learnt from the arriving articles,
//! with a shipped table as the prior.

use crate::model::ArticleId;
use crate::story::analysis::Word;
use crate::story::analysis::stem;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::LazyLock;

/// Articles are counted in epochs of this many article ids. A whole epoch is subtracted
/// when its articles have left the window, and a restart counts the same epochs.
const EPOCH: i64 = if cfg!(test) { 1 << 6 } else { 1 << 14 };
/// The first article whose words are counted while `first` is the first remembered
/// article. Rebuilding the stories begins with it.
#[must_use]
pub fn counted_from(first: ArticleId) -> ArticleId {
    ArticleId(first.0.div_euclid(EPOCH) * EPOCH)
}

/// The number of counters. Words are hashed to them, so that some share a counter; that
/// lowers the weight of rare words a little and bounds the memory.
const BUCKETS: usize = 1 << 17;
/// How many articles the prior counts as, against those of the stream.
const PRIOR_ARTICLES: f32 = 2000.0;
/// The same for an article in a language that the prior does not cover, whose common
/// words only the stream shows.
const UNKNOWN_ARTICLES: f32 = 200.0;
/// The least share of an article's words that the prior must have to cover its language.
/// It has at least half of the words of an English article, and nearly none of others.
const KNOWN: f32 = 0.35;

/// The document frequency of common words. Each line has the number of stories in a
/// thousand that contain the words, then the words.
static PRIOR: LazyLock<FxHashMap<u32, f32>> = LazyLock::new(|| {
    let mut prior = FxHashMap::default();
    for line in include_str!("prior.txt").lines() {
        let mut words = line.split_ascii_whitespace();
        let Some(share) = words
            .next()
            .and_then(|per_mille| per_mille.parse::<f32>().ok())
        else {
            continue;
        };
        for word in words {
            prior.insert(stem::hash(word), share / 1000.0);
        }
    }
    prior
});

#[derive(Debug)]
struct Epoch {
    number: i64,
    n_articles: u32,
    counts: Box<[u16]>,
}

/// The document frequencies of the arriving articles.
#[derive(Debug)]
pub(crate) struct Idf {
    n_articles: u32,
    counts: Box<[u32]>,
    epochs: VecDeque<Epoch>,
}

impl Idf {
    pub(crate) fn new() -> Self {
        Self {
            n_articles: 0,
            counts: vec![0; BUCKETS].into(),
            epochs: VecDeque::new(),
        }
    }

    /// The weight of a word; 0 for a word in every article. `prior` comes from [`prior`],
    /// and `is_known` from [`is_known`] for the article.
    pub(crate) fn weight(&self, hash: u32, prior: f32, is_known: bool) -> f32 {
        let mut seen = self.counts[bucket(hash)] as f32;
        let n_articles = PRIOR_ARTICLES + self.n_articles as f32;
        if !is_known && prior == 0.0 {
            // The prior does not cover this language. Scaling the count up has the effect
            // of a prior of only [`UNKNOWN_ARTICLES`], so that common words get a low
            // weight soon.
            seen *= n_articles / (UNKNOWN_ARTICLES + self.n_articles as f32);
        }
        (n_articles / (prior * PRIOR_ARTICLES + seen + 1.0))
            .ln()
            .max(0.0)
    }

    /// The number of articles in the counted epochs.
    pub(crate) fn n_articles(&self) -> u32 {
        self.n_articles
    }

    /// Bytes it takes.
    pub(crate) fn heap_bytes(&self) -> usize {
        BUCKETS * (size_of::<u32>() + size_of::<u16>() * self.epochs.len())
    }

    /// Counts the words of an article, each once.
    pub(crate) fn learn(&mut self, article: i64, words: &[Word]) {
        let number = article.div_euclid(EPOCH);
        if self.epochs.back().is_none_or(|epoch| epoch.number < number) {
            self.epochs.push_back(Epoch {
                number,
                n_articles: 0,
                counts: vec![0; BUCKETS].into(),
            });
        }
        let Some(epoch) = self.epochs.back_mut() else {
            return;
        };
        epoch.n_articles += 1;
        self.n_articles += 1;
        let mut hashes: Vec<u32> = words.iter().map(|word| word.hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        for hash in hashes {
            let bucket = bucket(hash);
            epoch.counts[bucket] += 1; // an epoch has fewer articles than a u16 can count
            self.counts[bucket] += 1;
        }
    }

    /// Forgets the epochs that ended before `article`.
    pub(crate) fn forget_before(&mut self, article: i64) {
        while self
            .epochs
            .front()
            .is_some_and(|epoch| epoch.number < article.div_euclid(EPOCH) && self.epochs.len() > 1)
        {
            let Some(epoch) = self.epochs.pop_front() else {
                return;
            };
            self.n_articles -= epoch.n_articles;
            for (count, old) in self.counts.iter_mut().zip(epoch.counts) {
                *count -= u32::from(old);
            }
        }
    }
}

/// The share of stories that the prior says hold the word; 0 for one it does not know.
pub(crate) fn prior(hash: u32) -> f32 {
    PRIOR.get(&hash).copied().unwrap_or(0.0)
}

/// Whether the prior covers the language of an article: it has `n_known` of its
/// `n_words`.
pub(crate) fn is_known(n_known: usize, n_words: usize) -> bool {
    n_known as f32 >= KNOWN * n_words as f32
}

fn bucket(hash: u32) -> usize {
    hash as usize & (BUCKETS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_common_in_a_language_unknown_is_soon_light() {
        let word = |hash| Word {
            hash,
            is_number: false,
            is_round: false,
            is_capital: false,
        };
        let mut idf = Idf::new();
        for article in 0..100 {
            idf.learn(article, &[word(1), word(1000 + article as u32)]);
        }
        assert!(idf.weight(1, prior(1), false) < 1.5);
        assert!(idf.weight(1000, prior(1000), false) > 5.0);
        assert_eq!(prior(1), 0.0);
        assert!(prior(stem::hash("government")) > 0.0);
    }
}
