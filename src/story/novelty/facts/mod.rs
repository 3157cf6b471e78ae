//! Which figures, names, quotes and words of a headline are new.

pub(in crate::story) mod marks;
mod quotes;
pub(in crate::story) mod headline_news;
