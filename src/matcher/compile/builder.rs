//! Compiles the watches' conditions into one program.

use crate::matcher::compile::class::NONE;
use crate::matcher::compile::filter::Filter;
use crate::matcher::compile::fingerprints::Fingerprints;
use crate::matcher::compile::program::{EntityNodes, Leaf, List, Node, NodeId, Program, Watch};
use crate::matcher::query::ast::{Pattern, Query, Slot, Term};
use crate::matcher::query::lower::Entity;
use crate::matcher::query::spec::{Conditions, FieldSet};
use crate::model::WatchId;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

/// A hash of the phrase, independent of the other phrases.
fn key(phrase: &[Slot]) -> u64 {
    let mut hasher = FxHasher::default();
    phrase.hash(&mut hasher);
    hasher.finish()
}

/// Compiles watches into a [`Program`].
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

    /// Extends `known`, which was compiled from the same entities.
    pub(crate) fn extending(known: &Program, entities: &'e [Entity]) -> Self {
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

    /// Adds a watch whose conditions are already in the program.
    pub(crate) fn keep(&mut self, watch: &Watch) {
        self.program.watches.push(watch.clone());
    }

    /// Compiles and adds a watch.
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

    /// The finished program; `list` are the fingerprints of what was compiled.
    pub(crate) fn finish(mut self, list: Fingerprints) -> Program {
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

    /// Compiles an OR. Its phrases that are searched in the same fields become one
    /// node.
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
