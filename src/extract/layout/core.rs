//! Where a page's text is: the element that holds most of its paragraphs, and
//! each block's way to it.

use crate::extract::blocks::Block;
use crate::extract::dom::{Dom, NodeId};
use crate::extract::layout::facts::Facts;
use rustc_hash::FxHashMap;

/// Sums over the blocks below a node.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) n_chars: u32,
    pub(crate) n_link_chars: u32,
    pub(crate) n_good_chars: u32,
    pub(crate) n_blocks: u32,
    pub(crate) n_media: u32,
    /// Letters of notices: see [`super::notices`].
    pub(crate) n_notice_chars: u32,
}

impl Sums {
    pub(crate) fn link_density(self) -> f32 {
        self.n_link_chars as f32 / self.n_chars.max(1) as f32
    }

    pub(crate) fn good_share(self) -> f32 {
        self.n_good_chars as f32 / self.n_chars.max(1) as f32
    }
}

pub(super) fn sums(dom: &Dom, blocks: &[Block], facts: &[Facts]) -> Vec<Sums> {
    let mut sums = vec![Sums::default(); dom.nodes.len()];
    for (block, fact) in blocks.iter().zip(facts) {
        for id in std::iter::once(block.element).chain(dom.ancestors(block.element)) {
            let sum = &mut sums[id.index()];
            sum.n_chars += block.n_chars;
            sum.n_link_chars += block.n_link_chars;
            sum.n_blocks += 1;
            sum.n_media += block.n_media;
            sum.n_notice_chars += if fact.is_notice { block.n_chars } else { 0 };
            if fact.is_good {
                sum.n_good_chars += block.n_chars;
            }
        }
    }
    sums
}

/// The element that holds the most paragraphs: each counts for its parent, less
/// for those around that, and less where the headline is elsewhere. What was
/// said before counts nothing: lists of news are shown twice, texts seldom.
pub(super) fn of_page(
    dom: &Dom,
    blocks: &[Block],
    facts: &[Facts],
    sums: &[Sums],
    nearness: impl Fn(usize) -> f32,
) -> NodeId {
    let mut scores: FxHashMap<NodeId, f32> = FxHashMap::default();
    for (at, block) in blocks.iter().enumerate() {
        if !facts[at].is_good || facts[at].n_before > 0 {
            continue;
        }
        let is_own = matches!(
            dom.name(block.element).map(|name| -> &str { name }),
            Some("div" | "td" | "section" | "article" | "body")
        );
        let holder = if is_own {
            Some(block.element)
        } else {
            dom.node(block.element).parent
        };
        let Some(holder) = holder else { continue };
        let mut credit = block.n_chars.min(600) as f32 * nearness(at);
        for id in std::iter::once(holder).chain(dom.ancestors(holder)).take(4) {
            *scores.entry(id).or_default() += credit;
            credit *= 0.6;
        }
    }
    let value = |id: &NodeId, score: &f32| score * (1.0 - sums[id.index()].link_density());
    scores
        .iter()
        // The id settles a draw: the order of a map must not.
        .max_by(|(a, x), (b, y)| value(a, x).total_cmp(&value(b, y)).then(b.cmp(a)))
        .map_or(NodeId::DOCUMENT, |(id, _)| *id)
}

pub(super) fn find_paths(dom: &Dom, blocks: &[Block], core: NodeId, facts: &mut [Facts]) {
    let mut depth_of: FxHashMap<NodeId, u32> = FxHashMap::default();
    for (n_down, id) in (0..).zip(std::iter::once(core).chain(dom.ancestors(core))) {
        depth_of.insert(id, n_down);
    }
    for (block, fact) in blocks.iter().zip(facts) {
        let mut branch = None;
        for (n_up, id) in
            (0..).zip(std::iter::once(block.element).chain(dom.ancestors(block.element)))
        {
            if let Some(n_down) = depth_of.get(&id) {
                (fact.n_up, fact.n_down, fact.branch) = (n_up, *n_down, branch);
                break;
            }
            branch = Some(id);
        }
    }
}
