//! Small decision trees whose votes are added up: the form of the models that choose an
//! article's story, and tell new sentences and kinds.

use std::borrow::Cow;

/// Questions that a tree asks at most one after the other.
pub const DEPTH: usize = 3;
/// Questions of a tree.
pub const N_SPLITS: usize = (1 << DEPTH) - 1;
/// Answers of a tree.
pub const N_LEAVES: usize = 1 << DEPTH;

/// A tree: the question at `at` is followed by that at `2 * at + 1` where the feature
/// is at most the limit, else by the one after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tree {
    /// The feature asked for and the limit it is compared with.
    pub splits: [(u8, f32); N_SPLITS],
    /// What the tree adds to the log odds.
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

/// A model: the probability of a claim from features.
#[derive(Clone, Debug, PartialEq)]
pub struct Trees {
    /// Log odds before any tree votes.
    pub bias: f32,
    /// The trees.
    pub trees: Cow<'static, [Tree]>,
}

impl Trees {
    /// A model that knows nothing.
    #[must_use]
    pub const fn untaught() -> Self {
        Self {
            bias: 0.0,
            trees: Cow::Borrowed(&[]),
        }
    }

    /// The probability of the claim.
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
