//! Counts how many kinds and new sentences are recognised rightly.

use crate::data::{Article, Set, is_same, plain};
use newsvane::model::CoverageKind;
use newsvane::story::Placement;
use std::fmt;

/// The kinds, in the order of the table.
const KINDS: [CoverageKind; 6] = [
    CoverageKind::First,
    CoverageKind::Development,
    CoverageKind::Revision,
    CoverageKind::Independent,
    CoverageKind::Rewrite,
    CoverageKind::Duplicate,
];

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score {
    /// Articles by their kind and the kind found.
    kinds: [[usize; 6]; 6],
    n_of: usize,
    n_of_right: usize,
    /// The number of sentences rightly called new, wrongly called new, wrongly called
    /// known, rightly called known; and of partly new ones, called new and called known.
    sentences: [usize; 6],
}

fn place(kind: CoverageKind) -> usize {
    KINDS.iter().position(|known| *known == kind).unwrap_or(0)
}

impl Score {
    pub(crate) fn add(&mut self, other: Self) {
        for (row, other) in self.kinds.iter_mut().zip(other.kinds) {
            for (n, other) in row.iter_mut().zip(other) {
                *n += other;
            }
        }
        self.n_of += other.n_of;
        self.n_of_right += other.n_of_right;
        for (n, other) in self.sentences.iter_mut().zip(other.sentences) {
            *n += other;
        }
    }

    /// Counts what was found of an article.
    pub(crate) fn count(&mut self, set: &Set, article: &Article, plan: &Placement) {
        if let Some(kind) = article.kind {
            self.kinds[place(kind)][place(plan.kind)] += 1;
        }
        if article.of.is_some() {
            self.n_of += 1;
            let root = set.root(set.place(&article.id));
            let found = plan.of.map(|of| set.root(of.0 as usize));
            self.n_of_right += usize::from(found == Some(root));
        }
        let told: Vec<String> = plan.new.iter().map(|new| plain(&new.sentence)).collect();
        for sentence in set.sentences_of(&article.id) {
            let text = plain(&sentence.text);
            let is_told = told.iter().any(|told| is_same(told, &text));
            let at = match sentence.novelty() {
                1.0 => [2, 0],
                0.0 => [3, 1],
                _ => [5, 4],
            };
            self.sentences[at[usize::from(is_told)]] += 1;
        }
    }
}

fn f1(right: usize, wrong: usize, missed: usize) -> [f32; 3] {
    let precision = right as f32 / (right + wrong).max(1) as f32;
    let recall = right as f32 / (right + missed).max(1) as f32;
    let sum = (precision + recall).max(f32::MIN_POSITIVE);
    [precision, recall, 2.0 * precision * recall / sum]
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n: usize = self.kinds.iter().flatten().sum();
        let right: usize = (0..6).map(|at| self.kinds[at][at]).sum();
        if n > 0 {
            writeln!(f, "kinds {:.3}", right as f32 / n as f32)?;
            for (kind, row) in KINDS.iter().zip(self.kinds) {
                writeln!(f, "  {:12} {row:4?}", format!("{kind:?}"))?;
            }
            let sum = |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| {
                let cells = rows.flat_map(|row| columns.clone().map(move |column| (row, column)));
                cells
                    .map(|(row, column)| self.kinds[row][column])
                    .sum::<usize>()
            };
            let [precision, recall, _] = f1(sum(0..3, 0..3), sum(3..6, 0..3), sum(0..3, 3..6));
            writeln!(f, "alerts P {precision:.3} R {recall:.3}")?;
            writeln!(f, "of {} of {}", self.n_of_right, self.n_of)?;
        }
        let [right, wrong, missed, _, in_part, not_in_part] = self.sentences;
        let [precision, recall, f1] = f1(right, wrong, missed);
        write!(f, "sentences P {precision:.3} R {recall:.3} F1 {f1:.3}")?;
        if in_part + not_in_part > 0 {
            let told = in_part as f32 / (in_part + not_in_part) as f32;
            write!(f, "; new in part told as new {told:.3}")?;
        }
        writeln!(f)
    }
}
