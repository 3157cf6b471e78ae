//! Whether a condition holds for an article, and at which places.

use crate::matcher::compile::program::{List, Node, NodeId};
use crate::matcher::eval::article::Article;
use crate::matcher::eval::place::{
    Place, Places, cover, distinct, gap, is_context, is_in, overlap, sort, starting, within,
};
use crate::matcher::query::ast::{Comparison, Unit};
use crate::matcher::query::lower::CONTEXT_WORDS;
use crate::matcher::query::spec::FieldSet;
use smallvec::SmallVec;

/// Longest hit, in words: how far before a place another hit can start that
/// overlaps it. A term has fewer words.
const LONGEST: u32 = 64;

/// Most places of one condition; further ones are ignored. An article with so
/// many pairs has them everywhere.
const MAX_PLACES: usize = 10_000;

impl Article<'_> {
    /// Whether the condition holds.
    pub(crate) fn holds(&mut self, node: NodeId) -> bool {
        match self.program.nodes[node as usize] {
            Node::Hits { leaves, fields } => self.hits_in(leaves, fields),
            Node::Entity { index, fields, .. } => self
                .entity_places(index)
                .iter()
                .any(|place| is_in(place, fields)),
            Node::Regex { index, fields, .. } => self
                .regex_places(index)
                .iter()
                .any(|place| is_in(place, fields)),
            Node::And(of) => of.range().all(|child| self.holds_child(child)),
            Node::Or(of) => of.range().any(|child| self.holds_child(child)),
            Node::Not(of) => !self.holds(of),
            Node::Near { a, b, .. } | Node::Same { a, b, .. } => {
                self.may_hold(a) && self.may_hold(b) && self.first_pair(node).is_some()
            }
            Node::Window { of, .. } => {
                of.range().all(|child| self.holds_child(child)) && !self.places(node).is_empty()
            }
            Node::AtLeast { n, of } => {
                of.range()
                    .filter(|&child| self.holds_child(child))
                    .take(n as usize)
                    .count()
                    == n as usize
            }
            Node::Count { of, comparison, n } => {
                let found = distinct(&self.places(of)) as u32;
                match comparison {
                    Comparison::AtLeast => found >= n,
                    Comparison::AtMost => found <= n,
                    Comparison::Exactly => found == n,
                }
            }
            Node::Mentions { of, n } => self.holds(of) && self.mentions(of) >= n as usize,
        }
    }

    fn holds_child(&mut self, child: usize) -> bool {
        self.holds(self.program.children[child])
    }

    #[inline]
    fn hits_in(&self, leaves: List, fields: FieldSet) -> bool {
        let program = self.program;
        program.leaves(leaves).iter().any(|leaf| {
            self.last_hit(leaf.phrase)
                .is_some_and(|hit| hit.fields.0 & fields.0 != 0)
        })
    }

    /// Whether a side of NEAR can have a place. Only a quick test: true does not
    /// mean that it has one.
    fn may_hold(&mut self, node: NodeId) -> bool {
        match self.program.nodes[node as usize] {
            Node::Hits { leaves, fields } => self.hits_in(leaves, fields),
            _ => true,
        }
    }

    /// The places of the condition; for AND and the like, those of their positive
    /// terms.
    pub(crate) fn places(&mut self, node: NodeId) -> Places {
        let mut places = Places::new();
        self.collect(node, &mut places);
        sort(&mut places);
        places
    }

    fn collect(&mut self, node: NodeId, out: &mut Places) {
        let program = self.program;
        match program.nodes[node as usize] {
            Node::Hits { leaves, fields } => {
                for leaf in program.leaves(leaves) {
                    out.extend(self.hits(leaf.phrase).filter(|place| is_in(place, fields)));
                }
            }
            Node::Entity { index, fields, .. } => {
                out.extend(
                    self.entity_places(index)
                        .into_iter()
                        .filter(|place| is_in(place, fields)),
                );
            }
            Node::Regex { index, fields, .. } => {
                out.extend(
                    self.regex_places(index)
                        .iter()
                        .copied()
                        .filter(|place| is_in(place, fields)),
                );
            }
            Node::And(of) | Node::Or(of) | Node::AtLeast { of, .. } => {
                for &child in program.children(of) {
                    self.collect(child, out);
                }
            }
            Node::Not(_) => {}
            Node::Near { .. } | Node::Same { .. } => {
                self.pairs(node, &mut |a, b| {
                    out.push(cover(a, b));
                    out.len() < MAX_PLACES
                });
            }
            Node::Window { of, extra, .. } => self.windows(of, extra, out),
            Node::Count { of, .. } | Node::Mentions { of, .. } => self.collect(of, out),
        }
    }

    /// The first pair of a NEAR, SENT or PARA.
    pub(crate) fn first_pair(&mut self, node: NodeId) -> Option<(Place, Place)> {
        let mut first = None;
        self.pairs(node, &mut |a, b| {
            first = Some((a, b));
            false
        });
        first
    }

    /// Calls `found` with every pair of a NEAR, SENT or PARA, in the order of the
    /// first side, until it returns false.
    fn pairs(&mut self, node: NodeId, found: &mut dyn FnMut(Place, Place) -> bool) {
        match self.program.nodes[node as usize] {
            Node::Near {
                a,
                b,
                words,
                ordered,
                ..
            } => {
                let (a, b) = (self.places(a), self.places(b));
                near_pairs(&a, &b, words, ordered, found);
            }
            Node::Same { a, b, unit, .. } => {
                let (a, b) = (self.places(a), self.places(b));
                self.unit_pairs(&a, &b, unit, found);
            }
            _ => {}
        }
    }

    fn unit_pairs(
        &mut self,
        a: &[Place],
        b: &[Place],
        unit: Unit,
        found: &mut dyn FnMut(Place, Place) -> bool,
    ) {
        for &one in a {
            let within = self.unit_around(one, unit);
            // Places are sorted by their start.
            let from = b.partition_point(|other| other.start < within.start);
            for &other in b[from..]
                .iter()
                .take_while(|other| other.start < within.end)
            {
                if other.field == one.field
                    && other.end <= within.end
                    && !overlap(one, other)
                    && !found(one, other)
                {
                    return;
                }
            }
        }
    }

    /// The words of the sentence or block that contains `place`; empty for a
    /// place that reaches beyond it.
    fn unit_around(&mut self, place: Place, unit: Unit) -> Place {
        let (first, _) = self.bounds(place.field);
        let text = self.text(place.field);
        let word = (place.start - first) as usize;
        let span = match unit {
            Unit::Sentence => text.sentence_of(word).map(|at| text.sentences()[at]),
            Unit::Paragraph => text.block_of(word).map(|at| text.blocks()[at]),
        };
        let nothing = Place {
            start: place.start,
            end: place.start,
            field: place.field,
        };
        span.map_or(nothing, |span| Place {
            start: first + span.first_word,
            end: first + span.end_word,
            field: place.field,
        })
        .fitting(place)
    }

    /// Appends the windows that contain one hit of each of `of` and at most
    /// `extra` other words.
    fn windows(&mut self, of: List, extra: u32, out: &mut Places) {
        let program = self.program;
        let parts: SmallVec<[Places; 4]> = program
            .children(of)
            .iter()
            .map(|&child| self.places(child))
            .collect();
        let n_words = parts.len() as u32;
        let Some((first, _)) = parts.split_first() else {
            return;
        };
        for &anchor in first.iter().take(MAX_PLACES) {
            // Any of the terms may come first; the window contains the anchor.
            let reach = n_words + extra;
            let lowest = anchor.start.saturating_sub(reach);
            for start in lowest..=anchor.start {
                if let Some(place) = window_at(&parts, start, reach, anchor) {
                    out.push(place);
                    break;
                }
            }
            if out.len() >= MAX_PLACES {
                return;
            }
        }
    }

    /// The number of hits of the positive terms of `node`.
    pub(crate) fn mentions(&mut self, node: NodeId) -> usize {
        let mut places = Places::new();
        self.collect_terms(node, &mut places);
        sort(&mut places);
        distinct(&places)
    }

    fn collect_terms(&mut self, node: NodeId, out: &mut Places) {
        let program = self.program;
        match program.nodes[node as usize] {
            Node::Near { a, b, .. } | Node::Same { a, b, .. } => {
                self.collect_terms(a, out);
                self.collect_terms(b, out);
            }
            Node::And(of) | Node::Or(of) | Node::AtLeast { of, .. } => {
                for &child in program.children(of) {
                    self.collect_terms(child, out);
                }
            }
            Node::Count { of, .. } | Node::Mentions { of, .. } => self.collect_terms(of, out),
            Node::Not(_) => {}
            Node::Hits { .. } | Node::Entity { .. } | Node::Regex { .. } | Node::Window { .. } => {
                self.collect(node, out);
            }
        }
    }

    /// The places of an entity: those of its names, and those of its short names
    /// if a name or the context makes them count.
    pub(crate) fn entity_places(&mut self, index: u32) -> Places {
        if let Some(known) = self.cached_entity(index) {
            return known.into();
        }
        let nodes = self.program.entities[index as usize];
        let mut places = self.places(nodes.names);
        let is_named = !places.is_empty();
        let short = self.places(nodes.short);
        if !short.is_empty() {
            let vetoes = self.places(nodes.not);
            let context = if is_named {
                Places::new()
            } else {
                self.places(nodes.context)
            };
            for &place in &short {
                let is_vetoed = starting(&vetoes, place.end.saturating_sub(LONGEST), place.start)
                    .iter()
                    .any(|&veto| within(place, veto));
                let reach = CONTEXT_WORDS + LONGEST;
                let near = starting(
                    &context,
                    place.start.saturating_sub(reach),
                    place.end + CONTEXT_WORDS,
                );
                let has_context = || near.iter().any(|&word| is_context(place, word));
                if !is_vetoed && (is_named || has_context()) {
                    places.push(place);
                }
            }
            sort(&mut places);
        }
        self.cache_entity(index, &places);
        places
    }
}

fn near_pairs(
    a: &[Place],
    b: &[Place],
    words: u32,
    ordered: bool,
    found: &mut dyn FnMut(Place, Place) -> bool,
) {
    // A place of `b` that starts this far before one of `a` may still be near it.
    let longest = b
        .iter()
        .map(|place| place.end - place.start)
        .max()
        .unwrap_or(0);
    for &one in a {
        let lowest = one.start.saturating_sub(words + longest);
        let from = b.partition_point(|other| other.start < lowest);
        for &other in &b[from..] {
            if other.start > one.end + words {
                break;
            }
            let is_pair = one.field == other.field
                && !overlap(one, other)
                && gap(one, other) <= words
                && (!ordered || one.end <= other.start);
            if is_pair && !found(one, other) {
                return;
            }
        }
    }
}

/// The shortest stretch from `start` that contains `anchor` and one place of each
/// other part, all on different words; `None` if it is longer than `reach`.
fn window_at(parts: &[Places], start: u32, reach: u32, anchor: Place) -> Option<Place> {
    let mut used: SmallVec<[u32; 8]> = SmallVec::new();
    used.push(anchor.start);
    for part in &parts[1..] {
        let from = part.partition_point(|place| place.start < start);
        let free = part[from..]
            .iter()
            .take_while(|place| place.start < start + reach)
            .find(|place| place.field == anchor.field && !used.contains(&place.start))?;
        used.push(free.start);
    }
    let first = used.iter().copied().min()?;
    let last = used.iter().copied().max()?;
    (last + 1 - first <= reach).then_some(Place {
        start: first,
        end: last + 1,
        field: anchor.field,
    })
}
