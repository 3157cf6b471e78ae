//! An inverted index of the arriving article's sentences: which of them contain a term of
//! an earlier sentence.

/// The sentences of an arriving article's text: for each the indexes of its terms,
/// ascending, all in one list.
#[derive(Debug, Default)]
pub(crate) struct Sentences {
    places: Vec<u16>,
    ends: Vec<u32>,
    pub(crate) holders: Holders,
}

impl Sentences {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The indexes of the terms of sentence `at`.
    pub(crate) fn of(&self, at: usize) -> &[u16] {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.places[from as usize..self.ends[at] as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u16]> {
        (0..self.len()).map(|at| self.of(at))
    }

    /// Adds a sentence with these terms.
    pub(crate) fn push(&mut self, places: impl Iterator<Item = u16>) {
        self.places.extend(places);
        self.ends.push(self.places.len() as u32);
    }

    /// Builds the index from each of the `n_terms` terms to its sentences, after all
    /// sentences were added.
    pub(crate) fn hold(&mut self, n_terms: usize) {
        self.holders = Holders::new(self, n_terms);
    }
}

/// The sentences of each term, all in one list.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    /// Where each term's sentences begin in the list, and the list's end.
    from: Vec<u32>,
    sentences: Vec<u16>,
}

impl Holders {
    /// The index of `sentences`, which have `n_terms` different terms.
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
                // `analysis` bounds the number of sentences.
                holders[*next as usize] = sentence as u16;
                *next += 1;
            }
        }
        Self {
            from,
            sentences: holders,
        }
    }

    /// The sentences that contain the term.
    #[inline]
    pub(crate) fn of(&self, place: usize) -> &[u16] {
        &self.sentences[self.from[place] as usize..self.from[place + 1] as usize]
    }
}

/// Finds out whether a term occurs for the first time in a sentence, so that repetitions
/// count once.
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

    /// Starts the next sentence, in which no term has occurred.
    pub(crate) fn next(&mut self) {
        self.round += 1;
    }

    /// Whether the term has not occurred in the sentence yet; marks it as occurred.
    #[inline]
    pub(crate) fn is_first(&mut self, place: usize) -> bool {
        std::mem::replace(&mut self.seen[place], self.round) != self.round
    }
}
