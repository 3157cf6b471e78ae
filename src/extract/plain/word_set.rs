//! Words as hashes, and sets of them: what a line shares with others.

use crate::extract::lines::vocabulary::is_unspaced;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Most words of a line that are looked at.
const MAX_WORDS: usize = 20_000;

/// The bit that long words' hashes have.
const LONG: u32 = 1 << 31;

/// Letters that make a word long: one that is about something.
const LONG_CHARS: usize = 5;

/// Hashes of a line's words in lower case; of scripts without spaces those of
/// pairs of letters.
pub(super) fn hashes(text: &str) -> Vec<u32> {
    let mut hashes = Vec::with_capacity(text.len() / 6);
    let (mut hash, mut n_chars) = (0_u32, 0_usize);
    let mut before: Option<char> = None;
    for c in text.chars() {
        if is_unspaced(c) {
            close(&mut hashes, &mut hash, &mut n_chars);
            if let Some(before) = before {
                hashes.push(step(step(0, before), c) | LONG);
            }
            before = Some(c);
            if hashes.len() > MAX_WORDS {
                break;
            }
            continue;
        }
        before = None;
        if c.is_alphanumeric() {
            n_chars += 1;
            if c.is_ascii() {
                hash = step(hash, c.to_ascii_lowercase());
            } else {
                hash = c.to_lowercase().fold(hash, step);
            }
        } else if n_chars > 0 {
            close(&mut hashes, &mut hash, &mut n_chars);
            if hashes.len() > MAX_WORDS {
                break;
            }
        }
    }
    close(&mut hashes, &mut hash, &mut n_chars);
    hashes
}

fn close(hashes: &mut Vec<u32>, hash: &mut u32, n_chars: &mut usize) {
    if *n_chars > 0 {
        let long = if *n_chars >= LONG_CHARS { LONG } else { 0 };
        hashes.push(*hash & !LONG | long);
    }
    (*hash, *n_chars) = (0, 0);
}

fn step(hash: u32, c: char) -> u32 {
    (hash ^ u32::from(c))
        .wrapping_mul(0x9e37_79b1)
        .rotate_left(11)
}

/// The hashes are spread already.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u32(&mut self, value: u32) {
        self.0 = u64::from(value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Words, and in how many places each stands.
#[derive(Default)]
pub(super) struct WordSet(HashMap<u32, u16, BuildHasherDefault<AsIs>>);

impl WordSet {
    pub(super) fn of(words: impl Iterator<Item = u32>) -> Self {
        Self::counted(words)
    }

    pub(super) fn counted(words: impl Iterator<Item = u32>) -> Self {
        let mut set = Self::default();
        for word in words {
            let count = set.0.entry(word).or_default();
            *count = count.saturating_add(1);
        }
        set
    }

    /// Share of `words` that are in the set.
    pub(super) fn share_of(&self, words: &[u32]) -> f32 {
        self.share_counted(words, 0, false)
    }

    /// Share of `words`, or of the long ones, that are in the set more than
    /// `n_own` times; 0 of no words.
    pub(super) fn share_counted(&self, words: &[u32], n_own: u16, only_long: bool) -> f32 {
        let looked_at = || {
            words
                .iter()
                .take(64)
                .filter(|word| !only_long || **word & LONG != 0)
        };
        let n_in = looked_at()
            .filter(|word| self.0.get(word).is_some_and(|count| *count > n_own))
            .count();
        n_in as f32 / looked_at().count().max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_any_case_and_between_any_marks() {
        assert_eq!(
            hashes("The Harbour, reopened!"),
            hashes("the harbour reopened")
        );
        assert_eq!(hashes("港が再開").len(), 3);
        assert_eq!(hashes("").len(), 0);
    }

    #[test]
    fn a_share_is_of_the_words_that_others_have() {
        let set = WordSet::of(hashes("the harbour was closed").into_iter());
        assert_eq!(set.share_of(&hashes("Harbour closed")), 1.0);
        assert_eq!(set.share_of(&hashes("Harbour open")), 0.5);
        assert_eq!(set.share_counted(&hashes("the ships"), 0, true), 0.0);
    }
}
