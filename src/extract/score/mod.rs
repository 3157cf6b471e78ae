//! The trained model that decides whether a block belongs to the article.

pub(super) mod features;
pub(super) mod model;
pub(super) mod doubts;
