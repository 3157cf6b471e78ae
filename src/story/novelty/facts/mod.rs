//! Which figures, names and quotes of an article, and which words of its headline, no
//! earlier article of the story has.

pub(in crate::story) mod marks;
mod quotes;
pub(in crate::story) mod headline_news;
