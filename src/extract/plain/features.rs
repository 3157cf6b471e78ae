//! What the line model looks at. To add a feature: a row in [`OWN`] or
//! [`PLACE`], and train anew (`examples/train_extract.rs`).

use crate::extract::lines::vocabulary::GROUPS;
use crate::extract::lines::wording::Wording;
use crate::extract::plain::document::{Document, FAR, Line, N_LABELS, Place};
use crate::model::RemovedKind;

type OfLine = fn(&Line) -> f32;
type OfPlace = fn(&Document, usize, &Place) -> f32;

fn flag(is_so: bool) -> f32 {
    f32::from(u8::from(is_so))
}

fn part(n: f32, of: f32) -> f32 {
    n / of.max(1.0)
}

/// What a line says by itself.
#[rustfmt::skip]
const OWN: &[(&str, OfLine)] = &[
    ("width", |line| line.shape.width.min(600.0)),
    ("words", |line| line.shape.n_words.min(100.0)),
    ("sentence end", |line| flag(line.ends_as_sentence)),
    ("running text", |line| flag(line.is_text())),
    ("rule", |line| flag(line.rule.is_some())),
    ("date", |line| flag(line.is_date)),
    ("time", |line| flag(line.is_time)),
    ("byline", |line| flag(line.is_byline)),
    ("credit", |line| flag(line.has_credit)),
    ("colon end", |line| flag(line.shape.ends_in(&[':', '\u{ff1a}']))),
    ("capital words", |line| part(line.shape.n_capital_words, line.shape.n_words)),
    ("shouted", |line| flag(line.shape.is_shouted())),
    ("quote start", |line| flag(line.shape.starts_in(&['"', '\u{201c}', '\u{201e}', '\u{ab}', '\u{bb}', '\u{300c}', '\u{2018}', '\u{201d}', '\'']))),
    ("digits", |line| part(line.shape.n_digits, line.shape.width)),
    ("asking start", |line| line.shares.start[0].max(line.shares.start[1]).max(line.shares.start[3])),
    ("asking share", |line| line.shares.all[0].max(line.shares.all[1]).max(line.shares.all[3])),
    ("control share", |line| line.shares.all[2].max(line.shares.all[4]).max(line.shares.all[8])),
    ("paper share", |line| line.shares.all[5].max(line.shares.all[6]).max(line.shares.all[7])),
    // From here on not of the neighbours.
    ("sentences", |line| line.shape.n_sentences.min(10.0)),
    ("sentences by width", |line| part(100.0 * line.shape.n_sentences, line.shape.width)),
    ("commas by width", |line| part(100.0 * line.shape.n_commas, line.shape.width)),
    ("semicolon end", |line| flag(line.shape.ends_in(&[';', ',']))),
    ("question end", |line| flag(line.shape.ends_in(&['?', '\u{ff1f}', '\u{61f}']))),
    ("exclamation end", |line| flag(line.shape.ends_in(&['!', '\u{ff01}']))),
    ("dots end", |line| flag(line.shape.ends_in(&['\u{2026}']))),
    ("bracket end", |line| flag(line.shape.ends_in(&[')', ']', '\u{ff09}', '\u{3011}']))),
    ("digit end", |line| flag(line.shape.last.is_some_and(|last| last.is_ascii_digit()))),
    ("capital start", |line| flag(line.shape.first.is_some_and(char::is_uppercase))),
    ("small start", |line| flag(line.shape.first.is_some_and(char::is_lowercase))),
    ("digit start", |line| flag(line.shape.first.is_some_and(|first| first.is_ascii_digit()))),
    ("dash start", |line| flag(line.shape.starts_in(&['-', '\u{2013}', '\u{2014}', '\u{2015}']))),
    ("bullet start", |line| flag(line.shape.starts_in(&['\u{2022}', '\u{25cf}', '\u{25aa}', '*', '\u{b7}', '\u{25a0}', '\u{25b6}', '\u{25b8}', '\u{2192}', '\u{203a}', '>', '+', '|', '~']))),
    ("bracket start", |line| flag(line.shape.starts_in(&['(', '[', '\u{ff08}', '\u{3010}', '<', '\u{300a}', '\u{ff3b}']))),
    ("hash start", |line| flag(line.shape.starts_in(&['#', '@', '\u{a9}']))),
    ("bracketed", |line| flag(line.shape.is_bracketed)),
    ("upper letters", |line| part(line.shape.n_upper, line.shape.n_letters)),
    ("letters", |line| part(line.shape.n_letters, line.shape.width)),
    ("symbols", |line| part(line.shape.n_symbols, line.shape.width)),
    ("separators", |line| line.shape.n_separators.min(10.0)),
    ("quotes", |line| line.shape.n_quotes.min(6.0)),
    ("hashtags", |line| line.shape.n_hashtags.min(5.0)),
    ("handles", |line| line.shape.n_handles.min(3.0)),
    ("longest word", |line| line.shape.longest_word.min(40.0)),
    ("label words", |line| line.shape.label_words.unwrap_or(99.0)),
    ("clock", |line| flag(line.shape.has_clock)),
    ("currency", |line| flag(line.shape.has_currency)),
    ("url", |line| flag(line.shape.has_url)),
    ("email", |line| flag(line.shape.has_email)),
    ("code", |line| flag(line.is_code)),
    ("post author", |line| flag(line.is_post_author)),
    ("short", |line| flag(line.is_short())),
    ("rule related", |line| flag(line.rule == Some(RemovedKind::Related))),
    ("rule promo", |line| flag(line.rule == Some(RemovedKind::Promo))),
    ("rule navigation", |line| flag(line.rule == Some(RemovedKind::Navigation))),
    ("rule comment", |line| flag(line.rule == Some(RemovedKind::Comment))),
    ("rule junk", |line| flag(line.rule == Some(RemovedKind::Junk))),
    ("rule credit", |line| flag(line.rule == Some(RemovedKind::Credit))),
    ("rule byline", |line| flag(line.rule == Some(RemovedKind::Byline))),
];

/// Rows of [`OWN`] that are looked at in the neighbours too.
const N_NEAR: usize = 18;
/// Where the neighbours stand.
const NEAR: [(&str, isize); 4] = [
    ("1 before", -1),
    ("1 after", 1),
    ("2 before", -2),
    ("2 after", 2),
];

/// What the other lines say of one.
#[rustfmt::skip]
const PLACE: &[(&str, OfPlace)] = &[
    ("from start", |_, at, _| (at as f32).min(60.0)),
    ("from end", |document, at, _| ((document.lines.len() - 1 - at) as f32).min(60.0)),
    ("lines", |document, _, _| (document.lines.len() as f32).min(300.0)),
    ("height", |document, at, _| at as f32 / document.lines.len() as f32),
    ("text share", |document, _, _| document.lines.iter().take(400).filter(|line| line.is_text()).count() as f32 / document.lines.len().min(400) as f32),
    ("text before", |_, _, place| place.text_before.min(5_000.0)),
    ("text after", |_, _, place| place.text_after.min(5_000.0)),
    ("part of text before", |document, _, place| part(place.text_before, document.text_width)),
    ("since text", |_, _, place| f32::from(place.since_text.map_or(99, |n| n.min(40)))),
    ("until text", |_, _, place| f32::from(place.until_text.map_or(99, |n| n.min(40)))),
    ("text gap", |_, _, place| f32::from(place.since_text.map_or(99, |n| n.min(40)) + place.until_text.map_or(99, |n| n.min(40)))),
    ("run place", |_, _, place| f32::from(place.run_place.min(30))),
    ("run length", |_, _, place| f32::from(place.run_length.min(60))),
    ("run left", |_, _, place| f32::from((place.run_length - place.run_place).min(30))),
    ("colon before run", |document, at, place| flag(before_run(document, at, place).is_some_and(|line| line.shape.ends_in(&[':', '\u{ff1a}'])))),
    ("run head asking", |document, at, place| run_head(document, at, place).map_or(0.0, |line| line.shares.start[0].max(line.shares.start[1]).max(line.shares.start[3]))),
    ("run head sentence", |document, at, place| run_head(document, at, place).map_or(0.0, |line| flag(line.ends_as_sentence))),
    ("since related", |_, _, place| f32::from(place.since_label[0])),
    ("since promo", |_, _, place| f32::from(place.since_label[1])),
    ("since control", |_, _, place| f32::from(place.since_label[2])),
    ("since comment", |_, _, place| f32::from(place.since_label[3])),
    ("since legal", |_, _, place| f32::from(place.since_label[4])),
    ("since any label", |_, _, place| f32::from(place.since_label.iter().copied().min().unwrap_or(FAR))),
    ("copies", |_, _, place| f32::from(place.n_copies.min(9))),
    ("copy", |_, _, place| flag(place.is_copy)),
    ("within other", |_, _, place| flag(place.is_within_other)),
    ("words in text", |_, _, place| place.in_text),
    ("long words in text", |_, _, place| place.long_in_text),
    ("words in title", |_, _, place| place.in_title),
    ("title words", |_, _, place| place.of_title),
    ("blank before", |document, at, _| flag(!document.lines[at].is_close)),
    ("blank after", |document, at, _| document.lines.get(at + 1).map_or(1.0, |next| flag(!next.is_close))),
    ("blanks", |document, _, _| document.blank_share),
    ("head", |document, _, _| flag(document.has_head)),
    ("width to 1 before", |document, at, _| width_ratio(document, at, -1)),
    ("width to 1 after", |document, at, _| width_ratio(document, at, 1)),
    ("text within 5", |document, at, _| around(document, at, 5, Line::is_text)),
    ("text within 20", |document, at, _| around(document, at, 20, Line::is_text)),
    ("sentences within 3", |document, at, _| around(document, at, 3, |line| line.ends_as_sentence)),
    ("short within 5", |document, at, _| around(document, at, 5, Line::is_short)),
    ("rules within 3", |document, at, _| around(document, at, 3, |line| line.rule.is_some())),
    ("rules within 8", |document, at, _| around(document, at, 8, |line| line.rule.is_some())),
    ("labels within 4", |document, at, _| around(document, at, 4, |line| line.shares.start[0].max(line.shares.start[1]).max(line.shares.start[2]).max(line.shares.start[3]) > 0.4)),
];

/// Scores of a first look at the neighbours, for a second.
const SCORED: [(&str, isize); 8] = [
    ("score", 0),
    ("score 1 before", -1),
    ("score 1 after", 1),
    ("score 2 before", -2),
    ("score 2 after", 2),
    ("score 3 before", -3),
    ("score 3 after", 3),
    ("score 4 before", -4),
];
/// Means over the scores before and after: so many lines.
const MEANS: [(&str, isize); 4] = [
    ("scores 6 before", -6),
    ("scores 6 after", 6),
    ("scores 20 before", -20),
    ("scores 20 after", 20),
];
/// What lines beyond the text score.
const OUTSIDE: f32 = -4.0;

/// Features of a first look.
pub(super) const N_FIRST: usize =
    OWN.len() + 2 * GROUPS.len() + Wording::ALL.len() + NEAR.len() * N_NEAR + PLACE.len();
/// All features: those of the first look, and its scores.
pub(super) const N_FEATURES: usize = N_FIRST + SCORED.len() + MEANS.len();

const _: () = assert!(N_LABELS == 5, "one row of PLACE for each label");

/// A feature's name in the model's text.
pub(super) fn name(feature: usize) -> String {
    let mut at = feature;
    if let Some((name, _)) = OWN.get(at) {
        return (*name).to_owned();
    }
    at -= OWN.len();
    if at < 2 * GROUPS.len() {
        let what = if at < GROUPS.len() { "start" } else { "share" };
        return format!("{} {what}", GROUPS[at % GROUPS.len()]);
    }
    at -= 2 * GROUPS.len();
    if let Some(wording) = Wording::ALL.get(at) {
        return format!("wording {wording:?}").to_lowercase();
    }
    at -= Wording::ALL.len();
    if at < NEAR.len() * N_NEAR {
        return format!("{}, {}", OWN[at % N_NEAR].0, NEAR[at / N_NEAR].0);
    }
    at -= NEAR.len() * N_NEAR;
    PLACE
        .iter()
        .map(|(name, _)| name)
        .chain(SCORED.iter().chain(&MEANS).map(|(name, _)| name))
        .nth(at)
        .map_or_else(String::new, |name| (*name).to_owned())
}

/// A feature's value of one line; `scores` are those of the first look, empty
/// during it.
pub(super) fn value(feature: usize, document: &Document, at: usize, scores: &[f32]) -> f32 {
    let mut place = feature;
    let line = &document.lines[at];
    if let Some((_, own)) = OWN.get(place) {
        return own(line);
    }
    place -= OWN.len();
    if place < GROUPS.len() {
        return line.shares.start[place];
    }
    place -= GROUPS.len();
    if place < GROUPS.len() {
        return line.shares.all[place];
    }
    place -= GROUPS.len();
    if let Some(wording) = Wording::ALL.get(place) {
        return f32::from(line.wording[*wording as usize].min(6));
    }
    place -= Wording::ALL.len();
    if place < NEAR.len() * N_NEAR {
        return at
            .checked_add_signed(NEAR[place / N_NEAR].1)
            .and_then(|near| document.lines.get(near))
            .map_or(-1.0, OWN[place % N_NEAR].1);
    }
    place -= NEAR.len() * N_NEAR;
    if let Some((_, of_place)) = PLACE.get(place) {
        return of_place(document, at, &document.places[at]);
    }
    place -= PLACE.len();
    score(place, at, scores)
}

fn score(place: usize, at: usize, scores: &[f32]) -> f32 {
    let score = |offset: isize| {
        at.checked_add_signed(offset)
            .and_then(|near| scores.get(near))
            .copied()
            .unwrap_or(OUTSIDE)
    };
    if let Some((_, offset)) = SCORED.get(place) {
        return score(*offset);
    }
    let n = MEANS[place - SCORED.len()].1;
    let step = n.signum();
    (1..=n.abs())
        .map(|distance| score(distance * step).clamp(-4.0, 4.0))
        .sum::<f32>()
        / n.abs() as f32
}

fn run_head<'d>(document: &'d Document, at: usize, place: &Place) -> Option<&'d Line> {
    document.lines.get(at - usize::from(place.run_place))
}

fn before_run<'d>(document: &'d Document, at: usize, place: &Place) -> Option<&'d Line> {
    at.checked_sub(usize::from(place.run_place) + 1)
        .and_then(|before| document.lines.get(before))
}

fn width_ratio(document: &Document, at: usize, offset: isize) -> f32 {
    let near = at
        .checked_add_signed(offset)
        .and_then(|near| document.lines.get(near))
        .map_or(0.0, |line| line.shape.width);
    (document.lines[at].shape.width / near.max(1.0)).min(20.0)
}

/// Share of the lines around, itself left out, of which `is_so` holds.
fn around(document: &Document, at: usize, n: usize, is_so: fn(&Line) -> bool) -> f32 {
    let range = at.saturating_sub(n)..(at + n + 1).min(document.lines.len());
    let n_so = range
        .filter(|near| *near != at && is_so(&document.lines[*near]))
        .count();
    n_so as f32 / (2 * n) as f32
}
