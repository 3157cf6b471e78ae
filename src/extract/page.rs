//! A page -> an article.

use super::blocks::{self, Tag};
use super::candidate::{self, Candidate};
use super::classes::Sign;
use super::dom::NodeId;
use super::mass::Mass;
use super::{ExtractError, Options, charset, headline, language, parse, region};
use crate::model::{Article, RemovedKind, TextFrom};
use html5ever::local_name;

pub(super) fn article(bytes: &[u8], options: &Options<'_>) -> Result<Article, ExtractError> {
    let (html, _) = charset::decode(bytes, options.content_type);
    let dom = parse::parse(&html);
    let root = dom
        .descendants(NodeId::DOCUMENT)
        .find(|id| dom.name(*id) == Some(&local_name!("body")))
        .unwrap_or(NodeId::DOCUMENT);
    let mass = Mass::of(&dom, root);
    let region = region::of(&dom, root, &mass);
    let title = dom
        .descendants(NodeId::DOCUMENT)
        .find(|id| dom.name(*id) == Some(&local_name!("h1")))
        .map(|id| dom.text_of(id))
        .or_else(|| options.title_hint.map(str::to_owned));
    let mut candidates = Vec::new();
    for block in blocks::of_page(&dom, region, &mass) {
        let verdict = verdict(&block, title.as_deref());
        let mut candidate = Candidate::new(block.kind, block.text, false);
        candidate.verdict = verdict.or_else(|| candidate::verdict_of(&candidate.text));
        candidates.push(candidate);
    }
    let dateline = candidate::take_dateline(&mut candidates);
    let (blocks, removed) = candidate::part(candidates, dateline.as_deref());
    let mut article = Article {
        title,
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
    article.language = language::of_words(&article);
    Ok(article)
}

fn verdict(block: &blocks::Block, title: Option<&str>) -> Option<RemovedKind> {
    if title.is_some_and(|title| headline::is_same(title, &block.text)) {
        return Some(RemovedKind::Junk);
    }
    if block.tags.has(Tag::Figcaption) || block.near.has(Sign::Caption) {
        return Some(RemovedKind::Caption);
    }
    if block.tags.has(Tag::Nav) {
        return Some(RemovedKind::Navigation);
    }
    if block.n_link_chars * 10 > block.n_chars * 7 {
        return Some(RemovedKind::Related);
    }
    if block.tags.has(Tag::Aside) || block.around.has_any(&[Sign::Related]) {
        return Some(RemovedKind::Related);
    }
    if block.around.has(Sign::Comment) {
        return Some(RemovedKind::Comment);
    }
    None
}
