//! Whether the page has begun another article by the time a block comes: a main
//! heading, a byline, an `<article>` that is not the core's.

use crate::extract::blocks::{Block, Tag};
use crate::extract::dom::{Dom, NodeId};
use crate::extract::layout::facts::Facts;
use crate::model::RemovedKind;
use html5ever::local_name;

/// What was passed on the way to a block.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Surroundings {
    /// Main headings up to the block, and bylines and dates since the core's
    /// first paragraph.
    pub(crate) n_main_headings: u32,
    pub(crate) n_bylines: u32,
    /// Whether its nearest `<article>` is the core's: 1 or 0, -1 if it has none.
    pub(crate) same_article: f32,
}

/// One for each block; `articles` as of [`articles_of`].
pub(crate) fn of(
    dom: &Dom,
    blocks: &[Block],
    facts: &[Facts],
    articles: &[Option<NodeId>],
    core: NodeId,
) -> Vec<Surroundings> {
    let cores = article_of(dom, core);
    let mut passed = Surroundings::default();
    let mut has_begun = false;
    let mut last_heading = None;
    let mut all = Vec::with_capacity(blocks.len());
    for ((block, fact), article) in blocks.iter().zip(facts).zip(articles) {
        if block.tags.has(Tag::H1) && last_heading != Some(block.element) {
            passed.n_main_headings += 1;
            last_heading = Some(block.element);
        }
        has_begun |= fact.is_good && fact.n_down == 0;
        let is_byline = matches!(fact.verdict, Some(RemovedKind::Byline | RemovedKind::Date));
        passed.n_bylines += u32::from(has_begun && is_byline);
        passed.same_article = match *article {
            None => -1.0,
            own => f32::from(u8::from(own == cores)),
        };
        all.push(passed);
    }
    all
}

/// The `<article>` of each block.
pub(crate) fn articles_of(dom: &Dom, blocks: &[Block]) -> Vec<Option<NodeId>> {
    let mut last = None;
    let article = |block: &Block| match last {
        Some((element, article)) if element == block.element => article,
        _ => {
            let article = article_of(dom, block.element);
            last = Some((block.element, article));
            article
        }
    };
    blocks.iter().map(article).collect()
}

/// The `<article>` that an element is or stands in.
fn article_of(dom: &Dom, id: NodeId) -> Option<NodeId> {
    std::iter::once(id)
        .chain(dom.ancestors(id))
        .find(|id| dom.name(*id) == Some(&local_name!("article")))
}

#[cfg(test)]
mod tests {
    use crate::extract::Options;
    use crate::extract::page::with_survey;

    const FIRST: &str = "The harbour of Lindau was closed on Monday, said the master of the port, after a storm broke two of its piers.";
    const SECOND: &str = "In Bregenz the council met on Tuesday and voted for a new school, which is to be built by the lake within two years.";

    /// Main headings, bylines and the core's `<article>` as the last block has them.
    fn check(html: &str, n_main_headings: u32, n_bylines: u32, same_article: f32) {
        let last = with_survey(html.as_bytes(), &Options::default(), |survey, _| {
            survey.surroundings.last().copied()
        });
        let found = last.expect("it is a page").expect("it has blocks");
        assert_eq!(
            (found.n_main_headings, found.n_bylines, found.same_article),
            (n_main_headings, n_bylines, same_article),
            "{html}"
        );
    }

    #[test]
    fn the_text_behind_one_headline_is_the_cores() {
        check(
            &format!("<article><h1>Storm</h1><p>By Ann Moss<p>{FIRST}<p>{FIRST}</article>"),
            1,
            0,
            1.0,
        );
        check(&format!("<div><p>{FIRST}</div>"), 0, 0, -1.0);
    }

    #[test]
    fn another_article_has_its_headline_byline_and_element() {
        check(
            &format!(
                "<article><h1>Storm</h1><p>{FIRST}<p>{FIRST}</article>\
                 <article><h1>School</h1><p>By Ann Moss<p>{SECOND}</article>"
            ),
            2,
            1,
            0.0,
        );
    }
}
