//! Which sentences of an arriving article hold a term: the way from the words
//! of an earlier sentence to the new ones that share them.

/// Sentences by term, in one piece.
#[derive(Debug)]
pub(super) struct Holders {
    /// Where each term's sentences begin; one more for the end.
    from: Vec<u32>,
    /// A sentence, and the place of the term among its terms: of 64, the last
    /// stands for all that follow.
    sentences: Vec<(u16, u8)>,
}

impl Holders {
    /// `sentences`: the places of each one's terms, ascending, of `n_terms`.
    pub(super) fn new(sentences: &[Vec<usize>], n_terms: usize) -> Self {
        let mut from = vec![0_u32; n_terms + 1];
        for &place in sentences.iter().flatten() {
            from[place + 1] += 1;
        }
        for at in 1..from.len() {
            from[at] += from[at - 1];
        }
        let mut next = from.clone();
        let mut holders = vec![(0, 0); from[n_terms] as usize];
        for (sentence, places) in sentences.iter().enumerate() {
            for (at, &place) in places.iter().enumerate() {
                // Sentences are bounded by `analysis`.
                holders[next[place] as usize] = (sentence as u16, at.min(63) as u8);
                next[place] += 1;
            }
        }
        Self {
            from,
            sentences: holders,
        }
    }

    /// The sentences that hold the term.
    pub(super) fn of(&self, place: usize) -> &[(u16, u8)] {
        &self.sentences[self.from[place] as usize..self.from[place + 1] as usize]
    }
}

/// Marks each term once for each earlier sentence, however often it says it.
#[derive(Debug)]
pub(super) struct Once {
    seen: Vec<u32>,
    round: u32,
}

impl Once {
    pub(super) fn new(n_terms: usize) -> Self {
        Self {
            seen: vec![0; n_terms],
            round: 0,
        }
    }

    /// Begins the next sentence.
    pub(super) fn next(&mut self) {
        self.round += 1;
    }

    /// Whether the sentence says the term for the first time.
    pub(super) fn is_first(&mut self, place: usize) -> bool {
        std::mem::replace(&mut self.seen[place], self.round) != self.round
    }
}
