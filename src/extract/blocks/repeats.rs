//! Passages that a page says again: a text for printing, for reading aloud, for
//! a preview. Only the first is the article's.

use crate::extract::lines::candidate::Candidate;
use crate::model::{BlockKind, RemovedKind};
use rustc_hash::{FxHashSet, FxHasher};
use std::hash::Hasher;

/// Words in a row from which their return is no chance.
const RUN: usize = 6;
/// Words from which a passage is looked at: a shorter one may be a refrain.
const MIN_WORDS: usize = 12;
/// Part of a passage's runs that must have been said for it to be a repetition.
const MIN_SAID: f32 = 0.8;

/// Removes what was said before: several passages in a row, or the very same
/// one. A paragraph that says again what a list of key points or a quotation said
/// before it stays.
pub(crate) fn remove(candidates: &mut [Candidate]) {
    let mut said = Said::default();
    let mut keys: FxHashSet<(BlockKind, u32)> = FxHashSet::default();
    let kept: Vec<usize> = (0..candidates.len())
        .filter(|at| candidates[*at].is_kept() && candidates[*at].kind != BlockKind::Table)
        .collect();
    let mut is_again = Vec::with_capacity(kept.len());
    let mut is_same = Vec::with_capacity(kept.len());
    for at in &kept {
        let candidate = &candidates[*at];
        let again = said.again(&candidate.text);
        is_again.push(again);
        is_same.push(!keys.insert((candidate.kind, hash(&candidate.text))) && again);
    }
    for (place, at) in kept.iter().enumerate() {
        let is_in_row = place > 0 && is_again[place - 1] || is_again.get(place + 1) == Some(&true);
        if is_same[place] || is_again[place] && is_in_row {
            candidates[*at].remove(RemovedKind::Junk);
        }
    }
}

/// All runs of words that were said so far.
#[derive(Debug, Default)]
struct Said {
    runs: FxHashSet<u32>,
    /// The runs of the passage that is looked at.
    own: Vec<u32>,
}

impl Said {
    /// Whether the passage was said before; if not, it is from now on.
    fn again(&mut self, text: &str) -> bool {
        self.read(text);
        let n_said = self
            .own
            .iter()
            .filter(|run| self.runs.contains(run))
            .count();
        let is_long = self.own.len() + RUN > MIN_WORDS;
        let is_again = is_long && n_said as f32 >= MIN_SAID * self.own.len() as f32;
        if !is_again {
            self.runs.extend(&self.own);
        }
        is_again
    }

    fn read(&mut self, text: &str) {
        self.own.clear();
        let mut words = [0_u32; RUN];
        let all = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        for (n, word) in all.enumerate() {
            words[n % RUN] = hash(word);
            if n + 1 >= RUN {
                let run = (1..=RUN).fold(0_u32, |run, step| {
                    run.rotate_left(5).wrapping_mul(0x9e37_79b1) ^ words[(n + step) % RUN]
                });
                self.own.push(run);
            }
        }
    }
}

fn hash(word: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    (hasher.finish() >> 16) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str =
        "The harbour of Lindau was closed on Monday after a storm broke two of its piers.";
    const SECOND: &str =
        "Nobody was hurt, said the master of the port, but six boats were lost in the night.";

    fn check(passages: &[&str], last_is_again: bool) {
        let mut said = Said::default();
        let again: Vec<bool> = passages.iter().map(|text| said.again(text)).collect();
        assert_eq!(again.last(), Some(&last_is_again), "{passages:?}");
    }

    #[test]
    fn a_passage_made_of_what_was_said_is_said_again() {
        check(&[FIRST, SECOND, FIRST], true);
        check(&[FIRST, SECOND, &format!("{FIRST} {SECOND}")], true);
        check(&[&format!("{FIRST} {SECOND}"), SECOND], true);
    }

    #[test]
    fn a_refrain_and_a_quotation_are_not() {
        check(&["Nobody was hurt.", "Nobody was hurt."], false);
        check(
            &[
                FIRST,
                &format!("{SECOND} {SECOND} The harbour of Lindau was closed on Monday."),
            ],
            false,
        );
    }
}
