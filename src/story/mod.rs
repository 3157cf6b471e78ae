//! Stories: who copied whom, which articles tell of one event, what is new.
//!
//! [`Stories`] holds the articles of the last two weeks as small sketches.
//! [`Stories::plan`] says where an arriving article belongs and changes nothing;
//! [`Stories::apply`] takes that over once it is stored. Feeding what was
//! stored through [`Stories::restore`] after a restart, from [`counted_from`]
//! on, gives the same later placements as not restarting.
//!
//! The steps of a placement, each in its file: `analysis` takes the article
//! apart, `copies` finds the article it is a copy of, `assign` the story it
//! belongs to, `rewrite`, `novelty` and `headline` say what it is to that story.
//!
//! Not here: the store, the matches, the decision to alert.

mod novelty;
mod index;
mod assign;
mod analysis;
mod trees;
mod settings;

pub use assign::features::{Features, N_FEATURES};
pub use assign::model::Model;
pub use assign::place::Stories;
pub use assign::verdict::Candidate;
pub use index::idf::counted_from;
pub use novelty::article_features::{ArticleFeatures, N_ARTICLE};
pub use novelty::model::NoveltyModel;
pub use novelty::seen::Seen;
pub use novelty::sentence_features::{N_SENTENCE, SentenceFeatures};
pub use settings::StorySettings;
pub use trees::{DEPTH, N_LEAVES, N_SPLITS, Tree, Trees};

use crate::model::{ArticleId, CoverageKind, Novelty, StoryId};
use jiff::Timestamp;
use std::sync::Arc;

/// Bytes that [`Stories`] takes for itself at most: what is learnt of words and of
/// the outlets' standing sentences.
pub const FIXED_BYTES: usize = 2 << 20;
/// Bytes that the longest article takes at most, the indexes included; an ordinary one of
/// 450 words takes some 1,000. [`Settings::max_articles`] of these, and
/// [`FIXED_BYTES`], are all that [`Stories`] takes.
pub const MAX_ARTICLE_BYTES: usize = 5 << 10;

/// An article as it arrives.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// Its number; ascending in the order of arrival.
    pub id: ArticleId,
    /// Its address, the page's own canonical one if it has one.
    pub url: Option<&'a str>,
    /// The outlet.
    pub source: &'a str,
    /// The headline; may be empty.
    pub title: &'a str,
    /// The standfirst; may be empty.
    pub dek: &'a str,
    /// The blocks joined by blank lines; may be empty.
    pub text: &'a str,
    /// BCP 47, where known.
    pub language: Option<&'a str>,
    /// When it was published; its arrival where that is unknown or later than it.
    pub at: Timestamp,
    /// The article that this is a newer reading of: the same entry read again.
    pub same_as: Option<ArticleId>,
}

/// Where an article belongs and what it is there.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The article.
    pub article: ArticleId,
    /// Its story.
    pub story: StoryId,
    /// It is the story's first.
    pub opens: bool,
    /// What it is to its story.
    pub kind: CoverageKind,
    /// The article it is a copy, a rewrite or a newer reading of.
    pub of: Option<ArticleId>,
    /// The sentences that no earlier article of the story covers, the most
    /// telling first. Empty for the first article of a story, where all is new, and for copies.
    pub new: Vec<Novelty>,
    /// The share of the article that its new sentences are, 0 to 1, without what its
    /// outlet has said before: what a watch's own `development` is compared with.
    pub newness: f32,
    /// The sentences that earlier articles of the story cover, in their order; empty
    /// for copies found by their text or address.
    pub covered: Vec<Covered>,
    /// The sentences that a revision changed or added, in its order.
    pub changed: Vec<String>,
    /// Other stories found to be one with this, by this article.
    pub linked: Vec<StoryId>,
    /// The story with this article in it.
    pub coverage: Coverage,
    taken: Arc<analysis::arrival::Taken>,
}

/// A sentence that tells nothing new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Where it stands: bytes of the article's text.
    pub sentence: std::ops::Range<usize>,
    /// The earlier article that covers most of it.
    pub by: ArticleId,
}

/// How a story is covered so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Its articles, revisions not counted.
    pub articles: u32,
    /// Their outlets.
    pub sources: u32,
    /// The outlets that reported themselves: copies and rewrites count with their origin.
    pub independent: u32,
    /// The earliest time of an article.
    pub first_seen: Timestamp,
    /// The latest time of an article.
    pub last_seen: Timestamp,
    /// The first article's headline; its first sentence where it has none.
    pub title: String,
}

/// How stories are told apart.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long an article is remembered, by the times of the articles that arrive.
    pub window: jiff::SignedDuration,
    /// Articles remembered however old they are, so that a small
    /// installation knows a story again that rested for longer.
    pub min_articles: usize,
    /// Articles remembered at most: the bound of the memory.
    pub max_articles: usize,
    /// The number of the next story opened, unless a larger one has been seen:
    /// one more than the largest in the store.
    pub next_story: StoryId,
    /// The judge; the shipped one by default.
    pub model: Model,
    /// What tells new sentences and kinds; the shipped one by default.
    pub novelty: NoveltyModel,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            window: jiff::SignedDuration::from_hours(14 * 24),
            min_articles: 2_000,
            max_articles: 100_000,
            next_story: StoryId(1),
            model: Model::default(),
            novelty: NoveltyModel::default(),
        }
    }
}

#[cfg(test)]
mod headline_tests;
#[cfg(test)]
mod restart_tests;
#[cfg(test)]
mod revision_tests;
#[cfg(test)]
mod tests;
