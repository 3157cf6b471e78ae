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
mod explain;

pub use article::Scratch;
pub use explain::{Explanation, Step};
pub use spec::{Conditions, EntitySpec, FIELDS, FieldSet, NearSpec, Problem, Written};
pub(crate) use term::nearest;

use crate::model::Match;
use article::Article;
use filing::{Filing, Frequencies, Woken};
use program::{Builder, Program, Watch};
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
    filing: Arc<Filing>,
    frequencies: Arc<Frequencies>,
}

impl Matcher {
    /// Compiles `watches` over `entities`.
    ///
    /// # Errors
    /// Every problem found, in the order of the lists.
    pub fn compile(
        watches: &[Conditions],
        entities: &[EntitySpec],
        previous: Option<&Self>,
    ) -> Result<Self, Vec<Problem>> {
        let (index, mut problems) = lower::Index::of(entities);
        let mut understood = Vec::with_capacity(entities.len());
        for entity in entities {
            match lower::entity(entity) {
                Ok(entity) => understood.push(entity),
                Err(mut found) => problems.append(&mut found),
            }
        }
        // One watch after the other: all of them understood at once would take
        // several times the memory of the program.
        let mut builder = Builder::new(&understood);
        for spec in watches {
            match lower::watch(spec, &index) {
                Ok(query) if problems.is_empty() => builder.watch(spec, &query),
                Ok(_) => {}
                Err(mut found) => problems.append(&mut found),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let program = Arc::new(builder.finish());
        let before = previous.map(|matcher| (&*matcher.program, &*matcher.frequencies));
        let frequencies = Arc::new(Frequencies::new(&program, before));
        Ok(Self::filed(program, frequencies))
    }

    /// The same watches, filed by what was learnt from the articles since.
    #[must_use]
    pub fn refiled(&self) -> Self {
        Self::filed(Arc::clone(&self.program), Arc::clone(&self.frequencies))
    }

    fn filed(program: Arc<Program>, frequencies: Arc<Frequencies>) -> Self {
        let filing = Arc::new(Filing::new(&program, &frequencies.costs(&program)));
        Self {
            program,
            filing,
            frequencies,
        }
    }

    /// The watches that `doc` meets, in the order of the list, with evidence.
    pub fn matches(&self, scratch: &mut Scratch, doc: &Doc<'_>) -> Vec<Match> {
        let mut found = Vec::new();
        self.matches_into(scratch, doc, &mut found);
        found
    }

    /// [`Matcher::matches`] in place of what `found` held: for a stream of
    /// articles, whose lists then need no memory of their own.
    pub fn matches_into(&self, scratch: &mut Scratch, doc: &Doc<'_>, found: &mut Vec<Match>) {
        found.clear();
        let mut article = Article::read(&self.program, scratch, doc);
        let mut woken = std::mem::take(&mut article.scratch.met);
        woken.clear();
        for at in 0..article.scratch.touched.len() {
            let phrase = article.scratch.touched[at];
            for &place in self.filing.woken_by(phrase) {
                match self.filing.check(place, |phrase| article.is_seen(phrase)) {
                    Woken::Not => {}
                    Woken::Perhaps(watch) => self.look_at(watch, &mut article, &mut woken),
                    Woken::Met(watch) => {
                        let epoch = article.epoch();
                        let looked_at = &mut article.scratch.looked_at[watch as usize];
                        if std::mem::replace(looked_at, epoch) != epoch {
                            woken.push(watch);
                        }
                    }
                }
            }
        }
        for &watch in self.filing.always() {
            self.look_at(watch, &mut article, &mut woken);
        }
        let scratch = &*article.scratch;
        self.frequencies.learn(scratch.n_articles, &scratch.touched);
        woken.sort_unstable();
        found.extend(woken.iter().map(|&watch| {
            let watch = &self.program.watches[watch as usize];
            Match {
                watch: watch.id.clone(),
                why: article.evidence(watch.root),
            }
        }));
        article.scratch.met = woken;
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
        if is_barred(watch, article) {
            return;
        }
        if article.holds(watch.root) {
            met.push(at);
        }
    }

    /// Whether `doc` meets the watch with this index.
    pub fn meets(&self, scratch: &mut Scratch, watch: usize, doc: &Doc<'_>) -> bool {
        let mut article = Article::read(&self.program, scratch, doc);
        let Some(watch) = self.program.watches.get(watch) else {
            return false;
        };
        !is_barred(watch, &article) && article.holds(watch.root)
    }

    /// What the watch called `id` makes of `doc`; none if there is no such
    /// watch.
    pub fn explain(&self, scratch: &mut Scratch, id: &str, doc: &Doc<'_>) -> Option<Explanation> {
        let watch = self
            .program
            .watches
            .iter()
            .find(|watch| watch.id.as_str() == id)?;
        let mut article = Article::read(&self.program, scratch, doc);
        let language = article.language();
        let barred = watch
            .filter
            .as_ref()
            .and_then(|filter| filter.bars(doc, language));
        Some(match barred {
            Some(barred) => Explanation::barred(&watch.id, barred, doc, language),
            None => Explanation::of(&watch.id, watch.root, &mut article),
        })
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

fn is_barred(watch: &Watch, article: &Article<'_>) -> bool {
    let filter = watch.filter.as_ref();
    filter.is_some_and(|filter| filter.bars(article.doc, article.language()).is_some())
}

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;
