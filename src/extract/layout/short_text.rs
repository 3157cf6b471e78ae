//! The text of a page on which next to none was found: a flash of one sentence,
//! a notice, a list of results. What stands below the headline is the article's,
//! however short it is.

use crate::extract::blocks::Tag;
use crate::extract::blocks::classes::Sign;
use crate::extract::dom::NodeId;
use crate::extract::layout::survey::Survey;
use crate::model::{BlockKind, RemovedKind};
use html5ever::local_name;

/// Letters below which next to none was found.
const LITTLE: u32 = 160;
/// Letters that what is found instead must have.
const MIN_LETTERS: u32 = 12;
/// Elements around the headline in which its text is looked for.
const STEPS: usize = 6;
/// Blocks below the headline within which its text must begin.
const REACH: usize = 25;
/// Least part of what is found that must be the text of a sentence or a list.
const MARGIN: f32 = 1.0;

/// Lifts the blocks of a short text over `bar` where the scores keep next to
/// nothing, and puts what is kept elsewhere below it.
pub(crate) fn keep(survey: &Survey<'_>, scores: &mut [f32], bar: f32) {
    let is_kept = |at: usize| {
        scores[at] > bar && !survey.facts[at].is_title && survey.facts[at].link_density < 0.5
    };
    let letters = |at: usize| survey.blocks[at].n_chars;
    let n_kept: u32 = (0..scores.len())
        .filter(|at| is_kept(*at))
        .map(letters)
        .sum();
    if n_kept >= LITTLE {
        return;
    }
    let found = match survey.title_at {
        Some(title_at) => below(survey, title_at),
        None => Vec::new(),
    };
    let found = if found.is_empty() && n_kept < MIN_LETTERS {
        longest_run(survey)
    } else {
        found
    };
    let n_found: u32 = found.iter().copied().map(letters).sum();
    if n_found < MIN_LETTERS.max(n_kept) {
        return;
    }
    scores.iter_mut().for_each(|score| *score = score.min(bar));
    for at in found {
        scores[at] = scores[at].max(bar + MARGIN);
    }
}

/// The blocks below the headline, up to where something else begins.
fn below(survey: &Survey<'_>, title_at: usize) -> Vec<usize> {
    let dom = survey.dom;
    let title = survey.blocks[title_at].element;
    let is_page = |id: &NodeId| dom.name(*id) == Some(&local_name!("body"));
    let scopes: Vec<NodeId> = dom.ancestors(title).take(STEPS).collect();
    for scope in scopes {
        let is_in = |at: &usize| {
            dom.ancestors(survey.blocks[*at].element)
                .any(|id| id == scope)
                || survey.blocks[*at].element == scope
        };
        let found = run_from(survey, title_at + 1, is_in);
        let n_letters: u32 = found.iter().map(|at| survey.blocks[*at].n_chars).sum();
        if n_letters >= 2 * MIN_LETTERS || is_page(&scope) {
            return found;
        }
    }
    Vec::new()
}

/// The blocks from `from` on that may be text, up to where something else begins.
fn run_from(survey: &Survey<'_>, from: usize, is_in: impl Fn(&usize) -> bool) -> Vec<usize> {
    let mut found = Vec::new();
    for at in (from..survey.blocks.len()).take_while(is_in) {
        if ends(survey, at) && (!found.is_empty() || is_heading(survey, at)) {
            break;
        }
        if found.is_empty() && at - from > REACH {
            break;
        }
        if may_be_text(survey, at) {
            found.push(at);
        }
    }
    // Headings without a text below them are not the article's.
    while found.last().is_some_and(|at| is_heading(survey, *at)) {
        found.pop();
    }
    found
}

/// The most letters in a row that may be text, on a page without its headline.
fn longest_run(survey: &Survey<'_>) -> Vec<usize> {
    let (mut best, mut best_letters) = (Vec::new(), 0);
    let mut at = 0;
    while at < survey.blocks.len() {
        if !may_be_text(survey, at) || survey.facts[at].n_words < 5 {
            at += 1;
            continue;
        }
        let found = run_from(survey, at, |_| true);
        let n_letters: u32 = found.iter().map(|at| survey.blocks[*at].n_chars).sum();
        at = found.last().map_or(at, |last| *last) + 1;
        if n_letters > best_letters {
            (best, best_letters) = (found, n_letters);
        }
    }
    best
}

fn is_heading(survey: &Survey<'_>, at: usize) -> bool {
    survey.blocks[at].kind == BlockKind::Heading
}

/// Whether something else than the article begins with a block.
fn ends(survey: &Survey<'_>, at: usize) -> bool {
    let (block, facts) = (&survey.blocks[at], &survey.facts[at]);
    let is_label = matches!(
        facts.verdict,
        Some(RemovedKind::Related | RemovedKind::Comment)
    );
    let is_link =
        facts.link_density > 0.8 && facts.n_words >= 4 && block.kind != BlockKind::Paragraph;
    is_label
        || is_link
        || block.tags.has(Tag::Footer)
        || block.tags.has(Tag::Aside)
        || block.tags.has(Tag::H1)
        || block.around.has(Sign::Comment)
}

fn may_be_text(survey: &Survey<'_>, at: usize) -> bool {
    let (block, facts) = (&survey.blocks[at], &survey.facts[at]);
    let is_bad_place = [
        Tag::Nav,
        Tag::Footer,
        Tag::Aside,
        Tag::Form,
        Tag::Button,
        Tag::Figcaption,
    ]
    .iter()
    .any(|tag| block.tags.has(*tag));
    facts.link_density < 0.5
        && facts.verdict.is_none()
        && !facts.is_title
        && !is_bad_place
        && !block.near.has_any(&[
            Sign::Comment,
            Sign::Share,
            Sign::Byline,
            Sign::Date,
            Sign::Navigation,
            Sign::Popup,
        ])
        && block.text.chars().any(char::is_alphabetic)
}
