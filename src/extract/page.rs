//! A page -> an article.

use super::blocks::{self, Block, Tag};
use super::dom::{Dom, NodeId};
use super::meta::{self, Dated, Meta};
use crate::extract::blocks::classes::Sign;
use crate::extract::blocks::repeats;
use crate::extract::blocks::text_density::TextDensity;
use crate::extract::data_text;
use crate::extract::dom::parse;
use crate::extract::dom::trim::Attributes;
use crate::extract::layout::survey::Survey;
use crate::extract::layout::{Facts, below_text, dek, page_kind, short_text};
use crate::extract::lines::candidate;
use crate::extract::lines::candidate::Candidate;
use crate::extract::lines::{byline, date, language};
use crate::extract::score::doubts;
use crate::extract::score::model::Model;
use crate::extract::script_text;
use crate::extract::{ExtractError, Options};
use crate::model::{Article, Block as Text, BlockKind, RemovedKind, TextFrom};
use crate::text::charset::{self, Markup};
use crate::text::mojibake;
use html5ever::local_name;
use jiff::tz::Offset;

pub(super) fn article(
    bytes: &[u8],
    options: &Options<'_>,
    model: &Model,
) -> Result<Article, ExtractError> {
    let mut article = read(bytes, options, model)?;
    if article.text_from == TextFrom::ScriptOnly {
        take_from_script(&mut article, bytes, options, model);
    }
    Ok(article)
}

/// Least bytes of a text in a script for it to be the article's.
const MIN_SCRIPT_TEXT: usize = 400;

/// Takes the text that a script was to show, if the page's scripts hold one.
fn take_from_script(article: &mut Article, bytes: &[u8], options: &Options<'_>, model: &Model) {
    let decoded = charset::decode(bytes, options.content_type, Markup::Html);
    let Some(html) = script_text::longest_html(&decoded.text) else {
        return;
    };
    let title = article.title.as_deref().unwrap_or_default();
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    let page = format!(
        "<meta charset=utf-8><title>{title}</title><article><h1>{title}</h1>{html}</article>"
    );
    let plain = Options {
        content_type: None,
        overrides: None,
        ..*options
    };
    let Ok(shown) = read(page.as_bytes(), &plain, model) else {
        return;
    };
    let n_bytes = |blocks: &[Text]| blocks.iter().map(|block| block.text.len()).sum::<usize>();
    let n_shown = n_bytes(&shown.blocks);
    if n_shown < MIN_SCRIPT_TEXT || n_shown < 2 * n_bytes(&article.blocks) {
        return;
    }
    article.blocks = shown.blocks;
    article.dateline = shown.dateline;
    article.removed.extend(shown.removed);
    article.author = article.author.take().or(shown.author);
    article.language = article.language.take().or(shown.language);
    article.text_from = TextFrom::Page;
}

/// Reads what the page itself shows, or its data.
fn read(bytes: &[u8], options: &Options<'_>, model: &Model) -> Result<Article, ExtractError> {
    with_survey(bytes, options, |survey, meta| {
        let mut article = of_survey(survey, meta, model);
        if let Some(why) = page_kind::not_an_article(survey, meta, &article, options.url) {
            return Err(ExtractError::NotAnArticle { why });
        }
        data_text::take(&mut article, meta.body.as_deref());
        data_text::take_description(&mut article, meta.description.as_deref());
        if article.language.is_none() {
            article.language = language::of_words(&article, options.language);
        }
        Ok(article)
    })?
}

/// Surveys a page's blocks and gives them to `look`.
pub(super) fn with_survey<T>(
    bytes: &[u8],
    options: &Options<'_>,
    look: impl FnOnce(&Survey<'_>, &Meta) -> T,
) -> Result<T, ExtractError> {
    with_blocks(bytes, options, |_| true, look)
}

/// The same of a page that has lost the blocks, told by their place, that are
/// not to be kept.
pub(super) fn with_blocks<T>(
    bytes: &[u8],
    options: &Options<'_>,
    is_kept: impl Fn(usize) -> bool,
    look: impl FnOnce(&Survey<'_>, &Meta) -> T,
) -> Result<T, ExtractError> {
    page_kind::of_bytes(bytes, options.content_type)?;
    let decoded = charset::decode(bytes, options.content_type, Markup::Html);
    let html = mojibake::repair(decoded.text);
    let overrides = options.overrides.filter(|overrides| !overrides.is_empty());
    let attributes = match overrides {
        Some(_) => Attributes::All,
        None => Attributes::Asked,
    };
    let mut dom = parse::parse(&html, attributes);
    let named = overrides.and_then(|overrides| overrides.apply(&mut dom));
    let root = named.unwrap_or_else(|| body(&dom));
    let meta = meta::of(&dom, options);
    let mut blocks = blocks::of_page(&dom, root, &TextDensity::of(&dom, root));
    let mut at = 0..;
    blocks.retain(|_| at.next().is_some_and(&is_kept));
    Ok(look(&Survey::of(&dom, &blocks, &meta), &meta))
}

fn of_survey(survey: &Survey<'_>, meta: &Meta, model: &Model) -> Article {
    let mut candidates = candidates(survey, model);
    let dek = dek::take(
        survey,
        &mut candidates,
        meta.dek.as_deref(),
        meta.description.as_deref(),
    );
    let dateline = candidate::take_dateline(&mut candidates);
    let (blocks, removed) = candidate::part(candidates, dateline.as_deref());
    let published = meta
        .published
        .or_else(|| shown_date(survey, meta))
        .or_else(|| opening_date(survey, meta));
    let mut article = Article {
        title: meta.title.clone(),
        dek,
        author: author(survey, meta),
        // A page that tells only of a change was published by then.
        published: published
            .map(|published| published.instant)
            .or(meta.updated),
        utc_offset_s: published.and_then(|published| published.offset.map(Offset::seconds)),
        updated: meta.updated,
        site: meta.site.clone(),
        canonical_url: meta.canonical_url.clone(),
        language: meta.language.clone(),
        dateline,
        is_cut: survey.dom.is_cut,
        blocks,
        removed,
        ..Article::default()
    };
    article.text_from = page_kind::text_from(survey, meta, &article);
    article
}

fn body(dom: &Dom) -> NodeId {
    dom.descendants(NodeId::DOCUMENT)
        .find(|id| dom.name(*id) == Some(&local_name!("body")))
        .unwrap_or(NodeId::DOCUMENT)
}

fn candidates(survey: &Survey<'_>, model: &Model) -> Vec<Candidate> {
    let mut scores = model.scores(survey);
    for (score, doubt) in scores.iter_mut().zip(doubts::of(survey)) {
        *score -= doubt;
    }
    below_text::doubt(survey, &mut scores);
    let bar = bar(survey, &scores);
    keep_headings(survey, &mut scores, bar);
    short_text::keep(survey, &mut scores, bar);
    let mut candidates: Vec<Candidate> = Vec::with_capacity(scores.len());
    let mut last_row = None;
    for (at, score) in scores.iter().enumerate() {
        let (block, facts) = (&survey.blocks[at], &survey.facts[at]);
        let mut candidate = Candidate::new(block.kind, block.text.clone(), false);
        if *score <= bar || facts.is_title {
            candidate.remove(reason(survey, at));
        }
        if is_shouted_link(facts, &block.text) || is_pointer(facts) {
            candidate.remove(RemovedKind::Related);
        }
        // The rows of one table are one block.
        let table = (block.kind == BlockKind::Table && candidate.is_kept())
            .then(|| survey.dom.node(block.element).parent);
        match candidates.last_mut() {
            Some(rows) if table.is_some() && table == last_row => {
                rows.text.push('\n');
                rows.text.push_str(&candidate.text);
            }
            _ => candidates.push(candidate),
        }
        last_row = table;
    }
    repeats::remove(&mut candidates);
    remove_last_headings(&mut candidates);
    candidates
}

/// Takes out the headings behind all text: they head what is not the article's.
fn remove_last_headings(candidates: &mut [Candidate]) {
    let is_text = |candidate: &Candidate| candidate.kind != BlockKind::Heading;
    let kept = |candidate: &Candidate| candidate.is_kept() && is_text(candidate);
    if let Some(last) = candidates.iter().rposition(kept) {
        candidates[last + 1..]
            .iter_mut()
            .filter(|candidate| candidate.is_kept())
            .for_each(|heading| heading.remove(RemovedKind::Related));
    }
}

/// By how many log odds a heading is believed in whose text is kept.
const HEADING_BONUS: f32 = 1.2;

/// Believes in headings whose text, right below them in the same element, is kept.
fn keep_headings(survey: &Survey<'_>, scores: &mut [f32], bar: f32) {
    let dom = survey.dom;
    for at in (0..scores.len().saturating_sub(1)).rev() {
        let (block, facts) = (&survey.blocks[at], &survey.facts[at]);
        let is_heading = block.kind == BlockKind::Heading
            && !block.tags.has(Tag::H1)
            && facts.verdict.is_none()
            && facts.link_density < 0.5;
        let is_among_comments = survey.blocks[at + 1].around.has(Sign::Comment);
        if !is_heading || is_among_comments || scores[at + 1] <= bar {
            continue;
        }
        let holder = dom.node(block.element).parent;
        let below = survey.blocks[at + 1].element;
        if holder.is_some_and(|holder| dom.ancestors(below).take(2).any(|id| id == holder)) {
            scores[at] += HEADING_BONUS;
        }
    }
}

/// Part of the core's running text that an article surely holds.
const MIN_CORE: f32 = 0.4;
/// How far and in which steps the model's doubt about a whole page is overruled.
const LOWEST_BAR: f32 = -3.0;
const STEP: f32 = 0.3;

/// What the model must make of a block for it to be kept: zero, but less where
/// little would be left of the page's running text. A page that is unlike all
/// others is misjudged as a whole, and its text is its best blocks all the same.
fn bar(survey: &Survey<'_>, scores: &[f32]) -> f32 {
    let blocks = || survey.blocks.iter().zip(&survey.facts).zip(scores);
    let core: u32 = blocks()
        .filter(|((_, facts), _)| facts.is_good && facts.n_down == 0)
        .map(|((block, _), _)| block.n_chars)
        .sum();
    let mut bar = 0.0;
    while bar > LOWEST_BAR {
        let kept: u32 = blocks()
            .filter(|(_, score)| **score > bar)
            .map(|((block, _), _)| block.n_chars)
            .sum();
        if kept as f32 >= MIN_CORE * core as f32 {
            break;
        }
        bar -= STEP;
    }
    bar
}

/// A headline of another article: nothing but a link, in capitals.
fn is_shouted_link(facts: &Facts, text: &str) -> bool {
    facts.link_density > 0.95
        && facts.n_words >= 5
        && !text.contains(char::is_lowercase)
        && text.contains(char::is_uppercase)
}

/// A line that says by its own words that it points to another article, and
/// does: no surroundings make it the article's.
fn is_pointer(facts: &Facts) -> bool {
    facts.verdict == Some(RemovedKind::Related) && facts.link_density > 0.5
}

/// Why a block that is not taken for the article's is out.
fn reason(survey: &Survey<'_>, at: usize) -> RemovedKind {
    let (block, facts) = (&survey.blocks[at], &survey.facts[at]);
    if let Some(verdict) = facts.verdict {
        return verdict;
    }
    if survey.is_menu(at) {
        return RemovedKind::Navigation;
    }
    if block.tags.has(Tag::Figcaption) || block.near.has(Sign::Caption) {
        RemovedKind::Caption
    } else if block.around.has(Sign::Comment) {
        RemovedKind::Comment
    } else if block.tags.has(Tag::Nav)
        || block
            .near
            .has_any(&[Sign::Navigation, Sign::Tags, Sign::Share])
    {
        RemovedKind::Navigation
    } else if block.near.has(Sign::Byline) || block.tags.has(Tag::Address) {
        RemovedKind::Byline
    } else if block.near.has_any(&[Sign::Promo, Sign::Ad]) {
        RemovedKind::Promo
    } else if facts.link_density > 0.5
        || block.around.has_any(&[Sign::Related, Sign::Teaser])
        || block.kind == BlockKind::Heading && !facts.is_title
    {
        RemovedKind::Related
    } else {
        RemovedKind::Junk
    }
}

/// Blocks around the headline, where byline and date stand.
fn around_title<'a>(survey: &'a Survey<'_>) -> impl Iterator<Item = &'a str> {
    // A page may show another headline than it declares.
    let main_heading = || {
        survey.blocks[..survey.first]
            .iter()
            .rposition(|block| block.tags.has(Tag::H1))
    };
    let at = survey
        .title_at
        .or_else(main_heading)
        .unwrap_or(survey.first);
    let (from, to) = (at.saturating_sub(4), (at + 14).min(survey.blocks.len()));
    survey.blocks[from..to]
        .iter()
        .filter(|block| !is_elsewhere(block))
        .map(|block| block.text.as_str())
}

/// Whether a block stands among readers' comments or links to other articles.
fn is_elsewhere(block: &Block) -> bool {
    block.tags.has(Tag::Aside)
        || block.tags.has(Tag::Nav)
        || block.around.has(Sign::Comment)
        || block.near.has(Sign::Related)
}

/// Blocks below the text in which its author may be named.
const BELOW_TEXT: usize = 6;

fn author(survey: &Survey<'_>, meta: &Meta) -> Option<String> {
    let shown = around_title(survey).find_map(byline::authors);
    if meta.authors.is_empty() {
        return shown
            .or_else(|| labelled_author(survey))
            .or_else(|| meta.outlet_author.clone());
    }
    // Data often names the first of several whom the byline names.
    let has_more = |shown: &String| {
        let names: Vec<&str> = shown.split(", ").collect();
        names.len() > meta.authors.len()
            && meta
                .authors
                .iter()
                .all(|known| names.contains(&known.as_str()))
    };
    shown
        .filter(has_more)
        .or_else(|| Some(meta.authors.join(", ")))
}

/// The author by a line with a label: `Autor: Nora Pelzer`, wherever it stands.
fn labelled_author(survey: &Survey<'_>) -> Option<String> {
    let to = (survey.last + 1 + BELOW_TEXT).min(survey.blocks.len());
    let from = survey.first.saturating_sub(BELOW_TEXT).min(to);
    survey.blocks[from..to]
        .iter()
        .filter(|block| !is_elsewhere(block) && block.text.len() <= 80)
        .filter(|block| {
            block
                .text
                .split(' ')
                .next()
                .is_some_and(|word| word.ends_with(':'))
        })
        .find_map(|block| byline::authors(&block.text))
}

/// Blocks at the text's beginning that may open with its date.
const N_OPENING: usize = 3;
/// How far into a paragraph its date may end, in bytes.
const OPENING_BYTES: usize = 70;

/// The date that opens the text, before a dash or bar: `27.1.2022 - The council`.
fn opening_date(survey: &Survey<'_>, meta: &Meta) -> Option<Dated> {
    let from = survey.first.saturating_sub(1);
    let opening = survey.blocks[from..].iter().take(N_OPENING);
    opening
        .filter_map(|block| {
            let head = &block.text[..block.text.floor_char_boundary(OPENING_BYTES)];
            let end = head
                .find([':', '|', '\u{2013}', '\u{2014}', ')'])
                .or_else(|| head.find(" - "))?;
            date::find(&head[..end], meta.is_day_first())
        })
        .find(|found| found.n_other_words <= 4)
        .map(|found| Dated {
            instant: found.instant,
            offset: found.offset,
            is_local: found.offset.is_none(),
        })
}

fn shown_date(survey: &Survey<'_>, meta: &Meta) -> Option<Dated> {
    let short = around_title(survey).filter(|text| text.len() <= 120);
    short
        .filter_map(|text| date::find(text, meta.is_day_first()))
        .find(|found| found.n_other_words <= 8)
        .map(|found| Dated {
            instant: found.instant,
            offset: found.offset,
            is_local: found.offset.is_none(),
        })
}
