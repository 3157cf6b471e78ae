//! The contents of a watchlist before its terms are parsed: strings and their
//! places, as the reader of the file passes them on.

use crate::model::Field;
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// A string of the watchlist and its place. The caller chooses what `at` means; a
/// [`Problem`] returns it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The string, with escapes resolved.
    pub text: String,
    /// Its place.
    pub at: u64,
}

/// The place is not hashed: a watch that only moved in its file did not change.
impl Hash for Written {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Written {
    /// A string without a place.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            at: 0,
        }
    }
}

/// Two lists of terms: one of each must be near one of the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NearSpec {
    /// One side.
    pub a: Vec<Written>,
    /// The other side.
    pub b: Vec<Written>,
    /// Most words between the two.
    pub words: u32,
    /// Whether `a` must come before `b`.
    pub ordered: bool,
}

/// An entity as it is written in the watchlist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct EntitySpec {
    /// Its key, without the `@`.
    pub name: Written,
    /// Terms that name it for certain.
    pub names: Vec<Written>,
    /// Names that are used for it by custom (a capital for its government). They
    /// count like names unless a watch sets `metonyms = false`.
    pub metonyms: Vec<Written>,
    /// Terms that name it only together with a name or a context term.
    pub short: Vec<Written>,
    /// Terms that make a short name count within 40 words.
    pub context: Vec<Written>,
    /// Phrases inside which a short name does not count.
    pub not: Vec<Written>,
}

/// A watch's conditions as they are written in the watchlist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Conditions {
    /// The watch's id.
    pub id: Written,
    /// Every one must hit.
    pub all: Vec<Written>,
    /// One at least must hit.
    pub any: Vec<Written>,
    /// None may hit.
    pub none: Vec<Written>,
    /// Every one must hold.
    pub near: Vec<NearSpec>,
    /// A query that must hold in addition.
    pub query: Option<Written>,
    /// The least number of hits of the positive terms.
    pub min_mentions: u32,
    /// Whether metonyms of entities count.
    pub without_metonyms: bool,
    /// The fields in which terms without a field are searched; by default title,
    /// dek and body.
    pub fields: Option<FieldSet>,
    /// The only sources that count: `tag:wire`, an outlet's name, or a host.
    pub only_sources: Vec<Written>,
    /// Sources that do not count.
    pub not_sources: Vec<Written>,
    /// The only languages that count, as BCP 47 tags; empty for all.
    pub languages: Vec<Written>,
    /// Whether a part of it could not be read. The rest does not show how broad
    /// the watch was meant to be.
    pub is_partial: bool,
}

/// A set of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldSet(pub(crate) u16);

impl FieldSet {
    /// No field.
    pub const NONE: Self = Self(0);
    /// Title, dek and body.
    pub const TEXT: Self = Self(0b111);

    /// The set of one field.
    #[must_use]
    pub fn of(field: Field) -> Self {
        Self(1 << field as u16)
    }

    /// The fields of either set.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `field` is in it.
    #[must_use]
    #[inline]
    pub fn contains(self, field: Field) -> bool {
        self.0 & 1 << field as u16 != 0
    }

    /// Only its fields of the article's text, captions included.
    #[must_use]
    pub fn text_only(self) -> Self {
        Self(self.0 & 0b1111)
    }

    /// Whether it contains a field of the article's text, captions included.
    pub(crate) fn has_text(self) -> bool {
        self.0 & 0b1111 != 0
    }

    /// The field that is called `name` in a watchlist.
    #[must_use]
    pub fn field(name: &str) -> Option<Field> {
        FIELDS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, field)| *field)
    }
}

/// Number of fields.
pub(crate) const N_FIELDS: usize = FIELDS.len();

/// The fields by their names in a watchlist.
pub const FIELDS: [(&str, Field); 9] = [
    ("title", Field::Title),
    ("dek", Field::Dek),
    ("body", Field::Body),
    ("caption", Field::Caption),
    ("author", Field::Author),
    ("source", Field::Source),
    ("tag", Field::Tag),
    ("url", Field::Url),
    ("lang", Field::Lang),
];

/// Something in a watchlist that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The place of the string that it is about ([`Written::at`]).
    pub at: u64,
    /// The bytes of that string that it is about.
    pub span: Range<usize>,
    /// What is wrong, with the watch or entity.
    pub message: String,
    /// How to correct it, if we know.
    pub help: Option<String>,
}
