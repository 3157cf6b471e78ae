//! All watches as one flat program, as it is evaluated for an article.

use crate::matcher::compile::class::PhraseId;
use crate::matcher::compile::filter::Filter;
use crate::matcher::compile::fingerprints::Fingerprints;
use crate::matcher::compile::trie::Trie;
use crate::matcher::compile::vocabulary::Vocabulary;
use crate::matcher::query::ast::{Comparison, Unit};
use crate::matcher::query::spec::FieldSet;
use crate::model::WatchId;
use regex::Regex;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The index of a [`Node`].
pub(crate) type NodeId = u32;

/// A stretch of [`Program::leaves`] or [`Program::children`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) first: u32,
    pub(crate) n: u32,
}

impl List {
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.first as usize..(self.first + self.n) as usize
    }
}

/// A condition. Its operands are other nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node {
    /// Any of these phrases in any of these fields.
    Hits {
        leaves: List,
        fields: FieldSet,
    },
    Entity {
        index: u32,
        fields: FieldSet,
        term: u32,
    },
    Regex {
        index: u32,
        fields: FieldSet,
        term: u32,
    },
    And(List),
    Or(List),
    Not(NodeId),
    Near {
        a: NodeId,
        b: NodeId,
        words: u32,
        ordered: bool,
        term: u32,
    },
    Window {
        of: List,
        extra: u32,
        term: u32,
    },
    Same {
        a: NodeId,
        b: NodeId,
        unit: Unit,
        term: u32,
    },
    AtLeast {
        n: u32,
        of: List,
    },
    Count {
        of: NodeId,
        comparison: Comparison,
        n: u32,
    },
    Mentions {
        of: NodeId,
        n: u32,
    },
}

/// A phrase and the term that it belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaf {
    pub(crate) phrase: PhraseId,
    pub(crate) term: u32,
}

/// The terms of an entity; each node is an `Or`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntityNodes {
    pub(crate) names: NodeId,
    pub(crate) short: NodeId,
    pub(crate) context: NodeId,
    pub(crate) not: NodeId,
}

/// One watch.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    pub(crate) id: WatchId,
    pub(crate) root: NodeId,
    /// The index in [`Program::filters`] of its sources and languages;
    /// [`crate::matcher::compile::class::NONE`] if it looks at every article.
    pub(crate) filter: u32,
}

/// The conditions of all watches, over one vocabulary.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(crate) vocabulary: Vocabulary,
    pub(crate) trie: Trie,
    pub(crate) nodes: Vec<Node>,
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) children: Vec<NodeId>,
    pub(crate) entities: Vec<EntityNodes>,
    pub(crate) entity_names: Vec<String>,
    pub(crate) regexes: Vec<Arc<Regex>>,
    pub(crate) watches: Vec<Watch>,
    /// The sources and languages of the watches, each combination once: most
    /// watches of a list have the same.
    pub(crate) filters: Vec<Filter>,
    /// The fields that any watch searches.
    pub(crate) fields: FieldSet,
    /// Whether any watch needs to know an article's language.
    pub(crate) needs_language: bool,
    /// A hash of each phrase, which is the same in the next program.
    pub(crate) keys: Vec<u64>,
    /// The fingerprints of the list that was compiled.
    pub(crate) list: Fingerprints,
    /// How many watches were compiled into it, including those removed since.
    pub(crate) n_compiled: usize,
    /// The compiled entities by their index and whether metonyms are left out.
    pub(crate) built: FxHashMap<(u32, bool), u32>,
    /// The term of each phrase's first leaf.
    pub(crate) terms: Vec<u32>,
    /// The terms as written, concatenated, and where each ends.
    pub(crate) written: String,
    pub(crate) ends: Vec<u32>,
}

impl Program {
    /// The term with this number, as it is written in the watchlist.
    pub(crate) fn written(&self, term: u32) -> &str {
        let end = self.ends[term as usize] as usize;
        let start = match term {
            0 => 0,
            term => self.ends[term as usize - 1] as usize,
        };
        &self.written[start..end]
    }

    /// The term of `phrase`'s first leaf.
    #[inline]
    pub(crate) fn term_of(&self, phrase: PhraseId) -> u32 {
        self.terms[phrase as usize]
    }

    /// The filter of the watch with this index; `None` if it looks at every
    /// article.
    #[inline]
    pub(crate) fn filter_of(&self, watch: u32) -> Option<(u32, &Filter)> {
        if self.filters.is_empty() {
            return None;
        }
        let filter = self.watches[watch as usize].filter;
        Some((filter, self.filters.get(filter as usize)?))
    }

    /// The leaves of `list`.
    #[inline]
    pub(crate) fn leaves(&self, list: List) -> &[Leaf] {
        &self.leaves[list.range()]
    }

    /// The children in `list`.
    #[inline]
    pub(crate) fn children(&self, list: List) -> &[NodeId] {
        &self.children[list.range()]
    }
}
