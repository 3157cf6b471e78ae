//! Stories: which articles report the same event, which of them are copies or rewrites,
//! and what is new in each.
//!
//! [`Stories`] holds the articles of the last two weeks as small sketches.
//! [`Stories::plan`] computes the placement of an arriving article and changes nothing;
//! [`Stories::apply`] adds the article to memory once the placement is stored. After a
//! restart, [`Stories::restore`] is called with each stored article from [`counted_from`]
//! on; later placements are then the same as without the restart.
//!
//! The steps of a placement, by module: `analysis` extracts sentences and terms, `assign`
//! finds the article that it is a copy of and the story that it belongs to, `novelty`
//! decides its kind in that story and what is new.
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

/// The most bytes that [`Stories`] takes apart from articles: word frequencies and the
/// outlets' boilerplate sentences.
pub const FIXED_BYTES: usize = 2 << 20;
/// The most bytes that one article takes, its share of the indexes included; an ordinary
/// one of 450 words takes about 1,000. [`Stories`] takes at most
/// [`Settings::max_articles`] times this, plus [`FIXED_BYTES`].
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
    /// When it was published. If that is unknown or after its arrival, the time of its
    /// arrival.
    pub at: Timestamp,
    /// The earlier article of the same entry, if the entry's page was read again.
    pub same_as: Option<ArticleId>,
}

/// Where an article belongs and what it is there.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The article.
    pub article: ArticleId,
    /// Its story.
    pub story: StoryId,
    /// Whether it is the first article of its story.
    pub opens: bool,
    /// Its kind in the story.
    pub kind: CoverageKind,
    /// The article that it is a copy, a rewrite or a revision of.
    pub of: Option<ArticleId>,
    /// The sentences that no earlier article of the story covers, the most important
    /// first. Empty for copies, and for the first article of a story, where everything is
    /// new.
    pub new: Vec<Novelty>,
    /// The share of the article that is new sentences, 0 to 1; sentences that its outlet
    /// has published before are not counted. A watch's `development` setting is compared
    /// with it.
    pub newness: f32,
    /// The sentences that earlier articles of the story cover, in their order; empty
    /// for copies found by their text or address.
    pub covered: Vec<Covered>,
    /// The sentences that a revision changed or added, in the order of its text.
    pub changed: Vec<String>,
    /// Other stories that this article shows to be about the same event.
    pub linked: Vec<StoryId>,
    /// The story's coverage, with this article counted.
    pub coverage: Coverage,
    taken: Arc<analysis::arrival::Taken>,
}

/// A sentence that an earlier article of the story covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Its byte range in the article's text.
    pub sentence: std::ops::Range<usize>,
    /// The earlier article that covers most of it.
    pub by: ArticleId,
}

/// How many articles and outlets cover a story so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The number of its articles, without revisions.
    pub articles: u32,
    /// The number of outlets of these articles.
    pub sources: u32,
    /// The number of outlets with a report of their own. Copies and rewrites do not
    /// count.
    pub independent: u32,
    /// The earliest [`Incoming::at`] of its articles.
    pub first_seen: Timestamp,
    /// The latest [`Incoming::at`] of its articles.
    pub last_seen: Timestamp,
    /// The first article's headline; if it has none, its first sentence.
    pub title: String,
}

/// The settings of [`Stories`]: how long articles are remembered, and the models.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long an article is remembered. Time is measured by the dates of arriving
    /// articles.
    pub window: jiff::SignedDuration,
    /// The latest articles of this number are remembered however old they are, so that a
    /// small installation recognises a story after a long pause.
    pub min_articles: usize,
    /// The most articles remembered; it bounds the memory.
    pub max_articles: usize,
    /// The number of the next new story, unless a restored story has a larger one: one
    /// more than the largest number in the store.
    pub next_story: StoryId,
    /// The model that decides which story an article belongs to; by default the shipped
    /// one.
    pub model: Model,
    /// The models that decide which sentences are new and what kind an article is; by
    /// default the shipped ones.
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
