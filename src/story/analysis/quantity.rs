//! Reads figures as quantities: "33", "thirty-three" and "33.0" are the same, "1.5
//! million" is 1,500,000, and a distance in miles is converted to kilometres.
//!
//! A quantity takes 15 bits, as much as a word in a sketch. Whole numbers up to 2,047 and
//! small decimals are exact; larger numbers are rounded to about one part in a thousand.

use crate::story::analysis::number_words::{magnitude, metric, named};
use crate::text::{Text, Word};
use std::ops::Range;

/// Whole numbers below this are exact, so that years are.
const N_WHOLE: u16 = 2048;
/// How many codes there are for exact tenths, and again for exact hundredths.
const N_DECIMAL: u16 = 2048;
/// The first code of the logarithmic scale, which holds all other numbers.
const FIRST_SCALED: u16 = N_WHOLE + 2 * N_DECIMAL;
/// The smallest number on the logarithmic scale, and the logarithm of the ratio between
/// neighbouring codes.
const SCALE_FROM: f64 = 16.0;
const STEP: f64 = 0.001;
/// The largest code.
const LAST: u16 = (1 << 15) - 1;

/// The largest relative difference between a number and its rounded form: "some 4,000"
/// for 3,870.
const ROUNDED: f32 = 0.04;

/// A quantity in 15 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quantity(pub(crate) u16);

impl Quantity {
    pub(crate) fn new(value: f64) -> Self {
        let whole = |value: f64| (value - value.round()).abs() < 1e-6;
        let (tenths, hundredths) = (value * 10.0, value * 100.0);
        let code = if whole(value) && value < f64::from(N_WHOLE) {
            value.round() as u16
        } else if whole(tenths) && tenths < f64::from(N_DECIMAL) {
            N_WHOLE + tenths.round() as u16
        } else if whole(hundredths) && hundredths < f64::from(N_DECIMAL) {
            N_WHOLE + N_DECIMAL + hundredths.round() as u16
        } else {
            let step = ((value.max(SCALE_FROM) / SCALE_FROM).ln() / STEP).round();
            // A number beyond the scale gets the largest code.
            FIRST_SCALED.saturating_add(step as u16).min(LAST)
        };
        Self(code)
    }

    pub(crate) fn value(self) -> f32 {
        let code = f64::from(self.0);
        let value = if self.0 < N_WHOLE {
            code
        } else if self.0 < N_WHOLE + N_DECIMAL {
            (code - f64::from(N_WHOLE)) / 10.0
        } else if self.0 < FIRST_SCALED {
            (code - f64::from(N_WHOLE + N_DECIMAL)) / 100.0
        } else {
            SCALE_FROM * ((code - f64::from(FIRST_SCALED)) * STEP).exp()
        };
        value as f32
    }

    /// The quantity as a word's hash. It stands in the upper 15 bits, because a signature
    /// keeps only those.
    pub(crate) fn hash(self) -> u32 {
        let spread = u32::from(self.0).wrapping_mul(0x9e37_79b1) >> 15;
        u32::from(self.0) << 17 | spread
    }
}

/// Whether one of two numbers can be a rounded form of the other. False for small numbers
/// and years, which are given exactly.
pub(crate) fn is_rounded(a: f32, b: f32) -> bool {
    let (less, more) = (a.min(b), a.max(b));
    let is_year = |value: f32| (1900.0..2100.0).contains(&value) && value.fract() == 0.0;
    let is_either_round = is_round(less) || is_round(more);
    more >= 9.0 && !(is_year(a) && is_year(b)) && is_either_round && more - less <= ROUNDED * more
}

/// Whether a number has at most two significant digits: 4,200 and 0.5 do, 4,213 does not.
fn is_round(value: f32) -> bool {
    let magnitude = 10_f32.powf(value.max(1.0).log10().floor() - 1.0);
    let digits = value / magnitude;
    (digits - digits.round()).abs() < 0.012
}

/// A quantity found in a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    pub quantity: Quantity,
    /// How many words it spans, with the magnitude ("million") and the unit.
    pub n_words: usize,
    /// Its digits as written; 0 for a number word.
    pub n_digits: usize,
    /// Whether it ends in a zero: such a number is often rounded.
    pub is_round: bool,
}

/// The figure that begins with the word `at` of `words`.
pub(crate) fn figure(source: &str, read: &Text, words: Range<usize>, at: usize) -> Option<Figure> {
    let word = |at: usize| read.words()[..words.end].get(at);
    let first = word(at)?;
    let folded = read.folded(first);
    let Number {
        mut value,
        mut n_words,
        n_digits,
        is_round,
    } = if folded.starts_with(|c: char| c.is_ascii_digit()) {
        digits(source, read, &read.words()[..words.end], at)?
    } else {
        let value = named(folded)?;
        let next = word(at + 1).and_then(|next| named(read.folded(next)));
        // The units after a ten: "thirty-three".
        let unit = next.filter(|next| value >= 20.0 && value % 10.0 == 0.0 && *next < 10.0);
        Number {
            value: value + unit.unwrap_or(0.0),
            n_words: 1 + usize::from(unit.is_some()),
            n_digits: 0,
            is_round: unit.is_none() && value % 10.0 == 0.0,
        }
    };
    while let Some(factor) = word(at + n_words)
        .filter(|next| is_near(source, &read.words()[at + n_words - 1], next))
        .and_then(|next| magnitude(read.folded(next)))
    {
        value *= factor;
        n_words += 1;
        if n_words > 4 {
            break;
        }
    }
    if let Some(factor) = word(at + n_words).and_then(|next| metric(read.folded(next))) {
        value *= factor;
        n_words += 1;
    }
    Some(Figure {
        quantity: Quantity::new(value),
        n_words,
        n_digits,
        is_round,
    })
}

/// A number in digits.
struct Number {
    value: f64,
    n_words: usize,
    n_digits: usize,
    is_round: bool,
}

/// The groups of digits of a number ("150", "000"), and the marks between them.
#[derive(Default)]
struct Parts<'a> {
    parts: Vec<&'a str>,
    marks: Vec<char>,
    /// For each part, the index of the word that it ends, counted from the number's first
    /// word.
    words: Vec<usize>,
    /// The letters after the digits of the last word: "m" in "14m".
    tail: &'a str,
}

impl<'a> Parts<'a> {
    /// The most parts of a number. More parts are a list or a serial number.
    const MAX: usize = 6;

    fn read(source: &str, read: &'a Text, words: &[Word]) -> Option<Self> {
        let mut found = Self::default();
        for (at, word) in words.iter().enumerate().take(Self::MAX) {
            let folded = read.folded(word);
            if at > 0 {
                let end = words[at - 1].end as usize;
                let mark = source.get(end..word.start as usize).and_then(mark_of);
                let is_digits = folded.starts_with(|c: char| c.is_ascii_digit());
                let is_thousand = folded.len() == 3 && found.parts[0].len() <= 3;
                // A space is part of a number only between groups of thousands.
                match mark.filter(|mark| is_digits && (*mark != ' ' || is_thousand)) {
                    Some(mark) => found.marks.push(mark),
                    None => break,
                }
            }
            let n_before = found.parts.len();
            if !found.split(folded, at) {
                // The word is not part of the number: its digit groups are removed again.
                found.parts.truncate(n_before);
                found.words.truncate(n_before);
                found.marks.truncate(n_before.saturating_sub(1));
                break;
            }
            if !found.tail.is_empty() {
                break;
            }
        }
        (!found.parts.is_empty()).then_some(found)
    }

    /// Adds the digit groups of one word. False if the word has more than digits and a
    /// short unit.
    fn split(&mut self, folded: &'a str, at: usize) -> bool {
        /// The most letters of a unit or an ending after digits: 20th, 14m, 12km.
        const MAX_TAIL: usize = 3;
        let mut rest = folded;
        loop {
            let n = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if n == 0 {
                return false;
            }
            self.parts.push(&rest[..n]);
            self.words.push(at);
            rest = &rest[n..];
            let mark = rest.chars().next().filter(|c| matches!(c, ',' | '.' | ':'));
            match mark.filter(|_| rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
                Some(mark) => {
                    self.marks.push(mark);
                    rest = &rest[1..];
                }
                None => break,
            }
        }
        self.tail = rest;
        rest.chars().count() <= MAX_TAIL && !rest.contains(|c: char| c.is_ascii_digit())
    }

    /// How many parts after the first are groups of thousands, and whether decimals
    /// follow them.
    fn grouping(&self) -> (usize, bool) {
        let (first, rest) = (self.parts[0], &self.parts[1..]);
        let n = rest.iter().take_while(|part| part.len() == 3).count();
        let n = if first.len() <= 3 && !first.starts_with('0') {
            n
        } else {
            0
        };
        let has_decimals = n + 1 == rest.len()
            && self.marks[n] != ' '
            && rest[n].len() <= 3
            && (n == 0 || self.marks[n] != self.marks[0]);
        (n, has_decimals)
    }
}

/// The number in digits that begins with the word `at`.
fn digits(source: &str, read: &Text, words: &[Word], at: usize) -> Option<Number> {
    let parts = Parts::read(source, read, &words[at..])?;
    let (n_thousands, has_decimals) = parts.grouping();
    let n_taken = n_thousands + usize::from(has_decimals);
    let taken = &parts.parts[..=n_taken];
    // A word is used whole, so that its unused digits do not begin a number of their own.
    let n_words = parts.words[n_taken] + 1;
    let mut value: f64 = 0.0;
    for part in &taken[..=n_thousands] {
        value = value * 1000.0 + part.parse::<f64>().ok()?;
    }
    if has_decimals {
        let part = taken[n_taken];
        value += part.parse::<f64>().ok()? / 10_f64.powi(part.len() as i32);
    }
    if n_taken + 1 == parts.parts.len() {
        value *= magnitude(parts.tail)
            .or_else(|| metric(parts.tail))
            .unwrap_or(1.0);
    }
    Some(Number {
        value,
        n_words,
        n_digits: taken.iter().map(|part| part.len()).sum(),
        is_round: taken[n_taken].ends_with('0'),
    })
}

/// The mark between two parts of a number.
fn mark_of(between: &str) -> Option<char> {
    match between {
        "," | "٬" | "'" | "’" => Some(','),
        "." | "٫" => Some('.'),
        ":" => Some(':'),
        " " | "\u{a0}" | "\u{202f}" | "\u{2009}" => Some(' '),
        _ => None,
    }
}

fn is_near(source: &str, before: &Word, next: &Word) -> bool {
    let between = source.get(before.end as usize..next.start as usize);
    between.is_some_and(|between| between.len() <= 2 && !between.contains(['.', ',', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures of a sentence.
    fn figures(sentence: &str) -> Vec<f32> {
        let read = crate::text::analyze(sentence);
        let (mut at, n_words) = (0, read.words().len());
        let mut found = Vec::new();
        while at < n_words {
            match figure(sentence, &read, 0..n_words, at) {
                Some(figure) => {
                    found.push(figure.quantity.value());
                    at += figure.n_words;
                }
                None => at += 1,
            }
        }
        found
    }

    fn check(sentence: &str, want: &[f32]) {
        let found = figures(sentence);
        let is_near = |(a, b): (&f32, &f32)| (a - b).abs() <= 0.001 * b;
        let is_same = found.len() == want.len() && found.iter().zip(want).all(is_near);
        assert!(is_same, "{sentence}: {found:?}, wanted {want:?}");
    }

    #[test]
    fn a_figure_is_the_same_however_it_is_written() {
        check("33 dead, thirty-three dead", &[33.0, 33.0]);
        check("150,000 or 150.000 or 150 000", &[150_000.0; 3]);
        check("1.5 million, 1,500,000", &[1_500_000.0; 2]);
        check("ein Dutzend, a dozen, 12", &[12.0; 3]);
        check("2,5 Mio. Euro", &[2_500_000.0]);
        check("1,234.50 and 6.2", &[1234.5, 6.2]);
        check("at 9:40 or 9.40", &[9.4, 9.4]);
        check("10 miles", &[16.09]);
        check("$14m", &[14_000_000.0]);
        check("the 20th, 12km and 1,200", &[20.0, 12.0, 1200.0]);
        check("B52 and 3fa9b are names", &[]);
        check("", &[]);
    }

    #[test]
    fn years_and_small_numbers_are_exact() {
        for value in [0.0, 7.0, 1998.0, 1999.0, 2031.0, 6.2, 0.25] {
            assert_eq!(Quantity::new(value).value(), value as f32);
        }
        assert_ne!(Quantity::new(4213.0), Quantity::new(4231.0));
        assert_eq!(Quantity::new(1e300), Quantity(LAST));
    }

    #[test]
    fn a_rounded_figure_is_known_and_another_is_not() {
        assert!(is_rounded(4_000.0, 3_870.0));
        assert!(is_rounded(12.0, 12.0));
        assert!(!is_rounded(31.0, 33.0));
        assert!(!is_rounded(1998.0, 2000.0));
        assert!(!is_rounded(4_213.0, 4_231.0));
    }
}
