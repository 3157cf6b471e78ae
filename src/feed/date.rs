//! Dates as feeds write them: RFC 822, RFC 3339, ISO 8601 in all its shapes,
//! and the local habits of thirty years.
//!
//! A date without a zone, and one whose zone has no fixed offset
//! (`Europe/Brussels`), is taken as UTC: this module reads no zone database.

mod names;

use jiff::{SignedDuration, Timestamp, civil, tz::Offset};
use names::{Half, half_of_day, military_minutes_of, month_of, offset_minutes_of};

/// Longest text taken for a date, in bytes; what is longer is prose.
const MAX_BYTES: usize = 128;

/// Most tokens of a date; `Thu Nov 12 2020 17:00:00 GMT+0000 (Coordinated
/// Universal Time)` has fifteen.
const MAX_TOKENS: usize = 32;

/// The instant that `text` names, to the second or better; `None` if it names none.
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
    /// Digits: their value and how many there are.
    Number(i64, usize),
    Word(&'a str),
    Sign(char),
    Blank,
}

/// The tokens of `text` without what stands in brackets.
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

/// A date of digits only: by their number a basic ISO date or a Unix time.
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

/// The time of day and its zone, and which tokens they took.
#[derive(Debug, Default)]
struct Clock {
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: i64,
    offset_minutes: i64,
    /// Tokens before `start` and from `end` on are the date's.
    start: usize,
    end: usize,
}

impl Clock {
    fn take(tokens: &[Token<'_>]) -> Self {
        let mut clock = Self::find(tokens);
        clock.take_half_of_day(tokens);
        clock.take_zone(tokens);
        clock
    }

    /// Finds `h:mm`, `h:mm:ss.f`, `T163100`; none is midnight, at the end.
    fn find(tokens: &[Token<'_>]) -> Self {
        for at in 0..tokens.len() {
            let clock = match &tokens[at..] {
                [
                    Token::Number(hour, 1..=2),
                    Token::Sign(':'),
                    Token::Number(minute, 1..=2),
                    ..,
                ] => Some(Self::with_seconds(tokens, at, *hour, *minute)),
                [
                    Token::Word("T" | "t"),
                    Token::Number(_, 1..=2),
                    Token::Sign(':'),
                    ..,
                ] => None,
                [Token::Number(hour, 1..=2), Token::Word(half), ..]
                | [
                    Token::Number(hour, 1..=2),
                    Token::Blank,
                    Token::Word(half),
                    ..,
                ] if half_of_day(half).is_some() => Some(Self {
                    hour: *hour,
                    start: at,
                    end: at + 1,
                    ..Self::default()
                }),
                [
                    Token::Word("T" | "t"),
                    Token::Number(digits, n @ (2 | 4 | 6)),
                    ..,
                ] => Some(Self::basic(at, *digits, *n)),
                [
                    Token::Number(hour, 1..=2),
                    Token::Word("時" | "时" | "시"),
                    ..,
                ] => Some(Self::spelled(tokens, at, *hour)),
                [
                    Token::Number(hour, 1..=2),
                    Token::Word("h" | "H"),
                    Token::Number(minute, 2),
                    ..,
                ] => Some(Self {
                    hour: *hour,
                    minute: *minute,
                    start: at,
                    end: at + 3,
                    ..Self::default()
                }),
                _ => None,
            };
            if let Some(clock) = clock {
                return clock;
            }
        }
        Self {
            start: tokens.len(),
            end: tokens.len(),
            ..Self::default()
        }
    }

    fn with_seconds(tokens: &[Token<'_>], at: usize, hour: i64, minute: i64) -> Self {
        let mut clock = Self {
            hour,
            minute,
            start: at,
            end: at + 3,
            ..Self::default()
        };
        if let [Token::Sign(':'), Token::Number(second, 1..=2), rest @ ..] = &tokens[clock.end..] {
            clock.second = *second;
            clock.end += 2;
            if let [
                Token::Sign('.' | ',' | ':'),
                Token::Number(fraction, digits),
                ..,
            ] = rest
            {
                clock.nanosecond = nanoseconds(*fraction, *digits);
                clock.end += 2;
            }
        }
        clock
    }

    fn basic(at: usize, digits: i64, n_digits: usize) -> Self {
        let (hour, minute, second) = match n_digits {
            2 => (digits, 0, 0),
            4 => (digits / 100, digits % 100, 0),
            _ => (digits / 10_000, digits / 100 % 100, digits % 100),
        };
        Self {
            hour,
            minute,
            second,
            start: at,
            end: at + 2,
            ..Self::default()
        }
    }

    /// `11時53分14秒` and its like.
    fn spelled(tokens: &[Token<'_>], at: usize, hour: i64) -> Self {
        let mut clock = Self {
            hour,
            start: at,
            end: at + 2,
            ..Self::default()
        };
        for (index, token) in tokens.iter().enumerate().skip(at + 2) {
            let unit = tokens.get(index + 1);
            match (token, unit) {
                (Token::Number(minute, 1..=2), Some(Token::Word("分" | "분"))) => {
                    clock.minute = *minute;
                    clock.end = index + 2;
                }
                (Token::Number(second, 1..=2), Some(Token::Word("秒" | "초"))) => {
                    clock.second = *second;
                    clock.end = index + 2;
                }
                _ => {}
            }
        }
        clock
    }

    fn take_half_of_day(&mut self, tokens: &[Token<'_>]) {
        let half = tokens.iter().find_map(|token| match token {
            Token::Word(word) => half_of_day(word),
            Token::Number(..) | Token::Sign(_) | Token::Blank => None,
        });
        match half {
            Some(Half::Morning) if self.hour == 12 => self.hour = 0,
            Some(Half::Afternoon) if self.hour < 12 => self.hour += 12,
            Some(Half::Morning | Half::Afternoon) | None => {}
        }
    }

    /// The zone: an offset after the time, else the first zone name anywhere.
    fn take_zone(&mut self, tokens: &[Token<'_>]) {
        let after = &tokens[self.end..];
        let mut end = self.end;
        let zone = |token: &Token<'_>, of_word: fn(&str) -> Option<i64>| match token {
            Token::Word(word) => of_word(word),
            Token::Number(..) | Token::Sign(_) | Token::Blank => None,
        };
        let military = after
            .iter()
            .find_map(|token| zone(token, military_minutes_of));
        let named = tokens
            .iter()
            .find_map(|token| zone(token, offset_minutes_of))
            .or(military);
        let offset = after.iter().enumerate().find_map(|(at, token)| {
            let sign = match token {
                Token::Sign('+') => 1,
                Token::Sign('-') => -1,
                _ => return None,
            };
            let (minutes, n_tokens) = numeric_offset(&after[at + 1..])?;
            end += at + 1 + n_tokens;
            Some(sign * minutes)
        });
        self.end = end;
        let korean = tokens.contains(&Token::Word("년"));
        self.offset_minutes = match (named, offset) {
            // `GMT+1`, `UTC-03:00`.
            (Some(0) | None, Some(offset)) => offset,
            (Some(named), _) => named,
            (None, None) if korean => 9 * 60,
            (None, None) => 0,
        };
    }

    fn on(&self, date: civil::Date) -> Option<Timestamp> {
        let (hour, days) = if self.hour == 24 {
            (0, 1)
        } else {
            (self.hour, 0)
        };
        let time = civil::Time::new(
            i8::try_from(hour).ok()?,
            i8::try_from(self.minute).ok()?,
            // A leap second is the one before it.
            i8::try_from(self.second.min(59)).ok()?,
            i32::try_from(self.nanosecond).ok()?,
        )
        .ok()?;
        let shift = SignedDuration::from_mins(days * 24 * 60 - self.offset_minutes);
        Offset::UTC
            .to_timestamp(date.to_datetime(time))
            .ok()?
            .checked_add(shift)
            .ok()
    }
}

/// Minutes of `0200`, `02:00`, `2`, `00:0`, and how many tokens they are.
fn numeric_offset(tokens: &[Token<'_>]) -> Option<(i64, usize)> {
    let (hours, minutes, n_tokens) = match tokens {
        [
            Token::Number(hours, 1..=2),
            Token::Sign(':'),
            Token::Number(minutes, 1..=2),
            ..,
        ] => (*hours, *minutes, 3),
        [Token::Number(hours, 1..=2), ..] => (*hours, 0, 1),
        [Token::Number(both, 3..=4), ..] => (both / 100, both % 100, 1),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some((hours * 60 + minutes, n_tokens))
}

fn nanoseconds(fraction: i64, n_digits: usize) -> i64 {
    match u32::try_from(n_digits) {
        Ok(n @ 0..=9) => fraction * 10_i64.pow(9 - n),
        Ok(n @ 10..=18) => fraction / 10_i64.pow(n - 9),
        Ok(_) | Err(_) => 0,
    }
}

/// The date in what the clock left over.
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

/// Numbers with dashes, slashes or dots between.
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
    let month = all
        .clone()
        .filter_map(|token| match token {
            Token::Word(word) => month_of(word),
            Token::Number(..) | Token::Sign(_) | Token::Blank => None,
        })
        .last()?;
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

/// A year of two digits: up to 69 it is of this century.
fn full_year(year: i64) -> i64 {
    match year {
        0..=69 => year + 2000,
        70..=99 => year + 1900,
        _ => year,
    }
}

#[cfg(test)]
mod tests;
