//! All watches as one flat program: what is evaluated for an article.

use crate::matcher::compile::filter::Filter;
use crate::matcher::compile::reuse::Keys;
use crate::matcher::compile::trie::{NONE, PhraseId, Trie};
use crate::matcher::compile::vocabulary::Vocabulary;
use crate::matcher::query::ast::{Comparison, Pattern, Query, Slot, Term, Unit};
use crate::matcher::query::lower::Entity;
use crate::matcher::query::spec::{Conditions, FieldSet};
use crate::model::WatchId;
use regex::Regex;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash as _, Hasher as _};
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

/// A condition; its parts are other nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node {
    /// One of these phrases in one of these fields.
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

/// A phrase, and the term that it stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaf {
    pub(crate) phrase: PhraseId,
    pub(crate) term: u32,
}

/// An entity's terms; each is an Or.
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
    /// Which of [`Program::filters`] says what articles it looks at; [`NONE`]
    /// for all.
    pub(crate) filter: u32,
}

/// The watches' conditions over one vocabulary.
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
    /// The watches' sources and languages, each once: nearly all of a list ask
    /// for the same.
    pub(crate) filters: Vec<Filter>,
    /// The fields that some watch looks at.
    pub(crate) fields: FieldSet,
    /// Whether some watch needs to know an article's language.
    pub(crate) needs_language: bool,
    /// Of each phrase, a number that is the same in the next program.
    pub(crate) keys: Vec<u64>,
    /// What the list says that this is the program of.
    pub(crate) list: Keys,
    /// How many watches were compiled into it, those included that went since.
    pub(crate) n_compiled: usize,
    /// The compiled entities, by index and whether metonyms are left out.
    built: FxHashMap<(u32, bool), u32>,
    /// Of each phrase, the first term that it stood for.
    terms: Vec<u32>,
    /// The terms as written, end to end, and where each ends.
    written: String,
    ends: Vec<u32>,
}

impl Program {
    /// The term with this number, as it is written.
    pub(crate) fn written(&self, term: u32) -> &str {
        let end = self.ends[term as usize] as usize;
        let start = match term {
            0 => 0,
            term => self.ends[term as usize - 1] as usize,
        };
        &self.written[start..end]
    }

    /// The term that `phrase` is known by: that of its first leaf.
    #[inline]
    pub(crate) fn term_of(&self, phrase: PhraseId) -> u32 {
        self.terms[phrase as usize]
    }

    /// The filter of the watch with this index; none for one that looks at
    /// every article.
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

/// A number of the phrase that does not depend on the other phrases.
fn key(phrase: &[Slot]) -> u64 {
    let mut hasher = FxHasher::default();
    phrase.hash(&mut hasher);
    hasher.finish()
}

/// Puts watches together to a [`Program`].
pub(crate) struct Builder<'e> {
    program: Program,
    entities: &'e [Entity],
    terms: FxHashMap<String, u32>,
    regexes: FxHashMap<String, u32>,
    filters: FxHashMap<Filter, u32>,
    without_metonyms: bool,
    classes: Vec<u32>,
}

impl<'e> Builder<'e> {
    pub(crate) fn new(entities: &'e [Entity]) -> Self {
        Self {
            program: Program {
                fields: FieldSet::TEXT,
                ..Program::default()
            },
            entities,
            terms: FxHashMap::default(),
            regexes: FxHashMap::default(),
            filters: FxHashMap::default(),
            without_metonyms: false,
            classes: Vec::new(),
        }
    }

    /// Goes on from `known`, whose entities are the same.
    pub(crate) fn on(known: &Program, entities: &'e [Entity]) -> Self {
        let mut builder = Self::new(entities);
        builder.program = known.clone();
        let program = &mut builder.program;
        program.trie.unseal();
        program.watches.clear();
        let terms = 0..known.ends.len() as u32;
        builder.terms = terms
            .map(|term| (known.written(term).to_owned(), term))
            .collect();
        let regexes = known.regexes.iter().map(|regex| regex.as_str().to_owned());
        builder.regexes = regexes.zip(0..).collect();
        builder.filters = known.filters.iter().cloned().zip(0..).collect();
        builder
    }

    /// Adds a watch that is compiled already.
    pub(crate) fn keep(&mut self, watch: &Watch) {
        self.program.watches.push(watch.clone());
    }

    /// Adds a watch.
    pub(crate) fn watch(&mut self, spec: &Conditions, query: &Query) {
        self.program.n_compiled += 1;
        self.without_metonyms = spec.without_metonyms;
        let root = self.node(query);
        let filter = Filter::of(spec).map_or(NONE, |filter| self.filter(filter));
        let id = WatchId::from(spec.id.text.as_str());
        self.program.watches.push(Watch { id, root, filter });
    }

    fn filter(&mut self, filter: Filter) -> u32 {
        let filters = &mut self.program.filters;
        self.program.needs_language |= filter.needs_language();
        *self.filters.entry(filter).or_insert_with_key(|filter| {
            filters.push(filter.clone());
            filters.len() as u32 - 1
        })
    }

    /// The finished program of `list`.
    pub(crate) fn finish(mut self, list: Keys) -> Program {
        self.program.list = list;
        self.program.trie.seal();
        let trie = &self.program.trie;
        self.program.vocabulary.seal(|class| trie.first(class));
        self.program.needs_language |= !self.program.vocabulary.stems().is_empty();
        self.program.needs_language |= self.program.fields.contains(crate::model::Field::Lang);
        self.program
    }

    fn push(&mut self, node: Node) -> NodeId {
        self.program.nodes.push(node);
        self.program.nodes.len() as u32 - 1
    }

    fn node(&mut self, query: &Query) -> NodeId {
        let node = match query {
            Query::Term(term) => return self.term(term),
            Query::And(of) => Node::And(self.list(of)),
            Query::Or(of) => return self.or(of),
            Query::Not(of) => Node::Not(self.node(of)),
            Query::Near {
                a,
                b,
                words,
                ordered,
                label,
            } => Node::Near {
                a: self.node(a),
                b: self.node(b),
                words: *words,
                ordered: *ordered,
                term: self.written(label),
            },
            Query::Window { of, extra, label } => Node::Window {
                of: self.list(of),
                extra: *extra,
                term: self.written(label),
            },
            Query::Same { a, b, unit, label } => Node::Same {
                a: self.node(a),
                b: self.node(b),
                unit: *unit,
                term: self.written(label),
            },
            Query::AtLeast { n, of } => Node::AtLeast {
                n: *n,
                of: self.list(of),
            },
            Query::Count { of, comparison, n } => Node::Count {
                of: self.node(of),
                comparison: *comparison,
                n: *n,
            },
            Query::Mentions { of, n } => Node::Mentions {
                of: self.node(of),
                n: *n,
            },
        };
        self.push(node)
    }

    fn list(&mut self, of: &[Query]) -> List {
        let nodes: Vec<NodeId> = of.iter().map(|query| self.node(query)).collect();
        let first = self.program.children.len() as u32;
        self.program.children.extend(&nodes);
        List {
            first,
            n: nodes.len() as u32,
        }
    }

    /// Phrases of an Or that are looked for in the same fields are one node.
    fn or(&mut self, of: &[Query]) -> NodeId {
        let mut others: Vec<NodeId> = Vec::new();
        let mut phrases: Vec<(FieldSet, Vec<&Term>)> = Vec::new();
        for query in of {
            match query {
                Query::Term(
                    term @ Term {
                        pattern: Pattern::Phrases(_),
                        ..
                    },
                ) => {
                    match phrases
                        .iter_mut()
                        .find(|(fields, _)| *fields == term.fields)
                    {
                        Some((_, terms)) => terms.push(term),
                        None => phrases.push((term.fields, vec![term])),
                    }
                }
                other => others.push(self.node(other)),
            }
        }
        let mut nodes: Vec<NodeId> = phrases
            .into_iter()
            .map(|(fields, terms)| self.hits(&terms, fields))
            .collect();
        nodes.append(&mut others);
        if let [only] = nodes[..] {
            return only;
        }
        let first = self.program.children.len() as u32;
        self.program.children.extend(&nodes);
        self.push(Node::Or(List {
            first,
            n: nodes.len() as u32,
        }))
    }

    fn term(&mut self, term: &Term) -> NodeId {
        let fields = term.fields;
        self.program.fields = self.program.fields.with(fields);
        match &term.pattern {
            Pattern::Phrases(_) => self.hits(&[term], fields),
            Pattern::Regex(regex) => {
                let next = self.program.regexes.len() as u32;
                let index = *self
                    .regexes
                    .entry(regex.as_str().to_owned())
                    .or_insert(next);
                if index == next {
                    self.program.regexes.push(Arc::clone(regex));
                }
                let term = self.written(&term.written);
                self.push(Node::Regex {
                    index,
                    fields,
                    term,
                })
            }
            Pattern::Entity(entity) => {
                let index = self.entity(*entity);
                let term = self.written(&term.written);
                self.push(Node::Entity {
                    index,
                    fields,
                    term,
                })
            }
        }
    }

    fn hits(&mut self, terms: &[&Term], fields: FieldSet) -> NodeId {
        self.program.fields = self.program.fields.with(fields);
        let first = self.program.leaves.len() as u32;
        for term in terms {
            let Pattern::Phrases(phrases) = &term.pattern else {
                continue;
            };
            let number = self.written(&term.written);
            for slots in phrases.iter().filter(|phrase| !phrase.is_empty()) {
                self.classes.clear();
                for slot in slots {
                    self.classes.push(self.program.vocabulary.class_of(slot));
                }
                let phrase = self.program.trie.insert(&self.classes, term.is_ideographic);
                if phrase as usize == self.program.keys.len() {
                    self.program.keys.push(key(slots));
                    self.program.terms.push(number);
                }
                self.program.leaves.push(Leaf {
                    phrase,
                    term: number,
                });
            }
        }
        let n = self.program.leaves.len() as u32 - first;
        self.push(Node::Hits {
            leaves: List { first, n },
            fields,
        })
    }

    fn entity(&mut self, index: u32) -> u32 {
        let entities = self.entities;
        let entity = &entities[index as usize];
        let without = self.without_metonyms && !entity.metonyms.is_empty();
        if let Some(&built) = self.program.built.get(&(index, without)) {
            return built;
        }
        let names = if without {
            self.or(&entity.names)
        } else {
            let all: Vec<Query> = entity
                .names
                .iter()
                .chain(&entity.metonyms)
                .cloned()
                .collect();
            self.or(&all)
        };
        let nodes = EntityNodes {
            names,
            short: self.or(&entity.short),
            context: self.or(&entity.context),
            not: self.or(&entity.not),
        };
        self.program.entities.push(nodes);
        self.program.entity_names.push(entity.name.clone());
        let built = self.program.entities.len() as u32 - 1;
        self.program.built.insert((index, without), built);
        built
    }

    fn written(&mut self, text: &str) -> u32 {
        if let Some(&known) = self.terms.get(text) {
            return known;
        }
        self.program.written.push_str(text);
        self.program.ends.push(self.program.written.len() as u32);
        let number = self.program.ends.len() as u32 - 1;
        self.terms.insert(text.to_owned(), number);
        number
    }
}
