//! A text as the words that dates are made of.

use crate::text::calendar;

/// Longest word looked at, in bytes.
const MAX_WORD_BYTES: usize = 64;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Number {
        value: i64,
        n_digits: usize,
    },
    Month(i8),
    /// A month of the Persian solar calendar.
    JalaliMonth(i8),
    /// In lower case, and whether it was written in capitals.
    Letters {
        lower: String,
        is_upper: bool,
    },
    Mark(char),
}

/// The words of `text`; months' names are read in `language` where they mean
/// different months in different languages.
pub(super) fn words(text: &str, language: Option<&str>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let n_bytes = if calendar::digit(c).is_some() {
            number(rest, &mut words)
        } else if is_unit(c) {
            words.push(Word::Mark(c));
            c.len_utf8()
        } else if c.is_alphabetic() {
            name(rest, language, &mut words)
        } else {
            if !c.is_whitespace() && !is_invisible(c) {
                words.push(Word::Mark(plain_mark(c)));
            }
            c.len_utf8()
        };
        rest = &rest[n_bytes..];
    }
    words
}

/// 年 月 日, 년 월 일, 時 分, 시 분.
fn is_unit(c: char) -> bool {
    matches!(
        c,
        '\u{5e74}'
            | '\u{6708}'
            | '\u{65e5}'
            | '\u{b144}'
            | '\u{c6d4}'
            | '\u{c77c}'
            | '\u{6642}'
            | '\u{65f6}'
            | '\u{5206}'
            | '\u{c2dc}'
            | '\u{bd84}'
    )
}

/// Marks of direction, which stand around numbers in Arabic and Hebrew.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{301}')
}

fn plain_mark(c: char) -> char {
    match c {
        '\u{ff1a}' => ':',
        '\u{ff0f}' => '/',
        '\u{ff0e}' => '.',
        '\u{2010}' | '\u{2011}' => '-',
        _ => c,
    }
}

/// Adds the number that `rest` begins with; gives its bytes.
fn number(rest: &str, words: &mut Vec<Word>) -> usize {
    let (mut value, mut n_digits, mut n_bytes) = (0_i64, 0, 0);
    for c in rest.chars() {
        let Some(digit) = calendar::digit(c) else {
            break;
        };
        value = value.saturating_mul(10).saturating_add(i64::from(digit));
        n_digits += 1;
        n_bytes += c.len_utf8();
    }
    words.push(Word::Number { value, n_digits });
    n_bytes
}

/// Adds the name or word that `rest` begins with; gives its bytes.
fn name(rest: &str, language: Option<&str>, words: &mut Vec<Word>) -> usize {
    let n_bytes = letters(rest);
    let whole = &rest[..n_bytes];
    // Short forms with dots within: `มี.ค.`; names of two words.
    for n_longer in [dotted(rest, n_bytes), two_words(rest, n_bytes)] {
        if n_longer > n_bytes
            && let Some(month) = calendar::month(&rest[..n_longer], language)
        {
            words.push(Word::Month(month));
            return n_longer;
        }
    }
    words.push(if let Some(month) = calendar::month(whole, language) {
        Word::Month(month)
    } else if let Some(month) = calendar::jalali_month(whole) {
        Word::JalaliMonth(month)
    } else {
        Word::Letters {
            lower: whole.to_lowercase(),
            is_upper: whole.chars().all(|c| !c.is_lowercase()),
        }
    });
    n_bytes
}

/// Bytes of the letters that `text` begins with. A capital after a small letter
/// begins a new word: elements without a space between, as in `Ada LoweDec 5`.
fn letters(text: &str) -> usize {
    let mut was_lower = false;
    let mut n_bytes = 0;
    for c in text.chars() {
        let is_mark = matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{dff}' | '\u{e30}'..='\u{e4e}' | '\u{200c}' | '\u{200d}');
        let is_letter = c.is_alphabetic() && !is_unit(c) || is_mark && calendar::digit(c).is_none();
        if !is_letter || was_lower && c.is_uppercase() || n_bytes > MAX_WORD_BYTES {
            break;
        }
        was_lower = c.is_lowercase();
        n_bytes += c.len_utf8();
    }
    n_bytes.max(text.chars().next().map_or(1, char::len_utf8))
}

/// The same with a dot and more letters right behind.
fn dotted(rest: &str, n_bytes: usize) -> usize {
    match rest[n_bytes..].strip_prefix('.') {
        Some(after) if after.starts_with(char::is_alphabetic) => n_bytes + 1 + letters(after),
        _ => n_bytes,
    }
}

/// The same with a space and another word behind.
fn two_words(rest: &str, n_bytes: usize) -> usize {
    match rest[n_bytes..].strip_prefix(' ') {
        Some(after) if after.starts_with(char::is_alphabetic) && !rest.is_ascii() => {
            n_bytes + 1 + letters(after)
        }
        _ => n_bytes,
    }
}
