//! How much of an article earlier ones already said: word by word, reworded,
//! sentence by sentence, and as an outlet's boilerplate.

pub(in crate::story) mod copies;
pub(in crate::story) mod rewrite;
pub(in crate::story) mod alike;
pub(in crate::story) mod sentences;
pub(in crate::story) mod boilerplate;
