//! The story an article belongs to.

pub(super) mod candidates;
pub(super) mod constants;
pub(super) mod features;
pub(super) mod model;
pub(super) mod place;
pub(super) mod verdict;

impl Default for model::Model {
    /// As learnt by `examples/train_story.rs`.
    fn default() -> Self {
        constants::MODEL
    }
}

#[cfg(test)]
mod tests;
