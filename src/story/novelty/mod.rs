//! The kind of an article in its story (duplicate, rewrite, revision, development,
//! independent), and which of its sentences are new.

pub(super) mod kind;
pub(super) mod revision;
pub(super) mod findings;
pub(super) mod article_features;
pub(super) mod sentence_features;
pub(super) mod model;
mod constants;
pub(super) mod seen;
pub(super) mod live;
pub(super) mod overlap;
pub(super) mod facts;
