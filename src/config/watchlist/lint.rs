//! Warnings about a watchlist: what is allowed but probably not meant.

use super::super::diagnostic::Diagnostic;
use super::doubt::{problem, strings};
use super::{AlertMode, Watchlist, sources};
use crate::matcher::{self, Conditions, Problem};
use rustc_hash::FxHashSet;

/// The warnings about `list`, in the order of its files.
#[must_use]
pub fn lint(list: &Watchlist) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    unused_entities(list, &mut problems);
    idle_keys(list, &mut problems);
    sources::same_feeds(list, &mut problems);
    sources::unknown_sources(list, &mut problems);
    sources::contradictions(list, &mut problems);
    for conditions in &list.conditions {
        broad_wildcards(conditions, &mut problems);
    }
    problems.extend(matcher::lint(&list.conditions, &list.entities));
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

/// Wildcards that match too many words.
fn broad_wildcards(conditions: &Conditions, out: &mut Vec<Problem>) {
    let id = &conditions.id.text;
    for term in conditions.any.iter().chain(&conditions.all) {
        let star = term.text.split_whitespace().find(|word| {
            word.find('*').is_some_and(|at| {
                let before = word[..at].chars().filter(|c| c.is_alphanumeric());
                before.count() == 3 && word.is_ascii()
            })
        });
        if let Some(word) = star {
            let message = format!(
                "watch \"{id}\": {word} matches every word that begins with these three letters"
            );
            let help = "write more letters, or ~word for the inflections of a word";
            out.push(problem(term, message, help));
        }
    }
}
