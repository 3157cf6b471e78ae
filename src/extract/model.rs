//! The model that judges blocks: a sum of small trees, each of which asks the
//! same few questions of every block and looks the answer up.
//!
//! It is trained by `examples/train_extract.rs` and lies in `model.txt` in
//! readable form: a tree is its questions (`feature > threshold`) in a line
//! each, then one value for each combination of answers.

use super::features::{self, At, N_FEATURES};
use std::fmt;
use std::sync::LazyLock;

/// Most questions of one tree.
const MAX_QUESTIONS: usize = 8;

/// A feature and the value it must be over for a yes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// The feature's place among the features.
    pub feature: usize,
    /// The answer is yes above it.
    pub threshold: f32,
}

/// Questions, and a value for each combination of answers: the first question
/// is the lowest bit.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// At most eight.
    pub questions: Vec<Question>,
    /// Two to the power of their number.
    pub values: Vec<f32>,
}

/// A sum of trees: above zero a block is the article's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    trees: Vec<Tree>,
    bias: f32,
    /// The features that any tree asks for, and where each stands among them.
    used: Vec<usize>,
    /// The trees again, with places among `used` instead of features.
    steps: Vec<(u16, f32)>,
}

/// What is wrong with a model's text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the model: {what}; train it again")]
pub struct ModelError {
    line: usize,
    what: &'static str,
}

static SHIPPED: LazyLock<Model> =
    LazyLock::new(|| Model::parse(include_str!("model.txt")).unwrap_or_default());

impl Model {
    /// The model that comes with newsvane.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// A model of `trees` and a value that every block begins with.
    #[must_use]
    pub fn new(trees: Vec<Tree>, bias: f32) -> Self {
        let mut used: Vec<usize> = trees
            .iter()
            .flat_map(|tree| &tree.questions)
            .map(|question| question.feature)
            .collect();
        used.sort_unstable();
        used.dedup();
        let place = |feature| used.binary_search(&feature).map_or(0, |place| place as u16);
        let steps = trees
            .iter()
            .flat_map(|tree| &tree.questions)
            .map(|question| (place(question.feature), question.threshold))
            .collect();
        Self {
            trees,
            bias,
            used,
            steps,
        }
    }

    /// How sure the model is that a block is the article's: the logarithm of the odds.
    pub(super) fn judge(&self, block: &At<'_>, scratch: &mut Vec<f32>) -> f32 {
        scratch.clear();
        scratch.extend(
            self.used
                .iter()
                .map(|feature| features::value(*feature, block)),
        );
        let mut sum = self.bias;
        let mut steps = self.steps.as_slice();
        for tree in &self.trees {
            let (asked, rest) = steps.split_at(tree.questions.len());
            steps = rest;
            let mut answers = 0;
            for (bit, (place, threshold)) in asked.iter().enumerate() {
                answers |= usize::from(scratch[usize::from(*place)] > *threshold) << bit;
            }
            sum += tree.values[answers];
        }
        sum
    }

    /// The same, of a block whose features are all at hand.
    #[must_use]
    pub fn sum(&self, features: &[f32]) -> f32 {
        let is_yes = |question: &Question| {
            features
                .get(question.feature)
                .is_some_and(|value| *value > question.threshold)
        };
        let leaf = |tree: &Tree| -> usize {
            tree.questions
                .iter()
                .enumerate()
                .map(|(bit, question)| usize::from(is_yes(question)) << bit)
                .sum()
        };
        self.trees
            .iter()
            .map(|tree| tree.values[leaf(tree)])
            .sum::<f32>()
            + self.bias
    }

    /// Reads the form that [`Model`] is written in.
    ///
    /// # Errors
    /// On the first line that is not in that form or names an unknown feature.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let names: Vec<String> = (0..N_FEATURES).map(features::name).collect();
        let mut trees = Vec::new();
        let mut questions = Vec::new();
        let mut bias = 0.0;
        for (line, content) in (1..).zip(text.lines()) {
            let err = |what| ModelError { line, what };
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            if let Some(value) = content.strip_prefix("bias ") {
                bias = value.parse().map_err(|_| err("the bias is no number"))?;
            } else if let Some(values) = content.strip_prefix("= ") {
                let values: Result<Vec<f32>, _> = values.split(' ').map(str::parse).collect();
                let values = values.map_err(|_| err("a value is no number"))?;
                if values.len() != 1 << questions.len() {
                    return Err(err("not one value for each combination of answers"));
                }
                trees.push(Tree {
                    questions: std::mem::take(&mut questions),
                    values,
                });
            } else {
                let (name, threshold) = content
                    .rsplit_once(" > ")
                    .ok_or(err("neither question nor values"))?;
                let feature = names
                    .iter()
                    .position(|known| known == name)
                    .ok_or(err("an unknown feature"))?;
                let threshold = threshold
                    .parse()
                    .map_err(|_| err("a threshold is no number"))?;
                if questions.len() == MAX_QUESTIONS {
                    return Err(err("too many questions"));
                }
                questions.push(Question { feature, threshold });
            }
        }
        Ok(Self::new(trees, bias))
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Written by examples/train_extract.rs; see model.rs for the form."
        )?;
        writeln!(f, "bias {:.4}", self.bias)?;
        for tree in &self.trees {
            for question in &tree.questions {
                writeln!(
                    f,
                    "{} > {}",
                    features::name(question.feature),
                    question.threshold
                )?;
            }
            write!(f, "=")?;
            for value in &tree.values {
                write!(f, " {value:.4}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
