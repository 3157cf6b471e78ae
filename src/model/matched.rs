//! A watch met by an article, and why.

use super::{Excerpt, WatchId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// A part of an article that terms are searched in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The headline.
    Title,
    /// The standfirst.
    Dek,
    /// The text.
    Body,
    /// Captions, searched only by watches that ask for them.
    Caption,
    /// The author's name.
    Author,
    /// The outlet's name.
    Source,
    /// One of the feed's tags.
    Tag,
    /// The article's address.
    Url,
    /// The article's language.
    Lang,
}

/// Character ranges within a sentence.
pub type Marks = SmallVec<[(usize, usize); 1]>;

/// A hit of one term: its place and the sentence around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The term as it is written in the watchlist, or the name of the condition,
    /// such as `near[0]`.
    pub term: Excerpt,
    /// The field it was found in.
    pub field: Field,
    /// First character of the hit, counted in the field.
    pub start: usize,
    /// One past the hit's last character, counted in the field.
    pub end: usize,
    /// The sentence that contains the hit.
    pub sentence: Excerpt,
    /// Character ranges within `sentence` of the words that hit: one for a term, two
    /// for a pair.
    pub marks: Marks,
}

/// A watch met by an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Which watch.
    pub watch: WatchId,
    /// The evidence for each condition that was met, in the article's order.
    pub why: Vec<Evidence>,
}
