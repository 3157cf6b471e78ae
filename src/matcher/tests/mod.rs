//! What watches mean, on whole articles.

mod properties;
mod queries;
mod reload;
mod terms;
mod watches;

use super::*;
use crate::model::Match;

pub(super) fn written(terms: &[&str]) -> Vec<Written> {
    terms.iter().map(|term| Written::new(term)).collect()
}

pub(super) fn query(text: &str) -> Conditions {
    Conditions {
        id: Written::new("w"),
        query: Some(Written::new(text)),
        ..Conditions::default()
    }
}

pub(super) fn any(term: &str) -> Conditions {
    Conditions {
        id: Written::new("w"),
        any: written(&[term]),
        ..Conditions::default()
    }
}

pub(super) fn entities() -> Vec<EntitySpec> {
    vec![EntitySpec {
        name: Written::new("acme"),
        names: written(&["Acme Corporation"]),
        metonyms: written(&["Springfield"]),
        short: written(&["Acme"]),
        context: written(&["recall", "car maker"]),
        not: written(&["Acme Street"]),
    }]
}

pub(super) fn matches(conditions: Conditions, doc: &Doc<'_>) -> Vec<Match> {
    let matcher = Matcher::compile(&[conditions], &entities(), None).expect("the watch is valid");
    matcher.matches(&mut Scratch::new(), doc)
}

/// Whether `conditions` match `body`, and the marked words of the evidence.
pub(super) fn check_watch(conditions: Conditions, body: &str, wanted: Option<&[&str]>) {
    let shown = format!("{conditions:?} on {body}");
    let doc = Doc {
        body,
        language: Some("en"),
        ..Doc::default()
    };
    let found = matches(conditions, &doc);
    let marked = found.first().map(|found| {
        let marked = found.why.iter().flat_map(|why| {
            let chars: Vec<char> = why.sentence.chars().collect();
            why.marks
                .iter()
                .map(move |mark| chars[mark.0..mark.1].iter().collect::<String>())
        });
        marked.collect::<Vec<String>>()
    });
    let wanted = wanted.map(|words| words.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(marked, wanted, "{shown}");
}

pub(super) fn check(text: &str, body: &str, wanted: Option<&[&str]>) {
    check_watch(query(text), body, wanted);
}

pub(super) fn check_term(term: &str, body: &str, wanted: Option<&[&str]>) {
    check_watch(any(term), body, wanted);
}
