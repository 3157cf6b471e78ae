//! What an article is to its story: a copy, a rewrite, a revision or news, and which of its sentences are new.

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
