//! Which sentences no earlier article of the story covers.

use super::profile::Profile;
use super::sketch::Sketch;

/// Weight that one word has at most: a rare name is not worth three facts.
const MAX_WEIGHT: f32 = 5.5;

/// Weighs the sentences of an arriving article against those of a story.
///
/// An earlier sentence covers what it shares with a new one. Half of a
/// sentence's novelty is what the best single earlier sentence leaves uncovered, the
/// other half what the best two together leave: facts that were told in two
/// sentences are no news in one.
pub(super) struct Coverer<'a> {
    profile: &'a Profile,
    /// Places of the terms of each sentence, ascending.
    sentences: &'a [Vec<usize>],
    /// Sentences that hold a term.
    holders: Vec<Vec<u16>>,
    /// Weight of each sentence.
    mass: Vec<f32>,
    /// What covers each sentence best.
    best: Vec<Cover>,
    covered: Vec<(f32, u64)>,
    touched: Vec<u16>,
}

/// The terms of a sentence that earlier sentences cover: as a set of its terms'
/// places within it, the first 64, and their weight.
#[derive(Clone, Default)]
struct Cover {
    /// By the best single earlier sentence.
    one: (f32, u64),
    /// Whatever else covers some of it: distinct sets, the largest kept.
    others: Vec<u64>,
}

/// Earlier sentences kept to be paired with the best one.
const MAX_OTHERS: usize = 24;

impl<'a> Coverer<'a> {
    /// `sentences`: the places of each one's terms, ascending.
    pub(super) fn new(sentences: &'a [Vec<usize>], profile: &'a Profile) -> Self {
        let mut holders = vec![Vec::new(); profile.terms.len()];
        for (at, sentence) in sentences.iter().enumerate() {
            for &place in sentence {
                holders[place].push(at as u16);
            }
        }
        Self {
            profile,
            sentences,
            holders,
            mass: sentences
                .iter()
                .map(|places| mass(places, profile))
                .collect(),
            best: vec![Cover::default(); sentences.len()],
            covered: vec![(0.0, 0); sentences.len()],
            touched: Vec::new(),
        }
    }

    /// Takes the sentences of an earlier article into account.
    pub(super) fn cover(&mut self, earlier: &Sketch) {
        for words in earlier.sentences() {
            for (at, word) in words.iter().enumerate() {
                let Some(place) = self.profile.place(*word) else {
                    continue;
                };
                if !words[..at].contains(word) {
                    self.cover_term(place);
                }
            }
            for sentence in self.touched.drain(..) {
                let sentence = usize::from(sentence);
                self.best[sentence].take(self.covered[sentence]);
                self.covered[sentence] = (0.0, 0);
            }
        }
    }

    fn cover_term(&mut self, place: usize) {
        let weight = weight(place, self.profile);
        for &sentence in &self.holders[place] {
            let (covered, terms) = &mut self.covered[usize::from(sentence)];
            if *terms == 0 && *covered == 0.0 {
                self.touched.push(sentence);
            }
            *covered += weight;
            let places = &self.sentences[usize::from(sentence)];
            *terms |= 1 << places.binary_search(&place).unwrap_or(63).min(63);
        }
    }

    /// How much of each sentence is new, 0 to 1; 0 for one without weight.
    pub(super) fn novelty(&self) -> Vec<f32> {
        (0..self.mass.len()).map(|at| self.novelty_of(at)).collect()
    }

    fn novelty_of(&self, at: usize) -> f32 {
        if self.mass[at] <= 0.0 {
            return 0.0;
        }
        let (one, terms) = self.best[at].one;
        let places = &self.sentences[at];
        let added = self.best[at]
            .others
            .iter()
            .map(|other| self.weight_of(places, other & !terms))
            .fold(0.0, f32::max);
        let covered = one + 0.5 * added;
        (1.0 - covered / self.mass[at]).clamp(0.0, 1.0)
    }

    /// Weight of the terms of a set.
    fn weight_of(&self, places: &[usize], terms: u64) -> f32 {
        places
            .iter()
            .take(64)
            .enumerate()
            .filter(|(at, _)| terms >> at & 1 == 1)
            .map(|(_, &place)| weight(place, self.profile))
            .sum()
    }

    /// Weight of each sentence.
    pub(super) fn mass(&self) -> &[f32] {
        &self.mass
    }
}

impl Cover {
    fn take(&mut self, found: (f32, u64)) {
        let other = if found.0 > self.one.0 {
            std::mem::replace(&mut self.one, found).1
        } else {
            found.1
        };
        if other == 0 || self.others.iter().any(|known| other & !known == 0) {
            return;
        }
        self.others.retain(|known| known & !other != 0);
        if self.others.len() < MAX_OTHERS {
            self.others.push(other);
        }
    }
}

fn mass(places: &[usize], profile: &Profile) -> f32 {
    places.iter().map(|&place| weight(place, profile)).sum()
}

fn weight(place: usize, profile: &Profile) -> f32 {
    profile.terms[place].idf.min(MAX_WEIGHT)
}
