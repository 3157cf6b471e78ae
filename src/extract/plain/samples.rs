//! A text as the training of the line model sees it.

use crate::extract::plain::document::Document;
use crate::extract::plain::features::{N_FEATURES, N_FIRST, name, value};
use crate::extract::plain::{candidates, line};

/// The lines of a text with their features.
#[derive(Debug)]
pub struct LineDocument {
    document: Document,
    /// The lines, white space folded and bullets taken off; empty ones are not
    /// among them.
    pub texts: Vec<String>,
}

impl LineDocument {
    /// Reads `text`, one block a line.
    #[must_use]
    pub fn of(text: &str, has_head: bool) -> Self {
        let candidates = candidates(text);
        let document = Document::of(candidates.iter().map(line).collect(), has_head);
        let texts = candidates
            .into_iter()
            .map(|candidate| candidate.text)
            .collect();
        Self { document, texts }
    }

    /// Compares every line with the headline, as the reading does.
    pub fn set_title(&mut self, title: &str) {
        self.document.set_title(title);
    }

    /// Each line's features of a first look, in the order of
    /// [`LineDocument::feature_names`].
    #[must_use]
    pub fn first_look(&self) -> Vec<Vec<f32>> {
        self.rows(N_FIRST, &[])
    }

    /// Each line's features, the first look's `scores` among them.
    #[must_use]
    pub fn second_look(&self, scores: &[f32]) -> Vec<Vec<f32>> {
        self.rows(N_FEATURES, scores)
    }

    fn rows(&self, n_features: usize, scores: &[f32]) -> Vec<Vec<f32>> {
        (0..self.document.lines.len())
            .map(|at| {
                (0..n_features)
                    .map(|feature| value(feature, &self.document, at, scores))
                    .collect()
            })
            .collect()
    }

    /// The features' names.
    #[must_use]
    pub fn feature_names() -> Vec<String> {
        (0..N_FEATURES).map(name).collect()
    }
}
