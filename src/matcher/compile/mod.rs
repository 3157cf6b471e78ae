//! Compiles queries into one program: vocabulary, trie, conditions, and the index
//! of the phrases that wake each watch.

pub(super) mod class;
pub(super) mod program;
pub(super) mod fingerprints;
pub(super) mod builder;
pub(super) mod vocabulary;
pub(super) mod trie;
pub(super) mod filter;
pub(super) mod reuse;
pub(super) mod frequencies;
pub(super) mod wake_index;
