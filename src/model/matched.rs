//! A watch met by an article, and why.

use super::{Excerpt, WatchId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::borrow::Cow;

/// A part of an article that terms are searched in.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
    /// The sentence is boilerplate: the outlet repeats it under articles on other
    /// topics.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub boilerplate: bool,
}

impl Evidence {
    /// The term as it is shown to a person ([`shown_term`]).
    #[must_use]
    pub fn shown_term(&self) -> Cow<'_, str> {
        shown_term(&self.term, &self.sentence, &self.marks)
    }
}

/// A term of the evidence as it is shown to a person. The `near` of a list is named by
/// its place in the watchlist (`near[0]`), which says nothing: its words are shown.
#[must_use]
pub fn shown_term<'t>(term: &'t str, sentence: &str, marks: &[(usize, usize)]) -> Cow<'t, str> {
    if !term.starts_with("near[") {
        return Cow::Borrowed(term);
    }
    let words = marks.iter().map(|&(start, end)| {
        let chars = sentence.chars().skip(start);
        chars.take(end.saturating_sub(start)).collect::<String>()
    });
    Cow::Owned(words.collect::<Vec<_>>().join(" near "))
}

/// A watch met by an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Match {
    /// Which watch.
    pub watch: WatchId,
    /// The evidence for each condition that was met, in the article's order.
    pub why: Vec<Evidence>,
    /// It matches only because of boilerplate: sentences that the outlet repeats
    /// under articles on other topics. It causes no alert.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub boilerplate: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_of_a_list_is_shown_by_its_words() {
        let evidence = |term: &str| Evidence {
            term: term.into(),
            field: Field::Body,
            start: 0,
            end: 0,
            sentence: "The ferry left the quay.".into(),
            marks: Marks::from_slice(&[(4, 9), (19, 23)]),
            boilerplate: false,
        };
        assert_eq!(evidence("near[0]").shown_term(), "ferry near quay");
        assert_eq!(evidence("ferry NEAR quay").shown_term(), "ferry NEAR quay");
    }
}
