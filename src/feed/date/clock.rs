//! The time of day in a date, with its zone.

use super::token::{Token, Tokens};
use crate::text::calendar::{self, HalfOfDay};
use jiff::{SignedDuration, Timestamp, civil, tz::Offset};
use std::ops::Range;

/// The time of day, its zone, and the tokens that they use.
#[derive(Debug, Default)]
pub(super) struct Clock {
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) nanosecond: i64,
    pub(super) offset_minutes: i64,
    /// Tokens before `start` and from `end` on belong to the date.
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Clock {
    /// The time of day in a date; midnight in UTC if there is none.
    pub(super) fn take(tokens: &Tokens<'_>) -> Self {
        let all = tokens.all();
        let found = (0..all.len()).find_map(|at| Self::at(tokens, at));
        let mut clock = found.unwrap_or(Self {
            start: all.len(),
            end: all.len(),
            ..Self::default()
        });
        clock.take_half_of_day(tokens);
        clock.take_zone(all);
        clock
    }

    /// The time of day that begins at a token: `h:mm`, `h:mm:ss.f`, `T163100`, `2 p.m.`,
    /// `14.30 Uhr`, `10h05`.
    fn at(tokens: &Tokens<'_>, at: usize) -> Option<Self> {
        let all = tokens.all();
        match &all[at..] {
            [
                Token::Number(hour, 1..=2),
                Token::Sign(':'),
                Token::Number(minute, 1..=2),
                ..,
            ] => Some(Self::with_seconds(all, at, *hour, *minute)),
            [
                Token::Word("T" | "t"),
                Token::Number(digits, n @ (2 | 4 | 6)),
                after,
                ..,
            ] if *after != Token::Sign(':') => Some(Self::basic(at, *digits, *n)),
            [
                Token::Word("T" | "t"),
                Token::Number(digits, n @ (2 | 4 | 6)),
            ] => Some(Self::basic(at, *digits, *n)),
            [
                Token::Number(hour, 1..=2),
                Token::Word("時" | "时" | "시"),
                ..,
            ] => Some(Self::spelled(all, at, *hour)),
            [
                Token::Number(hour, 1..=2),
                Token::Word("h" | "H"),
                Token::Number(minute, 2),
                ..,
            ]
            | [
                Token::Number(hour, 1..=2),
                Token::Sign('.'),
                Token::Number(minute, 2),
                ..,
            ] if all[at + 1] != Token::Sign('.') || is_dotted_time(tokens, at) => Some(Self {
                hour: *hour,
                minute: *minute,
                start: at,
                end: at + 3,
                ..Self::default()
            }),
            [Token::Number(hour, 1..=2), ..] if am_or_pm(tokens, at + 1).is_some() => Some(Self {
                hour: *hour,
                start: at,
                end: at + 1,
                ..Self::default()
            }),
            _ => None,
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

    /// `11時53分14秒` and the like.
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

    /// Applies the half of the day that is written next to the time: after it, or in
    /// languages such as Chinese before it.
    fn take_half_of_day(&mut self, tokens: &Tokens<'_>) {
        let after = half_of_day_at(tokens, tokens.skip_blank(self.end));
        let half = after.or_else(|| half_of_day_before(tokens, self.start));
        let Some((half, place)) = half else { return };
        self.start = self.start.min(place.start);
        self.end = self.end.max(place.end);
        match half {
            HalfOfDay::Morning if self.hour == 12 => self.hour = 0,
            HalfOfDay::Afternoon if self.hour < 12 => self.hour += 12,
            HalfOfDay::Morning | HalfOfDay::Afternoon => {}
        }
    }

    /// The zone: an offset after the time, or else the first zone name.
    fn take_zone(&mut self, tokens: &[Token<'_>]) {
        let (before, after) = (&tokens[..self.start], &tokens[self.end..]);
        let named = after
            .iter()
            .find_map(zone_after)
            .or_else(|| before.iter().find_map(zone_before))
            .or_else(|| after.iter().find_map(military_zone));
        let mut end = self.end;
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

    /// This time of day on `date`.
    pub(super) fn on(&self, date: civil::Date) -> Option<Timestamp> {
        let (hour, days) = if self.hour == 24 {
            (0, 1)
        } else {
            (self.hour, 0)
        };
        let time = civil::Time::new(
            i8::try_from(hour).ok()?,
            i8::try_from(self.minute).ok()?,
            // A leap second is taken as the second before it.
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

/// Whether `14.30` at a token is a time and not part of a date: a word for it is next to
/// it, or a year is before it.
fn is_dotted_time(tokens: &Tokens<'_>, at: usize) -> bool {
    let all = tokens.all();
    let is_in_date = matches!(all.get(at + 3), Some(Token::Sign('.' | '/' | '-')))
        && matches!(all.get(at + 4), Some(Token::Number(..)))
        || at > 0 && matches!(all[at - 1], Token::Sign('.' | '/' | '-'));
    let Token::Number(hour @ 0..=24, _) = all[at] else {
        return false;
    };
    let Some(Token::Number(0..60, _)) = all.get(at + 2) else {
        return false;
    };
    if is_in_date {
        return false;
    }
    let after = tokens.skip_blank(at + 3);
    let is_named = match all.get(after) {
        Some(Token::Word("Uhr" | "uhr" | "h" | "Hrs" | "hrs")) => true,
        Some(token) => {
            zone_after(token).is_some() || hour <= 12 && am_or_pm(tokens, after).is_some()
        }
        None => false,
    };
    let before = match &all[..at] {
        [before @ .., Token::Sign('.'), Token::Blank] | [before @ .., Token::Blank] => before,
        before => before,
    };
    let is_announced = matches!(
        before,
        [
            ..,
            Token::Number(_, 4)
                | Token::Word("klo" | "kl" | "pukul" | "um" | "alle" | "ore" | "at"),
        ] | [.., Token::Number(_, 4), Token::Sign(',' | '.')]
    );
    is_named || is_announced
}

/// `am`, `p.m.`, `P. M.` at a token, after a blank.
fn am_or_pm(tokens: &Tokens<'_>, at: usize) -> Option<(HalfOfDay, Range<usize>)> {
    let start = tokens.skip_blank(at);
    tokens.names(start, tokens.len()).find_map(|place| {
        let name = tokens.text(place.clone());
        let mut letters = name
            .chars()
            .filter(|c| !matches!(c, '.' | ' ' | '\u{a0}' | '\u{202f}'));
        let half = match letters.next()? {
            'a' | 'A' => HalfOfDay::Morning,
            'p' | 'P' => HalfOfDay::Afternoon,
            _ => return None,
        };
        let is_m = matches!(letters.next(), Some('m' | 'M')) && letters.next().is_none();
        is_m.then_some((half, place))
    })
}

/// The half of the day that is named at a token.
fn half_of_day_at(tokens: &Tokens<'_>, at: usize) -> Option<(HalfOfDay, Range<usize>)> {
    am_or_pm(tokens, at).or_else(|| {
        tokens.names(at, tokens.len()).find_map(|place| {
            let half = calendar::half_of_day(tokens.text(place.clone()))?;
            Some((half, place))
        })
    })
}

/// The half of the day that is named before a time. Names in Latin letters come after it;
/// before it they are other words, such as the Spanish `de`.
fn half_of_day_before(tokens: &Tokens<'_>, at: usize) -> Option<(HalfOfDay, Range<usize>)> {
    let end = at - usize::from(at > 0 && tokens.all()[at - 1] == Token::Blank);
    let start = end.checked_sub(1)?;
    let place = start..end;
    let name = tokens.text(place.clone());
    let is_latin = name.bytes().all(|byte| byte.is_ascii());
    if is_latin && !matches!(name, "am" | "pm" | "AM" | "PM") {
        return None;
    }
    Some((calendar::half_of_day(name)?, place))
}

/// The offset of a zone named after the time. `at` is the English word.
fn zone_after(token: &Token<'_>) -> Option<i64> {
    match token {
        Token::Word("at" | "At") => None,
        Token::Word(word) => calendar::zone_minutes(word),
        Token::Number(..) | Token::Sign(_) | Token::Blank => None,
    }
}

/// The offset of a zone named before the time, where two letters are usually a word: `at`,
/// `et`.
fn zone_before(token: &Token<'_>) -> Option<i64> {
    match token {
        Token::Word(word) if word.len() > 2 => calendar::zone_minutes(word),
        Token::Word(_) | Token::Number(..) | Token::Sign(_) | Token::Blank => None,
    }
}

/// The offset of a military zone, with the signs of RFC 822 §5.1.
fn military_zone(token: &Token<'_>) -> Option<i64> {
    let hours = match token {
        Token::Word("A") => -1,
        Token::Word("M") => -12,
        Token::Word("N") => 1,
        Token::Word("Y") => 12,
        Token::Word(_) | Token::Number(..) | Token::Sign(_) | Token::Blank => return None,
    };
    Some(hours * 60)
}

/// The minutes of `0200`, `02:00`, `2`, `00:0`, and the number of tokens.
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
