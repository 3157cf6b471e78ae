//! The remembered articles in memory, and the indexes that find them by shared words,
//! addresses, text and sentences.

pub(super) mod articles;
pub(super) mod window;
pub(super) mod minhash;
pub(super) mod idf;
pub(super) mod lookup;
pub(super) mod repeats;
pub(super) mod scores;
pub(super) mod postings;
