//! Why a watch matched: the terms, and the sentences that contain them.
//!
//! Many watches ask for the same terms. Each place is therefore worked out once
//! for each article, each sentence is stored once, and the matches share them.

use crate::matcher::compile::program::{Leaf, Node, NodeId};
use crate::matcher::eval::article::Article;
use crate::matcher::eval::quotes::{Piece, Pieces, Quote, Quotes};
use crate::matcher::query::spec::{FIELDS, FieldSet};
use crate::model::{Evidence, Marks};

/// Most pieces of evidence for one match.
const MAX_PIECES: usize = 20;
/// Most pieces collected for one match, before the first ones are chosen.
const MAX_GATHERED: usize = 4 * MAX_PIECES;
/// Longest sentence shown, in bytes. A longer one is a table or a list of names
/// and is cut around the hit.
const MAX_SENTENCE: usize = 600;

impl Article<'_> {
    /// The evidence of a condition that holds, in the article's order.
    pub(crate) fn evidence(&mut self, node: NodeId) -> Vec<Evidence> {
        let mut quotes = Quotes::default();
        let mut pieces = Pieces::new();
        self.gather(node, &mut pieces);
        self.quote(&mut pieces, &mut quotes);
        let mut why = Vec::new();
        quotes.show(0, &quotes.shared(), &mut why);
        why
    }

    /// Adds `pieces` to `quotes` as the evidence of the next match.
    pub(crate) fn quote(&mut self, pieces: &mut Pieces, quotes: &mut Quotes) {
        if pieces.len() > 1 {
            // Sorted by the text of the terms: their numbers depend on the lists
            // that were loaded before this one.
            let written = |piece: &Piece| self.program.written(piece.term);
            pieces.sort_unstable_by(|a, b| {
                let places = a.places().cmp(&b.places());
                places.then_with(|| written(a).cmp(written(b)))
            });
            pieces.dedup();
            pieces.truncate(MAX_PIECES);
        }
        for piece in pieces.iter() {
            let next = quotes.quotes.len() as u32;
            let known = *quotes.known.entry(*piece).or_insert(next);
            if known == next {
                let quote = self.quoted(piece, quotes);
                quotes.quotes.push(quote);
            }
            quotes.picked.push(known);
        }
        quotes.ends.push(quotes.picked.len() as u32);
    }

    /// Appends the pieces of a condition that holds.
    pub(crate) fn gather(&mut self, node: NodeId, out: &mut Pieces) {
        let program = self.program;
        match program.nodes[node as usize] {
            Node::Hits { leaves, fields } => {
                for leaf in program.leaves(leaves) {
                    self.gather_leaf(*leaf, fields, out);
                }
            }
            Node::Entity {
                index,
                fields,
                term,
            } => {
                let places = self.entity_places(index);
                let inside = places
                    .into_iter()
                    .filter(|place| fields.0 & 1 << place.field != 0);
                // The longest of those that begin first is the full name.
                let first = inside.min_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
                out.extend(first.map(|place| Piece::one(term, place)));
            }
            Node::Regex {
                index,
                fields,
                term,
            } => {
                let first = self
                    .regex_places(index)
                    .iter()
                    .find(|place| fields.0 & 1 << place.field != 0);
                out.extend(first.map(|&place| Piece::one(term, place)));
            }
            Node::And(of) => {
                for &child in program.children(of) {
                    self.gather(child, out);
                }
            }
            Node::Or(of) | Node::AtLeast { of, .. } => {
                for &child in program.children(of) {
                    if self.holds(child) {
                        self.gather(child, out);
                    }
                }
            }
            Node::Not(_) => {}
            Node::Near { term, .. } | Node::Same { term, .. } => {
                out.extend(self.first_pair(node).map(|(a, b)| Piece {
                    first: a.min(b),
                    term,
                    second: a.max(b),
                }));
            }
            Node::Window { term, .. } => {
                let first = self.places(node).first().copied();
                out.extend(first.map(|place| Piece::one(term, place)));
            }
            Node::Count { of, .. } | Node::Mentions { of, .. } => self.gather(of, out),
        }
    }

    /// Appends the first hit of a term in `fields`, if there is one.
    #[inline]
    pub(crate) fn gather_leaf(&self, leaf: Leaf, fields: FieldSet, out: &mut Pieces) {
        if out.len() < MAX_GATHERED {
            let first = self.first_hit(leaf.phrase, fields);
            out.extend(first.map(|place| Piece::one(leaf.term, place)));
        }
    }

    fn quoted(&mut self, piece: &Piece, quotes: &mut Quotes) -> Quote {
        let field = piece.first.field;
        let ranges = piece.places().map(|place| self.bytes(place));
        let start = ranges[0].start;
        let end = ranges.iter().map(|range| range.end).max().unwrap_or(start);
        let (sentence_start, sentence_end) = self.sentence_around(piece, start, end);
        let sentence_chars = self.chars(field, sentence_start);
        let mut marks = Marks::new();
        for range in &ranges[..piece.n_places()] {
            let start = self
                .chars(field, range.start)
                .saturating_sub(sentence_chars);
            let end = self
                .chars(field, range.end.min(sentence_end))
                .saturating_sub(sentence_chars);
            if start < end {
                marks.push((start, end));
            }
        }
        let known = quotes
            .sentences
            .get(&(field, sentence_start, sentence_end))
            .cloned();
        let sentence = known.unwrap_or_else(|| {
            let written = quotes.write(&self.source(field)[sentence_start..sentence_end]);
            let key = (field, sentence_start, sentence_end);
            quotes.sentences.insert(key, written.clone());
            written
        });
        Quote {
            term: quotes.write(self.program.written(piece.term)),
            field: FIELDS[usize::from(field)].1,
            start: self.chars(field, start),
            end: self.chars(field, end),
            sentence,
            marks,
        }
    }

    /// The bytes of the sentence or sentences that contain the piece.
    fn sentence_around(&mut self, piece: &Piece, start: usize, end: usize) -> (usize, usize) {
        let field = piece.first.field;
        let (first, _) = self.bounds(field);
        let last_word = piece.first.end.max(piece.second.end) - 1;
        let text = self.text(field);
        let sentence = |word: u32| {
            text.sentence_of((word - first) as usize)
                .map(|at| text.sentences()[at].range())
        };
        let from = sentence(piece.first.start).map_or(start, |range| range.start.min(start));
        let to = sentence(last_word).map_or(end, |range| range.end.max(end));
        if to - from <= MAX_SENTENCE {
            return (from, to);
        }
        let source = self.source(field);
        let room = MAX_SENTENCE.saturating_sub(end - start) / 2;
        let from = from.max(start.saturating_sub(room));
        let to = to.min(end + room).min(from + 2 * MAX_SENTENCE);
        let (from, to) = (
            source.ceil_char_boundary(from),
            source.floor_char_boundary(to),
        );
        (from, to.max(from))
    }
}
