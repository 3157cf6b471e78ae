//! Watches that are valid but probably not meant so: those that can never match or
//! nearly always do, duplicates, contradictions, and terms that miss the forms of a
//! word that the language writes.
//!
//! Not here: warnings about feeds, entities and alerts (`config`).

mod canonical;
mod covered;
mod forms;

use crate::matcher::query::ast::{Pattern, Query, Slot, Term};
use crate::matcher::query::lower::{self, Entity, Index};
use crate::matcher::query::spec::{Conditions, EntitySpec, FieldSet, Problem, Written};
use crate::model::Field;
use crate::text::{self, LanguageTag};
use rustc_hash::FxHashMap;

/// Most watches that are looked at.
const MAX_WATCHES: usize = 100_000;

/// The warnings about `watches`, whose terms and entities can be parsed.
pub(crate) fn lint(watches: &[Conditions], entities: &[EntitySpec]) -> Vec<Problem> {
    let (index, _) = Index::of(entities);
    let parsed = entities
        .iter()
        .map(|spec| lower::entity(spec, &index.regexes).ok());
    let entities: Vec<Option<Entity>> = parsed.collect();
    let mut first: FxHashMap<String, &str> = FxHashMap::default();
    let mut problems = Vec::new();
    for spec in watches.iter().take(MAX_WATCHES) {
        let Ok(query) = lower::watch(spec, &index) else {
            continue;
        };
        let watch = Watch::new(spec, &query);
        problems.extend(duplicate(spec, &query, &mut first));
        problems.extend(covered::lint(&watch, &entities));
        problems.extend(common_words(&watch));
        problems.extend(languages(&watch));
        problems.extend(other_fields(&watch));
        problems.extend(forms::lint(&watch));
    }
    problems
}

/// A watch as the lints look at it.
struct Watch<'a> {
    spec: &'a Conditions,
    /// The terms of which at least one must hit, group by group.
    groups: Vec<Vec<&'a Term>>,
    /// The terms that must not hit.
    vetoes: Vec<&'a Term>,
    /// Whether it has conditions other than groups and vetoes, which make it rarer.
    has_more: bool,
}

impl<'a> Watch<'a> {
    fn new(spec: &'a Conditions, query: &'a Query) -> Self {
        let mut watch = Self {
            spec,
            groups: Vec::new(),
            vetoes: Vec::new(),
            has_more: spec.min_mentions > 1,
        };
        watch.add(query);
        watch
    }

    fn add(&mut self, query: &'a Query) {
        match query {
            Query::And(of) => of.iter().for_each(|query| self.add(query)),
            Query::Mentions { of, .. } => self.add(of),
            Query::Not(of) => match alternatives(of) {
                Some(terms) => self.vetoes.extend(terms),
                None => self.has_more = true,
            },
            Query::Near { a, b, .. } | Query::Same { a, b, .. } => {
                self.has_more = true;
                self.groups
                    .extend([a, b].into_iter().filter_map(|side| alternatives(side)));
            }
            Query::Term(_) | Query::Or(_) => match alternatives(query) {
                Some(terms) => self.groups.push(terms),
                None => self.has_more = true,
            },
            Query::Window { .. } | Query::AtLeast { .. } | Query::Count { .. } => {
                self.has_more = true;
            }
        }
    }

    /// A warning about `term`, at its place.
    fn warning(&self, term: &Term, message: &str, help: &str) -> Problem {
        let spec = self.spec;
        let near = spec
            .near
            .iter()
            .flat_map(|near| near.a.iter().chain(&near.b));
        let mut listed = spec
            .any
            .iter()
            .chain(&spec.all)
            .chain(&spec.none)
            .chain(near);
        let place = listed
            .find(|written| written.text == term.written)
            .map(|written| (written, 0..written.text.len()))
            .or_else(|| {
                let query = spec.query.as_ref()?;
                let at = query.text.find(&term.written)?;
                Some((query, at..at + term.written.len()))
            });
        let (written, span) = place.unwrap_or((&spec.id, 0..spec.id.text.len()));
        Problem {
            at: written.at,
            span,
            message: format!("watch \"{}\": {message}", spec.id.text),
            help: Some(help.to_owned()),
        }
    }
}

/// The terms of a term or of an OR of terms; `None` for anything else.
fn alternatives(query: &Query) -> Option<Vec<&Term>> {
    match query {
        Query::Term(term) => Some(vec![term]),
        Query::Or(of) => {
            let terms: Option<Vec<Vec<&Term>>> = of.iter().map(alternatives).collect();
            Some(terms?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// A watch with the same conditions as an earlier one, in any order and spacing.
fn duplicate<'a>(
    spec: &'a Conditions,
    query: &Query,
    first: &mut FxHashMap<String, &'a str>,
) -> Option<Problem> {
    let id: &'a Written = &spec.id;
    let key = canonical::key(spec, query);
    match first.get(&key) {
        Some(first) => Some(Problem {
            at: id.at,
            span: 0..id.text.len(),
            message: format!(
                "watch \"{}\" has the same conditions as \"{first}\"",
                id.text
            ),
            help: Some("remove one of them, or send both alerts from one".to_owned()),
        }),
        None => {
            first.insert(key, &id.text);
            None
        }
    }
}

/// A term that is in nearly every article, in a watch that asks for nothing rarer.
fn common_words(watch: &Watch<'_>) -> Option<Problem> {
    let languages: Vec<LanguageTag> = tags(&watch.spec.languages);
    let is_common = |term: &&Term| {
        let Pattern::Phrases(phrases) = &term.pattern else {
            return false;
        };
        let is_common = |slot: &Slot| match slot {
            Slot::Word {
                folded,
                caps: false,
            } => text::is_common_word(folded, &languages),
            _ => false,
        };
        term.fields.contains(Field::Body)
            && phrases
                .iter()
                .any(|phrase| !phrase.is_empty() && phrase.iter().all(is_common))
    };
    let in_text = watch
        .groups
        .iter()
        .filter(|group| group.iter().all(|term| term.fields.has_text()));
    let broad: Option<Vec<&Term>> = in_text
        .map(|group| group.iter().copied().find(is_common))
        .collect();
    let term = *broad.filter(|_| !watch.has_more)?.first()?;
    Some(watch.warning(
        term,
        &format!("{} is in nearly every article", term.written),
        "make it a phrase, or add a rarer term in all = [...]",
    ))
}

fn tags(languages: &[Written]) -> Vec<LanguageTag> {
    languages
        .iter()
        .map(|tag| LanguageTag::read(&tag.text))
        .collect()
}

/// `lang:` terms that contradict `languages`, or each other.
fn languages(watch: &Watch<'_>) -> Option<Problem> {
    let of_lang = |terms: &&Vec<&Term>| {
        terms
            .iter()
            .all(|term| term.fields == FieldSet::of(Field::Lang))
    };
    let mut allowed: Vec<LanguageTag> = tags(&watch.spec.languages);
    for group in watch.groups.iter().filter(of_lang) {
        let asked = group.iter().filter_map(|term| term.written.split_once(':'));
        let asked: Vec<LanguageTag> = asked.map(|(_, tag)| LanguageTag::read(tag)).collect();
        let meets = |tag: &LanguageTag| allowed.iter().any(|allowed| allowed.may_be(tag));
        let kept: Vec<LanguageTag> = asked
            .into_iter()
            .filter(|tag| allowed.is_empty() || meets(tag))
            .collect();
        if kept.is_empty() {
            let term = group.first()?;
            return Some(watch.warning(
                term,
                &format!(
                    "can never match: {} contradicts its other languages",
                    term.written
                ),
                "remove it, or add the language to languages = [...]",
            ));
        }
        allowed = kept;
    }
    let excluded = |tag: &LanguageTag| {
        watch.vetoes.iter().find(|term| {
            term.fields == FieldSet::of(Field::Lang)
                && term.written.split_once(':').is_some_and(|(_, veto)| {
                    let veto = LanguageTag::read(veto);
                    veto.base() == tag.base() && veto.canonical() == veto.base()
                })
        })
    };
    let vetoes: Option<Vec<_>> = allowed.iter().map(excluded).collect();
    let term = *vetoes?.first()?;
    Some(watch.warning(
        term,
        &format!(
            "can never match: it excludes {}, its only language",
            term.written
        ),
        "remove one of the two",
    ))
}

/// Terms that name a part of the article which `in` leaves out.
fn other_fields(watch: &Watch<'_>) -> Option<Problem> {
    let fields = watch.spec.fields?;
    let mut terms = watch.groups.iter().flatten();
    let term =
        terms.find(|term| term.fields.has_text() && term.fields.text_only().0 & !fields.0 != 0)?;
    let name = term.written.split(':').next().unwrap_or_default().trim();
    Some(watch.warning(
        term,
        &format!(
            "{} searches the {name}, which in = [...] leaves out",
            term.written
        ),
        &format!("add \"{name}\" to in, or remove {name}: from the term"),
    ))
}
