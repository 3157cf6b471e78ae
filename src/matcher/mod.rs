//! The watch language: what the terms and queries of a watchlist mean, and which
//! watches an article meets.
//!
//! ```text
//! spec (strings) -> term, lexer, parser, lower -> query::ast::Query -> program -> wake_index
//! article: words -> classes -> trie -> hits -> woken watches -> eval -> evidence
//! ```
//!
//! Not here: reading the file and printing its problems (`config`), words and
//! sentences (`text`).
//!
//! To add an operator: a variant of `query::ast::Query`, its syntax in `lexer` and
//! `parser`, a variant of `compile::program::Node`; the compiler then asks for the
//! missing arms in `builder`, `holds`, `evidence`, `explain` and `wake_index`.

mod query;
mod compile;
mod eval;
mod lint;

pub(crate) use compile::filter::{Source, folded};
pub use eval::explain::{Explanation, Step};
pub use eval::scratch::Scratch;
pub(crate) use lint::lint;
pub(crate) use query::fault::nearest;
pub use query::spec::{Conditions, EntitySpec, FIELDS, FieldSet, NearSpec, Problem, Written};

use compile::builder::Builder;
use compile::fingerprints::Fingerprints;
use compile::frequencies::Frequencies;
use compile::program::Program;
use compile::reuse::Reusable;
use compile::wake_index::WakeIndex;
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
    /// The article's language as a BCP 47 tag. `None`: it is detected if a watch
    /// needs it.
    pub language: Option<&'a str>,
}

/// A compiled list of watches. It is immutable; threads share it, and each has
/// its own [`Scratch`].
#[derive(Clone, Debug)]
pub struct Matcher {
    program: Arc<Program>,
    wake_index: Arc<WakeIndex>,
    frequencies: Arc<Frequencies>,
}

impl Matcher {
    /// Compiles `watches`, whose `@names` are `entities`. Watches that are
    /// unchanged since `previous`, with the same entities, are not compiled again.
    ///
    /// # Errors
    /// The problems found, in the order of the lists; reading stops after
    /// [`MAX_PROBLEMS`].
    pub fn compile(
        watches: &[Conditions],
        entities: &[EntitySpec],
        previous: Option<&Self>,
    ) -> Result<Self, Vec<Problem>> {
        let list = Fingerprints::of(watches, entities);
        if let Some(previous) = previous.filter(|previous| previous.program.list == list) {
            return Ok(previous.reindexed());
        }
        let reusable = previous.and_then(|previous| Reusable::of(&previous.program, &list));
        let program = Arc::new(program_of(watches, entities, list, reusable.as_ref())?);
        let before = previous.map(|matcher| (&*matcher.program, &*matcher.frequencies));
        let frequencies = Arc::new(Frequencies::new(&program, before));
        Ok(Self::indexed(program, frequencies))
    }

    /// The same watches with a new [`WakeIndex`], built from how often each
    /// phrase hit in the articles since the last one.
    #[must_use]
    pub fn reindexed(&self) -> Self {
        Self::indexed(Arc::clone(&self.program), Arc::clone(&self.frequencies))
    }

    fn indexed(program: Arc<Program>, frequencies: Arc<Frequencies>) -> Self {
        let wake_index = Arc::new(WakeIndex::new(&program, &frequencies.costs(&program)));
        Self {
            program,
            wake_index,
            frequencies,
        }
    }

    /// Whether `doc` meets the watch with this index.
    pub fn meets(&self, scratch: &mut Scratch, watch: usize, doc: &Doc<'_>) -> bool {
        let mut article = Article::read(&self.program, scratch, doc);
        let Some(root) = self.program.watches.get(watch).map(|watch| watch.root) else {
            return false;
        };
        !article.is_excluded(watch as u32) && article.holds(root)
    }

    /// Why the watch called `id` matches `doc` or does not; `None` if there is
    /// no such watch.
    pub fn explain(&self, scratch: &mut Scratch, id: &str, doc: &Doc<'_>) -> Option<Explanation> {
        let watches = &self.program.watches;
        let at = watches.iter().position(|watch| watch.id.as_str() == id)?;
        let watch = &watches[at];
        let mut article = Article::read(&self.program, scratch, doc);
        let language = article.language();
        let filter = self.program.filter_of(at as u32);
        let excluded = filter.and_then(|(_, filter)| filter.exclusion(doc, language));
        Some(match excluded {
            Some(excluded) => Explanation::excluded(&watch.id, excluded, doc, language),
            None => Explanation::of(&watch.id, watch.root, &mut article),
        })
    }
}

/// Problems after which reading stops: more than a person corrects in one go.
const MAX_PROBLEMS: usize = 100;

fn program_of(
    watches: &[Conditions],
    entities: &[EntitySpec],
    list: Fingerprints,
    reusable: Option<&Reusable<'_>>,
) -> Result<Program, Vec<Problem>> {
    let (index, mut problems) = query::lower::Index::of(entities);
    let mut parsed = Vec::with_capacity(entities.len());
    for entity in entities {
        match query::lower::entity(entity, &index.regexes) {
            Ok(entity) => parsed.push(entity),
            Err(mut found) => problems.append(&mut found),
        }
    }
    // Each query is compiled before the next one is parsed: all parsed queries
    // together would take several times the memory of the program.
    let mut builder = match reusable {
        Some(reusable) => Builder::extending(reusable.program, &parsed),
        None => Builder::new(&parsed),
    };
    for (spec, &key) in watches.iter().zip(&list.watches) {
        if let Some(watch) = reusable.and_then(|reusable| reusable.watch(key)) {
            builder.keep(watch);
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
