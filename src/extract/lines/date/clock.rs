//! The time of day within the words around a date, and its zone.

use super::words::Word;
use super::words::Word::{Letters, Mark, Number};
use crate::text::calendar;
use crate::text::calendar::HalfOfDay;
use jiff::civil::Time;
use jiff::tz::Offset;

/// Words after a date among which its time stands.
const MAX_WORDS: usize = 14;

/// The time of day in words after a date, and its zone if given.
pub(super) fn time_after(words: &[Word]) -> Option<(Time, Option<Offset>)> {
    let words = &words[..words.len().min(MAX_WORDS)];
    (0..words.len()).find_map(|at| {
        let (time, n_words) = time_at(&words[at..])?;
        Some((time, zone(&words[at + n_words..])))
    })
}

/// The time of day right before a date: `21:17, 19 Aug 2024`.
pub(super) fn time_before(words: &[Word]) -> Option<Time> {
    let from = words.len().saturating_sub(6);
    (from..words.len()).find_map(|at| {
        let (time, n_words) = time_at(&words[at..])?;
        let is_near = words[at + n_words..].iter().all(|word| {
            matches!(word, Mark(',' | '|' | '-' | '\u{2013}' | '\u{2022}' | '.' | '\u{60c}'))
                || matches!(word, Letters { lower, .. } if calendar::half_of_day(lower).is_some() || matches!(lower.as_str(), "on" | "h" | "uhr"))
        });
        is_near.then_some(time)
    })
}

/// Whether a time of day stands anywhere in the words.
pub(super) fn has_time(words: &[Word]) -> bool {
    (0..words.len()).any(|at| time_at(&words[at..]).is_some())
}

/// The time that `words` begin with, and how many of them it takes.
fn time_at(words: &[Word]) -> Option<(Time, usize)> {
    let [
        Number {
            value: hour,
            n_digits: 1..=2,
        },
        mark,
        Number {
            value: minute,
            n_digits: 2,
        },
        ..,
    ] = words
    else {
        return hour_alone(words);
    };
    let is_clock = match mark {
        Mark(':' | '.' | '\u{6642}' | '\u{65f6}' | '\u{c2dc}') => true,
        Letters { lower, .. } => lower == "h",
        _ => false,
    };
    // `16.02.2022` holds no time.
    let is_date = matches!(words.get(3), Some(Mark('.' | '/' | '-')))
        && matches!(
            words.get(4),
            Some(Number {
                n_digits: 2 | 4,
                ..
            })
        )
        && matches!(mark, Mark('.'));
    if !is_clock || is_date {
        return None;
    }
    let mut next = 3;
    let mut second = 0;
    if let [Mark(':'), Number { value, n_digits: 2 }, ..] = &words[next..] {
        second = *value;
        next += 2;
        if let [Mark('.'), Number { .. }, ..] = &words[next..] {
            next += 2;
        }
    }
    let (half, n_half) = half(&words[next..]);
    let hour = match (half, *hour) {
        (Some(HalfOfDay::Afternoon), 1..=11) => hour + 12,
        (Some(HalfOfDay::Morning), 12) => 0,
        (_, hour) => hour,
    };
    Some((time(hour, *minute, second)?, next + n_half))
}

/// `7 pm`, `오전 9시`.
fn hour_alone(words: &[Word]) -> Option<(Time, usize)> {
    let Number {
        value: hour,
        n_digits: 1..=2,
    } = words.first()?
    else {
        return None;
    };
    let (half, n_half) = half(&words[1..]);
    let hour = match (half?, *hour) {
        (HalfOfDay::Afternoon, 1..=11) => hour + 12,
        (HalfOfDay::Morning, 12) => 0,
        (_, hour) => hour,
    };
    Some((time(hour, 0, 0)?, 1 + n_half))
}

fn time(hour: i64, minute: i64, second: i64) -> Option<Time> {
    Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        0,
    )
    .ok()
}

/// The half of the day that `words` begin with, and how many of them it takes.
fn half(words: &[Word]) -> (Option<HalfOfDay>, usize) {
    match words {
        // a.m., p. m.
        [
            Letters { lower: first, .. },
            Mark('.'),
            Letters { lower: second, .. },
            ..,
        ] if second == "m" && matches!(first.as_str(), "a" | "p") => {
            let half = if first == "a" {
                HalfOfDay::Morning
            } else {
                HalfOfDay::Afternoon
            };
            (Some(half), 3)
        }
        [Letters { lower, .. }, ..] => match calendar::half_of_day(lower) {
            Some(half) => (Some(half), 1),
            None => (None, 0),
        },
        _ => (None, 0),
    }
}

/// The zone that a word names. Small letters are words more often than zones.
pub(super) fn zone_of(lower: &str, is_upper: bool) -> Option<i64> {
    let is_zone = is_upper
        || lower.len() >= 3 && !matches!(lower, "met" | "art" | "cat" | "eat" | "wit" | "mest");
    is_zone.then(|| {
        calendar::zone_minutes(lower).or_else(|| calendar::zone_minutes(&lower.to_uppercase()))
    })?
}

/// The zone in the words behind a time.
pub(super) fn zone(words: &[Word]) -> Option<Offset> {
    let (at, minutes) = words
        .iter()
        .take(8)
        .enumerate()
        .find_map(|(at, word)| match word {
            Letters { lower, is_upper } => {
                zone_of(lower, *is_upper).map(|minutes| (at + 1, Some(minutes)))
            }
            Mark('+' | '-' | '\u{2212}') if at <= 1 => Some((at, None)),
            _ => None,
        })?;
    // +02:00, -0500, GMT+2
    if let [
        Mark(sign @ ('+' | '-' | '\u{2212}')),
        Number { value, n_digits },
        rest @ ..,
    ] = &words[at..]
    {
        let (hours, minutes) = match (n_digits, rest) {
            (4, _) => (value / 100, value % 100),
            (
                1..=2,
                [
                    Mark(':'),
                    Number {
                        value: minutes,
                        n_digits: 2,
                    },
                    ..,
                ],
            ) => (*value, *minutes),
            (1..=2, _) => (*value, 0),
            _ => return None,
        };
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        return Offset::from_seconds(if *sign == '+' { seconds } else { -seconds }).ok();
    }
    Offset::from_seconds(i32::try_from(minutes? * 60).ok()?).ok()
}
