//! Why a watch matched: the terms, and the sentences they stand in.

use super::article::{Article, Place};
use super::program::{Node, NodeId};
use super::spec::FIELDS;
use crate::model::Evidence;
use smallvec::SmallVec;

/// Most pieces of evidence for one match.
const MAX_PIECES: usize = 20;
/// Longest sentence shown, in bytes. What is longer is a table or a list of
/// names, and is cut around the hit.
const MAX_SENTENCE: usize = 600;

/// A condition that was met: its term, and the one or two places.
struct Piece {
    term: u32,
    places: SmallVec<[Place; 2]>,
}

type Pieces = SmallVec<[Piece; 4]>;

impl Article<'_> {
    /// The evidence of a condition that holds, in the article's order.
    pub(super) fn evidence(&mut self, node: NodeId) -> Vec<Evidence> {
        // On the stack: most matches have one piece, and some articles meet
        // hundreds of watches.
        let mut pieces = Pieces::new();
        self.gather(node, &mut pieces);
        pieces.sort_by_key(|piece| (piece.places[0], piece.term));
        pieces.dedup_by(|a, b| a.term == b.term && a.places == b.places);
        pieces.truncate(MAX_PIECES);
        pieces.iter().map(|piece| self.shown(piece)).collect()
    }

    fn gather(&mut self, node: NodeId, out: &mut Pieces) {
        let program = self.program;
        match program.nodes[node as usize] {
            Node::Hits { leaves, fields } => {
                for leaf in program.leaves(leaves) {
                    if out.len() >= 4 * MAX_PIECES {
                        return;
                    }
                    let first = self
                        .hits(leaf.phrase)
                        .filter(|place| fields.0 & 1 << place.field != 0)
                        .last();
                    out.extend(first.map(|place| Piece::one(leaf.term, place)));
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
                // The longest of those that begin first: the full name.
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
                out.extend(self.first_pair(node).map(|(a, b)| {
                    let mut places = SmallVec::from([a, b]);
                    places.sort_unstable();
                    Piece { term, places }
                }));
            }
            Node::Window { term, .. } => {
                let first = self.places(node).first().copied();
                out.extend(first.map(|place| Piece::one(term, place)));
            }
            Node::Count { of, .. } | Node::Mentions { of, .. } => self.gather(of, out),
        }
    }

    fn shown(&mut self, piece: &Piece) -> Evidence {
        let field = piece.places[0].field;
        let ranges: SmallVec<[_; 2]> = piece
            .places
            .iter()
            .map(|&place| self.bytes(place))
            .collect();
        let start = ranges[0].start;
        let end = ranges.iter().map(|range| range.end).max().unwrap_or(start);
        let (sentence_start, sentence_end) = self.sentence_around(piece, start, end);
        let sentence_chars = self.chars(field, sentence_start);
        let mut marks = Vec::with_capacity(ranges.len());
        for range in &ranges {
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
        Evidence {
            term: self.program.written(piece.term).to_owned(),
            field: FIELDS[usize::from(field)].1,
            start: self.chars(field, start),
            end: self.chars(field, end),
            sentence: self.source(field)[sentence_start..sentence_end].to_owned(),
            marks,
        }
    }

    /// The bytes of the sentence, or the sentences, that hold the piece.
    fn sentence_around(&mut self, piece: &Piece, start: usize, end: usize) -> (usize, usize) {
        let field = piece.places[0].field;
        let (first, _) = self.bounds(field);
        let last_word = piece
            .places
            .iter()
            .map(|place| place.end - 1)
            .max()
            .unwrap_or(first);
        let first_word = piece.places[0].start;
        let text = self.text(field);
        let sentence = |word: u32| {
            text.sentence_of((word - first) as usize)
                .map(|at| text.sentences()[at].range())
        };
        let from = sentence(first_word).map_or(start, |range| range.start.min(start));
        let to = sentence(last_word).map_or(end, |range| range.end.max(end));
        if to - from <= MAX_SENTENCE {
            return (from, to);
        }
        let source = self.source(field);
        let room = MAX_SENTENCE.saturating_sub(end - start) / 2;
        let mut from = from.max(start.saturating_sub(room));
        let mut to = to.min(end + room).min(from + 2 * MAX_SENTENCE);
        while !source.is_char_boundary(from) {
            from += 1;
        }
        while !source.is_char_boundary(to) {
            to -= 1;
        }
        (from, to.max(from))
    }
}

impl Piece {
    fn one(term: u32, place: Place) -> Self {
        Self {
            term,
            places: SmallVec::from_slice(&[place]),
        }
    }
}
