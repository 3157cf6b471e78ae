//! Watches that did not change are taken over from the previous list, not parsed
//! and compiled again.
//!
//! A program is only ever extended. Removed watches leave their conditions
//! behind, where nothing evaluates them; when there are too many, the next program
//! is built from scratch.

use crate::matcher::compile::fingerprints::Fingerprints;
use crate::matcher::compile::program::{Program, Watch};
use rustc_hash::FxHashMap;

/// A program is rebuilt when more than one in this many of its watches was removed.
const MAX_REMOVED: usize = 4;

/// The watches of the previous program by their fingerprint.
#[derive(Debug)]
pub(crate) struct Reusable<'p> {
    pub(crate) program: &'p Program,
    by_key: FxHashMap<u128, u32>,
}

impl<'p> Reusable<'p> {
    /// What a list with `keys` can take over from `program`; `None` if too many
    /// watches were removed, or if the entities changed, so that `@name` may mean
    /// something else.
    pub(crate) fn of(program: &'p Program, keys: &Fingerprints) -> Option<Self> {
        if program.list.entities != keys.entities {
            return None;
        }
        let by_key: FxHashMap<u128, u32> = program.list.watches.iter().copied().zip(0..).collect();
        let kept = keys.watches.iter().filter(|key| by_key.contains_key(key));
        let n_kept = kept.count();
        let n_removed = program.n_compiled.saturating_sub(n_kept);
        (n_removed * MAX_REMOVED <= program.n_compiled).then_some(Self { program, by_key })
    }

    /// The compiled watch with this fingerprint.
    pub(crate) fn watch(&self, key: u128) -> Option<&'p Watch> {
        let at = *self.by_key.get(&key)?;
        Some(&self.program.watches[at as usize])
    }
}
