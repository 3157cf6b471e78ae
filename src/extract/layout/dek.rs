//! The standfirst of a page: set apart from the text below the headline.

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
) -> Option<String> {
    let from = survey.title_at? + 1;
    let to = (from + REACH).min(candidates.len());
    let is_dek = |at: &usize| {
        let (candidate, facts) = (&candidates[*at], &survey.facts[*at]);
        let is_declared =
            declared.is_some_and(|declared| headline::is_same(declared, &candidate.text));
        let is_marked = survey.blocks[*at].near.has(Sign::Dek)
            && facts.n_words >= 5
            && facts.link_density < 0.3;
        let is_furniture = facts.verdict.is_some() || facts.is_title;
        !candidate.is_kept()
            && !is_furniture
            && facts.n_words >= 4
            && facts.n_words <= 90
            && (is_declared || is_marked)
    };
    let before_text = (from..to).take_while(|at| !is_text(&candidates[*at]));
    let at = before_text.into_iter().find(is_dek)?;
    candidates[at].verdict = None;
    Some(std::mem::take(&mut candidates[at].text))
}

fn is_text(candidate: &Candidate) -> bool {
    candidate.is_kept()
        && candidate.kind == BlockKind::Paragraph
        && phrases::ends_as_sentence(&candidate.text)
}
