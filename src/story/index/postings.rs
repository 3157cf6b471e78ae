//! The sentences of an arriving article by their terms: the way from the words of an
//! earlier sentence to the new ones that share them.

/// The sentences of an arriving article's text: the places of each one's terms,
/// ascending, in one piece.
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

    /// The places of a sentence's terms.
    pub(crate) fn of(&self, at: usize) -> &[u16] {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.places[from as usize..self.ends[at] as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u16]> {
        (0..self.len()).map(|at| self.of(at))
    }

    /// Adds a sentence of these terms.
    pub(crate) fn push(&mut self, places: impl Iterator<Item = u16>) {
        self.places.extend(places);
        self.ends.push(self.places.len() as u32);
    }

    /// Learns which sentences hold each of `n_terms`, when all are there.
    pub(crate) fn hold(&mut self, n_terms: usize) {
        self.holders = Holders::new(self, n_terms);
    }
}

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
