//! A piece of HTML from a feed -> an article.

use super::blocks::{self, Tag};
use super::dom::NodeId;
use crate::extract::blocks::text_density::TextDensity;
use crate::extract::dom::parse;
use crate::extract::dom::trim::Attributes;
use crate::extract::lines::candidate::{Candidate, fold_space};
use crate::extract::lines::language;
use crate::extract::plain::model::LineModel;
use crate::extract::{MAX_BYTES, Options, plain};
use crate::model::{Article, RemovedKind};

pub(super) fn article(html: &str, options: &Options<'_>) -> Article {
    let html = &html[..html.floor_char_boundary(MAX_BYTES)];
    let mut dom = parse::parse(html, Attributes::All);
    if let Some(overrides) = options.overrides {
        // `article_selector` is for pages; what is to be removed is so here too.
        overrides.apply(&mut dom);
    }
    let mass = TextDensity::of(&dom, NodeId::DOCUMENT);
    let candidates = blocks::of_page(&dom, NodeId::DOCUMENT, &mass)
        .into_iter()
        .map(candidate)
        .collect();
    let mut article = plain::cleaned(candidates, options, false, LineModel::shipped());
    article.title = article.title.or_else(|| options.title_hint.map(fold_space));
    article.language = language::of_words(&article, options.language);
    article
}

fn candidate(block: blocks::Block) -> Candidate {
    let mut candidate = Candidate::new(block.kind, block.text, false);
    if block.tags.has(Tag::Figcaption) {
        candidate.remove(RemovedKind::Caption);
    } else if block.n_link_chars * 10 > block.n_chars * 9
        && !crate::extract::lines::phrases::ends_as_sentence(&candidate.text)
    {
        candidate.remove(RemovedKind::Related);
    }
    candidate
}
