//! Helpers of the lints: their messages, and the strings they look at.

use crate::matcher::{Conditions, Problem, Written};

/// A warning about `written`.
pub(super) fn problem(written: &Written, message: String, help: &str) -> Problem {
    Problem {
        at: written.at,
        span: 0..written.text.len(),
        message,
        help: Some(help.to_owned()),
    }
}

/// Every string of the conditions that is a term or contains terms.
pub(super) fn strings(conditions: &Conditions) -> impl Iterator<Item = &Written> {
    let near = conditions
        .near
        .iter()
        .flat_map(|near| near.a.iter().chain(&near.b));
    let lists = conditions
        .all
        .iter()
        .chain(&conditions.any)
        .chain(&conditions.none);
    lists.chain(near).chain(&conditions.query)
}
