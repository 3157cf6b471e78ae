//! Learnt by `examples/train_story.rs`; not to be changed by hand.

use super::model::Model;

/// The shipped model.
pub(super) const MODEL: Model = Model {
    weights: [
        -5.0, 4.0, 2.0, 1.0, 2.0, 2.0, 1.5, 1.5, 0.0, 0.0, 0.0, 0.0, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0,
        0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    ],
    threshold: 0.5,
};
