//! A page -> an article.

use super::blocks::{self, Tag};
use super::candidate::{self, Candidate};
use super::classes::Sign;
use super::dom::{Dom, NodeId};
use super::features::At;
use super::mass::Mass;
use super::meta::Meta;
use super::model::Model;
use super::survey::Survey;
use super::{ExtractError, Options, byline, charset, date, dek, language, meta, parse};
use crate::model::{Article, BlockKind, RemovedKind, TextFrom};
use html5ever::local_name;

pub(super) fn article(
    bytes: &[u8],
    options: &Options<'_>,
    model: &Model,
) -> Result<Article, ExtractError> {
    let (html, _) = charset::decode(bytes, options.content_type);
    let dom = parse::parse(&html);
    let root = body(&dom);
    let meta = meta::of(&dom, options);
    let blocks = blocks::of_page(&dom, root, &Mass::of(&dom, root));
    let survey = Survey::of(&dom, &blocks, meta.title.as_deref());
    let mut candidates = candidates(&survey, model);
    let dek = dek::take(&survey, &mut candidates, meta.dek.as_deref());
    let author = author(&survey, &meta);
    let published = meta.published.or_else(|| shown_date(&survey));
    let dateline = candidate::take_dateline(&mut candidates);
    let (blocks, removed) = candidate::part(candidates, dateline.as_deref());
    let mut article = Article {
        title: meta.title,
        dek,
        author,
        published,
        updated: meta.updated,
        site: meta.site,
        canonical_url: meta.canonical_url,
        language: meta.language,
        dateline,
        text_from: if blocks.is_empty() {
            TextFrom::TitleOnly
        } else {
            TextFrom::Page
        },
        blocks,
        removed,
        ..Article::default()
    };
    if article.language.is_none() {
        article.language = language::of_words(&article);
    }
    Ok(article)
}

/// Surveys a page's blocks and gives them to `look`.
pub(super) fn with_survey<T>(
    bytes: &[u8],
    options: &Options<'_>,
    look: impl FnOnce(&Survey<'_>) -> T,
) -> Result<T, ExtractError> {
    let (html, _) = charset::decode(bytes, options.content_type);
    let dom = parse::parse(&html);
    let root = body(&dom);
    let meta = meta::of(&dom, options);
    let blocks = blocks::of_page(&dom, root, &Mass::of(&dom, root));
    Ok(look(&Survey::of(&dom, &blocks, meta.title.as_deref())))
}

/// Blocks around the headline, where byline and date stand.
fn around_title<'a>(survey: &'a Survey<'_>) -> impl Iterator<Item = &'a str> {
    let at = survey.title_at.unwrap_or(survey.first);
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

fn shown_date(survey: &Survey<'_>) -> Option<jiff::Timestamp> {
    let short = around_title(survey).filter(|text| text.len() <= 120);
    short
        .filter_map(|text| date::find(text, false))
        .find(|found| found.n_other_words <= 8)
        .map(|found| found.instant)
}

fn body(dom: &Dom) -> NodeId {
    dom.descendants(NodeId::DOCUMENT)
        .find(|id| dom.name(*id) == Some(&local_name!("body")))
        .unwrap_or(NodeId::DOCUMENT)
}

fn candidates(survey: &Survey<'_>, model: &Model) -> Vec<Candidate> {
    let mut scratch = Vec::new();
    (0..survey.blocks.len())
        .map(|at| {
            let block = &survey.blocks[at];
            let mut candidate = Candidate::new(block.kind, block.text.clone(), false);
            if model.judge(&At { survey, at }, &mut scratch) <= 0.0 {
                candidate.remove(reason(survey, at));
            }
            candidate
        })
        .collect()
}

/// Why a block that the model does not take for the article's is out.
fn reason(survey: &Survey<'_>, at: usize) -> RemovedKind {
    let (block, facts) = (&survey.blocks[at], &survey.facts[at]);
    if let Some(verdict) = facts.verdict {
        return verdict;
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
        || block.kind == BlockKind::Heading
    {
        RemovedKind::Related
    } else {
        RemovedKind::Junk
    }
}
