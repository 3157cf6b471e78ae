//! The features of a sentence: the numbers that the model of new sentences decides by.

use crate::story::analysis::arrival::Arrival;
use crate::story::analysis::profile::Term;
use crate::story::analysis::quantity;
use crate::story::assign::place::Stories;
use crate::story::novelty::overlap::alike::Alike;
use crate::story::novelty::overlap::sentences::{Best, Coverer, share};

/// The number of features of a sentence.
pub const N_SENTENCE: usize = 32;
/// The features of a sentence.
pub type SentenceFeatures = [f32; N_SENTENCE];

/// The indexes in [`SentenceFeatures`] of the number of new figures and of new names.
pub(crate) const N_FIGURES: usize = 7;
pub(crate) const N_NAMES: usize = 9;

/// Computes the features of each sentence.
pub(crate) struct SentenceReader<'a> {
    pub(crate) stories: &'a Stories,
    pub(crate) arrival: &'a Arrival<'a>,
    pub(crate) coverer: &'a Coverer<'a>,
    pub(crate) second: &'a [f32],
    pub(crate) alike: &'a [Alike],
    pub(crate) figures: Vec<f32>,
}

/// Counts and weights of a sentence's terms that no earlier article has, by type of term.
#[derive(Default)]
struct Unknown {
    n_figures: f32,
    n_rounded: f32,
    n_names: f32,
    n_words: f32,
    weight: f32,
    rarest: f32,
    n_in_title: f32,
    n_known_names: f32,
    n_known_figures: f32,
}

impl SentenceReader<'_> {
    /// The features of sentence `at` of the text.
    pub(crate) fn features(&self, at: usize) -> SentenceFeatures {
        let best = self.coverer.best()[at];
        let mass = self.coverer.mass()[at];
        let places = self.arrival.sentences().of(at);
        let n_terms = places.len() as f32;
        let unknown = self.unknown(places);
        let n_sentences = self.coverer.mass().len();
        let text = self.text(at);
        let (others, others_best) = self.others(at);
        let closest = self.alike.first();
        let [before, after] = [at.checked_sub(1), at.checked_add(1)].map(|near| {
            near.and_then(|near| {
                let mass = *self.coverer.mass().get(near)?;
                Some(share(self.coverer.best()[near].cover, mass))
            })
        });
        let near = before.unwrap_or(0.5) + after.unwrap_or(0.5);
        let source = self.coverer.articles().get(usize::from(best.article));
        let source = source.and_then(|article| self.stories.window.sketch(article.number));
        let is_own_source = source.is_some_and(|sketch| sketch.source == self.arrival.taken.source);
        [
            share(best.cover, mass),
            share(best.cover + self.second[at], mass),
            share(mass - unknown.weight, mass),
            share(best.in_one_article, mass),
            best.likeness,
            mass,
            n_terms,
            unknown.n_figures,
            unknown.n_rounded,
            unknown.n_names,
            unknown.n_words,
            unknown.rarest,
            unknown.weight,
            at as f32 / n_sentences.max(1) as f32,
            at.min(12) as f32,
            f32::from(has_quote(text)),
            unknown.n_in_title,
            others,
            others_best,
            closest.map_or(0.0, |alike| alike.share),
            closest.map_or(0.0, |alike| alike.overlap.of_new),
            near / 2.0,
            (self.coverer.n_told() as f32).ln_1p(),
            f32::from(self.stories.is_said_again(self.arrival, at)),
            f32::from(is_own_source),
            best.left_out,
            f32::from(self.is_denied_otherwise(places, best)),
            share(
                unknown.n_words + unknown.n_names + unknown.n_figures,
                n_terms,
            ),
            unknown.n_known_figures,
            unknown.n_known_names,
            self.in_title(places),
            self.coverer.articles().len().min(20) as f32,
        ]
    }

    fn unknown(&self, places: &[u16]) -> Unknown {
        let mut found = Unknown::default();
        for place in places.iter().map(|&place| usize::from(place)) {
            let term = &self.arrival.profile.terms[place];
            let weight = self.coverer.weights()[place];
            if self.coverer.known()[place] {
                found.n_known_figures += f32::from(term.is_number);
                found.n_known_names += f32::from(term.is_name);
                continue;
            }
            if term.is_number && self.is_rounding(term) {
                found.n_rounded += 1.0;
                continue;
            }
            found.weight += weight;
            found.rarest = found.rarest.max(weight);
            found.n_in_title += f32::from(term.in_title);
            if term.is_number {
                found.n_figures += 1.0;
            } else if term.is_name {
                found.n_names += 1.0;
            } else if weight > 0.0 {
                found.n_words += 1.0;
            }
        }
        found
    }

    /// Whether a new figure is an earlier article's figure, rounded or more exact.
    fn is_rounding(&self, term: &Term) -> bool {
        let value = quantity::Quantity((term.hash >> 17) as u16).value();
        let at = self.figures.partition_point(|&known| known < value);
        let near = [at.checked_sub(1), Some(at)].into_iter().flatten();
        near.filter_map(|at| self.figures.get(at))
            .any(|&known| quantity::is_rounded(known, value))
    }

    /// How much of the article's other sentences is covered, as a share of their weight:
    /// each by the best earlier article, and by the best single earlier sentence.
    fn others(&self, at: usize) -> (f32, f32) {
        let (mut total, mut known, mut best) = (0.0, 0.0, 0.0);
        let all = self.coverer.mass().iter().zip(self.coverer.best());
        for (_, (mass, found)) in (0..).zip(all).filter(|(other, _)| *other != at) {
            total += mass;
            known += found.in_one_article;
            best += found.cover;
        }
        (share(known, total), share(best, total))
    }

    /// Whether only one of the two, the sentence or the earlier sentence that covers it
    /// best, has a negation.
    fn is_denied_otherwise(&self, places: &[u16], best: Best) -> bool {
        let terms = &self.arrival.profile.terms;
        let denies = |places: &[u16]| {
            places
                .iter()
                .any(|&place| terms[usize::from(place)].is_negation())
        };
        best.cover > 0.0 && denies(places) != denies(self.coverer.told(best.sentence))
    }

    fn in_title(&self, places: &[u16]) -> f32 {
        let terms = &self.arrival.profile.terms;
        let places = places.iter().map(|&place| usize::from(place));
        let title = places.filter(|&place| terms[place].in_title);
        title.map(|place| self.coverer.weights()[place]).sum()
    }

    fn text(&self, at: usize) -> &str {
        let analysis = &self.arrival.analysis;
        let span = analysis.sentences[analysis.body.start + at].span.clone();
        &self.arrival.incoming.text[span]
    }
}

fn has_quote(sentence: &str) -> bool {
    sentence.contains(['“', '”', '„', '«', '»', '「', '」', '"'])
}
