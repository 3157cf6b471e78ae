//! Words of ASCII letters and digits: one table look-up per byte, and nothing is copied.

use super::fold::Kind;
use super::{Reader, html_entity};
use crate::text::Flags;

// Classes of ASCII bytes.
const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 4;
pub(super) const WORD: u8 = LOWER | UPPER | DIGIT;
/// A byte that may continue the word before it.
const JOINER: u8 = 8;
/// A byte that may end a sentence.
pub(super) const STOP: u8 = 16;
pub(super) const NEWLINE: u8 = 32;
pub(super) const SPACE: u8 = 64;

pub(super) static CLASS: [u8; 256] = classes();

impl Reader<'_> {
    /// A word that starts with an ASCII letter or digit.
    #[inline]
    pub(super) fn ascii_word(&mut self, start: usize) -> usize {
        let bytes = self.bytes;
        let mut end = start;
        let mut seen = 0;
        loop {
            // Most of the time is spent in this loop.
            let mut class = 0;
            while let Some(&byte) = bytes.get(end) {
                class = CLASS[usize::from(byte)];
                if class & WORD == 0 {
                    break;
                }
                seen |= class;
                end += 1;
            }
            if end == bytes.len() || class & JOINER == 0 {
                break;
            }
            match self.ascii_join(start, end, seen) {
                Join::Continue(to) => end = to,
                Join::End => break,
                Join::EndAt(stop, resume) => {
                    self.push_ascii(start, stop, seen);
                    return resume;
                }
                Join::Slow => return self.any_word(start),
            }
        }
        self.push_ascii(start, end, seen);
        // Nearly every word is followed by one space.
        end + usize::from(bytes.get(end) == Some(&b' '))
    }

    #[inline]
    fn class(&self, at: usize) -> u8 {
        self.bytes.get(at).map_or(0, |&byte| CLASS[byte as usize])
    }

    /// Whether the byte at `at` belongs to the ASCII word begun at `start`.
    #[inline]
    fn ascii_join(&self, start: usize, at: usize, seen: u8) -> Join {
        let next = self.class(at + 1);
        if next & (SPACE | NEWLINE) != 0
            && self.bytes[at] < 0x80
            && self.bytes[at] != b'+'
            && self.bytes[at] != b'#'
        {
            return Join::End;
        }
        match self.bytes[at] {
            b'.' | b',' if next & DIGIT != 0 && self.class(at - 1) & DIGIT != 0 => {
                Join::Continue(at + 1)
            }
            b'.' if at - start == 1 && seen & DIGIT == 0 && next & (LOWER | UPPER | 8) != 0 => {
                Join::Slow
            }
            b'.' | b',' => Join::End,
            b'&' if next & (LOWER | UPPER) != 0
                && html_entity::decode(&self.bytes[at..]).is_none() =>
            {
                if at - start <= 3 && seen & DIGIT == 0 {
                    Join::Continue(at + 1)
                } else {
                    Join::End
                }
            }
            b'&' => match html_entity::decode(&self.bytes[at..]) {
                Some(_) => Join::Slow,
                None => Join::End,
            },
            b'+' | b'#' if at - start <= 2 && seen & DIGIT == 0 => {
                let more = usize::from(self.bytes.get(at + 1) == Some(&self.bytes[at]));
                Join::EndAt(at + 1 + more, at + 1 + more)
            }
            b'+' | b'#' => Join::End,
            b'\'' | b'`' => match self.possessive(at + 1) {
                Some(resume) => Join::EndAt(at, resume),
                None => Join::End,
            },
            _ => {
                let Some(c) = self.source[at..].chars().next() else {
                    return Join::End;
                };
                match self.folding.entry(c).kind() {
                    Kind::Letter | Kind::Mark | Kind::Ignored => Join::Slow,
                    Kind::Apostrophe => match self.possessive(at + c.len_utf8()) {
                        Some(resume) => Join::EndAt(at, resume),
                        None => Join::End,
                    },
                    Kind::Unspaced | Kind::Separator | Kind::Stop | Kind::Space => Join::End,
                }
            }
        }
    }

    #[inline]
    fn push_ascii(&mut self, start: usize, end: usize, seen: u8) {
        // Arithmetic and not branches: the processor cannot predict whether a
        // word is capitalised.
        let is_caps = seen & (UPPER | LOWER) == UPPER;
        let is_capital = CLASS[usize::from(self.bytes[start])] & UPPER != 0;
        let flags = (Flags::CAPS * u16::from(is_caps))
            | (Flags::DIGITS * u16::from(seen & DIGIT != 0))
            | (Flags::CAPITAL * u16::from(is_capital));
        self.push(start, end, start, end - start, flags);
    }
}

/// What the byte after the ASCII letters of a word means for the word.
enum Join {
    /// It belongs to the word, which continues at this byte.
    Continue(usize),
    /// The word ends before it.
    End,
    /// The word ends at the first place; reading continues at the second.
    EndAt(usize, usize),
    /// The word is not plain ASCII: it is read again by characters.
    Slow,
}

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b'.' => JOINER | STOP,
            b'!' | b'?' => STOP,
            b',' | b'&' | b'\'' | b'`' | b'+' | b'#' => JOINER,
            b'\n' => NEWLINE,
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => SPACE,
            0x80..=0xff => JOINER,
            _ => 0,
        };
        byte += 1;
    }
    table
}
