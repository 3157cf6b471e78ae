//! Turns byte offsets of a text into character offsets.

/// Bytes between two entries of the table: a look-up counts at most this many.
const STEP: usize = 128;

/// Turns byte offsets of one text into character offsets. An ASCII text needs no
/// table, because the two are the same.
#[derive(Clone, Debug, Default)]
pub struct CharOffsets {
    /// Characters before byte `i * STEP`; empty for an ASCII text.
    before: Vec<u32>,
}

impl CharOffsets {
    /// The table of `source`.
    #[must_use]
    pub fn new(source: &str) -> Self {
        let mut offsets = Self::default();
        offsets.read(source);
        offsets
    }

    /// Replaces the table by that of `source`.
    pub fn read(&mut self, source: &str) {
        self.before.clear();
        if source.is_ascii() {
            return;
        }
        let mut n_chars = 0;
        for chunk in source.as_bytes().chunks(STEP) {
            self.before.push(n_chars);
            n_chars += n_starts(chunk);
        }
    }

    /// The character offset of byte `at` of `source`, the text of this table.
    #[must_use]
    pub fn of(&self, source: &str, at: usize) -> usize {
        let at = at.min(source.len());
        let Some(&before) = self.before.get(at / STEP).or(self.before.last()) else {
            return at;
        };
        let from = (at / STEP).min(self.before.len() - 1) * STEP;
        (before + n_starts(&source.as_bytes()[from..at])) as usize
    }
}

/// Characters that begin in `bytes`.
fn n_starts(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .map(|&byte| u32::from(byte & 0xC0 != 0x80))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offset_equals_the_counted_one() {
        for text in ["plain words only", &"Größe für 東京 — ".repeat(40), ""] {
            let offsets = CharOffsets::new(text);
            for (n_chars, (at, _)) in text.char_indices().enumerate() {
                assert_eq!(offsets.of(text, at), n_chars);
            }
            assert_eq!(offsets.of(text, text.len()), text.chars().count());
        }
    }
}
