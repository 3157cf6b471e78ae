//! What is known of a page's blocks together: where the running text is, what
//! its paragraphs look like, what each block's words say.

use crate::extract::blocks::classes::Sign;
use crate::extract::blocks::glyphs::Glyphs;
use crate::extract::blocks::{Block, Tag};
use crate::extract::dom::{Dom, NodeId};
use crate::extract::layout::home::Home;
use crate::extract::layout::surroundings;
use crate::extract::layout::surroundings::Surroundings;
use crate::extract::lines::candidate;
use crate::extract::lines::{headline, phrases, wording};
use crate::extract::meta::Meta;
use crate::model::{BlockKind, RemovedKind};
use html5ever::local_name;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

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
    pub(crate) home: Option<NodeId>,
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

/// What is known of one block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) n_words: u32,
    pub(crate) link_density: f32,
    pub(crate) glyphs: Glyphs,
    pub(crate) is_sentence: bool,
    /// Running text: long enough, few links, ends as sentences do.
    pub(crate) is_good: bool,
    /// What the words alone say against it.
    pub(crate) verdict: Option<RemovedKind>,
    /// Its running text's part of what stands in elements that look the same.
    pub(crate) same_look: f32,
    /// The same, of those that also stand in the same place.
    pub(crate) same_place: f32,
    /// Steps up to what it shares with the core, and from there to the core.
    pub(crate) n_up: u32,
    pub(crate) n_down: u32,
    /// The child of the shared element that it stands in.
    pub(crate) branch: Option<NodeId>,
    /// Part of its words that are the headline's.
    pub(crate) title_share: f32,
    pub(crate) is_title: bool,
    /// How many blocks before it say the same.
    pub(crate) n_before: u32,
    /// How many blocks of the page say this.
    pub(crate) n_times: u32,
    /// Whether the heading or label that it stands under, within the same few
    /// elements, is furniture: "Related stories".
    pub(crate) is_under_furniture: bool,
    /// Whether the text in the page's data has it: 1 or 0, -1 if there is none.
    pub(crate) in_data: f32,
    /// Words by which a page speaks for itself.
    pub(crate) wording: wording::Counts,
    look: u64,
    place: u64,
    folded: String,
}

/// Sums over the blocks below a node.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) n_chars: u32,
    pub(crate) n_link_chars: u32,
    pub(crate) n_good_chars: u32,
    pub(crate) n_blocks: u32,
}

impl Sums {
    pub(crate) fn link_density(self) -> f32 {
        self.n_link_chars as f32 / self.n_chars.max(1) as f32
    }

    pub(crate) fn good_share(self) -> f32 {
        self.n_good_chars as f32 / self.n_chars.max(1) as f32
    }
}

impl<'a> Survey<'a> {
    pub(crate) fn of(dom: &'a Dom, blocks: &'a [Block], meta: &Meta) -> Self {
        let mut facts: Vec<Facts> = blocks.iter().map(|block| facts_of(dom, block)).collect();
        find_repeats(blocks, &mut facts);
        find_in_data(blocks, &mut facts, meta.body.as_deref());
        find_looks(blocks, &mut facts);
        find_headings(dom, blocks, &mut facts);
        let sums = sums(dom, blocks, &facts);
        find_titles(&mut facts, meta.title.as_deref());
        let articles = surroundings::articles_of(dom, blocks);
        let home = Home::of(blocks, &facts, &articles);
        let nearness = |at: usize| home.nearness(at, articles[at]);
        let core = core(dom, blocks, &facts, &sums, nearness);
        find_paths(dom, blocks, core, &mut facts);
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
            home: home.with_text(),
            articles,
            is_live: meta.is_live,
            first,
            last,
            title_at,
        }
    }

    /// Whether a block is a link in a menu or a page's foot.
    pub(crate) fn is_menu(&self, at: usize) -> bool {
        is_menu(&self.blocks[at], self.facts[at].link_density)
    }

    pub(crate) fn sums_at(&self, id: NodeId) -> Sums {
        self.sums[id.index()]
    }
}

fn is_menu(block: &Block, link_density: f32) -> bool {
    (block.tags.has(Tag::Nav) || block.tags.has(Tag::Footer)) && link_density > 0.9
}

fn facts_of(dom: &Dom, block: &Block) -> Facts {
    let n_words = block.text.split(' ').count() as u32;
    let link_density = block.n_link_chars as f32 / block.n_chars.max(1) as f32;
    let is_sentence = phrases::ends_as_sentence(&block.text);
    let is_bad_place = block.tags.has(Tag::Nav)
        || block.tags.has(Tag::Footer)
        || block.tags.has(Tag::Figcaption)
        || block
            .near
            .has_any(&[Sign::Comment, Sign::Popup, Sign::Caption])
        || block.around.has(Sign::Comment);
    // Long paragraphs match no rule and are no headline.
    // What a menu says is not asked at all.
    let is_line = block.text.len() <= phrases::MAX_LINE_BYTES && !is_menu(block, link_density);
    let folded = if is_line {
        phrases::fold(&block.text)
    } else {
        String::new()
    };
    Facts {
        n_words,
        link_density,
        glyphs: Glyphs::of(&block.text),
        is_sentence,
        is_good: block.n_chars >= 60 && link_density < 0.4 && is_sentence && !is_bad_place,
        verdict: is_line
            .then(|| candidate::verdict_of_folded(&block.text, &folded))
            .flatten(),
        wording: wording::count(&folded),
        folded,
        look: look(dom, block.element, None),
        place: look(dom, block.element, dom.node(block.element).parent),
        ..Facts::default()
    }
}

/// A mark that elements share which are styled alike (and stand in `parent`).
fn look(dom: &Dom, id: NodeId, parent: Option<NodeId>) -> u64 {
    let mut hasher = FxHasher::default();
    dom.name(id).map(|name| -> &str { name }).hash(&mut hasher);
    dom.attr(id, &local_name!("class")).hash(&mut hasher);
    parent.hash(&mut hasher);
    hasher.finish()
}

fn find_looks(blocks: &[Block], facts: &mut [Facts]) {
    let mut by_look: FxHashMap<u64, u32> = FxHashMap::default();
    let mut total = 0;
    for (block, fact) in blocks
        .iter()
        .zip(facts.iter())
        .filter(|(_, fact)| fact.is_good)
    {
        *by_look.entry(fact.look).or_default() += block.n_chars;
        *by_look.entry(fact.place).or_default() += block.n_chars;
        total += block.n_chars;
    }
    for fact in facts {
        let share = |mark| by_look.get(&mark).map_or(0.0, |n| *n as f32 / total as f32);
        (fact.same_look, fact.same_place) = (share(fact.look), share(fact.place));
    }
}

fn find_repeats(blocks: &[Block], facts: &mut [Facts]) {
    let mut seen: FxHashMap<&str, u32> = FxHashMap::default();
    for (block, fact) in blocks.iter().zip(facts.iter_mut()) {
        let n_before = seen.entry(&block.text).or_default();
        fact.n_before = *n_before;
        *n_before += 1;
    }
    let counts: Vec<u32> = blocks
        .iter()
        .map(|block| seen.get(block.text.as_str()).copied().unwrap_or(1))
        .collect();
    drop(seen);
    for (fact, n_times) in facts.iter_mut().zip(counts) {
        fact.n_times = n_times;
    }
}

/// Letters from a block's beginning that are looked for in the data's text.
const N_PROBE: usize = 48;

fn find_in_data(blocks: &[Block], facts: &mut [Facts], body: Option<&str>) {
    let body = body.map(headline::key);
    for (block, fact) in blocks.iter().zip(facts) {
        fact.in_data = match &body {
            None => -1.0,
            Some(_) if fact.n_words < 5 => -1.0,
            Some(body) => {
                let probe: String =
                    headline::key(&block.text[..block.text.floor_char_boundary(2 * N_PROBE)])
                        .chars()
                        .take(N_PROBE)
                        .collect();
                f32::from(u8::from(body.contains(&probe)))
            }
        };
    }
}

fn sums(dom: &Dom, blocks: &[Block], facts: &[Facts]) -> Vec<Sums> {
    let mut sums = vec![Sums::default(); dom.nodes.len()];
    for (block, fact) in blocks.iter().zip(facts) {
        for id in std::iter::once(block.element).chain(dom.ancestors(block.element)) {
            let sum = &mut sums[id.index()];
            sum.n_chars += block.n_chars;
            sum.n_link_chars += block.n_link_chars;
            sum.n_blocks += 1;
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
fn core(
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

fn find_paths(dom: &Dom, blocks: &[Block], core: NodeId, facts: &mut [Facts]) {
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

/// Elements around a label of furniture within which what follows is under it.
const UNDER: usize = 2;

fn find_headings(dom: &Dom, blocks: &[Block], facts: &mut [Facts]) {
    let mut label: Option<NodeId> = None;
    for (block, fact) in blocks.iter().zip(facts) {
        let is_heading = block.kind == BlockKind::Heading;
        let is_furniture = matches!(
            fact.verdict,
            Some(RemovedKind::Related | RemovedKind::Promo | RemovedKind::Comment)
        );
        fact.is_under_furniture =
            label.is_some_and(|scope| dom.ancestors(block.element).any(|id| id == scope));
        if is_furniture && !fact.is_sentence && fact.n_words <= 8 {
            label = dom.ancestors(block.element).nth(UNDER - 1);
        } else if is_heading && !fact.is_under_furniture {
            label = None;
        }
    }
}

/// Marks the blocks that say the headline, and tells how much of it others do.
fn find_titles(facts: &mut [Facts], title: Option<&str>) {
    let Some(title) = title.map(phrases::fold) else {
        return;
    };
    let words: FxHashSet<&str> = title.split_ascii_whitespace().collect();
    let letters = |folded: &str| {
        folded
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
    };
    let title_key = letters(&title);
    for fact in facts.iter_mut().filter(|fact| fact.n_words <= 40) {
        let n_shared = fact
            .folded
            .split_ascii_whitespace()
            .filter(|word| words.contains(word))
            .count();
        fact.title_share = n_shared as f32 / fact.n_words.max(words.len() as u32).max(1) as f32;
        fact.is_title = fact.title_share > 0.5 && letters(&fact.folded) == title_key;
    }
}

/// The page's main heading, if that is the headline.
pub(crate) fn main_title(blocks: &[Block], facts: &[Facts]) -> Option<usize> {
    (0..blocks.len()).find(|at| facts[*at].is_title && blocks[*at].tags.has(Tag::H1))
}

fn title_at(blocks: &[Block], facts: &[Facts], first: usize) -> Option<usize> {
    let titles = || (0..blocks.len()).filter(|at| facts[*at].is_title);
    main_title(blocks, facts)
        .or_else(|| titles().rfind(|at| *at <= first))
        .or_else(|| titles().next())
}
