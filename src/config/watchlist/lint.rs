//! Warnings about a watchlist: what is allowed but probably not meant.

use super::super::diagnostic::Diagnostic;
use super::doubt::{problem, strings};
use super::{AlertMode, Watchlist, sources};
use crate::matcher::{Conditions, Doc, EntitySpec, Matcher, NearSpec, Problem, Scratch, Written};
use rustc_hash::{FxHashMap, FxHashSet};

/// English words that most articles contain.
const COMMON: &[&str] = &[
    "the", "a", "an", "and", "or", "of", "to", "in", "on", "at", "for", "from", "with", "by", "is",
    "are", "was", "be", "has", "have", "had", "it", "its", "he", "she", "they", "we", "that",
    "this", "as", "but", "not", "will", "said", "says", "new", "one", "two", "year", "years",
    "more", "after", "also", "people", "time",
];

/// Most watches whose conditions are checked.
const MAX_TRIED: usize = 20_000;

/// The warnings about `list`, in the order of its files.
#[must_use]
pub fn lint(list: &Watchlist) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    unused_entities(list, &mut problems);
    duplicates(list, &mut problems);
    idle_keys(list, &mut problems);
    sources::same_feeds(list, &mut problems);
    sources::unknown_sources(list, &mut problems);
    let entities: FxHashMap<&str, &EntitySpec> = list
        .entities
        .iter()
        .map(|entity| (entity.name.text.as_str(), entity))
        .collect();
    for conditions in list.conditions.iter().take(MAX_TRIED) {
        broad_terms(conditions, &mut problems);
        shadowed(conditions, &entities, &mut problems);
    }
    let mut found: Vec<Diagnostic> = problems
        .iter()
        .map(|problem| list.diagnostic(problem).as_warning())
        .collect();
    found.sort_by(Diagnostic::by_place);
    found
}

fn unused_entities(list: &Watchlist, out: &mut Vec<Problem>) {
    let mut used: FxHashSet<&str> = FxHashSet::default();
    for written in list.conditions.iter().flat_map(strings) {
        used.extend(entities_in(&written.text));
    }
    for entity in list
        .entities
        .iter()
        .filter(|entity| !used.contains(entity.name.text.as_str()))
    {
        let message = format!("no watch uses entity \"{}\"", entity.name.text);
        let help = format!(
            "name it in a watch as \"@{}\", or remove it",
            entity.name.text
        );
        out.push(problem(&entity.name, message, &help));
    }
}

/// Keys of `alert` that have no effect with the watch's mode.
fn idle_keys(list: &Watchlist, out: &mut Vec<Problem>) {
    for watch in &list.watches {
        let Some(alert) = &watch.alert else { continue };
        let mode = match alert.mode {
            Some(AlertMode::Spike) => "spike",
            Some(AlertMode::Silence) => "silence",
            Some(AlertMode::Every) => "every",
            Some(AlertMode::First) => "first",
            Some(AlertMode::Story | AlertMode::Digest { .. }) | None => "story",
        };
        let is_counted = matches!(mode, "spike" | "silence");
        let keys = [
            (
                "min_sources",
                alert.min_sources.is_some() && mode != "spike",
            ),
            ("updates", alert.updates.is_some() && is_counted),
            (
                "development",
                alert.development.is_some() && mode != "story",
            ),
        ];
        for (key, _) in keys.iter().filter(|(_, is_idle)| *is_idle) {
            out.push(Problem {
                at: alert.at,
                span: 0..0,
                message: format!(
                    "watch \"{}\": {key} has no effect with mode = \"{mode}\"",
                    watch.id
                ),
                help: Some(format!("remove {key}, or choose another mode")),
            });
        }
    }
}

/// The names after each `@` of a term or query.
fn entities_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('@').skip(1).map(|part| {
        let end = part.find(|c: char| {
            c.is_whitespace() || matches!(c, '(' | ')' | ',' | '"' | '<' | '>' | '=')
        });
        &part[..end.unwrap_or(part.len())]
    })
}

fn duplicates(list: &Watchlist, out: &mut Vec<Problem>) {
    let mut known: FxHashMap<String, &str> = FxHashMap::default();
    for conditions in &list.conditions {
        let texts = |terms: &[Written]| {
            let mut texts: Vec<String> =
                terms.iter().map(|term| term.text.to_lowercase()).collect();
            texts.sort();
            texts.join("\u{1}")
        };
        let near: Vec<String> = conditions
            .near
            .iter()
            .map(|near| {
                format!(
                    "{}\u{2}{}\u{2}{}{}",
                    texts(&near.a),
                    texts(&near.b),
                    near.words,
                    near.ordered
                )
            })
            .collect();
        let key = [
            texts(&conditions.all),
            texts(&conditions.any),
            texts(&conditions.none),
            near.join("\u{3}"),
            conditions
                .query
                .as_ref()
                .map(|query| query.text.clone())
                .unwrap_or_default(),
            texts(&conditions.only_sources),
            texts(&conditions.not_sources),
            texts(&conditions.languages),
            format!(
                "{:?}{}{}",
                conditions.fields, conditions.min_mentions, conditions.without_metonyms
            ),
        ];
        match known.get(&key.join("\u{4}")) {
            Some(first) => {
                let message = format!(
                    "watch \"{}\" has the same conditions as \"{first}\"",
                    conditions.id.text
                );
                out.push(problem(
                    &conditions.id,
                    message,
                    "remove one, or send both alerts from one",
                ));
            }
            None => {
                known.insert(key.join("\u{4}"), &conditions.id.text);
            }
        }
    }
}

/// Terms that hit in nearly every article, and wildcards that match too many words.
fn broad_terms(conditions: &Conditions, out: &mut Vec<Problem>) {
    let id = &conditions.id.text;
    for term in &conditions.any {
        let word = term.text.trim();
        if COMMON.contains(&word.to_lowercase().as_str())
            && conditions.all.is_empty()
            && conditions.query.is_none()
        {
            let message = format!("watch \"{id}\": {word} is in nearly every article");
            out.push(problem(
                term,
                message,
                "make it a phrase, or move it to all = [...] beside a rarer term",
            ));
        }
    }
    for term in conditions.any.iter().chain(&conditions.all) {
        let star = term.text.split_whitespace().find(|word| {
            word.find('*')
                .is_some_and(|at| word[..at].chars().filter(|c| c.is_alphanumeric()).count() == 3)
        });
        if let Some(word) = star {
            let message = format!(
                "watch \"{id}\": {word} matches every word that begins with these three letters"
            );
            out.push(problem(
                term,
                message,
                "write more letters, or ~word for the inflections of a word",
            ));
        }
    }
}

/// Watches that can never match, because each term that would meet a condition is
/// itself a hit of `none`.
fn shadowed(
    conditions: &Conditions,
    entities: &FxHashMap<&str, &EntitySpec>,
    out: &mut Vec<Problem>,
) {
    if conditions.none.is_empty() {
        return;
    }
    let veto = Conditions {
        id: conditions.id.clone(),
        any: conditions.none.clone(),
        ..Conditions::default()
    };
    let named: FxHashSet<&str> = conditions
        .none
        .iter()
        .flat_map(|term| entities_in(&term.text))
        .collect();
    let used: Vec<EntitySpec> = named
        .into_iter()
        .filter_map(|name| entities.get(name).copied().cloned())
        .collect();
    let Ok(matcher) = Matcher::compile(&[veto], &used, None) else {
        return;
    };
    let mut scratch = Scratch::new();
    let mut is_barred = |term: &Written| {
        let is_plain =
            !term.text.starts_with(['@', '/', '~']) && !term.text.contains(['*', '?', ':']);
        let body = term.text.trim_start_matches('=');
        is_plain
            && matcher.meets(
                &mut scratch,
                0,
                &Doc {
                    body,
                    ..Doc::default()
                },
            )
    };
    let sides = |near: &NearSpec| [near.a.clone(), near.b.clone()];
    let groups = conditions.all.iter().map(|term| vec![term.clone()]);
    let groups = groups
        .chain([conditions.any.clone()])
        .chain(conditions.near.iter().flat_map(sides));
    for group in groups.filter(|group| !group.is_empty()) {
        if group.iter().all(&mut is_barred) {
            let message = format!(
                "watch \"{}\" can never match: none = [...] excludes what it asks for",
                conditions.id.text
            );
            out.push(problem(
                &group[0],
                message,
                "remove the term from one of the two lists",
            ));
            return;
        }
    }
}
