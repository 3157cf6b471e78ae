//! The time of day in a date, with its zone.

use super::Token;
use super::names::{Half, half_of_day, military_minutes_of, offset_minutes_of};
use jiff::{SignedDuration, Timestamp, civil, tz::Offset};

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
    pub(super) fn take(tokens: &[Token<'_>]) -> Self {
        let mut clock = Self::find(tokens);
        clock.take_half_of_day(tokens);
        clock.take_zone(tokens);
        clock
    }

    /// Finds `h:mm`, `h:mm:ss.f`, `T163100`; midnight after the last token if there is
    /// none.
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

    /// The zone: an offset after the time, or else the first zone name anywhere.
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
