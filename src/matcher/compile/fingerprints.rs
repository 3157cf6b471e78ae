//! Whether two lists mean the same: hashes of their entities and watches.

use crate::matcher::query::spec::{Conditions, EntitySpec};
use std::hash::Hash;
use xxhash_rust::xxh3::Xxh3;

/// Hashes of the entities and of each watch; the place in the file does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fingerprints {
    pub(crate) entities: u128,
    pub(crate) watches: Vec<u128>,
}

impl Fingerprints {
    pub(crate) fn of(watches: &[Conditions], entities: &[EntitySpec]) -> Self {
        Self {
            entities: key(&entities),
            watches: watches.iter().map(key).collect(),
        }
    }
}

fn key(of: &impl Hash) -> u128 {
    let mut hasher = Xxh3::new();
    of.hash(&mut hasher);
    hasher.digest128()
}
