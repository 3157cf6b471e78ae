//! The day that a run of words names.

use super::words::Word;
use super::words::Word::{JalaliMonth, Letters, Mark, Month, Number};
use crate::text::calendar;
use jiff::civil::Date;

/// Years of articles: what is outside is another number.
const YEARS: std::ops::Range<i64> = 1990..2100;

/// The date that `words` begin with, and how many of them it takes.
pub(super) fn date_at(words: &[Word], day_first: bool) -> Option<(usize, Date)> {
    match (words.first()?, words.get(1)) {
        (Number { n_digits: 4, .. }, Some(Mark('-' | '/' | '.' | '\u{2013}'))) => {
            let len = 5;
            Some((len, year_first(words, 2, 4)?))
        }
        (Number { n_digits: 4, .. }, Some(Mark('\u{5e74}' | '\u{b144}'))) => {
            let is_spelled = matches!(words.get(5), Some(Mark('\u{65e5}' | '\u{c77c}')));
            Some((if is_spelled { 6 } else { 5 }, year_first(words, 2, 4)?))
        }
        (
            Number {
                value: day,
                n_digits: 1..=2,
            },
            _,
        ) if (1..=31).contains(day) => {
            day_month_year(words, *day).or_else(|| numeric(words, day_first))
        }
        // February 16, 2022; Feb. 16, 2022
        (Month(month), _) => {
            let day_at = (1..3).find(|at| number(words, *at).is_some_and(|(_, n)| n <= 2))?;
            let (year_at, year) = year_after(words, day_at)?;
            let date = date(year, i64::from(*month), number(words, day_at)?.0)?;
            Some((year_at + 1, date))
        }
        _ => None,
    }
}

/// 2022-02-16, 2022/02/16, 2022年2月16日; ۱۴۰۲/۱۱/۰۳.
fn year_first(words: &[Word], month_at: usize, day_at: usize) -> Option<Date> {
    let year = number(words, 0)?.0;
    let (month, _) = number(words, month_at).filter(|(_, n_digits)| *n_digits <= 2)?;
    let (day, _) = number(words, day_at).filter(|(_, n_digits)| *n_digits <= 2)?;
    if (1350..1450).contains(&year) {
        return calendar::of_jalali(year, month, day);
    }
    date(year, month, day)
}

/// 16 February 2022, 16. Februar 2022, 16 de febrero de 2022, 16th of May, 2022,
/// 16 tháng 2 năm 2022, ۳ بهمن ۱۴۰۲.
fn day_month_year(words: &[Word], day: i64) -> Option<(usize, Date)> {
    let n_between = words[1..]
        .iter()
        .take(3)
        .take_while(|word| is_between(word))
        .count();
    let at = n_between + 1;
    if let Some(JalaliMonth(month)) = words.get(at) {
        let year = number(words, at + 1).filter(|(_, n_digits)| *n_digits == 4)?;
        return Some((at + 2, calendar::of_jalali(year.0, i64::from(*month), day)?));
    }
    let (at, month) = match (words.get(at)?, words.get(at + 1)) {
        (Month(month), _) => (at, i64::from(*month)),
        (
            Letters { lower, .. },
            Some(Number {
                value,
                n_digits: 1..=2,
            }),
        ) if lower == "tháng" => (at + 1, *value),
        _ => return None,
    };
    let (year_at, year) = year_after(words, at)?;
    Some((year_at + 1, date(year, month, day)?))
}

/// The year behind the word at `at`, with nothing but a mark, a weekday or a
/// small word between: `10 may strike in 2026` has none.
fn year_after(words: &[Word], at: usize) -> Option<(usize, i64)> {
    for year_at in at + 1..(at + 5).min(words.len()) {
        match &words[year_at] {
            Number { value, n_digits: 4 } => return Some((year_at, *value)),
            // `9 Oct '24`
            Number { value, n_digits: 2 } if words.get(year_at - 1) == Some(&Mark('\u{2019}')) => {
                return Some((year_at, 2000 + value));
            }
            word if is_between(word) || is_before_year(word) => {}
            _ => return None,
        }
    }
    None
}

/// What may stand between a day and its month: `16th of May`, `16 de mayo`.
fn is_between(word: &Word) -> bool {
    match word {
        Mark(mark) => matches!(
            mark,
            '.' | '-' | '/' | '\u{2013}' | '\u{ba}' | '\u{b0}' | '\u{2019}'
        ),
        Letters { lower, .. } => matches!(
            lower.as_str(),
            "de" | "of" | "st" | "nd" | "rd" | "th" | "er" | "d" | "ngày" | "da" | "ta"
        ),
        Number { .. } | Month(_) | JalaliMonth(_) => false,
    }
}

/// What may stand between a month, or the day behind it, and the year.
fn is_before_year(word: &Word) -> bool {
    match word {
        Mark(mark) => matches!(mark, ',' | '\u{60c}' | '\''),
        Letters { lower, .. } => {
            matches!(
                lower.as_str(),
                "del" | "do" | "năm" | "the" | "в" | "р" | "г"
            ) || calendar::is_weekday(lower)
        }
        Number { .. } | Month(_) | JalaliMonth(_) => false,
    }
}

/// 16.02.2022, 02/16/2022, 16-02-2022.
fn numeric(words: &[Word], day_first: bool) -> Option<(usize, Date)> {
    let [
        Number { value: a, .. },
        Mark(mark),
        Number {
            value: b,
            n_digits: 1..=2,
        },
        Mark(second),
        Number {
            value: year,
            n_digits,
        },
        ..,
    ] = words
    else {
        return None;
    };
    if mark != second
        || !matches!(mark, '.' | '/' | '-')
        || !matches!(n_digits, 2 | 4)
        || *n_digits == 2 && *mark == '-' && !day_first
        // `14:05:21.10.24` and `1.2.10` are no dates.
        || *n_digits == 2 && !(15..=60).contains(year)
    {
        return None;
    }
    let year = if *n_digits == 2 { 2000 + year } else { *year };
    let (day, month) = match (*a, *b) {
        (day, month) if day > 12 || *mark == '.' => (day, month),
        (month, day) if day > 12 => (day, month),
        (a, b) if day_first => (a, b),
        (a, b) => (b, a),
    };
    Some((5, date(year, month, day)?))
}

fn number(words: &[Word], at: usize) -> Option<(i64, usize)> {
    match words.get(at) {
        Some(Number { value, n_digits }) => Some((*value, *n_digits)),
        _ => None,
    }
}

fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    if (YEARS.start + 543..YEARS.end + 543).contains(&year) {
        return calendar::of_buddhist(year, month, day);
    }
    if !YEARS.contains(&year) {
        return None;
    }
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}
