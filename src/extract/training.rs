//! What the training of the block model needs to see; nothing else uses it.

pub use super::context::Look;
pub use super::model::{Forest, Model, ModelError, Question, Tree};

use super::context;
use super::features::{At, N_OWN, name, value};
use super::{ExtractError, Options, page};
use crate::model::Article;

/// A block of a page as the model sees it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its words.
    pub text: String,
    /// What the surroundings are reckoned from; the score is to be filled in.
    pub look: Look,
    /// The features' values of a first look, in the order of [`feature_names`].
    pub features: Vec<f32>,
}

/// The features' names.
#[must_use]
pub fn feature_names() -> Vec<String> {
    (0..N_OWN).map(name).collect()
}

/// All blocks of a page in reading order.
///
/// # Errors
/// When the page is none.
pub fn samples(bytes: &[u8], options: &Options<'_>) -> Result<Vec<Sample>, ExtractError> {
    page::with_survey(bytes, options, |survey, _| {
        (0..survey.blocks.len())
            .map(|at| {
                let block = At { survey, at };
                let features = (0..N_OWN).map(|feature| value(feature, &block)).collect();
                Sample {
                    text: survey.blocks[at].text.clone(),
                    look: Look {
                        n_words: survey.facts[at].n_words,
                        place: survey.facts[at].place,
                        score: 0.0,
                    },
                    features,
                }
            })
            .collect()
    })
}

/// The features of a second look that come after those of the first, for all
/// blocks of a page, by what the first look made of them.
#[must_use]
pub fn surroundings(looks: &[Look]) -> Vec<Vec<f32>> {
    context::of(looks)
        .into_iter()
        .map(|features| features.to_vec())
        .collect()
}

/// Reads a page as [`super::from_html`] does, with another model.
///
/// # Errors
/// When it holds no article.
pub fn article(
    bytes: &[u8],
    options: &Options<'_>,
    model: &Model,
) -> Result<Article, ExtractError> {
    page::article(bytes, options, model)
}
