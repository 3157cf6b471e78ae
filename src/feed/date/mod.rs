//! Dates in feeds: RFC 822, RFC 3339, ISO 8601 in all its forms, and many local
//! forms.
//!
//! A date without a zone, or with a zone without a fixed offset (`Europe/Brussels`),
//! is taken as UTC: this module has no time zone database.

mod clock;
mod named;
mod token;

use crate::text::calendar;
use clock::Clock;
use jiff::{Timestamp, civil};
use named::named_date;
use token::{Token, Tokens};

/// Longest text that may be a date, in bytes; anything longer is prose.
const MAX_BYTES: usize = 128;

/// The time that `text` names, to the second or better; `None` if it is not a date.
#[must_use]
pub fn parse_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BYTES {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return from_digits(text);
    }
    let tokens = Tokens::of(text);
    let clock = Clock::take(&tokens);
    let date = civil_date(&tokens, &clock)?;
    clock.on(date)
}

/// A date of digits only: by their number, a basic ISO date or a Unix time.
fn from_digits(text: &str) -> Option<Timestamp> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let midnight = |date: civil::Date| Clock::default().on(date);
    match text.len() {
        4 => midnight(ymd(part(0..4)?, 1, 1)?),
        5 => midnight(ordinal(full_year(part(0..2)?), part(2..5)?)?),
        6 => midnight(ymd(full_year(part(0..2)?), part(2..4)?, part(4..6)?)?),
        7 => midnight(ordinal(part(0..4)?, part(4..7)?)?),
        8 => midnight(ymd(part(0..4)?, part(4..6)?, part(6..8)?)?),
        9 | 10 => Timestamp::from_second(text.parse().ok()?).ok(),
        12 | 14 => {
            let mut clock = Clock {
                hour: part(8..10)?,
                minute: part(10..12)?,
                ..Clock::default()
            };
            clock.second = if text.len() == 14 { part(12..14)? } else { 0 };
            clock.on(ymd(part(0..4)?, part(4..6)?, part(6..8)?)?)
        }
        13 => Timestamp::from_millisecond(text.parse().ok()?).ok(),
        _ => None,
    }
}

/// The date in the tokens that do not belong to the time of day.
fn civil_date(tokens: &Tokens<'_>, clock: &Clock) -> Option<civil::Date> {
    let before = &tokens.all()[..clock.start];
    numeric_date(before)
        .or_else(|| numeric_date(&without_blanks_after_dots(before)))
        .or_else(|| named_date(tokens, clock.start..clock.end))
        .or_else(|| spaced_date(before))
}

/// `2026. 5. 22.` is written with blanks in Korean and Hungarian.
fn without_blanks_after_dots<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut kept: Vec<Token<'a>> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if *token != Token::Blank || kept.last() != Some(&Token::Sign('.')) {
            kept.push(*token);
        }
    }
    kept
}

/// `22 5 2026`: day, month and year with blanks between, as some programs write RFC 822
/// dates in Japanese.
fn spaced_date(tokens: &[Token<'_>]) -> Option<civil::Date> {
    tokens.windows(5).find_map(|window| match window {
        [
            Token::Number(day, 1..=2),
            Token::Blank,
            Token::Number(month, 1..=2),
            Token::Blank,
            Token::Number(year, 4),
        ] => ymd(*year, *month, *day),
        _ => None,
    })
}

/// Numbers separated by dashes, slashes or dots.
fn numeric_date(tokens: &[Token<'_>]) -> Option<civil::Date> {
    let first = tokens
        .iter()
        .position(|token| matches!(token, Token::Number(..)))?;
    let century_left_out = first > 0 && tokens[first - 1] == Token::Sign('-');
    match tokens[first..] {
        [Token::Number(digits, 4)] if century_left_out => {
            ymd(full_year(digits / 100), digits % 100, 1)
        }
        [
            Token::Number(year, 2),
            Token::Sign('-'),
            Token::Number(month, 2),
        ] if century_left_out => ymd(full_year(year), month, 1),
        _ if century_left_out => None,
        [
            Token::Number(a, n_a),
            Token::Sign(sign),
            Token::Number(b, n_b),
            Token::Sign(second),
            Token::Number(c, n_c),
            ..,
        ] if is_date_sign(sign) && second == sign => {
            three_numbers((a, n_a), (b, n_b), (c, n_c), sign)
        }
        [
            Token::Number(year, 4),
            Token::Sign('-'),
            Token::Number(day, 3),
            ..,
        ] => ordinal(year, day),
        [
            Token::Number(year, 4),
            Token::Sign('-' | '/' | '.'),
            Token::Number(month, 1..=2),
            ..,
        ] => ymd(year, month, 1),
        [
            Token::Number(month, 1..=2),
            Token::Sign('/' | '.'),
            Token::Number(year, 4),
            ..,
        ] => ymd(year, month, 1),
        [
            Token::Number(year, 2),
            Token::Sign('-'),
            Token::Number(day, 3),
            ..,
        ] => ordinal(full_year(year), day),
        [Token::Number(digits, 8), ..] => ymd(digits / 10_000, digits / 100 % 100, digits % 100),
        [Token::Number(digits, 7), ..] => ordinal(digits / 1_000, digits % 1_000),
        [Token::Number(digits, 6)] => {
            ymd(full_year(digits / 10_000), digits / 100 % 100, digits % 100)
        }
        _ => None,
    }
}

fn is_date_sign(sign: char) -> bool {
    matches!(sign, '-' | '/' | '.')
}

fn three_numbers(
    (a, n_a): (i64, usize),
    (b, _): (i64, usize),
    (c, n_c): (i64, usize),
    sign: char,
) -> Option<civil::Date> {
    match (n_a, n_c, sign) {
        (3.., _, _) => ymd(a, b, c).or_else(|| ymd(a, c, b)),
        // Slashes are American, month first, unless that cannot be.
        (_, 4, '/') => ymd(c, a, b).or_else(|| ymd(c, b, a)),
        (_, 4, _) => ymd(c, b, a).or_else(|| ymd(c, a, b)),
        (_, _, '-') => ymd(full_year(a), b, c).or_else(|| ymd(full_year(c), b, a)),
        (_, _, '/') => ymd(full_year(c), a, b).or_else(|| ymd(full_year(c), b, a)),
        (_, _, _) => ymd(full_year(c), b, a),
    }
}

/// A day of our calendar. Years that only make sense in the Persian or the Buddhist
/// calendar are of that one.
fn ymd(year: i64, month: i64, day: i64) -> Option<civil::Date> {
    match year {
        1300..=1500 => return calendar::of_jalali(year, month, day),
        2450..=2650 => return calendar::of_buddhist(year, month, day),
        _ => {}
    }
    civil::Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

fn ordinal(year: i64, day: i64) -> Option<civil::Date> {
    let first = ymd(year, 1, 1)?;
    (1..=i64::from(first.days_in_year()))
        .contains(&day)
        .then(|| first.checked_add(jiff::Span::new().days(day - 1)).ok())?
}

/// A year of two digits: up to 69 it is in this century.
fn full_year(year: i64) -> i64 {
    match year {
        0..=69 => year + 2000,
        70..=99 => year + 1900,
        _ => year,
    }
}

#[cfg(test)]
mod tests;
