//! Passages that a page says again: a text for printing, for reading aloud, for
//! a preview. Only the first is the article's.

use crate::extract::lines::candidate::Candidate;
use crate::model::{BlockKind, RemovedKind};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::Hasher;

/// Words in a row from which their return is no chance.
const RUN: usize = 6;
/// Words from which a passage is looked at: a shorter one may be a refrain.
const MIN_WORDS: usize = 12;
/// Part of a passage's runs that must have been said for it to be a repetition.
const MIN_SAID: f32 = 0.8;

/// Removes what was said before: several passages in a row, one that puts several
/// together, or the very same one. A paragraph that says again what a list of key points or a quotation said
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
        let n_sources = said.again(&candidate.text);
        let is_known = !keys.insert((candidate.kind, hash(&candidate.text)));
        is_again.push(n_sources > 0);
        is_same.push(n_sources > 1 || is_known && n_sources > 0);
    }
    for (place, at) in kept.iter().enumerate() {
        let is_in_row = place > 0 && is_again[place - 1] || is_again.get(place + 1) == Some(&true);
        if is_same[place] || is_again[place] && is_in_row {
            candidates[*at].remove(RemovedKind::Junk);
        }
    }
}

/// Part of a passage's runs from which on another passage is a source of it.
const MIN_SHARE: f32 = 0.15;

/// All runs of words that were said so far.
#[derive(Debug, Default)]
struct Said {
    /// Each with the passage that said it first.
    runs: FxHashMap<u32, u32>,
    n_passages: u32,
    /// The runs of the passage that is looked at.
    own: Vec<u32>,
}

impl Said {
    /// The number of earlier passages that this one repeats; 0 if it is new, and then its
    /// runs are remembered.
    fn again(&mut self, text: &str) -> usize {
        self.read(text);
        let sources: Vec<u32> = self
            .own
            .iter()
            .filter_map(|run| self.runs.get(run).copied())
            .collect();
        let is_long = self.own.len() + RUN > MIN_WORDS;
        if !is_long || (sources.len() as f32) < MIN_SAID * self.own.len() as f32 {
            self.n_passages += 1;
            for run in &self.own {
                self.runs.entry(*run).or_insert(self.n_passages);
            }
            return 0;
        }
        let is_source = |source: &u32| {
            let n_runs = sources.iter().filter(|other| *other == source).count();
            n_runs as f32 >= MIN_SHARE * sources.len() as f32
        };
        let mut all: Vec<u32> = sources
            .iter()
            .copied()
            .filter(|source| is_source(source))
            .collect();
        all.sort_unstable();
        all.dedup();
        all.len().max(1)
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
        let again: Vec<bool> = passages.iter().map(|text| said.again(text) > 0).collect();
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
