//! What a new list takes over from the one before: the watches that did not
//! change are not understood and compiled again.
//!
//! A program is only ever added to. The watches that went leave their
//! conditions behind, which nothing wakes; when they are many, the next program
//! is made from nothing.

use crate::matcher::compile::fingerprints::Keys;
use crate::matcher::compile::program::Program;
use rustc_hash::FxHashMap;

/// One in so many of a program's watches may be gone before it is made anew.
const MAX_GONE: usize = 4;

/// The watches of a program by what they say.
#[derive(Debug)]
pub(crate) struct Known<'p> {
    pub(crate) program: &'p Program,
    by_key: FxHashMap<u128, u32>,
}

impl<'p> Known<'p> {
    /// What `program` knows of a list with `keys`; none where too little of it
    /// would be left, or where `@name` would mean something else.
    pub(crate) fn of(program: &'p Program, keys: &Keys) -> Option<Self> {
        if program.list.entities != keys.entities {
            return None;
        }
        let by_key: FxHashMap<u128, u32> = program.list.watches.iter().copied().zip(0..).collect();
        let kept = keys.watches.iter().filter(|key| by_key.contains_key(key));
        let n_kept = kept.count();
        let n_gone = program.n_compiled.saturating_sub(n_kept);
        (n_gone * MAX_GONE <= program.n_compiled).then_some(Self { program, by_key })
    }

    /// The index of the watch that says the same.
    pub(crate) fn watch(&self, key: u128) -> Option<u32> {
        self.by_key.get(&key).copied()
    }
}
