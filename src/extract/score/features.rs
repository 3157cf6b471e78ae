//! The features by which the model scores blocks: each a name and a number, small
//! for blocks that lack it.
//!
//! To add one: a row in [`GENERAL`]; then train again
//! (`cargo run --release --example train_extract`).

use crate::extract::blocks::classes::Sign;
use crate::extract::blocks::glyphs::Glyphs;
use crate::extract::blocks::{Block, Tag};
use crate::extract::layout::surroundings::Surroundings;
use crate::extract::layout::survey::Survey;
use crate::extract::layout::{Facts, Sums};
use crate::extract::lines::wording::Wording;
use crate::model::{BlockKind, RemovedKind};
use html5ever::local_name;

/// A block among the others of its page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    pub(crate) survey: &'a Survey<'a>,
    pub(crate) at: usize,
}

impl<'a> At<'a> {
    fn block(&self) -> &'a Block {
        &self.survey.blocks[self.at]
    }

    fn facts(&self) -> &'a Facts {
        &self.survey.facts[self.at]
    }

    fn surroundings(&self) -> &'a Surroundings {
        &self.survey.surroundings[self.at]
    }

    /// Words of a sort among all of the block's.
    fn wording(&self, sort: Wording) -> f32 {
        f32::from(self.facts().wording[sort as usize])
    }

    /// A value of the block `step` before (-) or behind (+), -1 beyond the page.
    fn near(&self, step: isize, value: fn(&At<'_>) -> f32) -> f32 {
        match self.at.checked_add_signed(step) {
            Some(at) if at < self.survey.blocks.len() => value(&At {
                survey: self.survey,
                at,
            }),
            _ => -1.0,
        }
    }

    /// Sums over the element `n_up` above the block's own.
    fn above(&self, n_up: usize) -> Sums {
        let dom = self.survey.dom;
        let id = std::iter::once(self.block().element)
            .chain(dom.ancestors(self.block().element))
            .nth(n_up);
        id.map(|id| self.survey.sums_at(id)).unwrap_or_default()
    }

    /// The mean of a value over the blocks within four steps, its own aside.
    fn around(&self, value: fn(&At<'_>) -> f32) -> f32 {
        let from = self.at.saturating_sub(AROUND);
        let to = (self.at + AROUND + 1).min(self.survey.blocks.len());
        let sum: f32 = (from..to)
            .filter(|at| *at != self.at)
            .map(|at| {
                value(&At {
                    survey: self.survey,
                    at,
                })
            })
            .sum();
        sum / (to - from - 1).max(1) as f32
    }

    /// Whether an element up to three above the block's own holds another block.
    fn shares_element_with(&self, other: usize) -> bool {
        let dom = self.survey.dom;
        let other = self.survey.blocks[other].element;
        dom.ancestors(self.block().element)
            .take(3)
            .filter(|id| dom.name(*id) != Some(&local_name!("body")))
            .any(|id| id == other || dom.ancestors(other).take(4).any(|up| up == id))
    }

    fn branch(&self) -> Sums {
        self.facts()
            .branch
            .map(|id| self.survey.sums_at(id))
            .unwrap_or_default()
    }

    fn glyphs(&self) -> Glyphs {
        self.facts().glyphs
    }

    fn text(&self) -> &'a str {
        &self.block().text
    }
}

/// Steps to either side within which a block's neighbours are averaged.
const AROUND: usize = 4;

fn is_short(at: &At<'_>) -> f32 {
    flag(at.facts().n_words < 4)
}

fn flag(is: bool) -> f32 {
    f32::from(u8::from(is))
}

fn log(n: u32) -> f32 {
    (n as f32 + 1.0).ln()
}

fn length(at: &At<'_>) -> f32 {
    log(at.block().n_chars)
}

fn link_density(at: &At<'_>) -> f32 {
    at.facts().link_density
}

fn is_sentence(at: &At<'_>) -> f32 {
    flag(at.facts().is_sentence)
}

fn is_good(at: &At<'_>) -> f32 {
    flag(at.facts().is_good)
}

fn is_phrase(at: &At<'_>) -> f32 {
    flag(at.facts().verdict.is_some())
}

fn is_heading(at: &At<'_>) -> f32 {
    flag(at.block().kind == BlockKind::Heading)
}

fn same_place(at: &At<'_>) -> f32 {
    at.facts().same_place
}

fn same_look(at: &At<'_>) -> f32 {
    at.facts().same_look
}

fn in_core(at: &At<'_>) -> f32 {
    flag(at.facts().n_down == 0)
}

fn signed_distance(from: usize, to: usize) -> f32 {
    let distance = (to.abs_diff(from) as f32 + 1.0).ln();
    if to >= from { distance } else { -distance }
}

/// How a feature is reckoned.
type Value = fn(&At<'_>) -> f32;

/// Name and value of the features that are not signs or tags.
#[rustfmt::skip]
pub(crate) const GENERAL: &[(&str, Value)] = &[
    ("length", length),
    ("words", |at| at.facts().n_words as f32),
    ("link density", link_density),
    ("links", |at| at.block().n_links as f32),
    ("bold or italic", |at| at.block().n_strong_chars as f32 / at.block().n_chars.max(1) as f32),
    ("ends as a sentence", is_sentence),
    ("is running text", is_good),
    ("capitals", |at| at.glyphs().share(at.glyphs().n_upper)),
    ("digits", |at| at.glyphs().share(at.glyphs().n_digits)),
    ("commas", |at| at.glyphs().share(at.glyphs().n_commas)),
    ("marks", |at| at.glyphs().share(at.glyphs().n_marks)),
    ("full stops", |at| at.glyphs().n_stops as f32),
    ("begins with a capital", |at| flag(at.text().starts_with(char::is_uppercase))),
    ("begins with a small letter", |at| flag(at.text().starts_with(char::is_lowercase))),
    ("begins with a quote", |at| flag(at.text().starts_with(['"', '\u{201c}', '\u{2018}', '\u{ab}', '\u{201e}', '\'']))),
    ("ends with a question mark", |at| flag(at.text().ends_with('?'))),
    ("ends with a colon", |at| flag(at.text().ends_with(':'))),
    ("ends with dots", |at| flag(at.text().ends_with(['\u{2026}', ']']) || at.text().ends_with("..."))),
    ("kind", |at| at.block().kind as u8 as f32),
    ("same look as the text", same_look),
    ("same place as the text", same_place),
    ("steps up to the core's path", |at| at.facts().n_up as f32),
    ("steps down to the core", |at| at.facts().n_down as f32),
    ("in the core", in_core),
    ("direct child of the core", |at| flag(at.facts().n_down == 0 && at.facts().n_up <= 1)),
    ("headline's words", |at| at.facts().title_share),
    ("is the headline", |at| flag(at.facts().is_title)),
    ("said before", |at| at.facts().n_before as f32),
    ("said in all", |at| at.facts().n_times as f32),
    ("in the data's text", |at| at.facts().in_data),
    ("shouted", |at| at.glyphs().shouted()),
    ("place on the page", |at| at.at as f32 / at.survey.blocks.len() as f32),
    ("blocks from the first paragraph", |at| signed_distance(at.survey.first, at.at)),
    ("blocks from the last paragraph", |at| signed_distance(at.survey.last, at.at)),
    ("blocks from the headline", |at| at.survey.title_at.map_or(-9.0, |title_at| signed_distance(title_at, at.at))),
    ("page: blocks", |at| log(at.survey.blocks.len() as u32)),
    ("page: core's running text", |at| log(at.survey.sums_at(at.survey.core).n_good_chars)),
    ("page: core's share", |at| at.survey.sums_at(at.survey.core).n_good_chars as f32 / at.survey.sums_at(crate::extract::dom::NodeId::DOCUMENT).n_good_chars.max(1) as f32),
    ("parent: link density", |at| at.above(1).link_density()),
    ("parent: running text", |at| at.above(1).good_share()),
    ("parent: blocks", |at| log(at.above(1).n_blocks)),
    ("own element: blocks", |at| log(at.above(0).n_blocks)),
    ("grandparent: link density", |at| at.above(2).link_density()),
    ("grandparent: running text", |at| at.above(2).good_share()),
    ("grandparent: blocks", |at| log(at.above(2).n_blocks)),
    ("third above: link density", |at| at.above(3).link_density()),
    ("third above: blocks", |at| log(at.above(3).n_blocks)),
    ("branch: length", |at| log(at.branch().n_chars)),
    ("branch: link density", |at| at.branch().link_density()),
    ("branch: running text", |at| log(at.branch().n_good_chars)),
    ("branch: blocks", |at| log(at.branch().n_blocks)),
    ("before: length", |at| at.near(-1, length)),
    ("before: link density", |at| at.near(-1, link_density)),
    ("before: ends as a sentence", |at| at.near(-1, is_sentence)),
    ("before: running text", |at| at.near(-1, is_good)),
    ("before: boilerplate's words", |at| at.near(-1, is_phrase)),
    ("before: heading", |at| at.near(-1, is_heading)),
    ("before: same place", |at| at.near(-1, same_place)),
    ("before: in the core", |at| at.near(-1, in_core)),
    ("two before: length", |at| at.near(-2, length)),
    ("two before: running text", |at| at.near(-2, is_good)),
    ("two before: link density", |at| at.near(-2, link_density)),
    ("two before: same place", |at| at.near(-2, same_place)),
    ("after: length", |at| at.near(1, length)),
    ("after: link density", |at| at.near(1, link_density)),
    ("after: ends as a sentence", |at| at.near(1, is_sentence)),
    ("after: running text", |at| at.near(1, is_good)),
    ("after: boilerplate's words", |at| at.near(1, is_phrase)),
    ("after: heading", |at| at.near(1, is_heading)),
    ("after: same place", |at| at.near(1, same_place)),
    ("after: in the core", |at| at.near(1, in_core)),
    ("two after: length", |at| at.near(2, length)),
    ("two after: running text", |at| at.near(2, is_good)),
    ("two after: link density", |at| at.near(2, link_density)),
    ("two after: same place", |at| at.near(2, same_place)),
    ("main headings before", |at| at.surroundings().n_main_headings as f32),
    ("bylines before", |at| at.surroundings().n_bylines as f32),
    ("in the core's article", |at| at.surroundings().same_article),
    ("says you", |at| at.wording(Wording::You)),
    ("says we", |at| at.wording(Wording::We)),
    ("asks", |at| at.wording(Wording::Asking)),
    ("asks, share", |at| at.wording(Wording::Asking) / at.facts().n_words.max(4) as f32),
    ("tells a trade", |at| at.wording(Wording::Trade)),
    ("tells a trade, share", |at| at.wording(Wording::Trade) / at.facts().n_words.max(4) as f32),
    ("legal words", |at| at.wording(Wording::Legal)),
    ("contact words", |at| at.wording(Wording::Contact)),
    ("all such words, share", |at| at.facts().wording.iter().map(|n| f32::from(*n)).sum::<f32>() / at.facts().n_words.max(6) as f32),
    ("before: asks", |at| at.near(-1, |at| at.wording(Wording::Asking))),
    ("after: asks", |at| at.near(1, |at| at.wording(Wording::Asking))),
    ("begins with a mark", |at| flag(at.text().starts_with(|c: char| !c.is_alphanumeric() && !matches!(c, '"' | '\u{201c}' | '\u{2018}' | '\u{ab}' | '\u{201e}' | '\'' | '$' | '\u{20ac}' | '\u{a3}')))),
    ("begins with a digit", |at| flag(at.text().starts_with(|c: char| c.is_ascii_digit()))),
    ("has an address", |at| flag(at.text().contains('@') || at.text().contains("://") || at.text().contains("www."))),
    ("has a price", |at| flag(at.text().contains(['$', '\u{20ac}', '\u{a3}']))),
    ("under a label of boilerplate", |at| flag(at.facts().is_under_boilerplate)),
    ("media before", |at| at.block().n_media.min(9) as f32),
    ("media behind", |at| at.near(1, |at| at.block().n_media.min(9) as f32)),
    ("parent: media for each block", |at| at.above(1).n_media as f32 / at.above(1).n_blocks.max(1) as f32),
    ("own element: media", |at| at.above(0).n_media.min(9) as f32),
    ("is a notice", |at| flag(at.facts().is_notice)),
    ("notices around", |at| at.facts().notices_around),
    ("below a link on a card", |at| flag(at.facts().is_below_link)),
    ("words shared with the text", |at| at.facts().shared_words),
    ("uses the headline's words", |at| at.facts().words_of_title),
    ("before: uses the headline's words", |at| at.near(-1, |at| at.facts().words_of_title)),
    ("before: shares words", |at| at.near(-1, |at| at.facts().shared_words)),
    ("after: shares words", |at| at.near(1, |at| at.facts().shared_words)),
    ("short lines around", |at| at.around(is_short)),
    ("running text around", |at| at.around(is_good)),
    ("links around", |at| at.around(link_density)),
    ("digits around", |at| at.around(|at| at.glyphs().share(at.glyphs().n_digits))),
    ("page: is a live blog", |at| flag(at.survey.is_live)),
    ("page: running text", |at| log(at.survey.sums_at(crate::extract::dom::NodeId::DOCUMENT).n_good_chars)),
    ("letters for each word", |at| at.block().n_chars as f32 / at.facts().n_words.max(1) as f32),
    ("below the headline in its element", |at| flag(at.survey.title_at.is_some_and(|title_at| at.at > title_at && at.shares_element_with(title_at)))),
];

/// What the words can say against a block, as features.
const VERDICTS: [RemovedKind; 10] = [
    RemovedKind::Promo,
    RemovedKind::Related,
    RemovedKind::Caption,
    RemovedKind::Credit,
    RemovedKind::Byline,
    RemovedKind::Date,
    RemovedKind::Navigation,
    RemovedKind::Comment,
    RemovedKind::Junk,
    RemovedKind::Template,
];

/// How many features there are.
pub(crate) const N_FEATURES: usize =
    GENERAL.len() + VERDICTS.len() + 2 * Sign::ALL.len() + Tag::ALL.len();

/// A feature's name, as the model's file has it.
pub(crate) fn name(feature: usize) -> String {
    let mut at = feature;
    if let Some((name, _)) = GENERAL.get(at) {
        return (*name).to_owned();
    }
    at -= GENERAL.len();
    if let Some(kind) = VERDICTS.get(at) {
        return format!("words: {kind:?}").to_lowercase();
    }
    at -= VERDICTS.len();
    if let Some(sign) = Sign::ALL.get(at) {
        return format!("near: {sign:?}").to_lowercase();
    }
    at -= Sign::ALL.len();
    if let Some(sign) = Sign::ALL.get(at) {
        return format!("around: {sign:?}").to_lowercase();
    }
    at -= Sign::ALL.len();
    if let Some(tag) = Tag::ALL.get(at) {
        return format!("in: {tag:?}").to_lowercase();
    }
    String::new()
}

/// A feature's value for a block.
pub(crate) fn value(feature: usize, block: &At<'_>) -> f32 {
    let mut at = feature;
    if let Some((_, value)) = GENERAL.get(at) {
        return value(block);
    }
    at -= GENERAL.len();
    if let Some(kind) = VERDICTS.get(at) {
        return flag(block.facts().verdict == Some(*kind));
    }
    at -= VERDICTS.len();
    if let Some(sign) = Sign::ALL.get(at) {
        return flag(block.block().near.has(*sign));
    }
    at -= Sign::ALL.len();
    if let Some(sign) = Sign::ALL.get(at) {
        return flag(block.block().around.has(*sign));
    }
    at -= Sign::ALL.len();
    Tag::ALL
        .get(at)
        .map_or(0.0, |tag| flag(block.block().tags.has(*tag)))
}
