//! Text analysis: words with their folded form and their place in the
//! original, sentences, blocks, language. The same for terms and for articles.
//!
//! The rules in short: HTML references are decoded. Case, accents, compatibility
//! forms, soft hyphens and the like are folded. A word is a run of letters and
//! digits; in scripts without spaces between words (Han, Kana, Thai, Lao,
//! Burmese, Khmer), each letter is a word by itself. `U.S.` is `US`. A final
//! possessive is dropped. Offsets are bytes of the original; [`CharOffsets`] turns
//! them into characters.
//!
//! Not here: what terms mean (`matcher`), what is new in an article (`story`).

pub mod calendar;
pub(crate) mod charset;
pub(crate) mod mojibake;
mod words;
mod sentence;
mod language;
mod chars;
mod title;
mod escape;

pub use chars::CharOffsets;
pub use escape::{
    escape_markup, is_printable, percent_decode, printable, printable_lines, without_www,
};
pub(crate) use language::attached::attached_hint;
pub(crate) use language::is_common_word;
pub use language::stem::Stems;
pub use language::tag::{LanguageTag, tag_field};
pub use language::{Language, detect_language};
pub use title::first_sentence;
pub(crate) use title::{TITLE_MARKS, last_mark};
pub use words::confusable::skeletons;
pub use words::dictionary::word_edges;
pub(crate) use words::fold::{fold_word, is_southeast_asian, is_unspaced};
pub(crate) use words::hashtag::hashtag_parts;

use std::borrow::Cow;
use std::ops::Range;

/// Longest text that is analysed, in bytes; the rest is not read.
pub const MAX_BYTES: usize = 32 << 20;

/// How a word is written in the original: a set of the constants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u16);

impl Flags {
    const CAPS: u16 = 1;
    const CAPITAL: u16 = 2;
    const DIGITS: u16 = 4;
    const OPENS_BLOCK: u16 = 8;
    const DOTTED: u16 = 16;
    const MIXED: u16 = 32;
    const IDEOGRAPH: u16 = 64;
    const REWRITTEN: u16 = 128;
    const HASHTAG: u16 = 256;

    /// All its letters are upper case, or it is written with dots (`U.S.`).
    #[must_use]
    pub fn is_caps(self) -> bool {
        self.0 & Self::CAPS != 0
    }

    /// Its first letter is upper case.
    #[must_use]
    pub fn is_capital(self) -> bool {
        self.0 & Self::CAPITAL != 0
    }

    /// It holds a digit.
    #[must_use]
    pub fn has_digit(self) -> bool {
        self.0 & Self::DIGITS != 0
    }

    /// It is the first word of its block.
    #[must_use]
    pub fn opens_block(self) -> bool {
        self.0 & Self::OPENS_BLOCK != 0
    }

    /// It is written with dots between its letters.
    #[must_use]
    pub fn is_dotted(self) -> bool {
        self.0 & Self::DOTTED != 0
    }

    /// It mixes Latin with Cyrillic or Greek letters.
    #[must_use]
    pub fn is_mixed(self) -> bool {
        self.0 & Self::MIXED != 0
    }

    /// It is behind a `#`, as in `#HarbourBridge`.
    #[must_use]
    pub fn is_hashtag(self) -> bool {
        self.0 & Self::HASHTAG != 0
    }

    /// It is one Han or Kana character, or one Thai, Lao, Burmese or Khmer letter
    /// with its marks.
    #[must_use]
    pub fn is_ideograph(self) -> bool {
        self.0 & Self::IDEOGRAPH != 0
    }
}

/// One word: its place in the original, and that of its folded form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// First byte in the original.
    pub start: u32,
    /// One past its last byte in the original, without a dropped possessive.
    pub end: u32,
    folded: u32,
    n_folded: u16,
    /// How it is written.
    pub flags: Flags,
}

impl Word {
    /// Its bytes in the original.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A sentence or a block of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte in the original; never white space.
    pub start: u32,
    /// One past its last byte in the original.
    pub end: u32,
    /// Its first word, as an index into [`Text::words`].
    pub first_word: u32,
    /// One past its last word.
    pub end_word: u32,
}

impl Span {
    /// Its bytes in the original.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Its words, as indices into [`Text::words`].
    #[must_use]
    pub fn words(&self) -> Range<usize> {
        self.first_word as usize..self.end_word as usize
    }
}

/// A character that may end a sentence.
#[derive(Clone, Copy, Debug)]
struct Stop {
    at: u32,
    n_words_before: u32,
    c: char,
}

/// A text cut into words, sentences and blocks. It can be reused for the next text,
/// so that a stream of articles needs no new memory.
#[derive(Clone, Debug, Default)]
pub struct Text {
    words: Vec<Word>,
    sentences: Vec<Span>,
    blocks: Vec<Span>,
    stops: Vec<Stop>,
    /// The original in lower case, followed by the folded forms that are not part
    /// of it.
    folded: String,
}

/// Analyses `source`: words, sentences, blocks.
#[must_use]
pub fn analyze(source: &str) -> Text {
    let mut text = Text::default();
    text.analyze(source);
    text
}

impl Text {
    /// Analyses `source`; the previous text is dropped.
    pub fn analyze(&mut self, source: &str) {
        self.read_words(source);
        self.split(source);
    }

    /// Reads only the words of `source`; [`Text::split`] adds sentences and blocks
    /// if they are needed. An article that no watch matches is never split.
    pub fn analyze_words(&mut self, source: &str) {
        self.read_words(source);
        self.sentences.clear();
        self.blocks.clear();
    }

    /// The words in the order of the text.
    #[must_use]
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// The folded form of `word`.
    #[must_use]
    #[inline]
    pub fn folded(&self, word: &Word) -> &str {
        let start = word.folded as usize;
        // `get` and not an index: a word over 64 KiB is cut, possibly within a
        // character.
        self.folded
            .get(start..start + usize::from(word.n_folded))
            .unwrap_or_default()
    }

    /// The key of `word`'s folded form: [`key_of`] of it, without a copy.
    #[must_use]
    #[inline]
    pub fn key(&self, word: &Word) -> u128 {
        let (start, n_bytes) = (word.folded as usize, usize::from(word.n_folded));
        match self.folded.as_bytes().get(start..start + 16) {
            Some(bytes) if n_bytes < 16 => {
                let mut key = [0; 16];
                key.copy_from_slice(bytes);
                u128::from_le_bytes(key) & MASKS[n_bytes] | (n_bytes as u128) << 120
            }
            _ => key_of(self.folded(word)),
        }
    }

    /// The sentences in the order of the text; they cover every word, and none
    /// crosses a block. Empty until the text is split.
    #[must_use]
    pub fn sentences(&self) -> &[Span] {
        &self.sentences
    }

    /// The blocks, which blank lines separate. Empty until the text is split.
    #[must_use]
    pub fn blocks(&self) -> &[Span] {
        &self.blocks
    }

    /// The index of the sentence that contains the word with index `word`.
    #[must_use]
    pub fn sentence_of(&self, word: usize) -> Option<usize> {
        holder(&self.sentences, word)
    }

    /// The index of the block that contains the word with index `word`.
    #[must_use]
    pub fn block_of(&self, word: usize) -> Option<usize> {
        holder(&self.blocks, word)
    }

    /// The spelling of `word` that exact terms compare: as in the original,
    /// but with HTML references decoded, format characters deleted and the
    /// dots of `U.S.` dropped, in composed form.
    #[must_use]
    pub fn spelling<'s>(&self, source: &'s str, word: &Word) -> Cow<'s, str> {
        let original = source.get(word.range()).unwrap_or_default();
        if word.flags.0 & Flags::REWRITTEN == 0 {
            return Cow::Borrowed(original);
        }
        Cow::Owned(words::spelling(original, word.flags.is_dotted()))
    }
}

/// The lowest `n` bytes, by `n`.
static MASKS: [u128; 16] = masks();

const fn masks() -> [u128; 16] {
    let mut masks = [0; 16];
    let mut n = 1;
    while n < 16 {
        masks[n] = masks[n - 1] << 8 | 0xFF;
        n += 1;
    }
    masks
}

/// A folded word as a number: its bytes if there are at most 15, else a hash of 120
/// bits, which no two words of a watchlist share by chance. Never 0 for a word.
#[must_use]
pub fn key_of(folded: &str) -> u128 {
    let bytes = folded.as_bytes();
    if bytes.len() > 15 {
        return xxhash_rust::xxh3::xxh3_128(bytes) | 0xFF << 120;
    }
    let mut key = [0; 16];
    key[..bytes.len()].copy_from_slice(bytes);
    key[15] = bytes.len() as u8;
    u128::from_le_bytes(key)
}

fn holder(spans: &[Span], word: usize) -> Option<usize> {
    let at = spans.partition_point(|span| span.end_word as usize <= word);
    (at < spans.len()).then_some(at)
}

#[cfg(test)]
mod tests;
