//! Measures how much of an article earlier articles already have: the same words
//! (`copies`), reworded sentences (`rewrite`), covered sentences (`sentences`), and the
//! outlet's boilerplate.

pub(in crate::story) mod copies;
pub(in crate::story) mod rewrite;
pub(in crate::story) mod alike;
pub(in crate::story) mod sentences;
pub(in crate::story) mod boilerplate;
