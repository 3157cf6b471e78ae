//! A slow and simple evaluator that the tests compare the fast one with: no trie,
//! no classes, no index; every term is compared with every word.

use crate::matcher::Doc;
use crate::matcher::compile::vocabulary::wildcard_matches;
use crate::matcher::query::ast::{Comparison, Pattern, Query, Slot, Term, Unit};
use crate::matcher::query::lower::Entity;
use crate::text::{Language, Stems, Text, analyze, skeletons};

/// A hit: field, first word, one past the last word.
type Span = (usize, usize, usize);

pub(crate) struct Naive<'a> {
    entities: &'a [Entity],
    fields: Vec<(&'a str, Text)>,
    language: Option<Language>,
    tag: Option<&'a str>,
}

impl<'a> Naive<'a> {
    pub(crate) fn new(entities: &'a [Entity], doc: &Doc<'a>) -> Self {
        let sources = [doc.title, doc.dek, doc.body];
        Self {
            entities,
            fields: sources
                .into_iter()
                .map(|source| (source, analyze(source)))
                .collect(),
            language: doc.language.and_then(Language::from_tag),
            tag: doc.language,
        }
    }

    pub(crate) fn holds(&self, query: &Query) -> bool {
        match query {
            Query::And(of) => of.iter().all(|query| self.holds(query)),
            Query::Or(of) => of.iter().any(|query| self.holds(query)),
            Query::Not(of) => !self.holds(of),
            Query::AtLeast { n, of } => {
                of.iter().filter(|query| self.holds(query)).count() >= *n as usize
            }
            Query::Count { of, comparison, n } => {
                let found = mentions(self.spans(of));
                match comparison {
                    Comparison::AtLeast => found >= *n as usize,
                    Comparison::AtMost => found <= *n as usize,
                    Comparison::Exactly => found == *n as usize,
                }
            }
            Query::Mentions { of, n } => {
                let mut spans = Vec::new();
                self.terms(of, &mut spans);
                self.holds(of) && mentions(spans) >= *n as usize
            }
            Query::Term(_) | Query::Near { .. } | Query::Window { .. } | Query::Same { .. } => {
                !self.spans(query).is_empty()
            }
        }
    }

    fn terms(&self, query: &Query, out: &mut Vec<Span>) {
        match query {
            Query::Not(_) => {}
            Query::And(of) | Query::Or(of) | Query::AtLeast { of, .. } => {
                of.iter().for_each(|query| self.terms(query, out));
            }
            Query::Near { a, b, .. } | Query::Same { a, b, .. } => {
                self.terms(a, out);
                self.terms(b, out);
            }
            Query::Count { of, .. } | Query::Mentions { of, .. } => self.terms(of, out),
            Query::Term(_) | Query::Window { .. } => out.extend(self.spans(query)),
        }
    }

    fn spans(&self, query: &Query) -> Vec<Span> {
        match query {
            Query::Term(term) => self.term(term),
            Query::Or(of) => of.iter().flat_map(|query| self.spans(query)).collect(),
            Query::Near {
                a,
                b,
                words,
                ordered,
                ..
            } => self.pairs(a, b, |one, other| {
                let apart = if one.2 <= other.1 {
                    other.1 - one.2
                } else {
                    one.1 - other.2
                };
                apart <= *words as usize && (!ordered || one.2 <= other.1)
            }),
            Query::Same { a, b, unit, .. } => self.pairs(a, b, |one, other| {
                let text = &self.fields[one.0].1;
                let units = match unit {
                    Unit::Sentence => text.sentences(),
                    Unit::Paragraph => text.blocks(),
                };
                units.iter().any(|unit| {
                    let words = unit.words();
                    words.start <= one.1.min(other.1) && one.2.max(other.2) <= words.end
                })
            }),
            Query::Window { of, extra, .. } => self.windows(of, *extra),
            Query::And(_)
            | Query::Not(_)
            | Query::AtLeast { .. }
            | Query::Count { .. }
            | Query::Mentions { .. } => Vec::new(),
        }
    }

    fn pairs(&self, a: &Query, b: &Query, is_pair: impl Fn(Span, Span) -> bool) -> Vec<Span> {
        let mut found = Vec::new();
        for one in self.spans(a) {
            for other in self.spans(b) {
                let apart = one.2 <= other.1 || other.2 <= one.1;
                if one.0 == other.0 && apart && is_pair(one, other) {
                    found.push((one.0, one.1.min(other.1), one.2.max(other.2)));
                }
            }
        }
        found
    }

    /// Every choice of one hit of each term, on different words, in a short stretch.
    fn windows(&self, of: &[Query], extra: u32) -> Vec<Span> {
        let mut chosen: Vec<Vec<Span>> = vec![Vec::new()];
        for query in of {
            let spans = self.spans(query);
            chosen = chosen
                .iter()
                .flat_map(|so_far| {
                    spans
                        .iter()
                        .filter(|span| !so_far.contains(span))
                        .map(|span| [so_far.as_slice(), &[*span]].concat())
                })
                .collect();
        }
        let reach = of.len() + extra as usize;
        let covers = chosen.into_iter().filter_map(|spans| {
            let field = spans[0].0;
            let first = spans.iter().map(|span| span.1).min()?;
            let end = spans.iter().map(|span| span.2).max()?;
            (spans.iter().all(|span| span.0 == field) && end - first <= reach)
                .then_some((field, first, end))
        });
        covers.collect()
    }

    fn term(&self, term: &Term) -> Vec<Span> {
        let spans = match &term.pattern {
            Pattern::Phrases(phrases) => phrases
                .iter()
                .flat_map(|phrase| self.phrase(phrase))
                .collect(),
            Pattern::Regex(_) => Vec::new(),
            Pattern::Entity(index) => self.entity(&self.entities[*index as usize]),
        };
        spans
            .into_iter()
            .filter(|span: &Span| term.fields.0 & 1 << span.0 != 0)
            .collect()
    }

    fn phrase(&self, phrase: &[Slot]) -> Vec<Span> {
        let mut found = Vec::new();
        for (field, (source, text)) in self.fields.iter().enumerate() {
            for at in 0..(text.words().len() + 1).saturating_sub(phrase.len()) {
                let words = &text.words()[at..at + phrase.len()];
                let is_hit = words
                    .iter()
                    .zip(phrase)
                    .enumerate()
                    .all(|(n, (word, slot))| {
                        let spelling = text.spelling(source, word);
                        let is_word = |folded: &str, spelling: &str| match slot {
                            Slot::Word {
                                folded: wanted,
                                caps,
                            } => {
                                let is_acronym = || text.is_acronym(source, at + n, || self.tag);
                                wanted == folded && (!caps || is_acronym())
                            }
                            Slot::Exact {
                                spelling: wanted, ..
                            } => wanted == spelling,
                            Slot::Wild(wild) => wildcard_matches(&wild.0, folded),
                            Slot::Stem(wanted) => Stems::of_term(wanted, self.language)
                                .meet(&Stems::of(spelling, self.language)),
                        };
                        let like = || {
                            word.flags.is_mixed()
                                && skeletons(&spelling)
                                    .iter()
                                    .any(|like| is_word(like, &spelling))
                        };
                        (n == 0 || !word.flags.opens_block())
                            && (is_word(text.folded(word), &spelling) || like())
                    });
                if is_hit {
                    found.push((field, at, at + phrase.len()));
                }
            }
        }
        found
    }

    fn entity(&self, entity: &Entity) -> Vec<Span> {
        let all =
            |of: &[Query]| -> Vec<Span> { of.iter().flat_map(|query| self.spans(query)).collect() };
        let mut found = [all(&entity.names), all(&entity.metonyms)].concat();
        let is_named = !found.is_empty();
        let (context, vetoes) = (all(&entity.context), all(&entity.not));
        for short in all(&entity.short) {
            let inside = |outer: &Span, inner: &Span| {
                outer.0 == inner.0 && outer.1 <= inner.1 && inner.2 <= outer.2
            };
            let is_vetoed = vetoes.iter().any(|veto| inside(veto, &short));
            let has_context = context.iter().any(|word| {
                let apart = if word.2 <= short.1 {
                    short.1 - word.2
                } else {
                    word.1.saturating_sub(short.2)
                };
                word.0 == short.0 && !inside(&short, word) && apart <= 40
            });
            if !is_vetoed && (is_named || has_context) {
                found.push(short);
            }
        }
        found
    }
}

/// The number of hits that do not overlap, counted from the left.
fn mentions(mut spans: Vec<Span>) -> usize {
    spans.sort_unstable();
    let mut n = 0;
    let mut end = (0, 0);
    for span in spans {
        if (span.0, span.1) >= end {
            n += 1;
        }
        end = end.max((span.0, span.2));
    }
    n
}
