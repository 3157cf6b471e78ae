//! The models that say which sentences are new and what an article is to its story.

use crate::story::novelty::constants;
use crate::story::trees::Trees;

/// How new sentences and kinds are told.
#[derive(Clone, Debug, PartialEq)]
pub struct NoveltyModel {
    /// Whether a sentence is new to its story.
    pub sentence: Trees,
    /// The least probability of a sentence that is told as new.
    pub new_sentence: f32,
    /// The same of a sentence with a figure that is new: figures are news.
    pub new_figure: f32,
    /// Whether an article brings news.
    pub development: Trees,
    /// The least probability of a development: a missed alert costs a reader as much
    /// as four needless ones.
    pub news: f32,
    /// Whether an article without news is one earlier article in other words.
    pub rewrite: Trees,
    /// The least probability of a rewrite.
    pub reworded: f32,
}

impl Default for NoveltyModel {
    fn default() -> Self {
        Self {
            sentence: constants::SENTENCE,
            development: constants::DEVELOPMENT,
            rewrite: constants::REWRITE,
            ..Self::untaught()
        }
    }
}

impl NoveltyModel {
    /// Models that know nothing, with the shipped limits.
    #[must_use]
    pub const fn untaught() -> Self {
        Self {
            sentence: Trees::untaught(),
            new_sentence: 0.45,
            new_figure: 0.36,
            development: Trees::untaught(),
            news: 0.35,
            rewrite: Trees::untaught(),
            reworded: 0.5,
        }
    }
}
