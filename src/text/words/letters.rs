//! Words of any letters, read character by character.

use super::Reader;
use super::fold::{self, Kind};
use crate::text::Flags;

impl Reader<'_> {
    /// Reads a word of any letters, character by character. Its folded form is
    /// appended to the copy of the text.
    pub(super) fn any_word(&mut self, start: usize) -> usize {
        if let Some(resume) = self.dotted(start) {
            return resume;
        }
        let folded = self.text.folded.len();
        let mut end = start;
        let mut resume = None;
        let mut seen = 0;
        let mut first = None;
        let mut n_letters = 0;
        let mut last = 0;
        while let Some((c, n_bytes)) = self.char_at(end) {
            let entry = self.folding.entry(c);
            match entry.kind() {
                Kind::Letter => {
                    last = entry.properties();
                    seen |= last;
                    first.get_or_insert(last);
                    n_letters += 1;
                    self.folding.push(c, entry, &mut self.text.folded);
                }
                Kind::Mark => fold::join_mark(&mut self.text.folded, folded, c),
                Kind::Ignored => {}
                Kind::Apostrophe => {
                    resume = self.possessive(end + n_bytes);
                    break;
                }
                Kind::Unspaced | Kind::Space => break,
                Kind::Separator | Kind::Stop => {
                    let letters = n_letters > 0 && seen & fold::DIGIT == 0;
                    let next = self
                        .char_at(end + n_bytes)
                        .map(|(c, _)| self.folding.entry(c));
                    let next = next.filter(|entry| entry.kind() == Kind::Letter);
                    let next = next.map_or(0, |entry| entry.properties() | 1);
                    match c {
                        '.' | ',' | '٫' | '٬' if last & next & fold::DIGIT != 0 => {}
                        '&' | '＆'
                            if letters
                                && n_letters <= 3
                                && next != 0
                                && next & fold::DIGIT == 0 => {}
                        '+' | '#' if letters && n_letters <= 2 => {
                            let more = usize::from(self.bytes.get(end + 1) == Some(&(c as u8)));
                            for _ in 0..=more {
                                self.text.folded.push(c);
                            }
                            end += 1 + more;
                            break;
                        }
                        _ => break,
                    }
                    self.text.folded.push(match c {
                        '＆' => '&',
                        '٫' => '.',
                        '٬' => ',',
                        other => other,
                    });
                    last = 0;
                }
            }
            end += n_bytes;
        }
        // Only references and marks, such as `&shy;`: not a word.
        let n_folded = self.text.folded.len() - folded;
        if n_folded > 0 {
            let flags = flags_of(seen, first.unwrap_or(0)) | Flags::REWRITTEN;
            self.push(start, end, folded, n_folded, flags);
        }
        resume.unwrap_or(end).max(start + 1)
    }

    /// Reads `U.S.` or `U.S`: single letters with dots between them are one word
    /// without the dots. Returns where reading continues, if such a word starts at
    /// `start`.
    fn dotted(&mut self, start: usize) -> Option<usize> {
        let mut end = start;
        let mut n_letters = 0;
        loop {
            let (c, n_bytes) = self.char_at(end)?;
            let entry = self.folding.entry(c);
            let is_letter = entry.kind() == Kind::Letter && entry.properties() & fold::DIGIT == 0;
            if !is_letter {
                break;
            }
            n_letters += 1;
            end += n_bytes;
            if self.bytes.get(end) != Some(&b'.') {
                break;
            }
            end += 1;
            if end >= self.bytes.len() {
                break;
            }
        }
        let after = self.char_at(end).map(|(c, _)| self.folding.entry(c).kind());
        if n_letters < 2 || matches!(after, Some(Kind::Letter | Kind::Mark | Kind::Ignored)) {
            return None;
        }
        let folded = self.text.folded.len();
        for c in self.source[start..end].chars().filter(|&c| c != '.') {
            let entry = self.folding.entry(c);
            self.folding.push(c, entry, &mut self.text.folded);
        }
        let n_folded = self.text.folded.len() - folded;
        let flags = Flags::CAPS | Flags::CAPITAL | Flags::DOTTED | Flags::REWRITTEN;
        self.push(start, end, folded, n_folded, flags);
        if self.bytes[end - 1] == b'.' {
            self.stop(end - 1, '.');
        }
        // The dropped possessive of `U.S.'s`.
        let (c, n_bytes) = self.char_at(end).unwrap_or((' ', 1));
        let is_apostrophe = self.folding.entry(c).kind() == Kind::Apostrophe;
        let resume = is_apostrophe
            .then(|| self.possessive(end + n_bytes))
            .flatten();
        Some(resume.unwrap_or(end))
    }
}

fn flags_of(seen: u32, first: u32) -> u16 {
    let mut flags = 0;
    if seen & (fold::UPPER | fold::LOWER) == fold::UPPER {
        flags |= Flags::CAPS;
    }
    if first & fold::UPPER != 0 {
        flags |= Flags::CAPITAL;
    }
    if seen & fold::DIGIT != 0 {
        flags |= Flags::DIGITS;
    }
    let is_mixed = seen & fold::LATIN != 0 && seen & (fold::CYRILLIC | fold::GREEK) != 0;
    if is_mixed {
        flags |= Flags::MIXED;
    }
    flags
}
