//! Finds the phrases of all watches in the words of an article.

use crate::matcher::compile::class::{Class, First, NO_CLASS, NONE, PhraseId, bit_of};
use crate::matcher::compile::trie::Reached;
use crate::matcher::eval::article::Article;
use crate::matcher::eval::place::Place;
use crate::matcher::eval::scratch::{Classes, HAS_EXTRA, Hit, IS_HASHTAG, OPENS_BLOCK, Token};
use crate::matcher::query::spec::{FieldSet, N_FIELDS};
use crate::text;

impl Article<'_> {
    /// Finds every phrase in every field.
    pub(super) fn scan(&mut self) {
        for field in 0..N_FIELDS {
            let (first, end) = self.scratch.bounds[field];
            for at in first..end {
                let token = self.scratch.tokens[at as usize];
                if token.first != First::NONE {
                    let reached = token.first.reached(token.class);
                    self.walk(reached, field as u8, at, at + 1, end);
                }
                if token.flags & (HAS_EXTRA | IS_HASHTAG) == 0 {
                    continue;
                }
                if token.flags & IS_HASHTAG != 0 {
                    self.scan_hashtag(field as u8, at, end);
                }
                if token.flags & HAS_EXTRA != 0 {
                    for index in self.extras_of(at) {
                        let class = self.scratch.extras[index].1;
                        let reached = self.program.trie.first(class).reached(class);
                        self.walk(reached, field as u8, at, at + 1, end);
                    }
                }
            }
        }
    }

    /// Finds every phrase of the words that the hashtag at `at` writes together. Its
    /// hits have the place of the whole hashtag.
    fn scan_hashtag(&mut self, field: u8, at: u32, end: u32) {
        let hashtags = &self.scratch.hashtags;
        let Ok(index) = hashtags.binary_search_by_key(&at, |(token, _)| *token) else {
            return;
        };
        let parts = std::mem::take(&mut self.scratch.hashtags[index].1);
        for (first, classes) in parts.iter().enumerate() {
            for &class in classes {
                let reached = self.program.trie.first(class).reached(class);
                self.walk_hashtag(reached, &parts[first + 1..], field, at, end);
            }
        }
        self.scratch.hashtags[index].1 = parts;
    }

    fn walk_hashtag(&mut self, reached: Reached, rest: &[Classes], field: u8, at: u32, end: u32) {
        let Some((classes, rest)) = rest.split_first() else {
            self.walk(reached, field, at, at + 1, end);
            return;
        };
        if reached.phrase != NONE {
            let place = Place {
                start: at,
                end: at + 1,
                field,
            };
            self.hit(reached.phrase, place);
        }
        for &class in classes {
            if let Some(next) = self.program.trie.step(reached.node, class) {
                self.walk_hashtag(next, rest, field, at, end);
            }
        }
    }

    fn extras_of(&self, at: u32) -> std::ops::Range<usize> {
        let extras = &self.scratch.extras;
        let from = extras.partition_point(|(word, _)| *word < at);
        let n = extras[from..]
            .iter()
            .take_while(|(word, _)| *word == at)
            .count();
        from..from + n
    }

    /// Continues from the node that the words `start..next` lead to. The depth of
    /// the recursion is that of the trie: at most the words of a term.
    #[inline]
    fn walk(&mut self, reached: Reached, field: u8, start: u32, next: u32, end: u32) {
        if reached.phrase != NONE {
            self.hit(
                reached.phrase,
                Place {
                    start,
                    end: next,
                    field,
                },
            );
        }
        if reached.next == 0 || next >= end {
            return;
        }
        let Token { class, flags, .. } = self.scratch.tokens[next as usize];
        if flags & OPENS_BLOCK != 0 {
            return;
        }
        if class != NO_CLASS && reached.next & bit_of(class) != 0 {
            self.step(reached.node, class, field, start, next, end);
        }
        if flags & HAS_EXTRA != 0 {
            for index in self.extras_of(next) {
                self.step(
                    reached.node,
                    self.scratch.extras[index].1,
                    field,
                    start,
                    next,
                    end,
                );
            }
        }
    }

    fn step(&mut self, node: u32, class: Class, field: u8, start: u32, next: u32, end: u32) {
        if let Some(reached) = self.program.trie.step(node, class) {
            self.walk(reached, field, start, next + 1, end);
        }
    }

    fn hit(&mut self, phrase: PhraseId, place: Place) {
        if self.program.trie.is_ideographic(phrase)
            && !text::word_edges(&self.sources[usize::from(place.field)], self.bytes(place))
        {
            return;
        }
        let is_seen = self.scratch.seen().is_anywhere(phrase);
        let scratch = &mut *self.scratch;
        let last = &mut scratch.last_hits[phrase as usize];
        let at = scratch.hits.len() as u32;
        let fields = FieldSet(1 << place.field);
        let mut hit = Hit {
            place,
            fields,
            first: at,
            next: NONE,
        };
        if is_seen {
            let before = &scratch.hits[*last as usize];
            // Two paths through the trie may lead to one place.
            if before.place == place {
                return;
            }
            hit.fields = fields.with(before.fields);
            hit.first = before.first;
            hit.next = *last;
        } else {
            scratch.touched.push(phrase);
            let bit = 1 << (phrase % 64);
            scratch.seen[phrase as usize / 64] |= bit;
            // Title, dek and body are read before the other fields, so the
            // first hit of a phrase says whether it is in the text.
            if FieldSet::TEXT.0 & fields.0 != 0 {
                scratch.seen_in_text[phrase as usize / 64] |= bit;
            }
        }
        *last = at;
        scratch.hits.push(hit);
    }
}
