//! A text as its lines, with what each says and what they say of each other.

use crate::extract::lines::date;
use crate::extract::lines::phrases::{self, fold};
use crate::extract::lines::vocabulary::{self, Group, Shares};
use crate::extract::lines::wording::{self, Counts};
use crate::extract::lines::{byline, caption};
use crate::extract::plain::code;
use crate::extract::plain::shape::Shape;
use crate::extract::plain::word_set::{WordSet, hashes};
use crate::model::RemovedKind;
use std::collections::HashMap;

/// Lines longer than this are running text: their words are not looked up.
const MAX_LABEL_BYTES: usize = 700;

/// Least width of a line of running text that ends as a sentence, and of one
/// that need not.
const TEXT_WIDTH: f32 = 70.0;
const LONG_WIDTH: f32 = 160.0;

/// Widest line of a run of short ones.
const SHORT_WIDTH: f32 = 60.0;

/// What one line says by itself.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) shape: Shape,
    pub(super) shares: Shares,
    pub(super) wording: Counts,
    /// What the table of rules says of it.
    pub(super) rule: Option<RemovedKind>,
    pub(super) ends_as_sentence: bool,
    pub(super) is_date: bool,
    pub(super) is_time: bool,
    pub(super) is_byline: bool,
    pub(super) has_credit: bool,
    pub(super) is_code: bool,
    pub(super) is_post_author: bool,
    /// Whether it follows the one before without a blank line.
    pub(super) is_close: bool,
    /// Hashes of its words.
    pub(super) words: Vec<u32>,
    /// Hash of its letters, for finding it again.
    key: u64,
}

impl Line {
    pub(super) fn of(text: &str, is_close: bool) -> Self {
        let shape = Shape::of(text);
        let is_label = text.len() <= MAX_LABEL_BYTES;
        let folded = if is_label { fold(text) } else { String::new() };
        Self {
            ends_as_sentence: phrases::ends_as_sentence(text),
            shares: vocabulary::shares(&folded),
            wording: wording::count(&folded),
            rule: if is_label {
                phrases::kind_of(text, &folded)
            } else {
                None
            },
            is_date: date::is_date_line(text),
            is_time: date::is_time_line(text),
            is_byline: is_label && byline::is_byline(text),
            has_credit: is_label && caption::ends_in_credit(text),
            is_code: code::is_code(text),
            is_post_author: code::is_post_author(text),
            is_close,
            words: hashes(text),
            key: key(text),
            shape,
        }
    }

    /// Whether it reads as running text.
    pub(super) fn is_text(&self) -> bool {
        let width = self.shape.width;
        (width >= TEXT_WIDTH && self.ends_as_sentence || width >= LONG_WIDTH)
            && self.shape.n_letters > 0.6 * width.min(1_200.0) / 2.5
    }

    pub(super) fn is_short(&self) -> bool {
        self.shape.width <= SHORT_WIDTH
    }

    /// Whether it is a label of other articles, of appeals and the like: the
    /// head of a run of lines that go with it.
    pub(super) fn is_label_of(&self, group: Group) -> bool {
        self.is_short() && self.shares.start(group) > 0.45
    }
}

/// What lines say of each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// Width of running text before and after it.
    pub(super) text_before: f32,
    pub(super) text_after: f32,
    /// Lines since the last line of running text and until the next; none where
    /// there is none.
    pub(super) since_text: Option<u16>,
    pub(super) until_text: Option<u16>,
    /// Its place in the run of short lines around it, and that run's length.
    pub(super) run_place: u16,
    pub(super) run_length: u16,
    /// Lines since the last label of each of the first five groups.
    pub(super) since_label: [u16; N_LABELS],
    /// How often the line stands in the text, and whether it stood before.
    pub(super) n_copies: u16,
    pub(super) is_copy: bool,
    /// Whether another line holds all of its words in order.
    pub(super) is_within_other: bool,
    /// Shares of its words that running text has; of its long words.
    pub(super) in_text: f32,
    pub(super) long_in_text: f32,
    /// Share of its words that the title has; of the title's that it has.
    pub(super) in_title: f32,
    pub(super) of_title: f32,
}

/// Groups whose labels are followed: related, promo, use, comment, legal.
pub(super) const N_LABELS: usize = 5;
const LABELS: [Group; N_LABELS] = [
    Group::Related,
    Group::Promo,
    Group::Use,
    Group::Comment,
    Group::Legal,
];
/// Farthest label that counts.
pub(super) const FAR: u16 = 30;

/// A text's lines with their places.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) lines: Vec<Line>,
    pub(super) places: Vec<Place>,
    /// Width of all running text.
    pub(super) text_width: f32,
    /// Share of lines that follow a blank one.
    pub(super) blank_share: f32,
    /// Whether the text begins with its headline, as a page's does.
    pub(super) has_head: bool,
}

impl Document {
    pub(super) fn of(lines: Vec<Line>, has_head: bool) -> Self {
        let n = lines.len();
        let mut places = vec![Place::default(); n];
        place_in_text(&lines, &mut places);
        place_in_runs(&lines, &mut places);
        place_after_labels(&lines, &mut places);
        place_copies(&lines, &mut places);
        place_words(&lines, &mut places);
        let n_after_blank = lines.iter().filter(|line| !line.is_close).count();
        let text_width = lines
            .iter()
            .filter(|line| line.is_text())
            .map(|line| line.shape.width)
            .sum();
        Self {
            text_width,
            blank_share: n_after_blank as f32 / n.max(1) as f32,
            lines,
            places,
            has_head,
        }
    }

    /// Compares every line with the headline.
    pub(super) fn set_title(&mut self, title: &str) {
        let words = hashes(title);
        let set = WordSet::of(words.iter().copied());
        for (line, place) in self.lines.iter().zip(&mut self.places) {
            place.in_title = set.share_of(&line.words);
            place.of_title = if line.words.len() < 200 {
                WordSet::of(line.words.iter().copied()).share_of(&words)
            } else {
                0.0
            };
        }
    }
}

fn place_in_text(lines: &[Line], places: &mut [Place]) {
    let step = |since: Option<u16>| since.map(|n| n.saturating_add(1));
    let (mut width, mut since) = (0.0, None);
    for (line, place) in lines.iter().zip(&mut *places) {
        place.text_before = width;
        since = step(since);
        place.since_text = since;
        if line.is_text() {
            width += line.shape.width;
            since = Some(0);
        }
    }
    let (mut width, mut until) = (0.0, None);
    for (line, place) in lines.iter().zip(places).rev() {
        place.text_after = width;
        until = step(until);
        place.until_text = until;
        if line.is_text() {
            width += line.shape.width;
            until = Some(0);
        }
    }
}

fn place_in_runs(lines: &[Line], places: &mut [Place]) {
    let mut from = 0;
    for run in lines.chunk_by(|a, b| a.is_short() && b.is_short()) {
        for (at, place) in places[from..from + run.len()].iter_mut().enumerate() {
            place.run_place = u16::try_from(at).unwrap_or(u16::MAX);
            place.run_length = u16::try_from(run.len()).unwrap_or(u16::MAX);
        }
        from += run.len();
    }
}

fn place_after_labels(lines: &[Line], places: &mut [Place]) {
    let mut since = [FAR; N_LABELS];
    for (line, place) in lines.iter().zip(places) {
        for (group, since) in LABELS.iter().zip(&mut since) {
            *since = (*since + 1).min(FAR);
            place.since_label[*group as usize] = *since;
            if line.is_label_of(*group) {
                *since = 0;
            }
        }
    }
}

/// Longest line, in words, that is looked for within others; and how many
/// others' runs of words are kept for it.
const MAX_COPY_WORDS: usize = 60;
const MAX_RUNS: usize = 200_000;
/// Words of a run that two lines must share to be compared.
const RUN: usize = 4;

fn place_copies(lines: &[Line], places: &mut [Place]) {
    let mut copies: HashMap<u64, u16> = HashMap::with_capacity(lines.len());
    for line in lines {
        let count = copies.entry(line.key).or_default();
        *count = count.saturating_add(1);
    }
    let mut seen: HashMap<u64, ()> = HashMap::new();
    for (line, place) in lines.iter().zip(&mut *places) {
        place.n_copies = copies.get(&line.key).copied().unwrap_or(1);
        if place.n_copies > 1 {
            place.is_copy = seen.insert(line.key, ()).is_some();
        }
    }
    place_within_others(lines, places);
}

/// Marks the lines of which every run of four words stands in one longer line.
fn place_within_others(lines: &[Line], places: &mut [Place]) {
    let mut runs: HashMap<u64, u32> = HashMap::new();
    'lines: for (at, line) in (0_u32..).zip(lines) {
        for run in line.words.windows(RUN) {
            if runs.len() >= MAX_RUNS {
                break 'lines;
            }
            // The longest line that has it.
            let holder = runs.entry(run_key(run)).or_insert(at);
            if lines[*holder as usize].words.len() < line.words.len() {
                *holder = at;
            }
        }
    }
    for (line, place) in lines.iter().zip(places) {
        if !(RUN..=MAX_COPY_WORDS).contains(&line.words.len()) {
            continue;
        }
        let holder = |run: &[u32]| {
            runs.get(&run_key(run))
                .copied()
                .filter(|at| lines[*at as usize].words.len() > line.words.len())
        };
        place.is_within_other = line.words.windows(RUN).all(|run| holder(run).is_some());
    }
}

fn run_key(run: &[u32]) -> u64 {
    run.iter().fold(0, |key, word| {
        (key ^ u64::from(*word))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(17)
    })
}

/// Most words of running text that others are compared with.
const MAX_TEXT_WORDS: usize = 100_000;

fn place_words(lines: &[Line], places: &mut [Place]) {
    let text = || {
        lines
            .iter()
            .filter(|line| line.is_text())
            .flat_map(|line| line.words.iter().copied())
            .take(MAX_TEXT_WORDS)
    };
    let set = WordSet::counted(text());
    for (line, place) in lines.iter().zip(places) {
        // A line of running text is compared with the others.
        let n_own = u16::from(line.is_text());
        place.in_text = set.share_counted(&line.words, n_own, false);
        place.long_in_text = set.share_counted(&line.words, n_own, true);
    }
}

fn key(text: &str) -> u64 {
    let mut key = 0_u64;
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        for lower in c.to_lowercase() {
            key = (key ^ u64::from(u32::from(lower)))
                .wrapping_mul(0x0100_0000_01b3)
                .rotate_left(5);
        }
    }
    key
}
