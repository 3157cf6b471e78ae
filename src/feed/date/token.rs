//! A date split into numbers, words and signs.

use crate::text::calendar;
use std::ops::Range;

/// Most tokens of a date; `Thu Nov 12 2020 17:00:00 GMT+0000 (Coordinated
/// Universal Time)` has fifteen.
const MAX_TOKENS: usize = 32;

/// Most tokens of one name: `a. m.` has five.
const MAX_NAME_TOKENS: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// Digits: their value and number.
    Number(i64, usize),
    Word(&'a str),
    Sign(char),
    Blank,
}

/// The tokens of a text, each with its place.
pub(super) struct Tokens<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    places: Vec<Range<usize>>,
}

impl<'a> Tokens<'a> {
    /// The tokens of `text` up to the first bracket.
    pub(super) fn of(text: &'a str) -> Self {
        let mut tokens = Self {
            text,
            tokens: Vec::with_capacity(MAX_TOKENS),
            places: Vec::with_capacity(MAX_TOKENS),
        };
        let mut at = 0;
        while let Some(first) = text[at..].chars().next()
            && first != '('
            && tokens.tokens.len() < MAX_TOKENS
        {
            let (token, n_bytes) = token(&text[at..], first);
            if token != Token::Blank || tokens.tokens.last() != Some(&Token::Blank) {
                tokens.tokens.push(token);
                tokens.places.push(at..at + n_bytes);
            }
            at += n_bytes;
        }
        tokens
    }

    pub(super) fn all(&self) -> &[Token<'a>] {
        &self.tokens
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The text of the tokens in `range`.
    pub(super) fn text(&self, range: Range<usize>) -> &'a str {
        match (self.places.get(range.start), self.places.get(range.end - 1)) {
            (Some(first), Some(last)) => &self.text[first.start..last.end],
            _ => "",
        }
    }

    /// The ranges of tokens from `start` on, before `end`, that may be one name: the
    /// longest first.
    pub(super) fn names(&self, start: usize, end: usize) -> impl Iterator<Item = Range<usize>> {
        let longest = end.min(self.len()).min(start + MAX_NAME_TOKENS);
        (start + 1..=longest).rev().map(move |end| start..end)
    }

    /// The place after `at` and a blank.
    pub(super) fn skip_blank(&self, at: usize) -> usize {
        at + usize::from(self.tokens.get(at) == Some(&Token::Blank))
    }
}

/// The token at the start of `rest`, and its length in bytes.
fn token(rest: &str, first: char) -> (Token<'_>, usize) {
    let end_of = |is_part: fn(char) -> bool| rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    if calendar::digit(first).is_some() {
        let n_bytes = end_of(|c| calendar::digit(c).is_some());
        let digits = &rest[..n_bytes];
        let value = digits.chars().filter_map(calendar::digit);
        let value = value.fold(0_i64, |value, digit| {
            value.saturating_mul(10).saturating_add(i64::from(digit))
        });
        (Token::Number(value, digits.chars().count()), n_bytes)
    } else if first.is_alphabetic() {
        let n_bytes = end_of(|c| c.is_alphabetic() || is_mark(c));
        (Token::Word(&rest[..n_bytes]), n_bytes)
    } else if first.is_whitespace() {
        (Token::Blank, first.len_utf8())
    } else {
        (Token::Sign(plain_sign(first)), first.len_utf8())
    }
}

/// Marks within words: accents, and vowel signs of Indic scripts and Thai.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{957}'
        | '\u{981}'..='\u{983}' | '\u{9bc}'..='\u{9d7}' | '\u{a3c}'..='\u{a4d}' | '\u{abc}'..='\u{acd}'
        | '\u{b82}' | '\u{bbe}'..='\u{bcd}' | '\u{c3e}'..='\u{c56}' | '\u{cbc}'..='\u{cd6}'
        | '\u{d3e}'..='\u{d4d}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{200c}' | '\u{200d}')
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
