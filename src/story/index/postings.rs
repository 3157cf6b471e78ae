//! Which sentences of an arriving article hold a term: the way from the words
//! of an earlier sentence to the new ones that share them.

use crate::story::analysis::arrival::Sentences;

/// Sentences by term, in one piece.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    /// Where each term's sentences begin; one more for the end.
    from: Vec<u32>,
    sentences: Vec<u16>,
}

impl Holders {
    /// Of the sentences' terms, which are `n_terms`.
    pub(crate) fn new(sentences: &Sentences, n_terms: usize) -> Self {
        let mut from = vec![0_u32; n_terms + 1];
        for &place in sentences.iter().flatten() {
            from[usize::from(place) + 1] += 1;
        }
        for at in 1..from.len() {
            from[at] += from[at - 1];
        }
        let mut next = from.clone();
        let mut holders = vec![0; from[n_terms] as usize];
        for (sentence, places) in sentences.iter().enumerate() {
            for &place in places {
                let next = &mut next[usize::from(place)];
                // Sentences are bounded by `analysis`.
                holders[*next as usize] = sentence as u16;
                *next += 1;
            }
        }
        Self {
            from,
            sentences: holders,
        }
    }

    /// The sentences that hold the term.
    #[inline]
    pub(crate) fn of(&self, place: usize) -> &[u16] {
        &self.sentences[self.from[place] as usize..self.from[place + 1] as usize]
    }
}

/// Marks each term once for each earlier sentence, however often it says it.
#[derive(Debug)]
pub(crate) struct Once {
    seen: Vec<u32>,
    round: u32,
}

impl Once {
    pub(crate) fn new(n_terms: usize) -> Self {
        Self {
            seen: vec![0; n_terms],
            round: 0,
        }
    }

    /// Begins the next sentence.
    pub(crate) fn next(&mut self) {
        self.round += 1;
    }

    /// Whether the sentence says the term for the first time.
    #[inline]
    pub(crate) fn is_first(&mut self, place: usize) -> bool {
        std::mem::replace(&mut self.seen[place], self.round) != self.round
    }
}
