//! The evidence of all matches of an article, each piece and sentence once.

use crate::matcher::eval::place::Place;
use crate::model::{Evidence, Excerpt, Field, Marks};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::ops::Range;
use std::sync::Arc;

/// A condition that was met: its term and its one or two places in their order.
/// A single place is given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Piece {
    pub(crate) first: Place,
    pub(crate) term: u32,
    pub(crate) second: Place,
}

/// A list on the stack: most matches have one piece, and some articles meet
/// hundreds of watches.
pub(crate) type Pieces = SmallVec<[Piece; 4]>;

/// A piece as it is shown. Its texts are ranges of [`Quotes::text`].
#[derive(Clone, Debug)]
pub(crate) struct Quote {
    pub(crate) term: Range<u32>,
    pub(crate) field: Field,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) sentence: Range<u32>,
    pub(crate) marks: Marks,
}

/// The pieces of all matches of one article.
#[derive(Debug, Default)]
pub(crate) struct Quotes {
    /// Terms and sentences, concatenated.
    text: String,
    pub(crate) quotes: Vec<Quote>,
    /// The index in `quotes` of each piece.
    pub(crate) known: FxHashMap<Piece, u32>,
    /// Where in `text` the sentence at these bytes of a field is.
    pub(crate) sentences: FxHashMap<(u8, usize, usize), Range<u32>>,
    /// The `quotes` of all matches, concatenated, and where each match ends.
    pub(crate) picked: Vec<u32>,
    pub(crate) ends: Vec<u32>,
}

impl Quotes {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.quotes.clear();
        self.known.clear();
        self.sentences.clear();
        self.picked.clear();
        self.ends.clear();
    }

    /// The text that the evidence of all matches shares.
    pub(crate) fn shared(&self) -> Arc<str> {
        self.text.as_str().into()
    }

    /// Appends the evidence of the match with this index to `why`; `text` comes
    /// from [`Quotes::shared`].
    pub(crate) fn show(&self, at: usize, text: &Arc<str>, why: &mut Vec<Evidence>) {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let picked = &self.picked[start as usize..self.ends[at] as usize];
        why.extend(picked.iter().map(|&quote| {
            let quote = &self.quotes[quote as usize];
            Evidence {
                term: Excerpt::new(text, quote.term.clone()),
                field: quote.field,
                start: quote.start,
                end: quote.end,
                sentence: Excerpt::new(text, quote.sentence.clone()),
                marks: quote.marks.clone(),
                boilerplate: false,
            }
        }));
    }

    /// Appends `text`; returns its range. A text beyond 4 GB does not fit and is
    /// not shown.
    pub(crate) fn write(&mut self, text: &str) -> Range<u32> {
        let start = self.text.len();
        match u32::try_from(start + text.len()) {
            Ok(end) => {
                self.text.push_str(text);
                start as u32..end
            }
            Err(_) => 0..0,
        }
    }
}

impl Piece {
    pub(crate) fn one(term: u32, place: Place) -> Self {
        Self {
            first: place,
            term,
            second: place,
        }
    }

    pub(crate) fn places(&self) -> [Place; 2] {
        [self.first, self.second]
    }

    pub(crate) fn n_places(&self) -> usize {
        1 + usize::from(self.first != self.second)
    }
}
