//! Which sentences no earlier article of the story covers.

use super::holders::{Holders, Once};
use super::profile::{Profile, Term};
use super::sketch::Sketch;
use super::stopwords;

/// Weight that one word has at most: a rare name is not worth three facts. That
/// somebody spoke to reporters, and when, is none.
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
    weights: Vec<f32>,
    holders: &'a Holders,
    /// Weight of each sentence.
    mass: Vec<f32>,
    /// What covers each sentence best.
    best: Vec<Cover>,
    covered: Vec<(f32, u64)>,
    touched: Vec<u16>,
    once: Once,
}

/// The terms of a sentence that earlier sentences cover: as a set of its terms'
/// places within it, the first 63 and one bit for the rest, and their weight.
#[derive(Clone, Default)]
struct Cover {
    /// By the best single earlier sentence.
    one: (f32, u64),
    /// Whatever else covers some of it: distinct sets, the largest kept.
    others: Vec<u64>,
}

/// Earlier sentences kept to be paired with the best one.
const MAX_OTHERS: usize = 24;
/// Share of a sentence's weight that an earlier one has to cover to be kept:
/// nearly every other shares some word.
const MIN_COVER: f32 = 0.1;
/// ... and to tell of the same thing.
const ALIKE: f32 = 0.2;

impl<'a> Coverer<'a> {
    /// `sentences`: the places of each one's terms, ascending.
    pub(super) fn new(
        sentences: &'a [Vec<usize>],
        holders: &'a Holders,
        profile: &'a Profile,
    ) -> Self {
        let weights: Vec<f32> = profile.terms.iter().map(weight).collect();
        let mass = |places: &Vec<usize>| places.iter().map(|&place| weights[place]).sum();
        Self {
            mass: sentences.iter().map(mass).collect(),
            once: Once::new(weights.len()),
            profile,
            sentences,
            weights,
            holders,
            best: vec![Cover::default(); sentences.len()],
            covered: vec![(0.0, 0); sentences.len()],
            touched: Vec::new(),
        }
    }

    /// Takes the sentences of an earlier article into account; gives the share of
    /// the new sentences that one of them is like.
    pub(super) fn cover(&mut self, earlier: &Sketch) -> f32 {
        let mut alike = vec![false; self.sentences.len()];
        for words in earlier.outline.sentences() {
            self.once.next();
            for &word in words {
                if let Some(place) = self.profile.place(word) {
                    self.cover_term(place);
                }
            }
            for sentence in self.touched.drain(..) {
                let sentence = usize::from(sentence);
                let found = std::mem::take(&mut self.covered[sentence]);
                alike[sentence] |= found.0 >= ALIKE * self.mass[sentence];
                if found.0 >= MIN_COVER * self.mass[sentence] {
                    self.best[sentence].take(found);
                }
            }
        }
        let n_alike = alike.iter().filter(|is_alike| **is_alike).count();
        n_alike as f32 / alike.len().max(1) as f32
    }

    fn cover_term(&mut self, place: usize) {
        let weight = self.weights[place];
        if weight <= 0.0 || !self.once.is_first(place) {
            return;
        }
        for &(sentence, bit) in self.holders.of(place) {
            let (covered, terms) = &mut self.covered[usize::from(sentence)];
            if *terms == 0 {
                self.touched.push(sentence);
            }
            *covered += weight;
            *terms |= 1 << bit;
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
            .enumerate()
            .filter(|(at, _)| terms >> at.min(&63) & 1 == 1)
            .map(|(_, &place)| self.weights[place])
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

fn weight(term: &Term) -> f32 {
    if stopwords::is_telling(term.hash) {
        0.0
    } else {
        term.idf.min(MAX_WEIGHT)
    }
}
