//! The judge of whether an article belongs to a story.

use crate::story::assign::features::Features;
use crate::story::novelty::trees::Trees;

/// Small trees over [`Features`], and how their answer is taken: how near is near
/// enough depends on the length of the articles, the size of the story and what else
/// the two are about.
#[derive(Clone, Debug)]
pub struct Model {
    /// Whether the article belongs to the story.
    pub trees: Trees,
    /// The least probability at which an article joins a story.
    pub threshold: f32,
    /// Articles of its language after which half of the caution of the beginning is
    /// gone: as long as it is not known which words stand in everything, all articles
    /// seem alike and a story is joined at a higher probability.
    pub caution: f32,
    /// How much the larger of two likely stories is preferred: what one event
    /// was split into grows together again.
    pub gravity: f32,
}

impl Model {
    /// The probability that the article belongs to the story.
    #[must_use]
    pub fn probability(&self, features: &Features) -> f32 {
        self.trees.probability(features)
    }
}

impl Default for Model {
    /// As learnt by `examples/train_story.rs`.
    fn default() -> Self {
        crate::story::assign::constants::MODEL
    }
}
