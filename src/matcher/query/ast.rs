//! The conditions of a watch as one expression, the same for lists and queries.

use crate::matcher::query::spec::FieldSet;
use regex::Regex;
use std::sync::Arc;

/// One word of a term.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    /// A word by its folded form; with `caps` it must be in upper case in the text.
    Word { folded: String, caps: bool },
    /// A word in exactly this spelling.
    Exact { spelling: String, folded: String },
    /// A pattern that the folded form must match.
    Wild(Wildcard),
    /// Any inflection of the word with this spelling.
    Stem(String),
}

/// A folded word with `*` and `?` as [`Wildcard::ANY`] and [`Wildcard::ONE`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Wildcard(pub(crate) String);

impl Wildcard {
    /// Replaces `*` while a term is cut into words: a letter that no language
    /// uses today, so that the rules for words need not know about wildcards.
    pub(crate) const ANY: char = '\u{A66E}';
    /// Replaces `?`.
    pub(crate) const ONE: char = '\u{A66F}';
}

/// A sequence of words.
pub(crate) type Phrase = Vec<Slot>;

/// What a term looks for.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    /// Any of these; several if the term has a hyphen.
    Phrases(Vec<Phrase>),
    /// A regular expression over the original text.
    Regex(Arc<Regex>),
    /// An entity, by its index.
    Entity(u32),
}

/// A term and the fields it is searched in.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    /// As it is written, including its field.
    pub(crate) written: String,
    pub(crate) pattern: Pattern,
    pub(crate) fields: FieldSet,
    /// Every character is Han or Kana: it must begin and end at the edge of a
    /// dictionary word.
    pub(crate) is_ideographic: bool,
}

/// What the two sides of SENT or PARA must share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Sentence,
    Paragraph,
}

/// How a count is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    AtLeast,
    AtMost,
    Exactly,
}

/// A condition.
#[derive(Clone, Debug)]
pub(crate) enum Query {
    Term(Term),
    And(Vec<Query>),
    Or(Vec<Query>),
    Not(Box<Query>),
    /// `label` names the condition in the evidence.
    Near {
        a: Box<Query>,
        b: Box<Query>,
        words: u32,
        ordered: bool,
        label: String,
    },
    /// `"a b"~n`: all of these, in any order, at most `extra` words between.
    Window {
        of: Vec<Query>,
        extra: u32,
        label: String,
    },
    Same {
        a: Box<Query>,
        b: Box<Query>,
        unit: Unit,
        label: String,
    },
    AtLeast {
        n: u32,
        of: Vec<Query>,
    },
    Count {
        of: Box<Query>,
        comparison: Comparison,
        n: u32,
    },
    /// `of` holds, and its positive terms have at least `n` hits.
    Mentions {
        of: Box<Query>,
        n: u32,
    },
}

impl Query {
    /// Whether it has places in the text, which the sides of NEAR need.
    pub(crate) fn has_places(&self) -> bool {
        match self {
            Self::Term(_) | Self::Near { .. } | Self::Window { .. } | Self::Same { .. } => true,
            Self::Or(of) => of.iter().all(Self::has_places),
            Self::And(_)
            | Self::Not(_)
            | Self::AtLeast { .. }
            | Self::Count { .. }
            | Self::Mentions { .. } => false,
        }
    }

    /// Whether it can hold only if a term hits in the article's text.
    pub(crate) fn needs_text(&self) -> bool {
        match self {
            Self::Term(term) => term.fields.has_text(),
            Self::And(of) => of.iter().any(Self::needs_text),
            Self::Or(of) => of.iter().all(Self::needs_text),
            Self::Not(_) => false,
            Self::Near { a, b, .. } | Self::Same { a, b, .. } => a.needs_text() || b.needs_text(),
            Self::Window { of, .. } => of.iter().any(Self::needs_text),
            Self::AtLeast { n, of } => *n > 0 && of.iter().all(Self::needs_text),
            Self::Count { of, comparison, n } => match comparison {
                Comparison::AtLeast | Comparison::Exactly => *n > 0 && of.needs_text(),
                Comparison::AtMost => false,
            },
            Self::Mentions { of, .. } => of.needs_text(),
        }
    }
}
