//! The line model: three forests of the form of [`crate::extract::score::model`].
//!
//! `title` says which line is the headline. `first` judges each line by itself
//! and by its neighbours' form; `second` judges it again with the first scores
//! of the lines around. They are stored in `model.txt`, each under its name in
//! brackets, and trained by `train_extract lines` on 63 invented dumps in 24
//! languages with a label on each line, and on the lines of some 600 news pages
//! whose text is known.

use crate::extract::plain::document::Document;
use crate::extract::plain::features::{N_FEATURES, name, value};
use crate::extract::score::model::{Model, ModelError};
use std::fmt;
use std::sync::LazyLock;

/// Lines that are judged together: what a forest needs of more would not fit
/// the processor's cache.
const CHUNK: usize = 512;

/// The forests that judge lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineModel {
    /// Above zero: the headline.
    pub title: Model,
    /// Above zero: the article's.
    pub first: Model,
    /// The same, knowing the first scores.
    pub second: Model,
}

static SHIPPED: LazyLock<LineModel> = LazyLock::new(|| {
    LineModel::parse(include_str!("model.txt")).expect("the shipped model parses, as a test checks")
});

impl LineModel {
    /// The model that comes with newsvane.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads the form that the model is written in.
    ///
    /// # Errors
    /// On the first line that is not in that form or names an unknown feature.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let names: Vec<String> = (0..N_FEATURES).map(name).collect();
        let part = |section: &str| {
            let from = text
                .find(section)
                .map_or(text.len(), |at| at + section.len());
            let to = text[from..]
                .find("\n[")
                .map_or(text.len(), |n| from + n + 1);
            Model::parse_named(&text[from..to], &names)
        };
        Ok(Self {
            title: part("[title]\n")?,
            first: part("[first]\n")?,
            second: part("[second]\n")?,
        })
    }

    /// How sure the model is of each line that it is the headline.
    pub(super) fn titles(&self, document: &Document, n_lines: usize) -> Vec<f32> {
        scores(&self.title, document, 0..n_lines, &[])
    }

    /// How sure the model is of each line that it is the article's: log odds.
    pub(super) fn judge(&self, document: &Document) -> Vec<f32> {
        let all = 0..document.lines.len();
        let first = scores(&self.first, document, all.clone(), &[]);
        scores(&self.second, document, all, &first)
    }
}

fn scores(
    model: &Model,
    document: &Document,
    lines: std::ops::Range<usize>,
    first: &[f32],
) -> Vec<f32> {
    let mut scores = Vec::with_capacity(lines.len());
    let mut columns = Vec::new();
    for from in lines.clone().step_by(CHUNK) {
        let chunk = from..(from + CHUNK).min(lines.end);
        columns.clear();
        for feature in model.used() {
            columns.extend(chunk.clone().map(|at| value(*feature, document, at, first)));
        }
        scores.extend(model.sums(&columns, chunk.len()));
    }
    scores
}

impl fmt::Display for LineModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Written by examples/train_extract.rs; see score/model.rs for the form."
        )?;
        for (section, model) in [
            ("title", &self.title),
            ("first", &self.first),
            ("second", &self.second),
        ] {
            writeln!(f, "[{section}]")?;
            // Small enough to be shipped; more digits change no figure.
            model.write_named(f, name, 2)?;
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
        let model = LineModel::parse(text).expect("the shipped model is in the form");
        assert_eq!(model.to_string(), text);
        assert!(text.len() < 150_000, "{} bytes", text.len());
    }

    #[test]
    fn every_feature_has_a_name_of_its_own() {
        let mut names: Vec<String> = (0..N_FEATURES).map(name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), N_FEATURES);
    }
}
