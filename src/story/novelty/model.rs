//! The models that decide which sentences are new and what kind an article is.

use crate::story::novelty::constants;
use crate::story::trees::Trees;

/// The models of novelty, and the probabilities from which their answer is yes.
#[derive(Clone, Debug, PartialEq)]
pub struct NoveltyModel {
    /// Whether a sentence is new to its story.
    pub sentence: Trees,
    /// The least probability at which a sentence counts as new.
    pub new_sentence: f32,
    /// The same for a sentence with a new figure; lower, because figures are often the
    /// news.
    pub new_figure: f32,
    /// Whether an article is a development.
    pub development: Trees,
    /// The least probability at which an article is a development. It is chosen so that a
    /// missed alert counts as much as four needless ones.
    pub news: f32,
    /// Whether an article that is not a development is a rewrite of one earlier article.
    pub rewrite: Trees,
    /// The least probability at which an article is a rewrite.
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
    /// Empty models with the shipped limits, to start training from.
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
