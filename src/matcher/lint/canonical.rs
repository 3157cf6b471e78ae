//! Conditions in one form, independent of their order and spelling: two watches with the
//! same form ask for the same.

use crate::matcher::query::ast::{Pattern, Query, Slot, Term};
use crate::matcher::query::spec::{Conditions, Written};
use crate::text::LanguageTag;

/// The form of a watch: its conditions, sources and languages.
pub(super) fn key(spec: &Conditions, query: &Query) -> String {
    let sources =
        |list: &[Written]| sorted(list.iter().map(|source| source.text.trim().to_lowercase()));
    let languages = spec
        .languages
        .iter()
        .map(|tag| LanguageTag::read(&tag.text).canonical());
    format!(
        "{} {} {} {} {}",
        form(query),
        sources(&spec.only_sources),
        sources(&spec.not_sources),
        sorted(languages),
        spec.without_metonyms
    )
}

fn sorted(parts: impl Iterator<Item = String>) -> String {
    let mut parts: Vec<String> = parts.collect();
    parts.sort();
    parts.dedup();
    format!("[{}]", parts.join(","))
}

fn form(query: &Query) -> String {
    match query {
        Query::Term(term) => term_form(term),
        Query::And(of) => joined("and", of),
        Query::Or(of) => joined("or", of),
        Query::Not(of) => format!("not({})", form(of)),
        Query::Near {
            a,
            b,
            words,
            ordered,
            ..
        } => format!("near{words}{ordered}{}", sides(a, b, *ordered)),
        Query::Same { a, b, unit, .. } => format!("{unit:?}{}", sides(a, b, false)),
        Query::Window { of, extra, .. } => format!("window{extra}{}", sorted(of.iter().map(form))),
        Query::AtLeast { n, of } => format!("{n}of{}", sorted(of.iter().map(form))),
        Query::Count { of, comparison, n } => format!("count{comparison:?}{n}({})", form(of)),
        Query::Mentions { of, n } => format!("mentions{n}({})", form(of)),
    }
}

fn joined(name: &str, of: &[Query]) -> String {
    match of {
        [one] => form(one),
        several => format!("{name}{}", sorted(several.iter().map(form))),
    }
}

fn sides(a: &Query, b: &Query, ordered: bool) -> String {
    let (a, b) = (form(a), form(b));
    if ordered {
        format!("({a};{b})")
    } else {
        sorted([a, b].into_iter())
    }
}

fn term_form(term: &Term) -> String {
    let pattern = match &term.pattern {
        Pattern::Phrases(phrases) => {
            let phrase =
                |phrase: &Vec<Slot>| phrase.iter().map(slot_form).collect::<Vec<_>>().join(" ");
            sorted(phrases.iter().map(phrase))
        }
        Pattern::Regex(regex) => format!("/{}/", regex.as_str()),
        Pattern::Entity(index) => format!("@{index}"),
    };
    format!("{}:{pattern}", term.fields.0)
}

fn slot_form(slot: &Slot) -> String {
    match slot {
        Slot::Word { folded, caps } => format!("{folded}{}", if *caps { "^" } else { "" }),
        Slot::Exact { spelling, .. } => format!("={spelling}"),
        Slot::Wild(wild) => format!("*{}", wild.0),
        Slot::Stem(word) => format!("~{}", word.to_lowercase()),
    }
}
