//! Gradient boosting: trains small trees one after the other, each on the errors of those
//! before it.

use newsvane::story::{DEPTH, N_LEAVES, N_SPLITS, Tree, Trees};

/// A case to learn from.
pub(crate) struct Example {
    pub(crate) features: Vec<f32>,
    /// The wanted answer: 1 for yes, 0 for no.
    pub(crate) label: f32,
    pub(crate) weight: f32,
}

/// The settings of the training.
pub(crate) struct Fit {
    pub(crate) n_trees: usize,
    /// The learning rate: the factor by which each tree's values are scaled.
    pub(crate) rate: f32,
    /// L2 regularisation: pulls the values of leaves with few examples towards 0.
    pub(crate) smooth: f32,
    /// The least weight of the examples on either side of a split.
    pub(crate) min_weight: f32,
    /// The share of the features that each tree may use.
    pub(crate) share: f32,
}

/// The most thresholds that are tried for each feature.
const N_LIMITS: usize = 48;

impl Fit {
    /// Trains trees on the examples. The same examples always give the same trees.
    pub(crate) fn fit(&self, examples: &[Example]) -> Trees {
        let mut random = fastrand::Rng::with_seed(1);
        let n_features = examples.first().map_or(0, |example| example.features.len());
        let limits: Vec<Vec<f32>> = (0..n_features).map(|at| limits(examples, at)).collect();
        let bins = bins(examples, &limits);
        let total: f32 = examples.iter().map(|example| example.weight).sum();
        let positive: f32 = examples
            .iter()
            .map(|example| example.weight * example.label)
            .sum();
        let rate = (positive / total.max(1.0)).clamp(0.01, 0.99);
        let bias = (rate / (1.0 - rate)).ln();
        let mut scores = vec![bias; examples.len()];
        let mut trees = Vec::new();
        for _ in 0..self.n_trees {
            let slopes: Vec<(f32, f32)> = examples
                .iter()
                .zip(&scores)
                .map(|(example, score)| {
                    let p = 1.0 / (1.0 + (-score).exp());
                    (
                        example.weight * (example.label - p),
                        example.weight * p * (1.0 - p),
                    )
                })
                .collect();
            let mut features: Vec<usize> = (0..n_features).collect();
            random.shuffle(&mut features);
            features.truncate(((n_features as f32 * self.share) as usize).max(1));
            let tree = self.tree(&slopes, &bins, &limits, &features);
            for (score, example) in scores.iter_mut().zip(examples) {
                *score += tree.leaves[tree.leaf(&example.features)];
            }
            trees.push(tree);
        }
        Trees {
            bias,
            trees: trees.into(),
        }
    }

    fn tree(
        &self,
        slopes: &[(f32, f32)],
        bins: &[Vec<u8>],
        limits: &[Vec<f32>],
        features: &[usize],
    ) -> Tree {
        let mut tree = Tree {
            splits: [(0, f32::MAX); N_SPLITS],
            leaves: [0.0; N_LEAVES],
        };
        let mut nodes: Vec<Vec<u32>> = vec![(0..slopes.len() as u32).collect()];
        for depth in 0..DEPTH {
            let mut below = Vec::new();
            for (at, node) in nodes.into_iter().enumerate() {
                let split = self.split(&node, slopes, bins, limits, features);
                let (mut left, mut right) = (Vec::new(), Vec::new());
                match split {
                    Some((feature, bin)) => {
                        tree.splits[(1 << depth) - 1 + at] =
                            (feature as u8, limits[feature][usize::from(bin)]);
                        for case in node {
                            if bins[feature][case as usize] > bin {
                                right.push(case);
                            } else {
                                left.push(case);
                            }
                        }
                    }
                    None => left = node,
                }
                below.push(left);
                below.push(right);
            }
            nodes = below;
        }
        for (leaf, node) in tree.leaves.iter_mut().zip(&nodes) {
            let (slope, weight) = sum(node, slopes);
            *leaf = self.rate * slope / (weight + self.smooth / 4.0);
        }
        tree
    }

    /// The feature and threshold that split the examples of a node best.
    fn split(
        &self,
        node: &[u32],
        slopes: &[(f32, f32)],
        bins: &[Vec<u8>],
        limits: &[Vec<f32>],
        features: &[usize],
    ) -> Option<(usize, u8)> {
        let smooth = self.smooth / 4.0;
        let worth = |slope: f32, weight: f32| slope * slope / (weight + smooth);
        let (slope, weight) = sum(node, slopes);
        let mut best: Option<(f32, usize, u8)> = None;
        for &feature in features {
            let mut sums = [(0.0_f32, 0.0_f32); N_LIMITS + 1];
            for &case in node {
                let (slope, weight) = slopes[case as usize];
                let sum = &mut sums[usize::from(bins[feature][case as usize])];
                sum.0 += slope;
                sum.1 += weight;
            }
            let mut left = (0.0, 0.0);
            for (bin, sum) in sums.iter().enumerate().take(limits[feature].len()) {
                left.0 += sum.0;
                left.1 += sum.1;
                let right = (slope - left.0, weight - left.1);
                let least = self.min_weight / 4.0;
                if left.1 < least || right.1 < least {
                    continue;
                }
                let gain = worth(left.0, left.1) + worth(right.0, right.1) - worth(slope, weight);
                if gain > 1e-3 && best.is_none_or(|(most, ..)| gain > most) {
                    best = Some((gain, feature, bin as u8));
                }
            }
        }
        best.map(|(_, feature, bin)| (feature, bin))
    }
}

fn sum(node: &[u32], slopes: &[(f32, f32)]) -> (f32, f32) {
    node.iter().fold((0.0, 0.0), |sum, &case| {
        let (slope, weight) = slopes[case as usize];
        (sum.0 + slope, sum.1 + weight)
    })
}

/// Thresholds of a feature that split the examples into equal parts, ascending.
fn limits(examples: &[Example], feature: usize) -> Vec<f32> {
    let mut values: Vec<f32> = examples
        .iter()
        .map(|example| example.features[feature])
        .collect();
    values.sort_unstable_by(f32::total_cmp);
    values.dedup();
    if values.len() < 2 {
        return Vec::new();
    }
    let n = values.len() - 1;
    let mut limits: Vec<f32> = (0..n.min(N_LIMITS))
        .map(|at| {
            let at = at * n / n.min(N_LIMITS);
            // Thresholds with few digits are easier to read and split the same examples.
            let middle = (values[at] + values[at + 1]) / 2.0;
            let short = (middle * 1e3).round() / 1e3;
            if (values[at]..values[at + 1]).contains(&short) {
                short
            } else {
                middle
            }
        })
        .collect();
    limits.dedup();
    limits
}

/// For each feature and example, the number of thresholds below its value.
fn bins(examples: &[Example], limits: &[Vec<f32>]) -> Vec<Vec<u8>> {
    let of = |feature: usize, limits: &Vec<f32>| {
        let values = examples.iter().map(|example| example.features[feature]);
        values
            .map(|value| limits.partition_point(|&limit| value > limit) as u8)
            .collect()
    };
    limits
        .iter()
        .enumerate()
        .map(|(at, limits)| of(at, limits))
        .collect()
}
