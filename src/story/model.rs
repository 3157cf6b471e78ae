//! The judge of whether an article belongs to a story.

use super::features::{Features, N_FEATURES};

/// Logistic regression over [`Features`].
#[derive(Clone, Debug)]
pub struct Model {
    /// One a feature.
    pub weights: [f32; N_FEATURES],
    /// The least probability at which an article joins a story.
    pub threshold: f32,
}

impl Model {
    /// The probability that the article belongs to the story.
    #[must_use]
    pub fn probability(&self, features: &Features) -> f32 {
        let logit: f32 = self.weights.iter().zip(features).map(|(w, f)| w * f).sum();
        1.0 / (1.0 + (-logit).exp())
    }
}

impl Default for Model {
    /// As learnt by `examples/train_story.rs`.
    fn default() -> Self {
        super::constants::MODEL
    }
}
