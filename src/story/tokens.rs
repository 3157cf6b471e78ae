//! Words of a text, folded.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A word as it is read.
pub(super) struct Token<'a> {
    /// Lower case, without accents, compatibility forms and possessive.
    pub folded: &'a str,
    /// Begins with a digit.
    pub is_number: bool,
    /// Begins with a capital.
    pub is_capital: bool,
}

/// Longest word, in characters: what is longer is no word, and is cut there.
const MAX_CHARS: usize = 40;

/// Calls `take` for every word of `text`. A run of characters of a script
/// without spaces gives every pair of neighbours.
pub(super) fn each(text: &str, mut take: impl FnMut(&Token<'_>)) {
    let mut folded = String::with_capacity(48);
    let mut chars = text.chars().peekable();
    while let Some(first) = chars.next() {
        if is_unspaced(first) {
            folded.clear();
            folded.push(first);
            if let Some(&next) = chars.peek().filter(|next| is_unspaced(**next)) {
                folded.push(next);
            } else if folded.len() > first.len_utf8() {
                continue;
            }
            take(&Token {
                folded: &folded,
                is_number: false,
                is_capital: false,
            });
            continue;
        }
        if !first.is_alphanumeric() {
            continue;
        }
        let is_number = first.is_ascii_digit();
        folded.clear();
        fold(first, &mut folded);
        let mut n_chars = 1;
        while let Some(&next) = chars.peek() {
            if next.is_alphanumeric() && !is_unspaced(next) {
                fold(next, &mut folded);
            } else if is_combining_mark(next) || matches!(next, '\u{ad}' | '\u{200b}'..='\u{200d}')
            {
                // part of the letter before, or nothing at all
            } else if is_number && matches!(next, ',' | '.') {
                // 150,000 and 2.5 are one number; the mark at a sentence's end is none
                let mut ahead = chars.clone();
                ahead.next();
                if !ahead.peek().is_some_and(char::is_ascii_digit) {
                    break;
                }
                if next == '.' {
                    folded.push('.');
                }
            } else if matches!(next, '.') && n_chars == 1 && first.is_uppercase() {
                // U.S. is US
                let mut ahead = chars.clone();
                ahead.next();
                if !ahead.peek().is_some_and(|c| c.is_uppercase()) {
                    break;
                }
                chars.next();
                continue;
            } else {
                break;
            }
            chars.next();
            n_chars += 1;
            if n_chars >= MAX_CHARS {
                break;
            }
        }
        if matches!(chars.peek(), Some('\'' | '’')) {
            let mut ahead = chars.clone();
            ahead.next();
            if matches!(ahead.next(), Some('s' | 'S'))
                && !ahead.peek().is_some_and(|c| c.is_alphanumeric())
            {
                chars.next();
                chars.next();
            }
        }
        take(&Token {
            folded: &folded,
            is_number,
            is_capital: first.is_uppercase(),
        });
    }
}

/// Characters of scripts written without spaces: Thai, Lao, Burmese, Khmer,
/// Kana, Han.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

fn fold(c: char, folded: &mut String) {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
        return;
    }
    for decomposed in c.nfkd().filter(|c| !is_combining_mark(*c)) {
        folded.extend(decomposed.to_lowercase());
    }
}
