//! What is known of each block of a page: its words, its look, its place.

use crate::extract::blocks::classes::Sign;
use crate::extract::blocks::glyphs::Glyphs;
use crate::extract::blocks::{Block, Tag};
use crate::extract::dom::{Dom, NodeId};
use crate::extract::layout::notices;
use crate::extract::lines::candidate;
use crate::extract::lines::{headline, phrases, wording};
use crate::model::RemovedKind;
use html5ever::local_name;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

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
    /// elements, is boilerplate: "Related stories".
    pub(crate) is_under_boilerplate: bool,
    /// Whether its words are a page's notice: a request for consent, an appeal.
    pub(crate) is_notice: bool,
    /// Part of the letters in the small elements around it, its own aside, that
    /// are notices.
    pub(crate) notices_around: f32,
    /// Whether it stands in one small element with a link above it, as the
    /// summary on a card of another article does.
    pub(crate) is_below_link: bool,
    /// Part of its longer words that the core's other paragraphs use as well; -1
    /// if it has none.
    pub(crate) shared_words: f32,
    /// Part of the headline's longer words that it uses.
    pub(crate) words_of_title: f32,
    /// Whether the text in the page's data has it: 1 or 0, -1 if there is none.
    pub(crate) in_data: f32,
    /// Words by which a page speaks for itself.
    pub(crate) wording: wording::Counts,
    look: u64,
    place: u64,
    pub(super) folded: String,
}

/// The facts that need no other block and no metadata.
pub(super) fn of_block(dom: &Dom, block: &Block) -> Facts {
    let n_words = n_words(block);
    let link_density = block.n_link_chars as f32 / block.n_chars.max(1) as f32;
    let is_sentence = phrases::ends_as_sentence(&block.text) || ends_without_stop(block);
    let is_bad_place = block.tags.has(Tag::Nav)
        || block.tags.has(Tag::Footer)
        || block.tags.has(Tag::Figcaption)
        || block
            .near
            .has_any(&[Sign::Comment, Sign::Popup, Sign::Caption])
        || block.around.has(Sign::Comment);
    // Longer paragraphs match no rule and are no headline.
    // What a menu says is not asked at all.
    let is_line = block.text.len() <= MAX_NOTICE_BYTES && !is_menu(block, link_density);
    let folded = if is_line {
        phrases::fold(&block.text)
    } else {
        String::new()
    };
    let wording = wording::count(&folded);
    let notice = notices::kind_of(&folded, &wording);
    Facts {
        is_notice: notice.is_some(),
        n_words,
        link_density,
        glyphs: Glyphs::of(&block.text),
        is_sentence,
        is_good: block.n_chars >= 60
            && link_density < 0.4
            && is_sentence
            && !is_bad_place
            && notice.is_none(),
        verdict: is_line
            .then(|| candidate::verdict_of_folded(&block.text, &folded))
            .flatten()
            .or(notice)
            .or_else(|| {
                (link_density > 0.8 && notices::is_pointer(&folded)).then_some(RemovedKind::Related)
            }),
        wording,
        folded,
        look: look(dom, block.element, None),
        place: look(dom, block.element, dom.node(block.element).parent),
        ..Facts::default()
    }
}

pub(super) fn is_menu(block: &Block, link_density: f32) -> bool {
    (block.tags.has(Tag::Nav) || block.tags.has(Tag::Footer)) && link_density > 0.9
}

/// Longest text that is looked at for notices.
const MAX_NOTICE_BYTES: usize = 1_600;

/// Letters of a word beyond which a block's words cannot be told by spaces.
const MAX_WORD: u32 = 15;
/// Letters of a word in a script without spaces, about.
const UNSPACED_WORD: u32 = 6;

fn n_words(block: &Block) -> u32 {
    let n_words = block.text.split(' ').count() as u32;
    if block.n_chars > MAX_WORD * n_words {
        block.n_chars / UNSPACED_WORD
    } else {
        n_words
    }
}

/// Thai, Lao, Burmese and Khmer end their sentences with a space.
fn ends_without_stop(block: &Block) -> bool {
    let is_of_such_script = |c: char| matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}');
    block.n_chars >= 30 && block.text.ends_with(is_of_such_script)
}

/// A mark that elements share which are styled alike (and stand in `parent`).
fn look(dom: &Dom, id: NodeId, parent: Option<NodeId>) -> u64 {
    let mut hasher = FxHasher::default();
    dom.name(id).map(|name| -> &str { name }).hash(&mut hasher);
    dom.attr(id, &local_name!("class")).hash(&mut hasher);
    parent.hash(&mut hasher);
    hasher.finish()
}

pub(super) fn find_looks(blocks: &[Block], facts: &mut [Facts]) {
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

pub(super) fn find_repeats(blocks: &[Block], facts: &mut [Facts]) {
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

pub(super) fn find_in_data(blocks: &[Block], facts: &mut [Facts], body: Option<&str>) {
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

/// The part of a word that stays when it is inflected.
fn beginning(word: &str) -> &str {
    &word[..word.floor_char_boundary((word.len() * 3 / 4).max(4))]
}

/// Marks the blocks that say the headline, and tells how much of it others do.
pub(super) fn find_titles(facts: &mut [Facts], title: Option<&str>) {
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
    let long: Vec<&str> = words
        .iter()
        .filter(|word| word.len() >= 5)
        .map(|word| beginning(word))
        .collect();
    for fact in facts.iter_mut().filter(|_| !long.is_empty()) {
        let is_used = |word: &&&str| fact.folded.contains(**word);
        fact.words_of_title = long.iter().filter(is_used).count() as f32 / long.len() as f32;
    }
    for fact in facts.iter_mut().filter(|fact| fact.n_words <= 40) {
        let n_shared = fact
            .folded
            .split_ascii_whitespace()
            .filter(|word| words.contains(word))
            .count();
        fact.title_share = n_shared as f32 / fact.n_words.max(words.len() as u32).max(1) as f32;
        fact.is_title =
            fact.folded.len() < 2 * title.len() + 16 && letters(&fact.folded) == title_key;
    }
}

/// The page's main heading, if that is the headline.
pub(super) fn main_title(blocks: &[Block], facts: &[Facts]) -> Option<usize> {
    (0..blocks.len()).find(|at| facts[*at].is_title && blocks[*at].tags.has(Tag::H1))
}
