//! What stands at the head of a text: headline, standfirst, dates.

use crate::extract::lines::candidate::Candidate;
use crate::extract::lines::date::{self, Found};
use crate::extract::lines::headline::{is_same, looks_like};
use crate::extract::lines::phrases;
use crate::extract::lines::vocabulary::is_unspaced;
use crate::extract::plain::document::Document;
use crate::extract::plain::model::LineModel;
use crate::model::{BlockKind, RemovedKind};
use crate::text::detect_language;

/// Lines among which the headline is looked for, at least; and so many more as
/// stand before the first running text.
const MIN_TITLE_LINES: usize = 40;
const MAX_TITLE_LINES: usize = 1_500;

/// What the likeliest headline must score; less above all running text, where
/// it takes nothing from the text.
const LEAST_TITLE: f32 = -1.5;
const LEAST_TITLE_ABOVE: f32 = -4.5;

/// Bytes of kept text that tell its language.
const LANGUAGE_BYTES: usize = 1_500;

/// Longest standfirst, in words.
const MAX_DEK_WORDS: usize = 60;

/// The headline: the line the feed calls so, else the likeliest.
pub(super) fn title(
    document: &Document,
    candidates: &[Candidate],
    hint: Option<&str>,
    model: &LineModel,
) -> Option<usize> {
    if let Some(hint) = hint {
        return candidates
            .iter()
            .take(12)
            .position(|candidate| is_same(&candidate.text, hint));
    }
    if !document.has_head {
        return None;
    }
    let n_before_text = document
        .lines
        .iter()
        .position(super::document::Line::is_text)
        .unwrap_or(document.lines.len());
    let n_lines = (n_before_text + MIN_TITLE_LINES)
        .min(MAX_TITLE_LINES)
        .min(document.lines.len());
    let (at, score) = model
        .titles(document, n_lines)
        .into_iter()
        .enumerate()
        .filter(|(at, _)| {
            let line = &document.lines[*at];
            !line.is_date && !line.is_code && looks_like(&candidates[*at].text)
        })
        .filter(|(at, _)| !candidates[*at].text.is_empty())
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let has_text = candidates.len() > 1;
    let is_above = document.places[at].text_before == 0.0 && !document.lines[at].is_text();
    let least = if is_above {
        LEAST_TITLE_ABOVE
    } else {
        LEAST_TITLE
    };
    (has_text && score > least).then_some(at)
}

/// The language of what is kept, as far as dates need it.
pub(super) fn language(candidates: &[Candidate]) -> Option<&'static str> {
    let mut sample = String::with_capacity(LANGUAGE_BYTES);
    for candidate in candidates.iter().filter(|candidate| candidate.is_kept()) {
        if sample.len() >= LANGUAGE_BYTES {
            break;
        }
        let room = LANGUAGE_BYTES - sample.len();
        sample.push_str(&candidate.text[..candidate.text.floor_char_boundary(room)]);
        sample.push('\n');
    }
    detect_language(&sample)
}

/// When an article was published and last changed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dates {
    pub(super) published: Option<Found>,
    pub(super) updated: Option<Found>,
}

/// The dates of the lines that are no text: first those about the headline,
/// then those below the text.
pub(super) fn dates(
    candidates: &[Candidate],
    document: &Document,
    title_at: Option<usize>,
    language: Option<&str>,
) -> Dates {
    // Only English is read month first: `3/4/2024`.
    let day_first = language.is_some_and(|language| language != "en");
    let first_text = candidates
        .iter()
        .enumerate()
        .position(|(at, candidate)| candidate.is_kept() && document.lines[at].is_text())
        .unwrap_or(candidates.len());
    let mut dates = Dates::default();
    let from_title = title_at.unwrap_or(0);
    let order = (from_title..first_text)
        .chain((0..from_title.min(first_text)).rev())
        .chain(first_text..candidates.len());
    for at in order {
        let candidate = &candidates[at];
        let line = &document.lines[at];
        if candidate.is_kept() || !is_dated(candidate, line) {
            continue;
        }
        let Some(found) = date::find_in(&candidate.text, day_first, language) else {
            continue;
        };
        if found.is_change {
            dates.updated.get_or_insert(found);
        } else if at < first_text || line.is_date && dates.published.is_none() {
            dates.published.get_or_insert(found);
        }
        if at >= first_text && dates.published.is_some() {
            break;
        }
    }
    dates.published = dates.published.or(dates.updated);
    dates.updated = dates.updated.filter(|updated| {
        dates
            .published
            .is_some_and(|published| updated.instant > published.instant)
    });
    dates
}

fn is_dated(candidate: &Candidate, line: &super::document::Line) -> bool {
    line.is_date
        || line.is_time
        || line.is_byline
        || candidate.verdict == Some(RemovedKind::Date)
        || line.shares.all[7] > 0.0 && line.is_short()
}

/// The standfirst: between the headline and the text, and set apart from it by
/// having no full stop, or by a byline, a date or a picture that follows.
pub(super) fn take_dek(
    candidates: &mut [Candidate],
    document: &Document,
    title_at: Option<usize>,
) -> Option<String> {
    let title_at = title_at?;
    if is_standfirst(candidates, document, title_at + 1) {
        candidates[title_at + 1].verdict = None;
    }
    let at = (title_at + 1..candidates.len()).find(|at| candidates[*at].is_kept())?;
    let n_kept_after = candidates[at + 1..]
        .iter()
        .filter(|candidate| candidate.is_kept())
        .count();
    let dek = &candidates[at];
    let n_words = document.lines[at].shape.n_words as usize;
    if n_kept_after == 0 || dek.kind != BlockKind::Paragraph || n_words > MAX_DEK_WORDS {
        return None;
    }
    let following = candidates[at + 1..]
        .iter()
        .find(|candidate| !candidate.text.is_empty())?;
    let before_data = matches!(
        following.verdict,
        Some(RemovedKind::Date | RemovedKind::Byline)
    );
    // Thai ends no sentence with a mark: there a missing one tells nothing.
    let is_marked =
        !dek.text.starts_with(is_unspaced) || dek.text.contains(['\u{3001}', '\u{3002}']);
    let is_unstopped = n_words >= 4
        && is_marked
        && document.lines[at].shares.start[5] == 0.0
        && !document.lines[at].has_credit
        && !phrases::ends_as_sentence(&dek.text)
        && !document.lines[at].shape.is_shouted()
        && !dek.text.ends_with([':', '\u{ff1a}']);
    let before_picture = at == title_at + 1
        && matches!(
            following.verdict,
            Some(RemovedKind::Caption | RemovedKind::Credit | RemovedKind::Navigation)
        );
    (is_unstopped || before_data || before_picture)
        .then(|| std::mem::take(&mut candidates[at].text))
}

/// Whether the line right below the headline, taken out for no reason that its
/// words give, is the standfirst.
fn is_standfirst(candidates: &[Candidate], document: &Document, at: usize) -> bool {
    let Some((candidate, line)) = candidates.get(at).zip(document.lines.get(at)) else {
        return false;
    };
    let is_told = matches!(
        candidate.verdict,
        None | Some(
            RemovedKind::Date | RemovedKind::Byline | RemovedKind::Promo | RemovedKind::Template
        )
    );
    !is_told
        && !line.has_credit
        && line.rule.is_none()
        && document.places[at].n_copies == 1
        && document.places[at].text_before == 0.0
        && (40.0..300.0).contains(&line.shape.width)
        && line.shape.n_words >= 6.0
        && line.shape.n_separators == 0.0
        && line.shares.all.iter().all(|share| *share < 0.3)
}
