//! The working memory of one thread.
//!
//! Everything here is kept from article to article: arrays that are valid only
//! for the article whose number (`epoch`) they carry need no clearing.

use crate::matcher::compile::program::Program;
use crate::matcher::compile::class::{Class, First, NONE, PhraseId};
use crate::matcher::compile::vocabulary::LanguageStems;
use crate::matcher::compile::wake_index::{CheckAt, Seen};
use crate::matcher::eval::place::Place;
use crate::matcher::eval::quotes::Quotes;
use crate::matcher::query::spec::{FieldSet, N_FIELDS};
use crate::model::Evidence;
use crate::text::{CharOffsets, Text};
use std::sync::{Arc, Weak};

/// Most lists of evidence that are kept for the next article.
const MAX_SPARE: usize = 1 << 12;

/// A place where a phrase stands; hits of one phrase form a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) place: Place,
    /// The fields of this hit and of those before it in the list.
    pub(crate) fields: FieldSet,
    /// The phrase's first hit in the article, the last of the list.
    pub(crate) first: u32,
    pub(crate) next: u32,
}

/// A word as the trie takes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) class: Class,
    pub(crate) flags: u32,
    pub(crate) first: First,
}

/// A watch that the article meets, and the place of its check if that alone
/// says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Met {
    pub(crate) watch: u32,
    pub(crate) checked_at: Option<CheckAt>,
}

/// The working memory of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Only to know it again: the memory of a list that nobody matches by any
    /// more is given back where the next one was made, not here.
    program: Weak<Program>,
    pub(crate) epoch: u32,
    /// Articles read, to learn from some of them.
    pub(crate) n_articles: u64,
    pub(crate) texts: [Text; N_FIELDS],
    /// The first word of each field, and one past the last.
    pub(crate) bounds: [(u32, u32); N_FIELDS],
    pub(crate) tokens: Vec<Token>,
    pub(crate) extras: Vec<(u32, Class)>,
    pub(crate) found: Vec<Class>,
    /// Of each phrase that hit, its last hit.
    pub(crate) last_hits: Vec<u32>,
    /// One bit a phrase: whether it hit. So small that it stays in the cache,
    /// where the phrases that did not hit are told.
    pub(crate) seen: Vec<u64>,
    /// The same for hits in title, dek or body.
    pub(crate) seen_in_text: Vec<u64>,
    pub(crate) hits: Vec<Hit>,
    /// The phrases that hit, each once.
    pub(crate) touched: Vec<PhraseId>,
    /// Per watch: the article it was last looked at for.
    pub(crate) looked_at: Vec<u32>,
    /// Per filter: the article it was last asked about, and what it said.
    pub(crate) barred: Vec<(u32, bool)>,
    /// What the phrases wake: the phrase, and where the check stands.
    pub(crate) woken: Vec<(PhraseId, CheckAt)>,
    /// The watches that were met.
    pub(crate) met: Vec<Met>,
    pub(crate) quotes: Quotes,
    /// Emptied lists of evidence.
    pub(crate) spare: Vec<Vec<Evidence>>,
    pub(crate) regexes: Vec<(u32, Vec<Place>)>,
    pub(crate) entities: Vec<(u32, Vec<Place>)>,
    pub(crate) language: Option<String>,
    pub(crate) stems: Option<LanguageStems>,
    /// One bit a field: whether its sentences are known.
    pub(crate) split: u16,
    pub(crate) offsets: [Option<CharOffsets>; N_FIELDS],
}

impl Scratch {
    /// Room for any matcher's work; it grows to what is needed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes ready for the next article of `program`.
    pub(crate) fn reset(&mut self, program: &Arc<Program>) {
        let is_same = std::ptr::eq(self.program.as_ptr(), Arc::as_ptr(program));
        if !is_same || self.epoch == u32::MAX {
            self.fit(program);
        }
        self.epoch += 1;
        self.n_articles += 1;
        self.tokens.clear();
        self.extras.clear();
        self.hits.clear();
        for phrase in self.touched.drain(..) {
            self.seen[phrase as usize / 64] = 0;
            self.seen_in_text[phrase as usize / 64] = 0;
        }
        self.split = 0;
        self.offsets = Default::default();
        self.bounds = Default::default();
    }

    /// Takes the size of `program`, as if it had read nothing yet.
    fn fit(&mut self, program: &Arc<Program>) {
        let n_phrases = program.trie.n_phrases();
        refill(&mut self.last_hits, n_phrases, NONE);
        refill(&mut self.seen, n_phrases / 64 + 1, 0);
        refill(&mut self.seen_in_text, n_phrases / 64 + 1, 0);
        self.touched.clear();
        refill(&mut self.looked_at, program.watches.len(), 0);
        refill(&mut self.barred, program.filters.len(), (0, false));
        self.regexes = vec![(0, Vec::new()); program.regexes.len()];
        self.entities = vec![(0, Vec::new()); program.entities.len()];
        self.stems = None;
        self.program = Arc::downgrade(program);
        self.epoch = 0;
    }

    /// Which phrases hit.
    #[inline]
    pub(crate) fn seen(&self) -> Seen<'_> {
        Seen {
            anywhere: &self.seen,
            in_text: &self.seen_in_text,
        }
    }

    /// Keeps the memory of a list of evidence that nobody needs any more.
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
