//! What the training of the two models needs to see; nothing else uses it.

pub use crate::extract::score::model::{Model, ModelError, Question, Tree};

pub use crate::extract::plain::LineDocument;
pub use crate::extract::plain::model::LineModel;

use super::{ExtractError, Options, page, plain};
use crate::extract::score::features::{At, N_FEATURES, name, value};
use crate::model::Article;

/// A block of a page as the model sees it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its words.
    pub text: String,
    /// The features' values of a first look, in the order of [`feature_names`].
    pub features: Vec<f32>,
    /// Whether it is out without the model being asked.
    pub is_menu: bool,
}

/// The features' names.
#[must_use]
pub fn feature_names() -> Vec<String> {
    (0..N_FEATURES).map(name).collect()
}

/// All blocks of a page in reading order.
///
/// # Errors
/// When the page is none.
pub fn samples(bytes: &[u8], options: &Options<'_>) -> Result<Vec<Sample>, ExtractError> {
    samples_of(bytes, options, |_| true)
}

/// The blocks of a page that has lost all others than those, told by their place
/// among [`samples`], that are to be kept: what a page with a shorter article
/// looks like.
///
/// # Errors
/// When the page is none.
pub fn samples_of(
    bytes: &[u8],
    options: &Options<'_>,
    is_kept: impl Fn(usize) -> bool,
) -> Result<Vec<Sample>, ExtractError> {
    page::with_blocks(bytes, options, is_kept, |survey, _| {
        (0..survey.blocks.len())
            .map(|at| {
                let block = At { survey, at };
                let features = (0..N_FEATURES)
                    .map(|feature| value(feature, &block))
                    .collect();
                Sample {
                    text: survey.blocks[at].text.clone(),
                    features,
                    is_menu: survey.is_menu(at),
                }
            })
            .collect()
    })
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

/// Reads plain text as [`super::from_text`] does, with another model.
#[must_use]
pub fn article_of_text(text: &str, options: &Options<'_>, model: &LineModel) -> Article {
    plain::article(text, options, model)
}
