//! The watch language: what a watchlist's terms and queries mean, and which
//! watches an article meets.
//!
//! ```text
//! spec (strings) -> term, lexer, parser, lower -> ast::Query -> program -> filing
//! article: words -> classes -> trie -> hits -> woken watches -> eval -> evidence
//! ```
//!
//! Not here: the file the strings come from and the printing of its problems
//! (`config`), words and sentences (`text`).
//!
//! To add an operator: a variant of `ast::Query`, its syntax in `lexer` and
//! `parser`, a variant of `program::Node`; the compiler then asks for its arms
//! in `eval`, `evidence`, `explain` and `filing`.

mod spec;
mod ast;
mod term;
mod lexer;
mod parser;
mod lower;
mod vocabulary;
mod trie;
mod filter;
mod program;
mod filing;
mod article;
mod eval;
mod evidence;

pub use article::Scratch;
pub use spec::{Conditions, EntitySpec, FIELDS, FieldSet, NearSpec, Problem, Written};
pub(crate) use term::nearest;

use crate::model::Match;
use article::Article;
use filing::Filing;
use program::{Builder, Program};
use std::sync::Arc;

/// An article as it is matched.
#[derive(Clone, Copy, Debug, Default)]
pub struct Doc<'a> {
    /// The headline.
    pub title: &'a str,
    /// The standfirst.
    pub dek: &'a str,
    /// The text, blocks separated by blank lines.
    pub body: &'a str,
    /// Captions; searched only by watches that ask for them.
    pub captions: &'a [String],
    /// The author's name.
    pub author: &'a str,
    /// The outlet's name.
    pub source: &'a str,
    /// The feed's tags.
    pub tags: &'a [String],
    /// The article's address.
    pub url: &'a str,
    /// The article's language as a BCP 47 tag; detected where it is needed and
    /// not given.
    pub language: Option<&'a str>,
}

/// A compiled list of watches. It is never changed; threads share it, each
/// with a [`Scratch`] of its own.
#[derive(Clone, Debug)]
pub struct Matcher {
    program: Arc<Program>,
    filing: Filing,
}

impl Matcher {
    /// Compiles `watches` over `entities`.
    ///
    /// # Errors
    /// Every problem found, in the order of the lists.
    pub fn compile(
        watches: &[Conditions],
        entities: &[EntitySpec],
        _previous: Option<&Self>,
    ) -> Result<Self, Vec<Problem>> {
        let (index, mut problems) = lower::Index::of(entities);
        let mut understood = Vec::with_capacity(entities.len());
        for entity in entities {
            match lower::entity(entity) {
                Ok(entity) => understood.push(entity),
                Err(mut found) => problems.append(&mut found),
            }
        }
        let mut queries = Vec::with_capacity(watches.len());
        for watch in watches {
            match lower::watch(watch, &index) {
                Ok(query) => queries.push(query),
                Err(mut found) => problems.append(&mut found),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut builder = Builder::new(&understood);
        for (spec, query) in watches.iter().zip(&queries) {
            builder.watch(spec, query);
        }
        let program = Arc::new(builder.finish());
        let cost = vec![1.0; program.trie.n_phrases()];
        let filing = Filing::new(&program, &cost);
        Ok(Self { program, filing })
    }

    /// The watches that `doc` meets, in the order of the list, with evidence.
    pub fn matches(&self, scratch: &mut Scratch, doc: &Doc<'_>) -> Vec<Match> {
        let mut article = Article::read(&self.program, scratch, doc);
        let mut woken: Vec<u32> = Vec::new();
        for at in 0..article.scratch.touched.len() {
            let phrase = article.scratch.touched[at];
            for &watch in self.filing.woken_by(phrase) {
                self.look_at(watch, &mut article, &mut woken);
            }
        }
        for &watch in self.filing.always() {
            self.look_at(watch, &mut article, &mut woken);
        }
        woken.sort_unstable();
        let found = woken.into_iter().map(|watch| {
            let watch = &self.program.watches[watch as usize];
            Match {
                watch: watch.id.clone(),
                why: article.evidence(watch.root),
            }
        });
        found.collect()
    }

    #[inline]
    fn look_at(&self, at: u32, article: &mut Article<'_>, met: &mut Vec<u32>) {
        let epoch = article.epoch();
        let looked_at = &mut article.scratch.looked_at[at as usize];
        if *looked_at == epoch {
            return;
        }
        *looked_at = epoch;
        let watch = &self.program.watches[at as usize];
        if let Some(filter) = &watch.filter
            && filter.bars(article.doc, article.language()).is_some()
        {
            return;
        }
        if article.holds(watch.root) {
            met.push(at);
        }
    }

    /// How many watches there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.program.watches.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
