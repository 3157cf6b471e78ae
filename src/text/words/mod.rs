//! Where words begin and end, and the form they are compared in.
//!
//! The text is read in one pass over its bytes. A run of ASCII letters and digits,
//! which is nearly every word of an English text, costs one table look-up per byte
//! and copies nothing: its folded form is part of the lower-cased copy of the text.

pub(super) mod fold;
mod html_entity;
mod ascii;
mod letters;
mod unspaced;
mod capitals;
pub(super) mod confusable;
pub(super) mod dictionary;
pub(super) mod hashtag;

use super::{Flags, MAX_BYTES, Stop, Text, Word};
use ascii::{CLASS, NEWLINE, SPACE, STOP, WORD};
use fold::{Folding, Kind};

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
    fn push(&mut self, start: usize, end: usize, folded: usize, n_folded: usize, flags: u16) {
        let opens_block = Flags::OPENS_BLOCK * u16::from(self.opens_block);
        self.opens_block = false;
        self.n_newlines = 0;
        self.text.words.push(Word {
            start: start as u32,
            end: end as u32,
            folded: folded as u32,
            // Nobody watches for a longer "word".
            n_folded: n_folded.min(usize::from(u16::MAX)) as u16,
            flags: Flags(flags | opens_block),
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
