//! Articles that come as plain text, one block a line: the same cleaning as for
//! pages, with nothing but words, order and blank lines to go by.
//!
//! A line model judges each line (`model`): trained, small, over features that
//! can be read (`features`). Rules decide only where a rule is truth: template
//! left-overs, scripts, addresses, embedded posts' authors, lines that are a date
//! and nothing else. What is doubted is kept.
//!
//! To train the model anew, in some ten minutes: see `examples/train_extract.rs`.

mod authors;
mod code;
mod document;
mod features;
mod head;
mod kinds;
pub(super) mod model;
mod samples;
mod shape;
mod word_set;

pub use samples::LineDocument;

use crate::extract::Options;
use crate::extract::lines::candidate::{self, Candidate};
use crate::extract::lines::headline::is_same;
use crate::extract::lines::vocabulary::is_unspaced;
use crate::extract::lines::{dateline, language};
use crate::model::{Article, BlockKind, RemovedKind, TextFrom};
use document::{Document, Line};
use model::LineModel;

/// Most lines read; the article of a longer text says that it is cut.
const MAX_LINES: usize = 20_000;

/// What a line of a feed's content must score less than to be taken out: feeds
/// hold little but the article.
const FEED_MARGIN: f32 = 2.0;

/// The same for a line that reads as a sentence of the text.
const SENTENCE_MARGIN: f32 = 1.5;

/// Lines in capitals of at least so many words are links to other articles; the
/// short ones are subheadings as often.
const MIN_SHOUTED_WORDS: f32 = 6.0;

/// Least words of a caption that stands twice, and within how many lines.
const MIN_TWIN_WORDS: usize = 5;
const TWIN_LINES: usize = 3;

/// Reads `text` as an article.
pub(super) fn article(text: &str, options: &Options<'_>, model: &LineModel) -> Article {
    let mut article = cleaned(candidates(text), options, true, model);
    article.title = article
        .title
        .or_else(|| options.title_hint.map(candidate::fold_space));
    article.text_from = if article.blocks.is_empty() {
        TextFrom::TitleOnly
    } else {
        TextFrom::Page
    };
    article.language = language::of_words(&article, options.language);
    article.is_cut = text.lines().nth(MAX_LINES).is_some();
    article
}

/// Cleans blocks by their words and order. `has_head`: whether the text begins
/// with its headline, as a page's does and a feed's content does not.
pub(super) fn cleaned(
    mut candidates: Vec<Candidate>,
    options: &Options<'_>,
    has_head: bool,
    model: &LineModel,
) -> Article {
    let lines = candidates.iter().map(line).collect();
    let mut document = Document::of(lines, has_head);
    let title_at = head::title(&document, &candidates, options.title_hint, model);
    if let Some(title) = title_at
        .map(|at| candidates[at].text.clone())
        .or_else(|| options.title_hint.map(str::to_owned))
    {
        document.set_title(&title);
    }
    let scores = model.judge(&document);
    remove(&mut candidates, &document, &scores, has_head);
    let authors = authors::of(&candidates, &document, title_at).unwrap_or_default();
    for at in &authors.lines {
        candidates[*at].verdict = Some(RemovedKind::Byline);
    }
    let title = title_at.map(|at| take_title(&mut candidates, &document, at));
    let tongue = head::language(&candidates);
    let dates = head::dates(&candidates, &document, title_at, tongue);
    let dek = if has_head {
        head::take_dek(&mut candidates, &document, title_at)
    } else {
        None
    };
    let dateline = take_dateline(&mut candidates);
    let (blocks, removed) = candidate::part(candidates, dateline.as_deref());
    let published = dates.published;
    Article {
        title,
        dek,
        author: (!authors.names.is_empty()).then(|| authors.names.join(", ")),
        published: published.map(|found| found.instant),
        utc_offset_s: published
            .and_then(|found| found.offset)
            .map(jiff::tz::Offset::seconds),
        updated: dates.updated.map(|found| found.instant),
        dateline,
        blocks,
        removed,
        ..Article::default()
    }
}

/// A candidate as the model sees it, its bullet put back.
fn line(candidate: &Candidate) -> Line {
    match candidate.kind {
        BlockKind::ListItem => {
            Line::of(&format!("\u{2022} {}", candidate.text), candidate.is_close)
        }
        _ => Line::of(&candidate.text, candidate.is_close),
    }
}

/// Takes out what is not the article's: by rules that are truth, else by score.
fn remove(candidates: &mut [Candidate], document: &Document, scores: &[f32], has_head: bool) {
    let mut before = None;
    for (at, candidate) in candidates.iter_mut().enumerate() {
        if !candidate.is_kept() {
            continue;
        }
        let line = &document.lines[at];
        let margin = match (has_head, is_doubtful(line)) {
            (false, _) => FEED_MARGIN,
            (true, true) => SENTENCE_MARGIN,
            (true, false) => 0.0,
        };
        let is_out = scores[at] < -margin;
        if let Some(kind) = kinds::of_rule(line).or_else(|| is_out.then(|| kinds::of(line, before)))
        {
            candidate.remove(kind);
        }
        before = candidate.verdict;
    }
    remove_twins(candidates, document);
    remove_shouted(candidates, document);
}

/// Whether a line reads as a sentence of the text, however it stands: no word of
/// a page's own in it.
fn is_doubtful(line: &Line) -> bool {
    // Thai, Lao, Khmer and Burmese end no sentence with a mark.
    let is_unmarked = line
        .shape
        .first
        .is_some_and(|c| is_unspaced(c) && !matches!(c, '\u{3040}'..='\u{9fff}'));
    (line.ends_as_sentence || is_unmarked)
        && line.rule.is_none()
        && line.shape.width >= 40.0
        && !line.has_credit
        && !line.is_byline
        && line.shares.all.iter().take(5).all(|share| *share < 0.15)
}

/// Captions that stand twice, for those who see the picture and for those who do
/// not: no author writes a sentence twice within so few lines.
fn remove_twins(candidates: &mut [Candidate], document: &Document) {
    for at in 0..candidates.len() {
        if document.places[at].n_copies < 2 || document.lines[at].words.len() < MIN_TWIN_WORDS {
            continue;
        }
        let near = at + 1..(at + TWIN_LINES + 1).min(candidates.len());
        for other in near {
            if is_same(&candidates[at].text, &candidates[other].text) {
                candidates[at].remove(RemovedKind::Caption);
                candidates[other].remove(RemovedKind::Caption);
            }
        }
    }
}

/// Headlines of other articles, set in capitals between the paragraphs; not in
/// a text that is written in capitals throughout.
fn remove_shouted(candidates: &mut [Candidate], document: &Document) {
    let is_other = |at: usize, candidate: &Candidate| {
        let shape = &document.lines[at].shape;
        candidate.is_kept() && shape.is_shouted() && shape.n_words >= MIN_SHOUTED_WORDS
    };
    let shouted: Vec<usize> = (0..candidates.len())
        .filter(|at| is_other(*at, &candidates[*at]))
        .collect();
    let n_kept = candidates
        .iter()
        .filter(|candidate| candidate.is_kept())
        .count();
    if shouted.len() * 3 <= n_kept {
        for at in shouted {
            candidates[at].remove(RemovedKind::Related);
        }
    }
}

fn take_title(candidates: &mut [Candidate], document: &Document, at: usize) -> String {
    let title = std::mem::take(&mut candidates[at].text);
    // The headline, said again above the text or outside it.
    let mut is_above = true;
    for (candidate, line) in candidates.iter_mut().zip(&document.lines) {
        is_above &= !(candidate.is_kept() && line.is_text());
        if (is_above || !candidate.is_kept()) && is_same(&candidate.text, &title) {
            candidate.verdict = Some(RemovedKind::Junk);
        }
    }
    title
}

/// Takes the dateline off the first paragraph that is kept.
fn take_dateline(candidates: &mut [Candidate]) -> Option<String> {
    let known: Vec<String> = candidates
        .iter()
        .filter(|candidate| !candidate.is_kept() && candidate.text.len() < 60)
        .take(40)
        .map(|candidate| candidate.text.clone())
        .collect();
    let is_place = |place: &str| known.iter().any(|line| line == place);
    let first = candidates
        .iter_mut()
        .filter(|candidate| candidate.is_kept() && candidate.kind == BlockKind::Paragraph)
        .take(3)
        .find(|candidate| dateline::split_knowing(&candidate.text, &is_place).is_some())?;
    let (dateline, rest) = dateline::split_knowing(&first.text, &is_place)?;
    let (dateline, rest) = (dateline.to_owned(), rest.to_owned());
    first.text = rest;
    Some(dateline)
}

fn candidates(text: &str) -> Vec<Candidate> {
    let mut is_close = false;
    let mut candidates = Vec::new();
    for line in text.lines().take(MAX_LINES) {
        let line = candidate::fold_space(line);
        if line.is_empty() {
            is_close = false;
            continue;
        }
        let (kind, text) = match list_item(&line) {
            Some(item) => (BlockKind::ListItem, item.to_owned()),
            None => (BlockKind::Paragraph, line),
        };
        candidates.push(Candidate::new(kind, text, is_close));
        is_close = true;
    }
    candidates
}

/// The words of a line that begins with a bullet.
fn list_item(line: &str) -> Option<&str> {
    let item = line.strip_prefix([
        '\u{2022}', '\u{25cf}', '\u{25aa}', '\u{25e6}', '\u{2023}', '\u{b7}', '*', '-',
    ])?;
    (item.starts_with(' ') && !item.trim().is_empty()).then(|| item.trim_start())
}
