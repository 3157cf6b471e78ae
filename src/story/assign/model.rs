//! The judge of whether an article belongs to a story.

use crate::story::assign::features::{Features, N_FEATURES};

/// Units of the hidden layer.
pub const N_HIDDEN: usize = 24;

/// A logistic model over [`Features`] and a few learnt combinations of them:
/// how near is near enough depends on the length of the articles, the size of
/// the story and its rivals.
#[derive(Clone, Debug)]
pub struct Model {
    /// Of each combination, one a feature; the first feature is constant.
    pub hidden: [[f32; N_FEATURES]; N_HIDDEN],
    /// Of the combinations, then of the constant.
    pub output: [f32; N_HIDDEN + 1],
    /// The least probability at which an article joins a story.
    pub threshold: f32,
    /// Articles after which half of the caution of the beginning is gone: as long as it
    /// is not known which words stand in everything, all articles seem alike and a story
    /// is joined at a higher probability. Of 80 streams cut out of longer ones, the first
    /// 30 articles had a BCubed F1 of .92 instead of .89 where many stories share their
    /// words, and of .96 instead of .95 elsewhere.
    pub caution: f32,
    /// How much the larger of two likely stories is preferred: what one event
    /// was split into grows together again.
    pub gravity: f32,
}

impl Model {
    /// The probability that the article belongs to the story.
    #[must_use]
    pub fn probability(&self, features: &Features) -> f32 {
        let mut logit = self.output[N_HIDDEN];
        for (weights, output) in self.hidden.iter().zip(&self.output) {
            let sum: f32 = weights.iter().zip(features).map(|(w, f)| w * f).sum();
            logit += output * softsign(sum);
        }
        1.0 / (1.0 + (-logit).exp())
    }
}

/// Between -1 and 1, from the basic operations only: the same on every machine.
fn softsign(x: f32) -> f32 {
    x / (1.0 + x.abs())
}
