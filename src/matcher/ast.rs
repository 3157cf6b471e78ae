//! A watch's conditions as one expression, the same for lists and queries.

use super::spec::FieldSet;
use regex::Regex;
use std::sync::Arc;

/// One word of a term.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Slot {
    /// A word by its folded form; `caps` asks for upper case in the text.
    Word { folded: String, caps: bool },
    /// A word by its spelling.
    Exact { spelling: String, folded: String },
    /// A pattern over folded forms.
    Wild(Wildcard),
    /// A word's inflections, by its spelling.
    Stem(String),
}

/// A folded word with `*` and `?` as [`Wildcard::ANY`] and [`Wildcard::ONE`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Wildcard(pub(super) String);

impl Wildcard {
    /// Stands for `*` while a term is cut into words: a letter of no living
    /// language, so that the words' rules need not know of wildcards.
    pub(super) const ANY: char = '\u{A66E}';
    /// Stands for `?`.
    pub(super) const ONE: char = '\u{A66F}';
}

/// A sequence of words.
pub(super) type Phrase = Vec<Slot>;

/// What a term looks for.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// Any of these; several where the term has a hyphen.
    Phrases(Vec<Phrase>),
    /// A regular expression over the original text.
    Regex(Arc<Regex>),
    /// An entity, by its index.
    Entity(u32),
}

/// A term in its scope.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// As it is written, its field included.
    pub(super) written: String,
    pub(super) pattern: Pattern,
    pub(super) fields: FieldSet,
    /// Every character is Han or Kana: it must stand at dictionary edges.
    pub(super) is_ideographic: bool,
}

/// What two things must share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Sentence,
    Paragraph,
}

/// How a count is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    AtLeast,
    AtMost,
    Exactly,
}

/// A condition.
#[derive(Clone, Debug)]
pub(super) enum Query {
    Term(Term),
    And(Vec<Query>),
    Or(Vec<Query>),
    Not(Box<Query>),
    /// `label` is what the evidence is called.
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
    /// At least `n` hits of the positive terms of `of`, which holds as well.
    Mentions {
        of: Box<Query>,
        n: u32,
    },
}

impl Query {
    /// Whether it has places in the text, as the sides of NEAR must.
    pub(super) fn has_places(&self) -> bool {
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

    /// Whether it can hold only where a term hits the article's text.
    pub(super) fn needs_text(&self) -> bool {
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
