//! The model that scores blocks: a sum of small trees, each of which asks the
//! same few questions of every block and looks the answer up.
//!
//! It is trained by `examples/train_extract.rs` and lies in `model.txt` in
//! readable form: a tree is its questions (`feature > threshold`) in a line
//! each, then one value for each combination of answers.

use crate::extract::layout::survey::Survey;
use crate::extract::score::features;
use crate::extract::score::features::{At, N_FEATURES};
use std::fmt;
use std::sync::LazyLock;

/// What menus get without being asked, for speed: no article was ever in one.
const MENU: f32 = -9.0;

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
    /// The trees' questions again, with places among `used` instead of features.
    steps: Vec<(u16, f32)>,
}

/// What is wrong with a model's text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the model: {what}; train it again")]
pub struct ModelError {
    line: usize,
    what: &'static str,
}

static SHIPPED: LazyLock<Model> = LazyLock::new(|| {
    Model::parse(include_str!("model.txt")).expect("the shipped model parses, as a test checks")
});

impl Model {
    /// A forest of `trees` and a value that every block begins with.
    #[must_use]
    pub fn new(trees: Vec<Tree>, bias: f32) -> Self {
        let questions = || trees.iter().flat_map(|tree| &tree.questions);
        let mut used: Vec<usize> = questions().map(|question| question.feature).collect();
        used.sort_unstable();
        used.dedup();
        let place = |feature| used.binary_search(&feature).map_or(0, |place| place as u16);
        let steps = questions()
            .map(|question| (place(question.feature), question.threshold))
            .collect();
        Self {
            trees,
            bias,
            used,
            steps,
        }
    }

    /// The sums for blocks whose features are at hand: `columns` has the values
    /// of each used feature for all blocks, one feature after the other.
    pub(crate) fn sums(&self, columns: &[f32], n_blocks: usize) -> Vec<f32> {
        let mut sums = vec![self.bias; n_blocks];
        let mut answers = vec![0_u8; n_blocks];
        let mut steps = self.steps.as_slice();
        for tree in &self.trees {
            let (asked, rest) = steps.split_at(tree.questions.len());
            steps = rest;
            answers.fill(0);
            for (bit, (place, threshold)) in asked.iter().enumerate() {
                let from = usize::from(*place) * n_blocks;
                // Block by block within a question: the compiler makes vectors of it.
                for (answer, value) in answers.iter_mut().zip(&columns[from..from + n_blocks]) {
                    *answer |= u8::from(*value > *threshold) << bit;
                }
            }
            for (sum, answer) in sums.iter_mut().zip(&answers) {
                *sum += tree.values[usize::from(*answer)];
            }
        }
        sums
    }
}

impl Model {
    /// The model that comes with newsvane.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// The model made stricter by so many log odds.
    #[must_use]
    pub fn stricter(mut self, by: f32) -> Self {
        self.bias -= by;
        self
    }

    /// The features that any tree asks for, in the order in which
    /// [`Model::sums`] wants their columns.
    pub(crate) fn used(&self) -> &[usize] {
        &self.used
    }

    /// The sum for one row of all features.
    #[must_use]
    pub fn sum(&self, row: &[f32]) -> f32 {
        let columns: Vec<f32> = self.used.iter().map(|feature| row[*feature]).collect();
        self.sums(&columns, 1)[0]
    }

    /// How sure the model is of each block that it is the article's: log odds.
    pub(crate) fn scores(&self, survey: &Survey<'_>) -> Vec<f32> {
        let asked: Vec<usize> = (0..survey.blocks.len())
            .filter(|at| !survey.is_menu(*at))
            .collect();
        let mut columns = Vec::with_capacity(self.used.len() * asked.len());
        for feature in &self.used {
            columns.extend(
                asked
                    .iter()
                    .map(|at| features::value(*feature, &At { survey, at: *at })),
            );
        }
        let mut scores = vec![MENU; survey.blocks.len()];
        for (at, sum) in asked.iter().zip(self.sums(&columns, asked.len())) {
            scores[*at] = sum;
        }
        scores
    }

    /// Reads the form that [`Model`] is written in.
    ///
    /// # Errors
    /// On the first line that is not in that form or names an unknown feature.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let names: Vec<String> = (0..N_FEATURES).map(features::name).collect();
        Self::parse_named(text, &names)
    }

    /// The same of a model that asks for features of other names.
    ///
    /// # Errors
    /// On the first line that is not in that form or names an unknown feature.
    pub fn parse_named(text: &str, names: &[String]) -> Result<Self, ModelError> {
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
                let question = question(content, names).map_err(err)?;
                if questions.len() == MAX_QUESTIONS {
                    return Err(err("too many questions"));
                }
                questions.push(question);
            }
        }
        Ok(Self::new(trees, bias))
    }
}

fn question(line: &str, names: &[String]) -> Result<Question, &'static str> {
    let (name, threshold) = line
        .rsplit_once(" > ")
        .ok_or("neither question nor values")?;
    let feature = names
        .iter()
        .position(|known| known == name)
        .ok_or("an unknown feature")?;
    let threshold = threshold.parse().map_err(|_| "a threshold is no number")?;
    Ok(Question { feature, threshold })
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Written by examples/train_extract.rs; see model.rs for the form."
        )?;
        self.write_named(f, features::name, 4)
    }
}

impl Model {
    /// Writes the form that [`Model::parse_named`] reads, values with `n_decimals`.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_named(
        &self,
        f: &mut impl fmt::Write,
        name: impl Fn(usize) -> String,
        n_decimals: usize,
    ) -> fmt::Result {
        writeln!(f, "bias {:.4}", self.bias)?;
        for tree in &self.trees {
            for question in &tree.questions {
                writeln!(f, "{} > {}", name(question.feature), question.threshold)?;
            }
            write!(f, "=")?;
            for value in &tree.values {
                write!(f, " {value:.n_decimals$}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_is_read_and_written_alike() {
        let text = include_str!("model.txt");
        let model = Model::parse(text).expect("the shipped model is in the form");
        assert!(!model.trees.is_empty());
        let bare = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            lines.map(str::to_owned).collect()
        };
        assert_eq!(bare(&model.to_string()), bare(text));
    }

    #[test]
    fn a_fault_is_told_with_its_line() {
        let err =
            Model::parse("bias 0.5\nno such feature > 3\n= 1 2\n").expect_err("an unknown feature");
        assert_eq!(
            err.to_string(),
            "line 2 of the model: an unknown feature; train it again"
        );
    }
}
