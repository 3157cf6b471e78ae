//! Text analysis: words with their folded form and their place in the
//! original, sentences, blocks, language. The same for terms and for articles.
//!
//! The rules in short: HTML references are decoded; case, accents,
//! compatibility forms, soft hyphens and the like are folded away; a word is a
//! run of letters and digits, a Han or Kana character is a word by itself;
//! `U.S.` is `US`; a final possessive is dropped. Offsets are bytes of the
//! original; [`CharOffsets`] turns them into characters.
//!
//! Not here: what is watched for (`matcher`), what is new (`story`).

mod chars;
mod confusable;
mod dictionary;
mod fold;
mod html_entity;
mod irregular;
mod language;
mod abbreviation;
mod sentence;
mod stem;
mod title;
mod words;

pub use chars::CharOffsets;
pub use confusable::skeletons;
pub use dictionary::word_edges;
pub(crate) use fold::is_ideograph;
pub use language::{Language, detect_language};
pub use stem::Stems;
pub use title::first_sentence;
pub(crate) use title::{TITLE_MARKS, last_mark};

use std::borrow::Cow;
use std::ops::Range;

/// Longest text that is analysed, in bytes; what stands beyond is not read.
pub const MAX_BYTES: usize = 32 << 20;

/// What a word looked like before folding: a set of the constants.
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

    /// It is one Han or Kana character.
    #[must_use]
    pub fn is_ideograph(self) -> bool {
        self.0 & Self::IDEOGRAPH != 0
    }
}

/// One word: where it stands in the original, and where its folded form stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// First byte in the original.
    pub start: u32,
    /// One past its last byte in the original; a dropped possessive is outside.
    pub end: u32,
    folded: u32,
    n_folded: u16,
    /// What it looked like.
    pub flags: Flags,
}

impl Word {
    /// Its bytes in the original.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A stretch of the text: a sentence or a block.
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

/// A text cut into words, sentences and blocks. It can be used again for the
/// next text, so that a stream of articles allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Text {
    words: Vec<Word>,
    sentences: Vec<Span>,
    blocks: Vec<Span>,
    stops: Vec<Stop>,
    /// The original in lower case, then the folded forms that are not found in
    /// it as they stand.
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
    /// Analyses `source` in place of what it held.
    pub fn analyze(&mut self, source: &str) {
        self.read_words(source);
        self.split(source);
    }

    /// Reads the words of `source` only; [`Text::split`] adds the rest where
    /// somebody asks for it. An article that no watch matches never pays for
    /// its sentences.
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
        // `get` and not an index: a word over 64 KiB is cut, and the cut may
        // fall into a character.
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

    /// The blocks: what stands between blank lines.
    #[must_use]
    pub fn blocks(&self) -> &[Span] {
        &self.blocks
    }

    /// The index of the sentence that holds the word with index `word`.
    #[must_use]
    pub fn sentence_of(&self, word: usize) -> Option<usize> {
        holder(&self.sentences, word)
    }

    /// The index of the block that holds the word with index `word`.
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

/// A folded word as a number: the word itself where it has at most 15 bytes,
/// else a hash of it that no other word of a watchlist will have by chance.
/// Never 0 for a word.
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
