//! Gradient-boosted decision trees: the form of the models that choose an article's
//! story, and decide which sentences are new and what kind an article is.

use std::borrow::Cow;

/// The depth of a tree.
pub const DEPTH: usize = 3;
/// The number of splits of a tree.
pub const N_SPLITS: usize = (1 << DEPTH) - 1;
/// The number of leaves of a tree.
pub const N_LEAVES: usize = 1 << DEPTH;

/// A complete binary tree. The split at index `at` leads to index `2 * at + 1` if the
/// feature is at most the threshold, else to `2 * at + 2`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tree {
    /// For each split, the index of its feature and the threshold.
    pub splits: [(u8, f32); N_SPLITS],
    /// What each leaf adds to the log odds.
    pub leaves: [f32; N_LEAVES],
}

impl Tree {
    /// The leaf that these features lead to; a feature that is missing counts as 0.
    #[must_use]
    pub fn leaf(&self, features: &[f32]) -> usize {
        let mut at = 0;
        for _ in 0..DEPTH {
            let (feature, limit) = self.splits[at];
            let value = features.get(usize::from(feature)).copied().unwrap_or(0.0);
            at = 2 * at + 1 + usize::from(value > limit);
        }
        at - N_SPLITS
    }
}

/// A model that computes a probability from features.
#[derive(Clone, Debug, PartialEq)]
pub struct Trees {
    /// The log odds before the trees are added.
    pub bias: f32,
    /// The trees.
    pub trees: Cow<'static, [Tree]>,
}

impl Trees {
    /// A model without trees: the probability is always one half.
    #[must_use]
    pub const fn untaught() -> Self {
        Self {
            bias: 0.0,
            trees: Cow::Borrowed(&[]),
        }
    }

    /// The probability for these features.
    #[must_use]
    pub fn probability(&self, features: &[f32]) -> f32 {
        let votes = self
            .trees
            .iter()
            .map(|tree| tree.leaves[tree.leaf(features)]);
        1.0 / (1.0 + (-(self.bias + votes.sum::<f32>())).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_asks_its_questions_in_order() {
        let mut splits = [(0, 0.5); N_SPLITS];
        splits[2] = (1, 2.0);
        splits[6] = (2, 0.0);
        let tree = Tree {
            splits,
            leaves: std::array::from_fn(|at| at as f32),
        };
        assert_eq!(tree.leaf(&[0.0, 9.0, 9.0]), 0);
        assert_eq!(tree.leaf(&[1.0, 3.0, 1.0]), 7);
        assert_eq!(tree.leaf(&[1.0, 3.0]), 6);
        let even = Trees::untaught().probability(&[]);
        assert!((even - 0.5).abs() < 1e-6);
    }
}
