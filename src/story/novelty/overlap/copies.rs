//! Measures how much text two articles have in common, word for word.

/// The number of neighbouring content words that must be the same to count as shared
/// text: three are about five words as written.
const RUN: usize = 3;

/// For each of two articles, the share of its words that are in runs which both have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Overlap {
    pub of_new: f32,
    pub of_old: f32,
}

impl Overlap {
    /// The share of the longer article, which is the smaller one.
    pub(crate) fn of_longer(self) -> f32 {
        self.of_new.min(self.of_old)
    }
}

/// The runs of words of an arriving article's text.
#[derive(Debug)]
pub(crate) struct Runs {
    /// Each different run once; and a hash table of their indexes plus one, where 0 is a
    /// free slot.
    keys: Vec<u64>,
    table: Vec<u16>,
    /// For every run of the text, its index in `keys`.
    places: Vec<u16>,
    n_words: usize,
}

impl Runs {
    pub(crate) fn new(words: &[u16]) -> Self {
        let mut found = Self {
            keys: Vec::with_capacity(words.len()),
            // At most half of the slots are used. A sketch bounds the number of words.
            table: vec![0; (2 * words.len()).next_power_of_two().max(64)],
            places: Vec::with_capacity(words.len()),
            n_words: words.len(),
        };
        for run in runs(words) {
            let slot = found.slot(run);
            if found.table[slot] == 0 {
                found.keys.push(run);
                found.table[slot] = found.keys.len() as u16;
            }
            found.places.push(found.table[slot] - 1);
        }
        found
    }

    /// Compares with another article's text.
    pub(crate) fn overlap(&self, old: &[u16]) -> Overlap {
        let mut is_common = vec![false; self.keys.len()];
        let in_old = runs(old).map(|run| {
            let place = self.place(run);
            if let Some(place) = place {
                is_common[usize::from(place)] = true;
            }
            place.is_some()
        });
        let of_old = covered(in_old, old.len());
        if of_old == 0.0 {
            return Overlap::default();
        }
        let in_new = self
            .places
            .iter()
            .map(|&place| is_common[usize::from(place)]);
        Overlap {
            of_new: covered(in_new, self.n_words),
            of_old,
        }
    }

    /// The index of a run in `keys`.
    fn place(&self, run: u64) -> Option<u16> {
        self.table[self.slot(run)].checked_sub(1)
    }

    /// The slot of the run, or the free slot where it would be.
    fn slot(&self, run: u64) -> usize {
        let mask = self.table.len() - 1;
        let mut slot = (run.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & mask;
        loop {
            match self.table[slot] {
                0 => return slot,
                place if self.keys[usize::from(place) - 1] == run => return slot,
                _ => slot = (slot + 1) & mask,
            }
        }
    }
}

fn runs(words: &[u16]) -> impl Iterator<Item = u64> {
    words
        .windows(RUN)
        .map(|run| run.iter().fold(0, |key, &word| key << 16 | u64::from(word)))
}

/// The share of words that are in a common run.
fn covered(is_common: impl Iterator<Item = bool>, n_words: usize) -> f32 {
    let (mut n_covered, mut covered_to) = (0, 0);
    for (at, is_common) in is_common.enumerate() {
        if is_common {
            n_covered += at + RUN - covered_to.max(at);
            covered_to = at + RUN;
        }
    }
    n_covered as f32 / n_words.max(1) as f32
}
