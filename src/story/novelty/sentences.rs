//! Which sentences no earlier article of the story covers.

use crate::story::analysis::arrival::Sentences;
use crate::story::analysis::profile::{Profile, Term};
use crate::story::analysis::sketch::Sketch;
use crate::story::analysis::stopwords;
use crate::story::index::postings::{Holders, Once};

/// Weight that one word has at most: a rare name is not worth three facts. That
/// somebody spoke to reporters, and when, is none.
const MAX_WEIGHT: f32 = 5.5;
/// Weight of a figure that is as rare as that: it is what a sentence tells, in whatever
/// words. An age, the day of a month or a dozen stands in every other text and is a word.
const FIGURE_WEIGHT: f32 = 3.0 * MAX_WEIGHT;
/// Share of a sentence's weight that another has to cover to tell of the same thing.
const ALIKE: f32 = 0.2;

/// Weighs the sentences of an arriving article against those of a story.
///
/// An earlier sentence covers what it shares with a new one. Half of a
/// sentence's novelty is what the best single earlier sentence leaves uncovered, the
/// other half what the best two together leave: facts that were told in two
/// sentences are no news in one.
pub(crate) struct Coverer<'a> {
    profile: &'a Profile,
    sentences: &'a Sentences,
    weights: Vec<f32>,
    /// Weight of each sentence.
    mass: Vec<f32>,
    /// The most of each sentence's weight that one earlier sentence covers, and which.
    best: Vec<(f32, u32)>,
    told: Told,
    once: Once,
    /// Scratch: one zero a sentence, and zero again afterwards.
    sums: Vec<f32>,
}

/// The earlier sentences: of each the terms that the arriving article has as well.
#[derive(Default)]
struct Told {
    terms: Vec<u16>,
    ends: Vec<u32>,
}

impl Told {
    fn terms_of(&self, at: usize) -> &[u16] {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.terms[from as usize..self.ends[at] as usize]
    }
}

/// Adds up what an earlier sentence of `terms` covers of each new one. Every sum on
/// the way goes to `reached`; they ascend, so that the highest is the whole.
#[inline]
fn add_up(
    sums: &mut [f32],
    terms: &[u16],
    weights: &[f32],
    holders: &Holders,
    mut reached: impl FnMut(usize, f32),
) {
    for place in terms.iter().map(|&place| usize::from(place)) {
        let weight = weights[place];
        for sentence in holders.of(place).iter().map(|&at| usize::from(at)) {
            let sum = &mut sums[sentence];
            *sum += weight;
            reached(sentence, *sum);
        }
    }
    sums.fill(0.0);
}

impl<'a> Coverer<'a> {
    pub(crate) fn new(sentences: &'a Sentences, profile: &'a Profile) -> Self {
        let weights: Vec<f32> = profile.terms.iter().map(weight).collect();
        let mass = |places: &[u16]| places.iter().map(|&at| weights[usize::from(at)]).sum();
        Self {
            mass: sentences.iter().map(mass).collect(),
            best: vec![(0.0, 0); sentences.len()],
            once: Once::new(weights.len()),
            told: Told::default(),
            sums: vec![0.0; sentences.len()],
            profile,
            sentences,
            weights,
        }
    }

    /// Takes the sentences of an earlier article into account; gives the share of
    /// the new sentences that one of them is like.
    pub(crate) fn cover(&mut self, earlier: &Sketch) -> f32 {
        let Self {
            profile,
            sentences,
            weights,
            mass,
            best,
            told,
            once,
            sums,
        } = self;
        // What a sum has to reach to tell anything: few do, and only those are looked at.
        let least = mass
            .iter()
            .map(|mass| (ALIKE * mass).max(f32::MIN_POSITIVE));
        let least: Vec<f32> = least.collect();
        let bars = best.iter().zip(&least);
        let mut bars: Vec<f32> = bars
            .map(|((best, _), least)| best.min(least.next_down()))
            .collect();
        let mut is_alike = vec![false; mass.len()];
        for words in earlier.outline.sentences() {
            let from = told.terms.len();
            once.next();
            profile.places_of(words, &mut told.terms, |place| once.is_first(place));
            if told.terms.len() == from {
                continue;
            }
            let at = told.ends.len() as u32;
            told.ends.push(told.terms.len() as u32);
            let terms = &told.terms[from..];
            add_up(sums, terms, weights, &sentences.holders, |sentence, sum| {
                if sum > bars[sentence] {
                    is_alike[sentence] |= sum >= least[sentence];
                    let best = &mut best[sentence];
                    if sum > best.0 {
                        *best = (sum, at);
                    }
                    bars[sentence] = if is_alike[sentence] {
                        best.0
                    } else {
                        best.0.min(least[sentence].next_down())
                    };
                }
            });
        }
        let n_alike = is_alike.iter().filter(|is_alike| **is_alike).count();
        n_alike as f32 / is_alike.len().max(1) as f32
    }

    /// How much of each sentence is new, 0 to 1; 0 for one without weight, and for one
    /// of which less than `least` is new.
    pub(crate) fn novelty(&mut self, least: f32) -> Vec<f32> {
        let mut novelty: Vec<f32> = (0..self.mass.len()).map(|at| self.left(at)).collect();
        let open: Vec<usize> = (0..novelty.len())
            .filter(|&at| novelty[at] > 0.0 && novelty[at] >= least)
            .collect();
        let added = self.added(&open);
        novelty.fill(0.0);
        for (at, added) in open.into_iter().zip(added) {
            let found = self.uncovered(at, added);
            novelty[at] = if found >= least { found } else { 0.0 };
        }
        novelty
    }

    /// How much of a sentence the best single earlier one leaves, 0 to 1.
    pub(crate) fn left(&self, at: usize) -> f32 {
        self.uncovered(at, 0.0)
    }

    fn uncovered(&self, at: usize, added: f32) -> f32 {
        if self.mass[at] <= 0.0 {
            return 0.0;
        }
        (1.0 - (self.best[at].0 + 0.5 * added) / self.mass[at]).clamp(0.0, 1.0)
    }

    /// Of each of the sentences `open`, the most that a second earlier sentence
    /// covers of what the best one leaves.
    fn added(&mut self, open: &[usize]) -> Vec<f32> {
        let mut left = Sentences::default();
        for &at in open {
            self.once.next();
            if self.best[at].0 > 0.0 {
                for &place in self.told.terms_of(self.best[at].1 as usize) {
                    self.once.is_first(usize::from(place));
                }
            }
            let places = self.sentences.of(at).iter().copied();
            left.push(places.filter(|&place| self.once.is_first(usize::from(place))));
        }
        left.hold(self.weights.len());
        let mut most = vec![0.0; open.len()];
        let sums = &mut self.sums[..open.len()];
        for at in 0..self.told.ends.len() {
            let terms = self.told.terms_of(at);
            add_up(
                sums,
                terms,
                &self.weights,
                &left.holders,
                |sentence, sum| {
                    if sum > most[sentence] {
                        most[sentence] = sum;
                    }
                },
            );
        }
        most
    }

    /// For each of the article's terms, whether an earlier article has it.
    pub(crate) fn known(&self) -> Vec<bool> {
        let mut known = vec![false; self.weights.len()];
        for &place in &self.told.terms {
            known[usize::from(place)] = true;
        }
        known
    }

    /// Weight of each sentence.
    pub(crate) fn mass(&self) -> &[f32] {
        &self.mass
    }
}

fn weight(term: &Term) -> f32 {
    if stopwords::is_telling(term.hash) {
        0.0
    } else if term.is_figure && term.idf >= MAX_WEIGHT {
        FIGURE_WEIGHT
    } else {
        term.idf.min(MAX_WEIGHT)
    }
}
