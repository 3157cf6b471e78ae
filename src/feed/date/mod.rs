//! Dates in feeds: RFC 822, RFC 3339, ISO 8601 in all its forms, and many local
//! forms.
//!
//! A date without a zone, or with a zone without a fixed offset (`Europe/Brussels`),
//! is taken as UTC: this module has no time zone database.

mod clock;
mod names;

use clock::Clock;
use jiff::{Timestamp, civil};
use names::month_of;

/// Longest text that may be a date, in bytes; anything longer is prose.
const MAX_BYTES: usize = 128;

/// Most tokens of a date; `Thu Nov 12 2020 17:00:00 GMT+0000 (Coordinated
/// Universal Time)` has fifteen.
const MAX_TOKENS: usize = 32;

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
    let tokens = tokens(text);
    let clock = Clock::take(&tokens);
    let date = civil_date(&tokens, &clock)?;
    clock.on(date)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    /// Digits: their value and number.
    Number(i64, usize),
    Word(&'a str),
    Sign(char),
    Blank,
}

/// The tokens of `text` up to the first bracket.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::with_capacity(MAX_TOKENS);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if tokens.len() == MAX_TOKENS {
            break;
        }
        let (token, n_bytes) = if first.is_ascii_digit() {
            let n = rest.bytes().take_while(u8::is_ascii_digit).count();
            (Token::Number(rest[..n].parse().unwrap_or(i64::MAX), n), n)
        } else if first.is_alphabetic() {
            let n = rest
                .find(|c: char| !c.is_alphabetic() && c != '\u{301}')
                .unwrap_or(rest.len());
            (Token::Word(&rest[..n]), n)
        } else if first == '(' {
            break;
        } else if first.is_whitespace() {
            (Token::Blank, first.len_utf8())
        } else {
            (Token::Sign(plain_sign(first)), first.len_utf8())
        };
        if token != Token::Blank || tokens.last() != Some(&Token::Blank) {
            tokens.push(token);
        }
        rest = &rest[n_bytes..];
    }
    tokens
}

/// Typographic dashes and colons as the plain ones.
fn plain_sign(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' => '-',
        '\u{ff1a}' => ':',
        '\u{ff0f}' => '/',
        _ => c,
    }
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
fn civil_date(tokens: &[Token<'_>], clock: &Clock) -> Option<civil::Date> {
    let before = &tokens[..clock.start];
    let after = tokens.get(clock.end..).unwrap_or_default();
    spelled_date(before)
        .or_else(|| numeric_date(before))
        .or_else(|| named_date(before, after))
}

/// `2019年8月5日`, `2004년 05월 28일`.
fn spelled_date(tokens: &[Token<'_>]) -> Option<civil::Date> {
    let unit = |names: [&str; 2]| {
        tokens.windows(2).find_map(|pair| match pair {
            [Token::Number(value, _), Token::Word(word)] => names
                .iter()
                .any(|name| word.starts_with(name))
                .then_some(*value),
            _ => None,
        })
    };
    ymd(
        unit(["年", "년"])?,
        unit(["月", "월"])?,
        unit(["日", "일"])?,
    )
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

/// A month's name with a day and a year around it, the year perhaps behind the time.
fn named_date(before: &[Token<'_>], after: &[Token<'_>]) -> Option<civil::Date> {
    let all = before.iter().chain(after);
    // The last name counts: `Mar` of `Mar, 05 Avr 2022` is a Tuesday.
    let month = all.clone().rev().find_map(|token| match token {
        Token::Word(word) => month_of(word),
        Token::Number(..) | Token::Sign(_) | Token::Blank => None,
    })?;
    let mut day = None;
    let mut year = None;
    for token in all {
        match *token {
            Token::Number(value, 3..) if year.is_none() => year = Some(value),
            Token::Number(value, 1..=2) if day.is_none() && (1..=31).contains(&value) => {
                day = Some(value);
            }
            Token::Number(value, 1..=2) if year.is_none() => year = Some(full_year(value)),
            Token::Number(..) | Token::Word(_) | Token::Sign(_) | Token::Blank => {}
        }
    }
    ymd(year?, month, day.unwrap_or(1))
}

fn ymd(year: i64, month: i64, day: i64) -> Option<civil::Date> {
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
