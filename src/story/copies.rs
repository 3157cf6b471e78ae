//! How much text two articles share word by word.

/// Runs of content words that count as shared text: three of them are some five
/// words as written.
const RUN: usize = 3;

/// The share of each article's words that stand in runs both have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Overlap {
    pub of_new: f32,
    pub of_old: f32,
}

impl Overlap {
    /// Of the longer, which is the smaller share.
    pub(super) fn of_longer(self) -> f32 {
        self.of_new.min(self.of_old)
    }
}

/// The runs of an arriving article's text.
#[derive(Debug)]
pub(super) struct Runs<'a> {
    words: &'a [u16],
    sorted: Vec<u64>,
}

impl<'a> Runs<'a> {
    pub(super) fn new(words: &'a [u16]) -> Self {
        let mut sorted: Vec<u64> = runs(words).collect();
        sorted.sort_unstable();
        Self { words, sorted }
    }

    /// Compares with another article's text.
    pub(super) fn overlap(&self, old: &[u16]) -> Overlap {
        let mut common: Vec<u64> = runs(old)
            .filter(|run| self.sorted.binary_search(run).is_ok())
            .collect();
        if common.is_empty() {
            return Overlap::default();
        }
        common.sort_unstable();
        Overlap {
            of_new: covered(self.words, &common),
            of_old: covered(old, &common),
        }
    }
}

fn runs(words: &[u16]) -> impl Iterator<Item = u64> {
    words
        .windows(RUN)
        .map(|run| run.iter().fold(0, |key, &word| key << 16 | u64::from(word)))
}

fn covered(words: &[u16], common: &[u64]) -> f32 {
    let (mut n_covered, mut covered_to) = (0, 0);
    for (at, run) in runs(words).enumerate() {
        if common.binary_search(&run).is_ok() {
            n_covered += at + RUN - covered_to.max(at);
            covered_to = at + RUN;
        }
    }
    n_covered as f32 / words.len().max(1) as f32
}
