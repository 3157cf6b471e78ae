//! What an article is to its story.

use serde::{Deserialize, Serialize};

/// What an article is to its story (PRODUCT.md section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CoverageKind {
    /// Opens a story.
    First,
    /// Another outlet's own report, with little that is new.
    Independent,
    /// Brings facts that no earlier article of the story had.
    Development,
    /// Reworded from one earlier article, with nothing of its own.
    Rewrite,
    /// The same text.
    Duplicate,
    /// The same article, changed in substance.
    Revision,
}

/// A sentence that no earlier article of the story covers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Novelty {
    /// The sentence as it stands in the article.
    pub sentence: String,
    /// How much of it is new: 0 nothing, 1 all.
    pub novelty: f32,
}
