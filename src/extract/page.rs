//! A page -> an article.

use super::blocks::{self, Tag};
use super::dom::{Dom, NodeId};
use super::meta::{self, Dated, Meta};
use crate::extract::blocks::classes::Sign;
use crate::extract::blocks::repeats::Said;
use crate::extract::blocks::text_density::Mass;
use crate::extract::dom::parse;
use crate::extract::dom::trim::Attributes;
use crate::extract::layout::survey::{Facts, Survey};
use crate::extract::layout::{dek, foot, page_kind};
use crate::extract::lines::candidate;
use crate::extract::lines::candidate::Candidate;
use crate::extract::lines::{byline, date, language};
use crate::extract::score::doubts;
use crate::extract::score::model::Model;
use crate::extract::{ExtractError, Options};
use crate::model::{Article, BlockKind, RemovedKind};
use crate::text::charset::{self, Markup};
use crate::text::mojibake;
use html5ever::local_name;
use jiff::tz::Offset;

pub(super) fn article(
    bytes: &[u8],
    options: &Options<'_>,
    model: &Model,
) -> Result<Article, ExtractError> {
    with_survey(bytes, options, |survey, meta| {
        let article = of_survey(survey, meta, options, model);
        match page_kind::not_an_article(survey, meta, &article, options.url) {
            Some(why) => Err(ExtractError::NotAnArticle { why }),
            None => Ok(article),
        }
    })?
}

/// Surveys a page's blocks and gives them to `look`.
pub(super) fn with_survey<T>(
    bytes: &[u8],
    options: &Options<'_>,
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
    let blocks = blocks::of_page(&dom, root, &Mass::of(&dom, root));
    Ok(look(&Survey::of(&dom, &blocks, &meta), &meta))
}

fn of_survey(survey: &Survey<'_>, meta: &Meta, options: &Options<'_>, model: &Model) -> Article {
    let mut candidates = candidates(survey, model);
    let dek = dek::take(survey, &mut candidates, meta.dek.as_deref());
    let dateline = candidate::take_dateline(&mut candidates);
    let (blocks, removed) = candidate::part(candidates, dateline.as_deref());
    let published = meta.published.or_else(|| shown_date(survey));
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
    if article.language.is_none() {
        article.language = language::of_words(&article, options.language);
    }
    article
}

fn body(dom: &Dom) -> NodeId {
    dom.descendants(NodeId::DOCUMENT)
        .find(|id| dom.name(*id) == Some(&local_name!("body")))
        .unwrap_or(NodeId::DOCUMENT)
}

fn candidates(survey: &Survey<'_>, model: &Model) -> Vec<Candidate> {
    let mut scores = model.judge(survey);
    for (score, doubt) in scores.iter_mut().zip(doubts::of(survey)) {
        *score -= doubt;
    }
    foot::doubt(survey, &mut scores);
    let bar = bar(survey, &scores);
    let mut said = Said::default();
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
        if candidate.is_kept() && block.kind != BlockKind::Table && said.again(&block.text) {
            candidate.remove(RemovedKind::Junk);
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
    candidates
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
        .map(|block| block.text.as_str())
}

fn author(survey: &Survey<'_>, meta: &Meta) -> Option<String> {
    if meta.authors.is_empty() {
        return around_title(survey).find_map(byline::authors);
    }
    Some(meta.authors.join(", "))
}

fn shown_date(survey: &Survey<'_>) -> Option<Dated> {
    let short = around_title(survey).filter(|text| text.len() <= 120);
    short
        .filter_map(|text| date::find(text, false))
        .find(|found| found.n_other_words <= 8)
        .map(|found| Dated {
            instant: found.instant,
            offset: found.offset,
        })
}
