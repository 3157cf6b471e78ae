//! What an article is to its story: a copy, a rewrite, a revision or news, and which of its sentences are new.

pub(super) mod kind;
pub(super) mod revision;
pub(super) mod findings;
pub(super) mod model;
pub(super) mod trees;
mod constants;
pub(super) mod sentences;
pub(super) mod rewrite;
pub(super) mod copies;
pub(super) mod marks;
pub(super) mod boilerplate;
pub(super) mod live;
