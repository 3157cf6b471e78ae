//! What an article is about at a glance: the words of its title and lead that tell most.
//!
//! Alike events share the words for what happened, and differ in who and where.

use crate::story::analysis::profile::Term;

/// Keys of an article.
pub(crate) const MAX_KEYS: usize = 20;

/// A word of title or lead: its hash, of which the lowest bits say what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(u32);

const NAME: u32 = 1;
const NUMBER: u32 = 2;
const MARKS: u32 = NAME | NUMBER;

impl Key {
    fn new(term: &Term) -> Self {
        let name = if term.is_name { NAME } else { 0 };
        let number = if term.is_number { NUMBER } else { 0 };
        Self(term.hash & !MARKS | name | number)
    }

    /// The word's hash; its lowest bits are not the word's own.
    pub(crate) fn hash(self) -> u32 {
        self.0
    }

    pub(crate) fn is_name(self) -> bool {
        self.0 & NAME != 0
    }

    pub(crate) fn is_number(self) -> bool {
        self.0 & NUMBER != 0
    }

    /// As [`Term::signature`].
    pub(crate) fn signature(self) -> u16 {
        (self.0 >> 17) as u16 | (u16::from(self.is_number()) << 15)
    }
}

/// The places of the terms that tell most, the heaviest first.
pub(crate) fn places(terms: &[Term]) -> Vec<u16> {
    let weight = |term: &Term| term.idf * term.idf * if term.in_title { 1.5 } else { 1.0 };
    // Terms are fewer than a u16 counts.
    let mut places: Vec<u16> = (0..terms.len() as u16)
        .filter(|&place| terms[usize::from(place)].in_lead)
        .collect();
    places.sort_by(|&a, &b| {
        let weights = [a, b].map(|place| weight(&terms[usize::from(place)]));
        weights[1].total_cmp(&weights[0]).then(a.cmp(&b))
    });
    places.truncate(MAX_KEYS);
    places
}

/// The keys at `places`.
pub(crate) fn keys(terms: &[Term], places: &[u16]) -> Box<[Key]> {
    let keys = places
        .iter()
        .map(|&place| Key::new(&terms[usize::from(place)]));
    keys.collect()
}
