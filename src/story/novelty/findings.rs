//! The comparison of an article with the earlier articles of its story.

use crate::model::ArticleId;
use crate::story::analysis::arrival::Arrival;
use crate::story::analysis::quantity;
use crate::story::assign::place::Stories;
use crate::story::index::window::Window;
use crate::story::novelty::overlap::alike::Alike;
use crate::story::novelty::overlap::sentences::{Best, Coverer, Earlier};
use crate::story::novelty::sentence_features::{N_FIGURES, SentenceFeatures, SentenceReader};
use rustc_hash::FxHashSet;

/// The comparison of an article with the earlier articles of its story.
pub(crate) struct Findings {
    pub sentences: Vec<SentenceFeatures>,
    /// The weight of each sentence.
    pub mass: Vec<f32>,
    /// For each sentence, how far earlier sentences cover it.
    pub best: Vec<Best>,
    /// The earlier articles in the order of [`Best::article`].
    pub articles: Vec<Earlier>,
    /// For each term of the article, whether an earlier article has it.
    pub known: Vec<bool>,
    /// The most similar earlier articles, the most similar first.
    pub alike: Vec<Alike>,
}

impl Findings {
    /// The number of words of the headline that no earlier article has.
    pub(crate) fn new_in_title(&self, arrival: &Arrival<'_>) -> usize {
        let terms = arrival.profile.terms.iter().zip(&self.known);
        terms
            .filter(|(term, is_known)| term.in_title && !**is_known)
            .count()
    }

    /// Whether sentence `at` of the text has a figure that no earlier article has.
    pub(crate) fn has_new_figure(&self, at: usize) -> bool {
        self.sentences[at][N_FIGURES] > 0.0
    }

    /// The number of the article's figures that no earlier article of the story has.
    pub(crate) fn n_new_figures(&self) -> f32 {
        let sentences = self.sentences.iter();
        sentences.map(|sentence| sentence[N_FIGURES]).sum()
    }

    /// The share of an earlier article's words that are also in the arriving article.
    pub(crate) fn kept_of(&self, article: Option<ArticleId>, window: &Window) -> f32 {
        let number = article.and_then(|id| window.by_id(id));
        let alike = self.alike.iter().find(|alike| Some(alike.number) == number);
        alike.map_or(0.0, |alike| alike.overlap.of_old)
    }
}

impl Stories {
    /// For each sentence, the probability that it is new.
    pub(crate) fn probabilities(&self, findings: &Findings) -> Vec<f32> {
        let sentences = findings.sentences.iter();
        sentences
            .map(|features| self.settings.novelty.sentence.probability(features))
            .collect()
    }

    /// Compares an article with the earlier articles `members`.
    pub(crate) fn findings(
        &self,
        arrival: &Arrival<'_>,
        members: impl Iterator<Item = u32> + Clone,
    ) -> Findings {
        let sentences = arrival.sentences();
        let mut coverer = Coverer::new(sentences, &arrival.profile);
        let mut texts = FxHashSet::default();
        for member in members.clone() {
            let Some(sketch) = self.window.sketch(member) else {
                continue;
            };
            // A second copy of the same text covers nothing more, so it is skipped.
            if sketch.identity == 0 || texts.insert(sketch.identity) {
                coverer.cover(member, sketch);
            }
        }
        let second = coverer.second();
        let alike = self.alike_articles(arrival, coverer.articles());
        let reader = SentenceReader {
            stories: self,
            arrival,
            coverer: &coverer,
            second: &second,
            alike: &alike,
            figures: self.figures_of(arrival, &coverer, members),
        };
        let features = (0..sentences.len()).map(|at| reader.features(at)).collect();
        Findings {
            sentences: features,
            mass: coverer.mass().to_vec(),
            best: coverer.best().to_vec(),
            articles: coverer.articles().to_vec(),
            known: coverer.known().to_vec(),
            alike,
        }
    }

    /// The figures of the earlier articles, ascending; empty if all figures of the
    /// arriving article are exactly among them.
    fn figures_of(
        &self,
        arrival: &Arrival<'_>,
        coverer: &Coverer<'_>,
        members: impl Iterator<Item = u32>,
    ) -> Vec<f32> {
        let mut terms = arrival.profile.terms.iter().zip(coverer.known());
        if !terms.any(|(term, is_known)| term.is_number && !is_known) {
            return Vec::new();
        }
        let mut codes: Vec<u16> = Vec::new();
        for sketch in members.filter_map(|number| self.window.sketch(number)) {
            let words = sketch.outline.words().iter();
            codes.extend(
                words
                    .filter(|word| **word >> 15 == 1)
                    .map(|word| word & 0x7fff),
            );
        }
        codes.sort_unstable();
        codes.dedup();
        let mut figures: Vec<f32> = codes
            .into_iter()
            .map(|code| quantity::Quantity(code).value())
            .collect();
        figures.sort_unstable_by(f32::total_cmp);
        figures
    }
}
