//! Articles that come as plain text, one block a line: the same cleaning as for
//! pages, with nothing but words, order and blank lines to go by.

use crate::extract::Options;
use crate::extract::lines::candidate;
use crate::extract::lines::candidate::Candidate;
use crate::extract::lines::headline::{is_same, looks_like};
use crate::extract::lines::{byline, date, language, phrases};
use crate::model::{Article, BlockKind, RemovedKind, TextFrom};

/// Most lines read; the rest is left unread.
const MAX_LINES: usize = 20_000;
/// Lines in capitals of at least so many words are links to other articles
/// ("CAPS lines are subheadings as often as links": the long ones are links).
const MIN_SHOUTED_WORDS: usize = 6;

/// Reads `text` as an article.
pub(super) fn article(text: &str, options: &Options<'_>) -> Article {
    let mut article = cleaned(candidates(text), options.title_hint, true);
    article.title = article
        .title
        .or_else(|| options.title_hint.map(candidate::fold_space));
    article.text_from = if article.blocks.is_empty() {
        TextFrom::TitleOnly
    } else {
        TextFrom::Page
    };
    article.language = language::of_words(&article, options.language);
    article
}

/// Cleans blocks by their words and order. `has_head`: whether the text begins
/// with its headline, as a page's does and a feed's content does not.
pub(super) fn cleaned(
    mut candidates: Vec<Candidate>,
    title_hint: Option<&str>,
    has_head: bool,
) -> Article {
    for candidate in &mut candidates {
        if let Some(verdict) = candidate::verdict_of(&candidate.text) {
            candidate.remove(verdict);
        }
    }
    let title = if has_head || title_hint.is_some() {
        take_title(&mut candidates, title_hint)
    } else {
        None
    };
    remove_captions(&mut candidates);
    let dek = if has_head {
        take_dek(&mut candidates, title.is_some())
    } else {
        None
    };
    remove_shouted(&mut candidates);
    remove_tail(&mut candidates);
    let dateline = candidate::take_dateline(&mut candidates);
    let author = first_of(&candidates, RemovedKind::Byline).and_then(byline::authors);
    let dates = candidates
        .iter()
        .filter(|candidate| candidate.verdict == Some(RemovedKind::Date));
    let published = dates
        .filter_map(|candidate| date::find(&candidate.text, false))
        .next();
    let (blocks, removed) = candidate::part(candidates, dateline.as_deref());
    Article {
        title,
        dek,
        author,
        published: published.map(|found| found.instant),
        dateline,
        blocks,
        removed,
        ..Article::default()
    }
}

fn first_of(candidates: &[Candidate], kind: RemovedKind) -> Option<&str> {
    let candidate = candidates
        .iter()
        .find(|candidate| candidate.verdict == Some(kind))?;
    Some(&candidate.text)
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

/// The headline: the line the feed calls so, else the first that reads as one.
fn take_title(candidates: &mut [Candidate], hint: Option<&str>) -> Option<String> {
    let at = match hint {
        Some(hint) => candidates
            .iter()
            .take(12)
            .position(|candidate| is_same(&candidate.text, hint))?,
        None => {
            let at = candidates.iter().position(Candidate::is_kept)?;
            let has_text = candidates[at + 1..].iter().any(Candidate::is_kept);
            (has_text && looks_like(&candidates[at].text)).then_some(at)?
        }
    };
    let title = std::mem::take(&mut candidates[at].text);
    for candidate in candidates
        .iter_mut()
        .filter(|candidate| is_same(&candidate.text, &title))
    {
        candidate.remove(RemovedKind::Junk); // the headline, said again
    }
    Some(title)
}

/// The standfirst: between the headline and the text, and set apart from it by
/// having no full stop or by a picture that follows.
fn take_dek(candidates: &mut [Candidate], has_title: bool) -> Option<String> {
    let at = candidates
        .iter()
        .position(|candidate| !candidate.text.is_empty())?;
    let dek = candidates
        .get(at)
        .filter(|dek| has_title && dek.is_kept() && dek.kind == BlockKind::Paragraph)?;
    let n_words = dek.text.split_whitespace().count();
    let following = candidates[at + 1..]
        .iter()
        .find(|candidate| !candidate.text.is_empty())?;
    let is_unstopped = (4..=45).contains(&n_words)
        && !phrases::ends_as_sentence(&dek.text)
        && !is_shouted(&dek.text)
        && !dek.text.ends_with(':');
    let before_picture =
        n_words <= 45 && !following.is_kept() && has_picture(&candidates[at + 1..]);
    (is_unstopped || before_picture).then(|| std::mem::take(&mut candidates[at].text))
}

/// Whether what follows is a picture's words: a caption, or a line with its
/// credit right below.
fn has_picture(following: &[Candidate]) -> bool {
    following.iter().take(2).any(|candidate| {
        matches!(
            candidate.verdict,
            Some(RemovedKind::Caption | RemovedKind::Credit)
        )
    })
}

fn is_shouted(line: &str) -> bool {
    let n_upper = line.chars().filter(|c| c.is_uppercase()).count();
    let n_lower = line.chars().filter(|c| c.is_lowercase()).count();
    n_upper >= 10 && n_lower * 12 < n_upper
}

/// Headlines of other articles, set in capitals between the paragraphs; not in
/// a text that is written in capitals throughout.
fn remove_shouted(candidates: &mut [Candidate]) {
    let is_other = |candidate: &Candidate| {
        candidate.is_kept()
            && is_shouted(&candidate.text)
            && candidate.text.split_whitespace().count() >= MIN_SHOUTED_WORDS
    };
    let n_shouted = candidates
        .iter()
        .filter(|candidate| is_other(candidate))
        .count();
    if n_shouted * 3
        > candidates
            .iter()
            .filter(|candidate| candidate.is_kept())
            .count()
    {
        return;
    }
    candidates
        .iter_mut()
        .filter(|candidate| is_other(candidate))
        .for_each(|candidate| candidate.remove(RemovedKind::Related));
}

/// Captions by their neighbours: the line right above a credit, and lines that
/// say what a caption says.
fn remove_captions(candidates: &mut [Candidate]) {
    for at in 1..candidates.len() {
        let is_credited =
            candidates[at].verdict == Some(RemovedKind::Credit) && candidates[at].is_close;
        if is_credited && candidates[at - 1].text.split_whitespace().count() <= 60 {
            candidates[at - 1].remove(RemovedKind::Caption);
        }
    }
    let captions: Vec<String> = candidates
        .iter()
        .filter(|candidate| candidate.verdict == Some(RemovedKind::Caption))
        .map(|candidate| phrases::fold(&candidate.text))
        .take(64)
        .collect();
    for candidate in candidates
        .iter_mut()
        .filter(|candidate| candidate.is_kept())
    {
        let folded = phrases::fold(&candidate.text);
        let is_long = folded.split_ascii_whitespace().nth(4).is_some();
        // A picture's text without its credit, often repeated for those who
        // cannot see it.
        if is_long && captions.iter().any(|caption| caption.starts_with(&folded)) {
            candidate.remove(RemovedKind::Caption);
        }
    }
}

/// What trails after the last promo or link: short lines that are no sentence.
fn remove_tail(candidates: &mut [Candidate]) {
    let Some(last) = candidates.iter().rposition(|candidate| {
        matches!(
            candidate.verdict,
            Some(
                RemovedKind::Related
                    | RemovedKind::Promo
                    | RemovedKind::Comment
                    | RemovedKind::Navigation
            )
        )
    }) else {
        return;
    };
    let tail = &mut candidates[last + 1..];
    let is_scrap = |candidate: &Candidate| {
        candidate.text.split_whitespace().count() <= 8
            && !phrases::ends_as_sentence(&candidate.text)
    };
    if tail
        .iter()
        .all(|candidate| !candidate.is_kept() || is_scrap(candidate))
    {
        tail.iter_mut()
            .for_each(|candidate| candidate.remove(RemovedKind::Junk));
    }
}
