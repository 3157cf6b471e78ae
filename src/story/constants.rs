//! Learnt by `examples/train_story.rs`; not to be changed by hand.

use super::model::Model;

/// The shipped model.
pub(super) const MODEL: Model = Model {
    weights: [
        -8.399412,
        -12.088456,
        13.013842,
        3.6259353,
        8.507854,
        -2.1774411,
        -1.6903056,
        1.6567621,
        16.387774,
        2.1234941,
        3.0843186,
        -0.7730289,
        -0.41791302,
        1.5724571,
        -0.5294625,
        1.695365,
        0.09561762,
        -12.692699,
        2.7012227,
        -4.70358,
        -3.7950866,
        -0.7949902,
        0.046672385,
        0.0,
    ],
    threshold: 0.2,
};
