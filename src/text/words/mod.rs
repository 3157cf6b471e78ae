//! Where words begin and end, and the form they are compared in.
//!
//! The text is read in one pass over its bytes. A run of ASCII letters and digits,
//! which is nearly every word of an English text, costs one table look-up per byte
//! and copies nothing: its folded form is part of the lower-cased copy of the text.

pub(super) mod fold;
mod html_entity;
mod capitals;
pub(super) mod confusable;
pub(super) mod dictionary;
pub(super) mod hashtag;

use super::{Flags, MAX_BYTES, Stop, Text, Word};
use fold::{Folding, Kind};
use smallvec::SmallVec;

/// Most marks of one letter that are read as one word with it.
const MAX_MARKS: usize = 12;

// Classes of ASCII bytes.
const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 4;
const WORD: u8 = LOWER | UPPER | DIGIT;
/// A byte that may continue the word before it.
const JOINER: u8 = 8;
/// A byte that may end a sentence.
const STOP: u8 = 16;
const NEWLINE: u8 = 32;
const SPACE: u8 = 64;

static CLASS: [u8; 256] = classes();

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

impl Text {
    /// Reads the words of `source`; the previous ones are dropped.
    pub(super) fn read_words(&mut self, source: &str) {
        let source = &source[..source.floor_char_boundary(MAX_BYTES)];
        self.words.clear();
        self.stops.clear();
        self.folded.clear();
        self.folded.push_str(source);
        self.folded.make_ascii_lowercase();
        // English has one word per six bytes, Chinese one per three.
        self.words.reserve(source.len() / 5 + 16);
        Reader {
            source,
            bytes: source.as_bytes(),
            folding: Folding::new(),
            text: self,
            n_newlines: 0,
            opens_block: true,
        }
        .read();
    }
}

struct Reader<'a> {
    source: &'a str,
    bytes: &'a [u8],
    folding: Folding,
    text: &'a mut Text,
    /// Line ends since the last character other than white space.
    n_newlines: u32,
    opens_block: bool,
}

impl Reader<'_> {
    fn read(&mut self) {
        let mut at = 0;
        while let Some(&byte) = self.bytes.get(at) {
            let class = CLASS[byte as usize];
            at = if class & WORD != 0 {
                self.ascii_word(at)
            } else if byte < 0x80 && byte != b'&' {
                self.separator(at, class)
            } else {
                self.other(at)
            };
        }
    }

    #[inline]
    fn separator(&mut self, at: usize, class: u8) -> usize {
        if class & NEWLINE != 0 {
            self.n_newlines += 1;
            self.opens_block |= self.n_newlines > 1;
        } else if class & SPACE == 0 {
            self.n_newlines = 0;
            if class & STOP != 0 {
                self.stop(at, self.bytes[at] as char);
            }
        }
        at + 1
    }

    fn stop(&mut self, at: usize, c: char) {
        self.text.stops.push(Stop {
            at: at as u32,
            n_words_before: self.text.words.len() as u32,
            c,
        });
    }

    /// A word that starts with an ASCII letter or digit.
    #[inline]
    fn ascii_word(&mut self, start: usize) -> usize {
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

    /// Where reading continues if there is an `s` at `at` that ends its word.
    fn possessive(&self, at: usize) -> Option<usize> {
        let is_s = matches!(self.bytes.get(at), Some(b's' | b'S'));
        let after = self.source.get(at + 1..)?;
        let ends = after.chars().next().is_none_or(|c| {
            !matches!(
                self.folding.entry(c).kind(),
                Kind::Letter | Kind::Mark | Kind::Ignored
            )
        });
        (is_s && ends).then_some(at + 1)
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

    #[inline]
    fn push(&mut self, start: usize, end: usize, folded: usize, n_folded: usize, flags: u16) {
        let opens_block = Flags::OPENS_BLOCK * u16::from(self.opens_block);
        let is_hashtag = start > 0 && self.bytes[start - 1] == b'#';
        let hashtag = Flags::HASHTAG * u16::from(is_hashtag);
        self.opens_block = false;
        self.n_newlines = 0;
        self.text.words.push(Word {
            start: start as u32,
            end: end as u32,
            folded: folded as u32,
            // Nobody watches for a longer "word".
            n_folded: n_folded.min(usize::from(u16::MAX)) as u16,
            flags: Flags(flags | opens_block | hashtag),
        });
    }

    /// Reads what begins with a non-ASCII byte or `&`.
    fn other(&mut self, at: usize) -> usize {
        let Some((c, n_bytes)) = self.char_at(at) else {
            return at + 1;
        };
        let entry = self.folding.entry(c);
        match entry.kind() {
            Kind::Letter => return self.any_word(at),
            Kind::Unspaced if fold::is_southeast_asian(c) => return self.cluster(at, c),
            Kind::Unspaced => self.ideograph(at, c, n_bytes),
            Kind::Space if c == '\u{2029}' => self.opens_block = true,
            Kind::Space | Kind::Ignored | Kind::Mark => {}
            Kind::Stop => {
                self.n_newlines = 0;
                self.stop(at, c);
            }
            Kind::Separator | Kind::Apostrophe => self.n_newlines = 0,
        }
        at + n_bytes
    }

    fn ideograph(&mut self, at: usize, c: char, n_bytes: usize) {
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
    fn cluster(&mut self, start: usize, first: char) -> usize {
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

    /// The character at `at`, with HTML references decoded, and its length in bytes.
    #[inline]
    fn char_at(&self, at: usize) -> Option<(char, usize)> {
        if self.bytes.get(at) == Some(&b'&')
            && let Some(decoded) = html_entity::decode(&self.bytes[at..])
        {
            return Some(decoded);
        }
        let c = self.source.get(at..)?.chars().next()?;
        Some((c, c.len_utf8()))
    }

    /// Reads a word of any letters, character by character. Its folded form is
    /// appended to the copy of the text.
    fn any_word(&mut self, start: usize) -> usize {
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

/// The spelling of a word that exact terms compare: see [`Text::spelling`].
pub(super) fn spelling(original: &str, is_dotted: bool) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let folding = Folding::new();
    let mut kept = String::with_capacity(original.len());
    let mut at = 0;
    while let Some(c) = original[at..].chars().next() {
        let decoded = (c == '&').then(|| html_entity::decode(&original.as_bytes()[at..]));
        let (c, n_bytes) = decoded.flatten().unwrap_or((c, c.len_utf8()));
        at += n_bytes;
        let is_harakat = matches!(c, '\u{064B}'..='\u{0652}' | '\u{0670}');
        if is_harakat || folding.entry(c).kind() != Kind::Ignored && !(is_dotted && c == '.') {
            kept.push(c);
        }
    }
    kept.nfc().collect()
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
