//! The kinds of articles in a story, and what is new in them.

use serde::{Deserialize, Serialize};

/// The kind of an article in its story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CoverageKind {
    /// Opens a story.
    First,
    /// Another outlet's own report with little that is new.
    Independent,
    /// Brings facts that no earlier article of the story had.
    Development,
    /// Reworded from one earlier article, with nothing new.
    Rewrite,
    /// The same text.
    Duplicate,
    /// The same article, changed in substance.
    Revision,
}

impl CoverageKind {
    /// Whether it is an original report: copies, rewrites and revisions are not new
    /// coverage.
    #[must_use]
    pub fn is_own(self) -> bool {
        match self {
            Self::First | Self::Independent | Self::Development => true,
            Self::Rewrite | Self::Duplicate | Self::Revision => false,
        }
    }
}

/// A sentence that no earlier article of the story covers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Novelty {
    /// The sentence as it is in the article.
    pub sentence: String,
    /// How new it is: 0 known, 1 new beyond doubt.
    pub novelty: f32,
    /// Figures, names and quotes in it that no earlier article of the story has:
    /// ascending; they overlap only within a quote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<NewFact>,
}

/// A figure, name or quote that is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct NewFact {
    /// What it is.
    pub kind: FactKind,
    /// Its range of characters within the sentence.
    pub span: (usize, usize),
}

impl NewFact {
    /// Its text in `sentence`.
    #[must_use]
    pub fn text(&self, sentence: &str) -> String {
        let (start, end) = self.span;
        let chars = sentence.chars().skip(start);
        chars.take(end.saturating_sub(start)).collect()
    }
}

/// The spans that are not inside another one, ascending: a name within a quote is
/// shown as a part of the quote.
#[must_use]
pub fn outermost(spans: impl IntoIterator<Item = (usize, usize)>) -> Vec<(usize, usize)> {
    let mut spans: Vec<_> = spans.into_iter().collect();
    spans.sort_unstable_by_key(|&(start, end)| (start, std::cmp::Reverse(end)));
    let mut outer: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
    for span in spans {
        if outer.last().is_none_or(|last| last.1 <= span.0) {
            outer.push(span);
        }
    }
    outer
}

/// What can be new within a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// A number with its unit.
    Figure,
    /// The name of somebody or something.
    Name,
    /// What somebody said, word for word.
    Quote,
}
