//! The standfirst of a page: set apart from the text below the headline.

use crate::extract::blocks::Tag;
use crate::extract::blocks::classes::Sign;
use crate::extract::layout::survey::Survey;
use crate::extract::lines::candidate::Candidate;
use crate::extract::lines::{headline, phrases};
use crate::model::BlockKind;

/// How far below the headline a standfirst is looked for, in blocks.
const REACH: usize = 10;

/// Takes the standfirst out of what was removed; one that is kept as text stays.
pub(crate) fn take(
    survey: &Survey<'_>,
    candidates: &mut [Candidate],
    declared: Option<&str>,
    description: Option<&str>,
) -> Option<String> {
    let from = survey.title_at? + 1;
    let to = (from + REACH).min(candidates.len());
    let is_dek = |at: &usize| {
        let (candidate, facts) = (&candidates[*at], &survey.facts[*at]);
        let block = &survey.blocks[*at];
        let is_declared = declared
            .is_some_and(|declared| headline::is_same(declared, &candidate.text))
            || description.is_some_and(|description| begins_alike(description, &candidate.text));
        let is_marked = block.near.has(Sign::Dek) && facts.n_words >= 5 && facts.link_density < 0.3;
        let is_boilerplate = facts.verdict.is_some() || facts.is_title || facts.is_below_link;
        let is_elsewhere = [Tag::Figure, Tag::Figcaption, Tag::Aside, Tag::Nav]
            .iter()
            .any(|tag| block.tags.has(*tag))
            || block
                .near
                .has_any(&[Sign::Figure, Sign::Caption, Sign::Credit])
                && !is_declared
            || candidate.text.starts_with('(') && candidate.text.ends_with(')');
        !candidate.is_kept()
            && !is_boilerplate
            && !is_elsewhere
            && facts.n_words >= 4
            && facts.n_words <= 90
            && (is_declared || is_marked)
    };
    let before_text = (from..to).take_while(|at| !is_text(&candidates[*at]));
    let at = before_text.into_iter().find(is_dek)?;
    candidates[at].verdict = None;
    Some(std::mem::take(&mut candidates[at].text))
}

/// Letters and digits that two beginnings must share.
const N_SHARED: usize = 40;

/// Whether a description, which may be cut, is a line's beginning.
fn begins_alike(description: &str, line: &str) -> bool {
    let (description, line) = (headline::key(description), headline::key(line));
    let n_shared = description
        .chars()
        .zip(line.chars())
        .take_while(|(a, b)| a == b)
        .count();
    n_shared >= N_SHARED || n_shared > 0 && description == line
}

fn is_text(candidate: &Candidate) -> bool {
    candidate.is_kept()
        && candidate.kind == BlockKind::Paragraph
        && phrases::ends_as_sentence(&candidate.text)
}
