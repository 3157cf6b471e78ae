//! Scripts without spaces between words: each ideograph is a word, and so is each
//! letter of Thai, Lao, Burmese and Khmer with its marks.

use super::Reader;
use super::fold::{self, Kind};
use crate::text::Flags;
use smallvec::SmallVec;

/// Most marks of one letter that are read as one word with it.
const MAX_MARKS: usize = 12;

impl Reader<'_> {
    pub(super) fn ideograph(&mut self, at: usize, c: char, n_bytes: usize) {
        let entry = self.folding.entry(c);
        if self.folding.is_folded(c, entry) && c.len_utf8() == n_bytes && !self.marked(at + n_bytes)
        {
            self.push(at, at + n_bytes, at, n_bytes, Flags::IDEOGRAPH);
            return;
        }
        let folded = self.text.folded.len();
        self.folding.push(c, entry, &mut self.text.folded);
        if let Some(mark) = self.source[at + n_bytes..].chars().next()
            && self.folding.entry(mark).kind() == Kind::Mark
        {
            fold::join_mark(&mut self.text.folded, folded, mark);
        }
        let n_folded = self.text.folded.len() - folded;
        self.push(at, at + n_bytes, folded, n_folded, Flags::IDEOGRAPH);
    }

    /// Reads a letter of Thai, Lao, Burmese or Khmer with its marks: a word by itself,
    /// because these scripts have no spaces between words. A phrase of such words
    /// hits only between dictionary words ([`crate::text::word_edges`]).
    pub(super) fn cluster(&mut self, start: usize, first: char) -> usize {
        let folded = self.text.folded.len();
        let mut end = start + first.len_utf8();
        let mut marks: SmallVec<[char; 8]> = SmallVec::new();
        let mut last = first;
        while let Some(c) = self.source[end..].chars().next() {
            // A letter behind one of these signs is written below the one before.
            let is_stacked = matches!(last, '\u{17D2}' | '\u{1039}') && fold::is_unspaced(c);
            if !fold::is_cluster_mark(c) && !is_stacked || marks.len() >= MAX_MARKS {
                break;
            }
            marks.push(c);
            last = c;
            end += c.len_utf8();
        }
        // Thai and Lao AM is the circle above this letter, and AA behind it; some
        // keyboards write the two apart, and in any order with the tone.
        match self.source[end..].chars().next() {
            Some('\u{0E33}') => marks.push('\u{0E4D}'),
            Some('\u{0EB3}') => marks.push('\u{0ECD}'),
            _ => {}
        }
        if matches!(first, '\u{0E00}'..='\u{0EFF}') {
            marks.sort_unstable();
        }
        self.text.folded.push(match first {
            '\u{0E33}' => '\u{0E32}',
            '\u{0EB3}' => '\u{0EB2}',
            other => other,
        });
        self.text.folded.extend(marks);
        let n_folded = self.text.folded.len() - folded;
        self.push(start, end, folded, n_folded, Flags::IDEOGRAPH);
        end
    }

    /// Whether there is a separate voicing mark at `at`.
    fn marked(&self, at: usize) -> bool {
        // The marks begin E3 82 99 and EF BE 9E.
        matches!(
            self.bytes.get(at..at + 3),
            Some([0xE3, 0x82, 0x99 | 0x9A] | [0xEF, 0xBE, 0x9E | 0x9F])
        )
    }
}
