//! What stands below the text under a label of boilerplate: "References", "More
//! stories", "About the author".

use crate::extract::layout::survey::Survey;
use crate::model::{BlockKind, RemovedKind};

/// Part of what would be kept that may stand below the label.
const LEFT: f32 = 0.1;
/// Longest label, in words.
const MAX_WORDS: u32 = 10;
/// By how many log odds what stands below is doubted.
const DOUBT: f32 = 2.0;

/// Doubts what stands below a label of boilerplate, if by the `scores` little of
/// the text does.
pub(crate) fn doubt(survey: &Survey<'_>, scores: &mut [f32]) {
    if let Some(label) = label(survey, scores) {
        for (at, score) in scores.iter_mut().enumerate().skip(label + 1) {
            if !is_text_beside(survey, label, at) {
                *score -= DOUBT;
            }
        }
    }
}

/// Whether a block is a paragraph of the text that goes on after a box: the
/// label stands in an element of its own, and the block beside the other
/// paragraphs.
fn is_text_beside(survey: &Survey<'_>, label: usize, at: usize) -> bool {
    let (facts, label) = (&survey.facts[at], &survey.facts[label]);
    facts.is_good
        && facts.n_down == 0
        && facts.n_up <= 1
        && facts.same_place > 0.3
        && label.n_up > 1
}

/// The first label of boilerplate below which little is left.
fn label(survey: &Survey<'_>, scores: &[f32]) -> Option<usize> {
    let kept = |at: usize| {
        if scores[at] > 0.0 {
            survey.blocks[at].n_chars
        } else {
            0
        }
    };
    let total: u32 = (0..scores.len()).map(kept).sum();
    let mut left = 0;
    let mut first = None;
    for at in (survey.first + 1..scores.len()).rev() {
        if is_label(survey, at) {
            first = Some(at);
        }
        left += kept(at);
        if left as f32 > LEFT * total as f32 {
            break;
        }
    }
    first
}

fn is_label(survey: &Survey<'_>, at: usize) -> bool {
    let facts = &survey.facts[at];
    let is_line = !facts.is_sentence || survey.blocks[at].kind == BlockKind::Heading;
    let is_boilerplate = matches!(
        facts.verdict,
        Some(RemovedKind::Related | RemovedKind::Comment)
    );
    is_line && is_boilerplate && facts.n_words <= MAX_WORDS && facts.link_density < 0.5
}
