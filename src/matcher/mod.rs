//! The watch language: what a watchlist's terms and queries mean, and which
//! watches an article meets.
//!
//! ```text
//! spec (strings) -> term, lexer, parser, lower -> query::ast::Query -> program -> filing
//! article: words -> classes -> trie -> hits -> woken watches -> eval -> evidence
//! ```
//!
//! Not here: the file the strings come from and the printing of its problems
//! (`config`), words and sentences (`text`).
//!
//! To add an operator: a variant of `query::ast::Query`, its syntax in `lexer` and
//! `parser`, a variant of `compile::program::Node`; the compiler then asks for its arms
//! in `eval`, `evidence`, `explain` and `filing`.

mod query;
mod compile;
mod eval;

pub(crate) use compile::filter::{Source, folded};
pub use eval::explain::{Explanation, Step};
pub use eval::scratch::Scratch;
pub use query::spec::{Conditions, EntitySpec, FIELDS, FieldSet, NearSpec, Problem, Written};
pub(crate) use query::fault::nearest;

use compile::frequencies::Frequencies;
use compile::builder::Builder;
use compile::fingerprints::Keys;
use compile::program::Program;
use compile::reuse::Known;
use compile::wake_index::Filing;
use eval::article::Article;
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
    /// Compiles `watches` over `entities`. Watches that are in `previous` as
    /// they are, over the same entities, are taken over from it.
    ///
    /// # Errors
    /// The problems found, in the order of the lists; a file that is wrong all
    /// over is not read to its end.
    pub fn compile(
        watches: &[Conditions],
        entities: &[EntitySpec],
        previous: Option<&Self>,
    ) -> Result<Self, Vec<Problem>> {
        let list = Keys::of(watches, entities);
        if let Some(previous) = previous.filter(|previous| previous.program.list == list) {
            return Ok(previous.refiled());
        }
        let known = previous.and_then(|previous| Known::of(&previous.program, &list));
        let program = Arc::new(program_of(watches, entities, list, known.as_ref())?);
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

    /// Whether `doc` meets the watch with this index.
    pub fn meets(&self, scratch: &mut Scratch, watch: usize, doc: &Doc<'_>) -> bool {
        let mut article = Article::read(&self.program, scratch, doc);
        let Some(root) = self.program.watches.get(watch).map(|watch| watch.root) else {
            return false;
        };
        !article.is_barred(watch as u32) && article.holds(root)
    }

    /// What the watch called `id` makes of `doc`; none if there is no such
    /// watch.
    pub fn explain(&self, scratch: &mut Scratch, id: &str, doc: &Doc<'_>) -> Option<Explanation> {
        let watches = &self.program.watches;
        let at = watches.iter().position(|watch| watch.id.as_str() == id)?;
        let watch = &watches[at];
        let mut article = Article::read(&self.program, scratch, doc);
        let language = article.language();
        let filter = self.program.filter_of(at as u32);
        let barred = filter.and_then(|(_, filter)| filter.bars(doc, language));
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

/// More problems than a person mends in one go.
const MAX_PROBLEMS: usize = 100;

fn program_of(
    watches: &[Conditions],
    entities: &[EntitySpec],
    list: Keys,
    known: Option<&Known<'_>>,
) -> Result<Program, Vec<Problem>> {
    let (index, mut problems) = query::lower::Index::of(entities);
    let mut understood = Vec::with_capacity(entities.len());
    for entity in entities {
        match query::lower::entity(entity, &index.regexes) {
            Ok(entity) => understood.push(entity),
            Err(mut found) => problems.append(&mut found),
        }
    }
    // One watch after the other: all of them understood at once would take
    // several times the memory of the program.
    let mut builder = match known {
        Some(known) => Builder::on(known.program, &understood),
        None => Builder::new(&understood),
    };
    for (spec, &key) in watches.iter().zip(&list.watches) {
        if let Some((known, at)) = known.and_then(|known| Some((known, known.watch(key)?))) {
            builder.keep(&known.program.watches[at as usize]);
            continue;
        }
        if problems.len() >= MAX_PROBLEMS {
            break;
        }
        match query::lower::watch(spec, &index) {
            Ok(query) if problems.is_empty() => builder.watch(spec, &query),
            Ok(_) => {}
            Err(mut found) => problems.append(&mut found),
        }
    }
    if problems.is_empty() {
        Ok(builder.finish(list))
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests;
