//! A watch met by an article, and why.

use super::{Excerpt, WatchId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// A part of an article that terms are looked for in.
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

/// One term's hit: where it stands and the sentence around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The term as it is written in the watchlist, or the place of the
    /// condition, as `near[0]`.
    pub term: Excerpt,
    /// The field it was found in.
    pub field: Field,
    /// First character of the hit, counted in the field.
    pub start: usize,
    /// One past the hit's last character, counted in the field.
    pub end: usize,
    /// The sentence that holds the hit.
    pub sentence: Excerpt,
    /// Character ranges within `sentence` of the words that count: one for a
    /// term, two for a pair of neighbours.
    pub marks: Marks,
}

/// A watch met by an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Which watch.
    pub watch: WatchId,
    /// Every condition of the watch that was met, in the article's order;
    /// empty for a watch that holds by absence only.
    pub why: Vec<Evidence>,
}
