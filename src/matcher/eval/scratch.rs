//! The working memory of one thread.
//!
//! Everything here is kept from article to article. Values that carry the number
//! of their article (`epoch`) are valid for that article only and need no clearing.

use crate::matcher::compile::class::{Class, First, NONE, PhraseId};
use crate::matcher::compile::program::Program;
use crate::matcher::compile::vocabulary::LanguageStems;
use crate::matcher::compile::wake_index::{CheckAt, HitPhrases};
use crate::matcher::eval::place::Place;
use crate::matcher::eval::quotes::Quotes;
use crate::matcher::query::spec::{FieldSet, N_FIELDS};
use crate::model::Evidence;
use crate::text::{CharOffsets, Text};
use smallvec::SmallVec;
use std::sync::{Arc, Weak};

/// Most emptied lists of evidence that are kept for reuse.
const MAX_SPARE: usize = 1 << 12;

/// A hit of a phrase. The hits of one phrase form a linked list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) place: Place,
    /// The fields of this hit and of the earlier hits of the phrase.
    pub(crate) fields: FieldSet,
    /// The phrase's first hit in the article: the end of the list.
    pub(crate) first: u32,
    pub(crate) next: u32,
}

/// The flag of a [`Token`] that begins a paragraph, heading or list item.
pub(crate) const OPENS_BLOCK: u32 = 1;
/// The flag of a [`Token`] that has more classes, listed in [`Scratch::extras`].
pub(crate) const HAS_EXTRA: u32 = 2;
/// The flag of a [`Token`] that is a hashtag of several words.
pub(crate) const IS_HASHTAG: u32 = 4;

/// A word as input of the trie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) class: Class,
    pub(crate) flags: u32,
    pub(crate) first: First,
}

/// The classes of one word.
pub(crate) type Classes = SmallVec<[Class; 2]>;

/// A watch that the article meets. `checked_at` is set if its check alone decided
/// that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Met {
    pub(crate) watch: u32,
    pub(crate) checked_at: Option<CheckAt>,
}

/// The working memory of one thread that matches articles.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Which program the memory fits. A weak reference, so that the last strong
    /// one is dropped by whoever replaced the list, not by a matching thread.
    program: Weak<Program>,
    pub(crate) epoch: u32,
    /// The number of articles read: some of them are counted for the frequencies.
    pub(crate) n_articles: u64,
    pub(crate) texts: [Text; N_FIELDS],
    /// The first word of each field, and one past the last.
    pub(crate) bounds: [(u32, u32); N_FIELDS],
    pub(crate) tokens: Vec<Token>,
    pub(crate) extras: Vec<(u32, Class)>,
    /// The words that hashtags write together, by the token of the hashtag.
    pub(crate) hashtags: Vec<(u32, Vec<Classes>)>,
    pub(crate) found: Vec<Class>,
    /// The last hit of each phrase that hit.
    pub(crate) last_hits: Vec<u32>,
    /// One bit for each phrase: whether it hit. It is so small that it stays in
    /// the cache, and most questions are about phrases that did not hit.
    pub(crate) seen: Vec<u64>,
    /// The same for hits in title, dek or body.
    pub(crate) seen_in_text: Vec<u64>,
    pub(crate) hits: Vec<Hit>,
    /// The phrases that hit, each once.
    pub(crate) touched: Vec<PhraseId>,
    /// For each watch, the article that it was last evaluated for.
    pub(crate) looked_at: Vec<u32>,
    /// For each filter, the article that it was last applied to, and whether it
    /// excluded it.
    pub(crate) excluded: Vec<(u32, bool)>,
    /// What the phrases wake: the phrase, and where the check begins.
    pub(crate) woken: Vec<(PhraseId, CheckAt)>,
    /// The watches that were met.
    pub(crate) met: Vec<Met>,
    pub(crate) quotes: Quotes,
    /// Emptied lists of evidence, for reuse.
    pub(crate) spare: Vec<Vec<Evidence>>,
    pub(crate) regexes: Vec<(u32, Vec<Place>)>,
    pub(crate) entities: Vec<(u32, Vec<Place>)>,
    pub(crate) language: Option<String>,
    pub(crate) stems: Option<LanguageStems>,
    /// One bit for each field: whether it was split into sentences.
    pub(crate) split: u16,
    pub(crate) offsets: [Option<CharOffsets>; N_FIELDS],
}

impl Scratch {
    /// Empty memory for any matcher; it grows as needed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Prepares for the next article.
    pub(crate) fn reset(&mut self, program: &Arc<Program>) {
        let is_same = std::ptr::eq(self.program.as_ptr(), Arc::as_ptr(program));
        if !is_same || self.epoch == u32::MAX {
            self.fit(program);
        }
        self.epoch += 1;
        self.n_articles += 1;
        self.tokens.clear();
        self.extras.clear();
        self.hashtags.clear();
        self.hits.clear();
        for phrase in self.touched.drain(..) {
            self.seen[phrase as usize / 64] = 0;
            self.seen_in_text[phrase as usize / 64] = 0;
        }
        self.split = 0;
        self.offsets = Default::default();
        self.bounds = Default::default();
    }

    /// Resizes everything for `program`.
    fn fit(&mut self, program: &Arc<Program>) {
        let n_phrases = program.trie.n_phrases();
        refill(&mut self.last_hits, n_phrases, NONE);
        refill(&mut self.seen, n_phrases / 64 + 1, 0);
        refill(&mut self.seen_in_text, n_phrases / 64 + 1, 0);
        self.touched.clear();
        refill(&mut self.looked_at, program.watches.len(), 0);
        refill(&mut self.excluded, program.filters.len(), (0, false));
        self.regexes = vec![(0, Vec::new()); program.regexes.len()];
        self.entities = vec![(0, Vec::new()); program.entities.len()];
        self.stems = None;
        self.program = Arc::downgrade(program);
        self.epoch = 0;
    }

    /// Which phrases hit.
    #[inline]
    pub(crate) fn seen(&self) -> HitPhrases<'_> {
        HitPhrases {
            anywhere: &self.seen,
            in_text: &self.seen_in_text,
        }
    }

    /// Keeps the memory of a list of evidence for reuse.
    pub(crate) fn keep(&mut self, mut why: Vec<Evidence>) {
        why.clear();
        if self.spare.len() < MAX_SPARE {
            self.spare.push(why);
        }
    }
}

fn refill<T: Clone>(list: &mut Vec<T>, n: usize, value: T) {
    list.clear();
    list.resize(n, value);
}
