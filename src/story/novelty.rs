//! Which sentences no earlier article of the story covers.

use super::profile::Profile;
use super::sketch::Sketch;

/// Weighs the sentences of an arriving article against those of a story.
pub(super) struct Coverer<'a> {
    profile: &'a Profile,
    /// Sentences that hold a term.
    holders: Vec<Vec<u16>>,
    /// Weight of each sentence.
    mass: Vec<f32>,
    /// The largest weight any earlier sentence covers of each.
    best: Vec<f32>,
    covered: Vec<f32>,
    touched: Vec<u16>,
}

impl<'a> Coverer<'a> {
    /// `sentences`: the places of each one's terms, ascending.
    pub(super) fn new(sentences: &[Vec<usize>], profile: &'a Profile) -> Self {
        let mut holders = vec![Vec::new(); profile.terms.len()];
        for (at, sentence) in sentences.iter().enumerate() {
            for &place in sentence {
                holders[place].push(at as u16);
            }
        }
        Self {
            profile,
            holders,
            mass: sentences
                .iter()
                .map(|places| super::rewrite::mass(places, profile))
                .collect(),
            best: vec![0.0; sentences.len()],
            covered: vec![0.0; sentences.len()],
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
                if words[..at].contains(word) {
                    continue;
                }
                let idf = self.profile.terms[place].idf;
                for &sentence in &self.holders[place] {
                    let covered = &mut self.covered[usize::from(sentence)];
                    if *covered == 0.0 {
                        self.touched.push(sentence);
                    }
                    *covered += idf;
                }
            }
            for sentence in self.touched.drain(..) {
                let sentence = usize::from(sentence);
                self.best[sentence] = self.best[sentence].max(self.covered[sentence]);
                self.covered[sentence] = 0.0;
            }
        }
    }

    /// How much of each sentence is new, 0 to 1; 0 for one without weight.
    pub(super) fn novelty(&self) -> Vec<f32> {
        self.mass
            .iter()
            .zip(&self.best)
            .map(|(&mass, &best)| {
                if mass > 0.0 {
                    (1.0 - best / mass).clamp(0.0, 1.0)
                } else {
                    0.0
                }
            })
            .collect()
    }

    /// Weight of each sentence.
    pub(super) fn mass(&self) -> &[f32] {
        &self.mass
    }
}
