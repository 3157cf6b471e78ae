//! Terms that never count because another term of the watch excludes each article
//! that has them.

use super::Watch;
use crate::matcher::compile::vocabulary::wildcard_matches;
use crate::matcher::query::ast::{Pattern, Query, Slot, Term, Wildcard};
use crate::matcher::query::lower::Entity;
use crate::matcher::query::spec::Problem;

/// A watch that can never match, or terms of it that never count.
pub(super) fn lint(watch: &Watch<'_>, entities: &[Option<Entity>]) -> Vec<Problem> {
    let veto_of = |term: &Term| veto_of(term, &watch.vetoes, entities);
    let mut useless = Vec::new();
    for group in &watch.groups {
        let covered: Vec<(&Term, &Term)> = group
            .iter()
            .filter_map(|term| Some((*term, veto_of(term)?)))
            .collect();
        if let Some((term, veto)) = covered.first()
            && covered.len() == group.len()
        {
            let message = format!(
                "can never match: {} excludes every article with {}",
                veto.written, term.written
            );
            return vec![watch.warning(term, &message, "remove one of the two terms")];
        }
        useless.extend(covered);
    }
    let warning = |(term, veto): (&Term, &Term)| {
        let message = format!(
            "{} never counts: {} excludes every article with it",
            term.written, veto.written
        );
        watch.warning(term, &message, "remove one of the two terms")
    };
    useless.into_iter().map(warning).collect()
}

/// A term under `none` that matches wherever `term` does: with it, `term` never counts.
fn veto_of<'a>(term: &Term, vetoes: &[&'a Term], entities: &[Option<Entity>]) -> Option<&'a Term> {
    let direct = vetoes.iter().find(|veto| covers(veto, term));
    if let Some(veto) = direct {
        return Some(veto);
    }
    // Each name of an entity may have a veto of its own.
    let Pattern::Entity(index) = term.pattern else {
        return None;
    };
    let entity = entities.get(index as usize)?.as_ref()?;
    let names = entity
        .names
        .iter()
        .chain(&entity.metonyms)
        .chain(&entity.short);
    let mut found = None;
    for name in names {
        let Query::Term(name) = name else {
            return None;
        };
        found = Some(vetoes.iter().find(|veto| covers(veto, name))?);
    }
    found.copied()
}

/// Whether `veto` hits wherever `term` does.
fn covers(veto: &Term, term: &Term) -> bool {
    if term.fields.0 & !veto.fields.0 != 0 {
        return false;
    }
    match (&veto.pattern, &term.pattern) {
        (Pattern::Entity(a), Pattern::Entity(b)) => a == b,
        (Pattern::Regex(a), Pattern::Regex(b)) => a.as_str() == b.as_str(),
        (Pattern::Phrases(vetoes), Pattern::Phrases(phrases)) => {
            let mut phrases = phrases.iter().filter(|phrase| !phrase.is_empty());
            phrases.all(|phrase| vetoes.iter().any(|veto| is_part(veto, phrase)))
        }
        (Pattern::Entity(_) | Pattern::Regex(_) | Pattern::Phrases(_), _) => false,
    }
}

/// Whether the words of `veto` are a part of `phrase`.
fn is_part(veto: &[Slot], phrase: &[Slot]) -> bool {
    !veto.is_empty()
        && phrase.windows(veto.len()).any(|part| {
            let mut pairs = veto.iter().zip(part);
            pairs.all(|(veto, slot)| slot_covers(veto, slot))
        })
}

fn slot_covers(veto: &Slot, slot: &Slot) -> bool {
    match (veto, slot) {
        (
            Slot::Word { folded, caps },
            Slot::Word {
                folded: word,
                caps: is_caps,
            },
        ) => folded == word && (!caps || *is_caps),
        (Slot::Word { folded, caps }, Slot::Exact { folded: word, .. }) => folded == word && !caps,
        (Slot::Exact { spelling, .. }, Slot::Exact { spelling: word, .. }) => spelling == word,
        (Slot::Wild(wild), Slot::Word { folded, .. } | Slot::Exact { folded, .. }) => {
            wildcard_matches(&wild.0, folded)
        }
        (Slot::Wild(a), Slot::Wild(b)) => {
            let prefix = a.0.strip_suffix(Wildcard::ANY);
            let is_prefix = prefix
                .filter(|prefix| !prefix.contains([Wildcard::ANY, Wildcard::ONE]))
                .is_some_and(|prefix| b.0.starts_with(prefix));
            a == b || is_prefix
        }
        (Slot::Stem(a), Slot::Stem(b)) => a.to_lowercase() == b.to_lowercase(),
        (Slot::Stem(a), Slot::Word { folded, .. } | Slot::Exact { folded, .. }) => {
            a.to_lowercase() == *folded
        }
        (Slot::Word { .. } | Slot::Exact { .. }, Slot::Wild(_) | Slot::Stem(_))
        | (Slot::Exact { .. }, Slot::Word { .. })
        | (Slot::Wild(_), Slot::Stem(_))
        | (Slot::Stem(_), Slot::Wild(_)) => false,
    }
}
