//! What is known of a page's blocks together: where the running text is, what
//! its paragraphs look like, what each block's words say.

use crate::extract::blocks::Block;
use crate::extract::dom::{Dom, NodeId};
use crate::extract::layout::core;
use crate::extract::layout::core::Sums;
use crate::extract::layout::facts;
use crate::extract::layout::facts::Facts;
use crate::extract::layout::headline_place::HeadlinePlace;
use crate::extract::layout::neighbours;
use crate::extract::layout::surroundings;
use crate::extract::layout::surroundings::Surroundings;
use crate::extract::meta::Meta;

/// A page's blocks and what was found about them.
#[derive(Debug)]
pub(crate) struct Survey<'a> {
    pub(crate) dom: &'a Dom,
    pub(crate) blocks: &'a [Block],
    /// One for each block.
    pub(crate) facts: Vec<Facts>,
    /// One for each block.
    pub(crate) surroundings: Vec<Surroundings>,
    /// Sums over all below a node, by its place in the arena.
    pub(crate) sums: Vec<Sums>,
    /// The element that holds most paragraphs side by side.
    pub(crate) core: NodeId,
    /// The `<article>` of the headline, if it holds an article's text.
    pub(crate) headline_article: Option<NodeId>,
    /// The `<article>` that each block stands in.
    pub(crate) articles: Vec<Option<NodeId>>,
    /// The page's data calls it a live blog.
    pub(crate) is_live: bool,
    /// First and last paragraph within the core.
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// The block that is the headline.
    pub(crate) title_at: Option<usize>,
}

impl<'a> Survey<'a> {
    pub(crate) fn of(dom: &'a Dom, blocks: &'a [Block], meta: &Meta) -> Self {
        let mut facts: Vec<Facts> = blocks
            .iter()
            .map(|block| facts::of_block(dom, block))
            .collect();
        facts::find_repeats(blocks, &mut facts);
        facts::find_in_data(blocks, &mut facts, meta.body.as_deref());
        facts::find_looks(blocks, &mut facts);
        neighbours::find_labels(dom, blocks, &mut facts);
        neighbours::find_cards(dom, blocks, &mut facts);
        let sums = core::sums(dom, blocks, &facts);
        neighbours::find_notices_around(dom, blocks, &sums, &mut facts);
        facts::find_titles(&mut facts, meta.title.as_deref());
        let articles = surroundings::articles_of(dom, blocks);
        let place = HeadlinePlace::of(blocks, &facts, &articles);
        let nearness = |at: usize| place.nearness(at, articles[at]);
        let core = core::of_page(dom, blocks, &facts, &sums, nearness);
        core::find_paths(dom, blocks, core, &mut facts);
        neighbours::find_shared_words(blocks, &mut facts);
        let is_core = |at: &usize| facts[*at].is_good && facts[*at].n_down == 0;
        let first = (0..blocks.len()).find(is_core).unwrap_or(0);
        let last = (0..blocks.len()).rev().find(is_core).unwrap_or(0);
        let title_at = title_at(blocks, &facts, first);
        let surroundings = surroundings::of(dom, blocks, &facts, &articles, core);
        Self {
            dom,
            blocks,
            facts,
            surroundings,
            sums,
            core,
            headline_article: place.article_with_text(),
            articles,
            is_live: meta.is_live,
            first,
            last,
            title_at,
        }
    }

    /// Whether a block is a link in a menu or a page's footer.
    pub(crate) fn is_menu(&self, at: usize) -> bool {
        facts::is_menu(&self.blocks[at], self.facts[at].link_density)
    }

    pub(crate) fn sums_at(&self, id: NodeId) -> Sums {
        self.sums[id.index()]
    }
}

fn title_at(blocks: &[Block], facts: &[Facts], first: usize) -> Option<usize> {
    let titles = || (0..blocks.len()).filter(|at| facts[*at].is_title);
    facts::main_title(blocks, facts)
        .or_else(|| titles().rfind(|at| *at <= first))
        .or_else(|| titles().next())
}
