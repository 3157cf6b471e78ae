//! The articles in memory, found by the words, addresses and sentences they share.

pub(super) mod articles;
pub(super) mod window;
pub(super) mod minhash;
pub(super) mod idf;
pub(super) mod lookup;
pub(super) mod repeats;
pub(super) mod scores;
pub(super) mod postings;
