//! An article as stories look at it: sentences, content words, names, numbers.
//!
//! Works on any language with spaces, and on those without through pairs of
//! characters. Only the stop words are English.

use super::stopwords;
use rustc_hash::FxHashSet;
use std::ops::Range;

/// Most bytes of an article's text that are looked at; what follows counts for
/// its exact identity only.
const MAX_TEXT_BYTES: usize = 128 << 10;
/// Most sentences that are looked at.
const MAX_SENTENCES: usize = 600;

/// A word that carries content: stop words are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Of its folded and shortened form.
    pub hash: u32,
    pub is_number: bool,
    /// Written with a capital where a sentence does not ask for one.
    pub is_capital: bool,
}

impl Word {
    /// The word in the sketches: 15 bits of the hash, and whether it is a number.
    pub(super) fn signature(self) -> u16 {
        (self.hash >> 17) as u16 | (u16::from(self.is_number) << 15)
    }
}

/// One sentence of the title, dek or text.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    /// Where it stands: bytes of the text; empty in title and dek.
    pub span: Range<usize>,
    /// Its content words, of [`Analysis::words`].
    pub words: Range<usize>,
    /// All its words, stop words too.
    pub n_words: usize,
    /// Holds a quotation mark.
    pub is_quote: bool,
}

/// A title, dek and text taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Analysis {
    /// Title first, then dek, then text, in order.
    pub words: Vec<Word>,
    /// The title is the first, even when it is empty; a dek the second.
    pub sentences: Vec<Sentence>,
    /// Which of the sentences belong to the text.
    pub body: Range<usize>,
    /// The words that are names: capitalised within a sentence of the text.
    pub names: FxHashSet<u32>,
    /// Of the whole text's letters and digits: the same for the same text
    /// however it is spaced, cased or quoted; 0 for a text with none.
    pub identity: u64,
}

impl Analysis {
    pub(super) fn new(title: &str, dek: &str, text: &str) -> Self {
        let mut analysis = Self {
            identity: identity(text),
            ..Self::default()
        };
        analysis.sentence(clip(title, 1 << 10), 0..0, true);
        if !dek.trim().is_empty() {
            analysis.sentence(clip(dek, 4 << 10), 0..0, true);
        }
        let n_heads = analysis.sentences.len();
        let text = clip(text, MAX_TEXT_BYTES);
        for span in super::sentences::split(text).take(MAX_SENTENCES) {
            analysis.sentence(&text[span.clone()], span, false);
        }
        analysis.body = n_heads..analysis.sentences.len();
        let in_body = analysis.words_of(analysis.body.clone());
        analysis.names = analysis.words[in_body]
            .iter()
            .filter(|word| word.is_capital && !word.is_number)
            .map(|word| word.hash)
            .collect();
        analysis
    }

    /// The words of a run of sentences.
    pub(super) fn words_of(&self, sentences: Range<usize>) -> Range<usize> {
        match (
            self.sentences.get(sentences.start),
            self.sentences[..sentences.end].last(),
        ) {
            (Some(first), Some(last)) if !sentences.is_empty() => first.words.start..last.words.end,
            _ => self.words.len()..self.words.len(),
        }
    }

    /// The title's words.
    pub(super) fn title(&self) -> &[Word] {
        &self.words[self.words_of(0..1)]
    }

    /// The text's words.
    pub(super) fn text(&self) -> &[Word] {
        &self.words[self.words_of(self.body.clone())]
    }

    fn sentence(&mut self, text: &str, span: Range<usize>, is_head: bool) {
        let first = self.words.len();
        let mut n_words = 0;
        super::tokens::each(text, |token| {
            n_words += 1;
            if !token.is_number && stopwords::is_stop(token.folded) {
                return;
            }
            self.words.push(Word {
                hash: hash(token.folded),
                is_number: token.is_number,
                is_capital: token.is_capital && n_words > 1 && !is_head,
            });
        });
        self.sentences.push(Sentence {
            span,
            words: first..self.words.len(),
            n_words,
            is_quote: text.contains(['"', '“', '„', '«', '「']),
        });
    }
}

/// `text` up to `max` bytes, cut between characters.
fn clip(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

fn identity(text: &str) -> u64 {
    let mut hasher = xxhash_rust::xxh3::Xxh3Default::new();
    let mut is_empty = true;
    super::tokens::each(text, |token| {
        is_empty = false;
        hasher.update(token.folded.as_bytes());
        hasher.update(b" ");
    });
    if is_empty { 0 } else { hasher.digest() }
}

/// Letters of a word that count: inflections and derivations ("withdraw",
/// "withdrawal", "withdrawn") fall together in most European languages.
const STEM_CHARS: usize = 7;

/// Hash of a folded word's stem.
pub(super) fn hash(folded: &str) -> u32 {
    let end = folded
        .char_indices()
        .nth(STEM_CHARS)
        .map_or(folded.len(), |(at, _)| at);
    let mut stem = &folded[..end];
    // The plural of a word shorter than the stem.
    if stem.len() > 3 && stem.is_ascii() && stem.ends_with('s') && !stem.ends_with("ss") {
        stem = &stem[..stem.len() - 1];
    }
    (xxhash_rust::xxh3::xxh3_64(stem.as_bytes()) >> 32) as u32
}
