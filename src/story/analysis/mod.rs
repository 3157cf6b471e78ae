//! An article's sentences, content words, names and numbers, by which stories compare
//! articles.
//!
//! It works for every language: where words are not separated by spaces, pairs of
//! characters take the place of words. Only the stop words are English.

pub(super) mod arrival;
pub(super) mod profile;
pub(super) mod sketch;
pub(super) mod stem;
pub(super) mod headline;
mod number_words;
pub(super) mod quantity;
pub(super) mod stopwords;
pub(super) mod url_key;

use crate::story::analysis::stem::hash;
use crate::text::Text;
use rustc_hash::FxHashSet;
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// Most bytes of title and dek.
const MAX_TITLE_BYTES: usize = 4 << 10;
/// Most bytes of an article's text that are analysed. The rest counts only for
/// [`Analysis::identity`].
const MAX_TEXT_BYTES: usize = 128 << 10;
/// Most sentences that are analysed.
const MAX_SENTENCES: usize = 600;

/// A content word: any word that is not a stop word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Hash of the word's folded stem.
    pub hash: u32,
    pub is_number: bool,
    /// Whether it is a number that ends in a zero: it is often rounded.
    pub is_round: bool,
    /// Whether it has a capital letter that is not due to its place at the start of a
    /// sentence.
    pub is_capital: bool,
}

impl Word {
    /// The 16 bits that a sketch keeps of the word: 15 bits of the hash, and whether it
    /// is a number.
    pub(crate) fn signature(self) -> u16 {
        (self.hash >> 17) as u16 | (u16::from(self.is_number) << 15)
    }
}

/// One sentence of the title, dek or text.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    /// Its byte range in the text; empty for a sentence of title or dek.
    pub span: Range<usize>,
    /// Its content words, as a range of [`Analysis::words`].
    pub words: Range<usize>,
}

/// The sentences and words of a title, dek and text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Analysis {
    /// Title first, then dek, then text, in order.
    pub words: Vec<Word>,
    /// The title is the first sentence, even when it is empty; a dek is the second.
    pub sentences: Vec<Sentence>,
    /// Which of the sentences belong to the text.
    pub body: Range<usize>,
    /// The words that are names: capitalised within a sentence of the text.
    pub names: FxHashSet<u32>,
    /// A hash of each three neighbouring words of the text, stop words included.
    pub(crate) runs: Vec<u32>,
    /// A hash of all letters and digits of the whole text. Spacing, case and quotation
    /// marks do not change it; 0 for a text without letters and digits.
    pub identity: u64,
}

impl Analysis {
    pub(crate) fn new(title: &str, dek: &str, text: &str) -> Self {
        let mut analysis = Self::default();
        let mut read = Text::default();
        analysis.head(clip(title, MAX_TITLE_BYTES), &mut read);
        if !dek.trim().is_empty() {
            analysis.head(clip(dek, MAX_TITLE_BYTES), &mut read);
        }
        let n_heads = analysis.sentences.len();
        let source = clip(text, MAX_TEXT_BYTES);
        read.analyze(source);
        for sentence in read.sentences().iter().take(MAX_SENTENCES) {
            analysis.sentence(source, &read, sentence.words(), sentence.range());
        }
        analysis.body = n_heads..analysis.sentences.len();
        analysis.read_names();
        analysis.read_runs(&read);
        if source.len() < text.len() {
            analysis.identity ^= xxh3_64(&text.as_bytes()[source.len()..]);
        }
        analysis
    }

    /// The analysis without the words of those sentences of the text for which `is_out`
    /// is true.
    pub(crate) fn without(&self, is_out: &[bool]) -> Self {
        let mut left = Self {
            words: Vec::with_capacity(self.words.len()),
            sentences: Vec::with_capacity(self.sentences.len()),
            body: self.body.clone(),
            ..Self::default()
        };
        for (at, sentence) in self.sentences.iter().enumerate() {
            let in_body = at.checked_sub(self.body.start);
            let is_out = in_body.is_some_and(|at| is_out.get(at) == Some(&true));
            let first = left.words.len();
            if !is_out {
                left.words.extend(&self.words[sentence.words.clone()]);
            }
            left.sentences.push(Sentence {
                span: sentence.span.clone(),
                words: first..left.words.len(),
            });
        }
        left.read_names();
        left
    }

    /// The words of a run of sentences.
    pub(crate) fn words_of(&self, sentences: Range<usize>) -> Range<usize> {
        match (
            self.sentences.get(sentences.start),
            self.sentences[..sentences.end].last(),
        ) {
            (Some(first), Some(last)) if !sentences.is_empty() => first.words.start..last.words.end,
            _ => self.words.len()..self.words.len(),
        }
    }

    /// The title's words.
    pub(crate) fn title(&self) -> &[Word] {
        &self.words[self.words_of(0..1)]
    }

    /// The text's words.
    pub(crate) fn text(&self) -> &[Word] {
        &self.words[self.words_of(self.body.clone())]
    }

    /// Adds the title or the dek as one sentence.
    fn head(&mut self, source: &str, read: &mut Text) {
        read.analyze_words(source);
        self.sentence(source, read, 0..read.words().len(), 0..0);
    }

    fn sentence(&mut self, source: &str, read: &Text, words: Range<usize>, span: Range<usize>) {
        let first = self.words.len();
        let mut at = words.start;
        while let Some(word) = read.words()[..words.end].get(at) {
            let folded = read.folded(word);
            let is_capital = word.flags.is_capital() && at > words.start;
            let next = read.words()[..words.end].get(at + 1);
            at += 1;
            if let Some(figure) = quantity::figure(source, read, words.clone(), at - 1) {
                self.words.push(Word {
                    hash: figure.quantity.hash(),
                    is_number: true,
                    is_round: figure.is_round,
                    is_capital: false,
                });
                at += figure.n_words - 1;
            } else if word.flags.is_ideograph() || folded.starts_with(is_unspaced) {
                let next = next.filter(|next| next.start == word.end);
                self.unspaced(folded, next.map(|next| read.folded(next)));
            } else if stopwords::is_negation(folded) {
                self.push(hash(stopwords::NEGATION), false);
            } else if !stopwords::is_stop(folded) {
                self.push(hash(folded), is_capital);
            }
        }
        self.sentences.push(Sentence {
            span,
            words: first..self.words.len(),
        });
    }

    fn push(&mut self, hash: u32, is_capital: bool) {
        self.words.push(Word {
            hash,
            is_number: false,
            is_round: false,
            is_capital,
        });
    }

    /// Adds each pair of neighbouring characters of a word in a script without spaces,
    /// and the pair of its last character with the first of the `next` word.
    fn unspaced(&mut self, folded: &str, next: Option<&str>) {
        let next = next.and_then(|next| next.chars().next());
        let mut chars = folded.chars().chain(next).peekable();
        while let Some(c) = chars.next() {
            if let Some(&after) = chars.peek() {
                let pair =
                    (u64::from(u32::from(c)) << 32 | u64::from(u32::from(after))).to_le_bytes();
                self.push((xxh3_64(&pair) >> 32) as u32, false);
            }
        }
    }

    fn read_names(&mut self) {
        let in_body = self.words_of(self.body.clone());
        self.names = self.words[in_body]
            .iter()
            .filter(|word| word.is_capital && !word.is_number)
            .map(|word| word.hash)
            .collect();
    }

    /// Fills `runs` from the words as written: stop words stay, and nothing is stemmed.
    fn read_runs(&mut self, read: &Text) {
        let words: Vec<u64> = read
            .words()
            .iter()
            .map(|word| xxh3_64(read.folded(word).as_bytes()))
            .collect();
        self.runs = words
            .windows(3)
            .map(|run| (run.iter().fold(0, |key: u64, word| mix(key, *word)) >> 32) as u32)
            .collect();
        if !words.is_empty() {
            self.identity = words.iter().fold(1, |key, word| mix(key, *word));
        }
    }
}

/// `text` up to `max` bytes, cut between characters.
pub(crate) fn clip(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

/// Thai, Lao, Burmese, Khmer: letters without spaces between the words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

fn mix(key: u64, word: u64) -> u64 {
    let product = (key ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (product ^ (product >> 32)).rotate_left(25)
}
