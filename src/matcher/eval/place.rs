//! Stretches of words in an article, and how they relate to each other.

use crate::matcher::query::lower::CONTEXT_WORDS;
use crate::matcher::query::spec::FieldSet;
use smallvec::SmallVec;

/// A stretch of words in one field. Words are numbered across all fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) field: u8,
}

/// Places in the order of the article, without duplicates.
pub(crate) type Places = SmallVec<[Place; 16]>;

impl Place {
    /// Itself if it contains `inner`, else an empty place.
    pub(crate) fn fitting(self, inner: Place) -> Self {
        if within(inner, self) {
            self
        } else {
            Self {
                end: self.start,
                ..self
            }
        }
    }
}

/// Those of the sorted `places` that start from `first` to `last`. Found by binary
/// search: an article may name a thing a hundred thousand times.
pub(crate) fn starting(places: &[Place], first: u32, last: u32) -> &[Place] {
    let from = places.partition_point(|place| place.start < first);
    let to = places.partition_point(|place| place.start <= last);
    &places[from..to.max(from)]
}

/// Whether a context word at `word` makes a short name at `place` count.
pub(crate) fn is_context(place: Place, word: Place) -> bool {
    place.field == word.field && !within(word, place) && gap(place, word) <= CONTEXT_WORDS
}

pub(crate) fn is_in(place: &Place, fields: FieldSet) -> bool {
    fields.0 & 1 << place.field != 0
}

pub(crate) fn within(inner: Place, outer: Place) -> bool {
    inner.field == outer.field && outer.start <= inner.start && inner.end <= outer.end
}

pub(crate) fn overlap(a: Place, b: Place) -> bool {
    a.start < b.end && b.start < a.end
}

/// Words between two places of one field; 0 where they overlap.
pub(crate) fn gap(a: Place, b: Place) -> u32 {
    a.start.max(b.start).saturating_sub(a.end.min(b.end))
}

pub(crate) fn cover(a: Place, b: Place) -> Place {
    Place {
        start: a.start.min(b.start),
        end: a.end.max(b.end),
        field: a.field,
    }
}

pub(crate) fn sort(places: &mut Places) {
    places.sort_unstable();
    places.dedup();
}

/// The number of sorted `places`, where overlapping ones count once.
pub(crate) fn distinct(places: &[Place]) -> usize {
    let mut n = 0;
    let mut end = 0;
    for place in places {
        if place.start >= end {
            n += 1;
        }
        end = end.max(place.end);
    }
    n
}
