//! What a block's neighbours say of it: the label that it stands under, the
//! link above it, the notices around it, the words it shares with the text.

use crate::extract::blocks::Block;
use crate::extract::dom::{Dom, NodeId};
use crate::extract::layout::core::Sums;
use crate::extract::layout::facts::Facts;
use crate::model::{BlockKind, RemovedKind};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

/// Elements around a label of boilerplate within which what follows is under it.
const UNDER: usize = 2;

pub(super) fn find_labels(dom: &Dom, blocks: &[Block], facts: &mut [Facts]) {
    let mut label: Option<NodeId> = None;
    for (block, fact) in blocks.iter().zip(facts) {
        let is_heading = block.kind == BlockKind::Heading;
        let is_boilerplate = matches!(
            fact.verdict,
            Some(RemovedKind::Related | RemovedKind::Promo | RemovedKind::Comment)
        );
        fact.is_under_boilerplate =
            label.is_some_and(|scope| dom.ancestors(block.element).any(|id| id == scope));
        if is_boilerplate && !fact.is_sentence && fact.n_words <= 8 {
            label = dom.ancestors(block.element).nth(UNDER - 1);
        } else if is_heading && !fact.is_under_boilerplate {
            label = None;
        }
    }
}

/// Elements around a block in which the link of its card is looked for.
const CARD_STEPS: usize = 3;
/// Most blocks of a card.
const MAX_CARD_BLOCKS: u32 = 5;

/// Marks what stands on a card below a link: the block before is nothing but a
/// link, and one small element holds them both.
pub(super) fn find_cards(dom: &Dom, blocks: &[Block], facts: &mut [Facts]) {
    let is_link = |at: usize| facts[at].link_density > 0.9 && facts[at].n_words >= 3;
    let holder = |at: usize, below: usize| {
        let above: Vec<NodeId> = dom
            .ancestors(blocks[below].element)
            .take(CARD_STEPS)
            .collect();
        std::iter::once(blocks[at].element)
            .chain(dom.ancestors(blocks[at].element))
            .take(CARD_STEPS + 1)
            .find(|id| above.contains(id))
    };
    let is_small = |id: NodeId, at: usize| {
        let is_in = |near: usize| {
            dom.ancestors(blocks[near].element)
                .take(CARD_STEPS + 1)
                .any(|up| up == id)
        };
        let n_before = (0..at)
            .rev()
            .take(MAX_CARD_BLOCKS as usize)
            .take_while(|near| is_in(*near))
            .count();
        let n_behind = (at + 1..blocks.len())
            .take(MAX_CARD_BLOCKS as usize)
            .take_while(|near| is_in(*near))
            .count();
        n_before + n_behind < MAX_CARD_BLOCKS as usize
    };
    let is_card: Vec<bool> = (0..blocks.len())
        .map(|at| {
            at > 0
                && !is_link(at)
                && (is_link(at - 1) || at > 1 && is_link(at - 2) && facts[at - 1].n_words < 6)
                && holder(at - 1, at).is_some_and(|id| is_small(id, at))
        })
        .collect();
    for (fact, is_card) in facts.iter_mut().zip(is_card) {
        fact.is_below_link = is_card;
    }
}

/// Elements around a block in which notices count.
const NOTICE_STEPS: usize = 3;
/// Part of the page's letters that such an element may hold at most.
const MAX_SHARE: f32 = 0.3;

/// Tells how much of what stands around each block is notices.
pub(super) fn find_notices_around(dom: &Dom, blocks: &[Block], sums: &[Sums], facts: &mut [Facts]) {
    if facts.iter().all(|fact| !fact.is_notice) {
        return;
    }
    let total = sums[NodeId::DOCUMENT.index()].n_chars.max(1);
    for (block, fact) in blocks.iter().zip(facts) {
        let own = if fact.is_notice { block.n_chars } else { 0 };
        fact.notices_around = dom
            .ancestors(block.element)
            .take(NOTICE_STEPS)
            .map(|id| sums[id.index()])
            .filter(|sum| sum.n_chars as f32 <= MAX_SHARE * total as f32)
            .map(|sum| {
                let others = sum.n_chars.saturating_sub(block.n_chars);
                sum.n_notice_chars.saturating_sub(own) as f32 / others.max(1) as f32
            })
            .fold(0.0, f32::max);
    }
}

/// Letters from which on a word says something of what a text is about.
const MIN_WORD: usize = 5;
/// Letters by which words are compared, so that inflection makes no difference.
const N_STEM: usize = 6;
/// Most words of one block that are compared.
const MAX_WORDS: usize = 200;

/// Tells how much of each block's vocabulary the core's other paragraphs use.
pub(super) fn find_shared_words(blocks: &[Block], facts: &mut [Facts]) {
    let mut n_paragraphs: FxHashMap<u32, u32> = FxHashMap::default();
    let mut words = Vec::new();
    for (block, fact) in blocks.iter().zip(facts.iter()) {
        if fact.is_good && fact.n_down == 0 {
            stems(&block.text, &mut words);
            words.sort_unstable();
            words.dedup();
            for word in &words {
                *n_paragraphs.entry(*word).or_default() += 1;
            }
        }
    }
    for (block, fact) in blocks.iter().zip(facts.iter_mut()) {
        let own = u32::from(fact.is_good && fact.n_down == 0);
        stems(&block.text, &mut words);
        let is_shared = |word: &&u32| n_paragraphs.get(word).is_some_and(|n| *n > own);
        fact.shared_words = if words.is_empty() {
            -1.0
        } else {
            words.iter().filter(is_shared).count() as f32 / words.len() as f32
        };
    }
}

fn stems(text: &str, words: &mut Vec<u32>) {
    words.clear();
    let all = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() >= MIN_WORD)
        .take(MAX_WORDS);
    for word in all {
        if word.chars().next().is_some_and(|c| c >= '\u{e00}') {
            // Scripts without spaces: pairs of signs are the nearest to words.
            let signs = || word.chars().take(MAX_WORDS).map(u32::from);
            words.extend(signs().zip(signs().skip(1)).map(|(a, b)| a << 16 ^ b));
            continue;
        }
        let mut hasher = FxHasher::default();
        for c in word.chars().take(N_STEM) {
            hasher.write_u32(u32::from(c.to_lowercase().next().unwrap_or(c)));
        }
        words.push((hasher.finish() >> 16) as u32);
    }
}
