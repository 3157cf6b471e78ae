//! Dates with the name of a month, in any language of `text::calendar`.

use super::token::{Token, Tokens};
use super::{full_year, ymd};
use crate::text::calendar;
use jiff::civil;
use std::ops::Range;

/// Months that a date can name.
#[derive(Clone, Copy)]
enum Month {
    /// Of our calendar.
    Common(i64),
    /// Of the Persian solar calendar.
    Jalali(i64),
}

/// The name of a month with a day and a year around it; the tokens of the `clock` are
/// left out.
pub(super) fn named_date(tokens: &Tokens<'_>, clock: Range<usize>) -> Option<civil::Date> {
    let (month, place) = named_month(tokens, &clock)?;
    let weekday = numbered_weekday(tokens);
    let is_other = |at: &usize| !clock.contains(at) && !place.contains(at) && !weekday.contains(at);
    let (mut day, mut year) = (None, None);
    for at in (0..tokens.len()).filter(is_other) {
        match tokens.all()[at] {
            Token::Number(value, 3..) if year.is_none() => year = Some(value),
            Token::Number(value, 1..=2) if is_year_unit(tokens, at) => {
                year = year.or(Some(full_year(value)));
            }
            Token::Number(value, 1..=2) if day.is_none() && (1..=31).contains(&value) => {
                day = Some(value);
            }
            Token::Number(value, 1..=2) if year.is_none() => year = Some(full_year(value)),
            Token::Number(..) | Token::Word(_) | Token::Sign(_) | Token::Blank => {}
        }
    }
    match month {
        Month::Common(month) => ymd(year?, month, day.unwrap_or(1)),
        Month::Jalali(month) => calendar::of_jalali(year?, month, day.unwrap_or(1)),
    }
}

/// The month that is named last, and its tokens: `Mar` of `Mar, 05 Avr 2022` is a
/// Tuesday.
fn named_month(tokens: &Tokens<'_>, clock: &Range<usize>) -> Option<(Month, Range<usize>)> {
    let starts = || (0..tokens.len()).rev().filter(|at| !clock.contains(at));
    let end_of = |at: usize| {
        if at < clock.start {
            clock.start
        } else {
            tokens.len()
        }
    };
    starts()
        .find_map(|at| numbered_month(tokens, at))
        .or_else(|| starts().find_map(|at| month_at(tokens, at, end_of(at))))
        .or_else(|| starts().find_map(|at| abbreviated_month(tokens, at)))
}

/// `5月`, `5월`, `十一月`, `thg 5`.
fn numbered_month(tokens: &Tokens<'_>, at: usize) -> Option<(Month, Range<usize>)> {
    match &tokens.all()[at..] {
        [Token::Number(month @ 1..=12, 1..=2), Token::Word(unit), ..]
            if unit.starts_with(['月', '월']) =>
        {
            Some((Month::Common(*month), at..at + 2))
        }
        [
            Token::Word("thg" | "tháng" | "Tháng"),
            Token::Blank,
            Token::Number(month @ 1..=12, 1..=2),
            ..,
        ] => Some((Month::Common(*month), at..at + 3)),
        [Token::Word(word), ..] => {
            let number = word.strip_suffix('月')?;
            let month = CHINESE_NUMBERS.iter().position(|known| *known == number)?;
            Some((Month::Common(i64::try_from(month).ok()? + 1), at..at + 1))
        }
        _ => None,
    }
}

/// The numbers of the months in Chinese.
const CHINESE_NUMBERS: [&str; 12] = [
    "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二",
];

fn month_at(tokens: &Tokens<'_>, at: usize, end: usize) -> Option<(Month, Range<usize>)> {
    let Token::Word(_) = tokens.all()[at] else {
        return None;
    };
    tokens.names(at, end).find_map(|place| {
        let name = tokens.text(place.clone());
        let common = || calendar::month(name, None).map(|month| Month::Common(month.into()));
        let jalali = || calendar::jalali_month(name).map(|month| Month::Jalali(month.into()));
        Some((common().or_else(jalali)?, place))
    })
}

/// A month in a form that the table does not have, by its first three letters.
fn abbreviated_month(tokens: &Tokens<'_>, at: usize) -> Option<(Month, Range<usize>)> {
    let Token::Word(word) = tokens.all()[at] else {
        return None;
    };
    let (end, _) = word.char_indices().nth(3)?;
    let month = calendar::month(&word[..end], None)?;
    Some((Month::Common(month.into()), at..at + 1))
}

/// Whether the number at a token is marked as a year: `26年`.
fn is_year_unit(tokens: &Tokens<'_>, at: usize) -> bool {
    matches!(tokens.all().get(at + 1), Some(Token::Word(unit)) if unit.starts_with(['年', '년']))
}

/// The tokens of a weekday with a number, as in Vietnamese: `Th 6`, `Thứ 6`, `T6`.
fn numbered_weekday(tokens: &Tokens<'_>) -> Range<usize> {
    match tokens.all() {
        [Token::Word(word), Token::Blank, Token::Number(2..=7, 1), ..] if is_weekday_word(word) => {
            0..3
        }
        [Token::Word(word), Token::Number(2..=7, 1), ..] if is_weekday_word(word) => 0..2,
        _ => 0..0,
    }
}

fn is_weekday_word(word: &str) -> bool {
    matches!(word, "Th" | "T" | "Thứ" | "thứ" | "th")
}
