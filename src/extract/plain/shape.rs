//! The form of a line: its marks, capitals, digits and ends, counted in one pass.

use crate::extract::lines::vocabulary::is_unspaced;
use crate::text::calendar;

/// Longest part of a line that is counted; what follows is running text.
const MAX_BYTES: usize = 1_200;

/// What a line's characters say.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// Its length in Latin letters: an ideograph stands for two and a half.
    pub(super) width: f32,
    pub(super) n_words: f32,
    pub(super) n_sentences: f32,
    pub(super) n_commas: f32,
    pub(super) n_digits: f32,
    pub(super) n_letters: f32,
    pub(super) n_upper: f32,
    /// Words that begin with a capital, of scripts that have them.
    pub(super) n_capital_words: f32,
    pub(super) n_symbols: f32,
    /// `|`, `·`, `•`, `›`, `»`, `/`, `>` with a space around.
    pub(super) n_separators: f32,
    pub(super) n_quotes: f32,
    pub(super) n_hashtags: f32,
    pub(super) n_handles: f32,
    pub(super) longest_word: f32,
    pub(super) first: Option<char>,
    pub(super) last: Option<char>,
    /// Words before the first colon; none without a colon.
    pub(super) label_words: Option<f32>,
    pub(super) has_clock: bool,
    pub(super) has_currency: bool,
    pub(super) has_url: bool,
    pub(super) has_email: bool,
    pub(super) is_bracketed: bool,
}

impl Shape {
    pub(super) fn of(line: &str) -> Self {
        let is_cut = line.len() > MAX_BYTES;
        let head = &line[..line.floor_char_boundary(MAX_BYTES)];
        let mut shape = Self {
            first: line.chars().next(),
            last: line.chars().next_back(),
            ..Self::default()
        };
        for word in head.split_whitespace() {
            shape.add(word);
        }
        shape.has_url = head.contains("://") || head.contains("www.");
        let is_closed = |open, close| head.starts_with(open) && line.ends_with(close);
        shape.is_bracketed = is_closed('(', ')')
            || is_closed('[', ']')
            || is_closed('\u{ff08}', '\u{ff09}')
            || is_closed('<', '>')
            || is_closed('\u{3010}', '\u{3011}');
        if is_cut {
            shape.width = line.len() as f32;
        }
        shape
    }

    fn add(&mut self, word: &str) {
        self.n_words += 1.0;
        self.width += f32::from(u8::from(self.n_words > 1.0));
        let (mut n_chars, mut is_first_letter, mut before) = (0.0, true, ' ');
        let n_digits = self.n_digits;
        let mut chars = word.chars().peekable();
        while let Some(c) = chars.next() {
            n_chars += 1.0;
            self.width += if matches!(c, '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}') {
                2.5
            } else {
                1.0
            };
            if c.is_alphabetic() {
                self.n_letters += 1.0;
                let is_upper = c.is_uppercase();
                self.n_upper += f32::from(u8::from(is_upper));
                if is_first_letter {
                    self.n_capital_words += f32::from(u8::from(is_upper));
                    is_first_letter = false;
                }
                if is_unspaced(c) {
                    self.n_words += 0.4;
                }
            } else if calendar::digit(c).is_some() {
                self.n_digits += 1.0;
            } else {
                self.add_mark(c, before, chars.peek().copied(), word);
            }
            before = c;
        }
        self.longest_word = self.longest_word.max(n_chars);
        if self.n_digits > n_digits && is_clock(word) {
            self.has_clock = true;
        }
    }

    fn add_mark(&mut self, c: char, before: char, next: Option<char>, word: &str) {
        match c {
            ',' | '\u{3001}' | '\u{ff0c}' | '\u{60c}' => self.n_commas += 1.0,
            '.' | '!' | '?' if next.is_none_or(|next| !next.is_alphanumeric()) && before != '.' => {
                self.n_sentences += 1.0;
            }
            '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '\u{61f}' | '\u{964}' | '\u{6d4}' => {
                self.n_sentences += 1.0;
            }
            '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' | '\u{300c}'
                if word.chars().nth(1).is_some() =>
            {
                self.n_quotes += 1.0;
            }
            '|' | '\u{b7}' | '\u{2022}' | '\u{203a}' | '\u{bb}' | '/' | '>' | '\u{2192}'
            | '\u{ff5c}' | '\u{25b8}' => self.n_separators += 1.0,
            '#' if next.is_some_and(char::is_alphanumeric) => self.n_hashtags += 1.0,
            '@' if before == ' ' || before == '(' => self.n_handles += 1.0,
            '@' if word.contains('.') => self.has_email = true,
            '$' | '\u{20ac}' | '\u{a3}' | '\u{a5}' | '\u{20bd}' | '\u{20b9}' | '\u{20a9}' => {
                self.has_currency = true;
            }
            ':' | '\u{ff1a}' if next.is_none() || c == '\u{ff1a}' => {
                self.label_words.get_or_insert(self.n_words);
            }
            _ => {}
        }
        if !matches!(
            c,
            '.' | ','
                | '\''
                | '\u{2019}'
                | '-'
                | '\u{2013}'
                | '\u{2014}'
                | '"'
                | '\u{201c}'
                | '\u{201d}'
                | ':'
                | ';'
                | '!'
                | '?'
                | '\u{3002}'
                | '\u{3001}'
        ) && !matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e30}'..='\u{e4f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}')
        {
            self.n_symbols += 1.0;
        }
    }

    /// Whether it has letters of both cases or of upper case, all upper.
    pub(super) fn is_shouted(&self) -> bool {
        self.n_upper >= 3.0 && self.n_upper >= 0.9 * self.n_letters
    }

    pub(super) fn ends_in(&self, marks: &[char]) -> bool {
        self.last.is_some_and(|last| marks.contains(&last))
    }

    pub(super) fn starts_in(&self, marks: &[char]) -> bool {
        self.first.is_some_and(|first| marks.contains(&first))
    }
}

/// `7:31`, `14.05`, `9h30`: two numbers of a clock with a mark between.
fn is_clock(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let Some(at) = word.find([':', '.', 'h']) else {
        return false;
    };
    let (hour, minute) = (&word[..at], &word[at + 1..]);
    let number = |text: &str, n_digits: std::ops::RangeInclusive<usize>, below: u32| {
        n_digits.contains(&text.chars().count())
            && text
                .chars()
                .try_fold(0, |sum, c| Some(sum * 10 + calendar::digit(c)?))
                .is_some_and(|value| value < below)
    };
    number(hour, 1..=2, 25) && number(minute.get(..2).unwrap_or_default(), 2..=2, 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_counted_in_one_pass() {
        let shape = Shape::of("HARBOUR: 3 ships | 14:05, ann@paper.example");
        assert!(shape.has_clock && shape.has_email && !shape.has_url);
        assert_eq!(shape.label_words, Some(1.0));
        assert_eq!(shape.n_separators, 1.0);
        assert_eq!(shape.n_words, 6.0);
        assert!(Shape::of("NEWS").is_shouted());
        assert!(!Shape::of("News").is_shouted());
        assert!(Shape::of("(Photo: Ann)").is_bracketed);
    }

    #[test]
    fn a_clock_is_two_numbers_with_a_mark() {
        for word in ["7:31", "14.05", "9h30", "(08:15)", "12:00:01"] {
            assert!(is_clock(word), "{word}");
        }
        for word in ["3.5", "99:99", "14", "a:bc", "h"] {
            assert!(!is_clock(word), "{word}");
        }
    }
}
