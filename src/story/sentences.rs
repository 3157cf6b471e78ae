//! Sentences of a text, as byte ranges.

use std::ops::Range;

/// The sentences of `text`, white space around them left out. A line end always
/// ends one.
pub(super) fn split(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.lines().flat_map(move |line| {
        let offset = line.as_ptr() as usize - text.as_ptr() as usize;
        Line { line, at: 0 }.map(move |span| span.start + offset..span.end + offset)
    })
}

struct Line<'a> {
    line: &'a str,
    at: usize,
}

impl Iterator for Line<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let rest = &self.line[self.at..];
        let start = self.at + (rest.len() - rest.trim_start().len());
        if start >= self.line.len() {
            return None;
        }
        let end = self.end(start);
        self.at = end;
        let end = start + self.line[start..end].trim_end().len();
        Some(start..end)
    }
}

impl Line<'_> {
    /// Where the sentence that begins at `start` ends.
    fn end(&self, start: usize) -> usize {
        let mut chars = self.line[start..].char_indices().peekable();
        let mut word = start;
        while let Some((at, c)) = chars.next() {
            let at = start + at;
            match c {
                '。' | '！' | '？' | '।' | '؟' | '۔' => {
                    while let Some((_, '」' | '』' | '”' | '"')) = chars.peek() {
                        chars.next();
                    }
                    return chars.peek().map_or(self.line.len(), |(at, _)| start + at);
                }
                '.' | '!' | '?' | '…' => {
                    while let Some((
                        _,
                        '"' | '”' | '’' | '\'' | ')' | ']' | '»' | '.' | '!' | '?',
                    )) = chars.peek()
                    {
                        chars.next();
                    }
                    let after = chars.peek().map_or(self.line.len(), |(at, _)| start + at);
                    if self.ends_before(after)
                        && !(c == '.' && is_abbreviation(&self.line[word..at]))
                    {
                        return after;
                    }
                }
                c if c.is_whitespace() => word = at + c.len_utf8(),
                _ => {}
            }
        }
        self.line.len()
    }

    /// What stands at `after` may begin a sentence.
    fn ends_before(&self, after: usize) -> bool {
        let rest = &self.line[after..];
        let next = rest.trim_start();
        next.len() < rest.len()
            && next
                .trim_start_matches(['"', '“', '‘', '\'', '(', '[', '«', '•', '-', '–', '—', ' '])
                .chars()
                .next()
                .is_none_or(|c| !c.is_lowercase())
            || rest.is_empty()
    }
}

/// `word`, which a full stop follows, is cut short by it.
fn is_abbreviation(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut chars = word.chars();
    match (chars.next(), chars.next()) {
        (Some(first), None) => first.is_uppercase(),
        (Some(first), Some('.')) => first.is_alphabetic(),
        _ => matches!(
            word,
            "Mr" | "Mrs"
                | "Ms"
                | "Dr"
                | "Prof"
                | "Sen"
                | "Rep"
                | "Gov"
                | "Gen"
                | "Col"
                | "Lt"
                | "Sgt"
                | "Capt"
                | "St"
                | "Jr"
                | "Sr"
                | "vs"
                | "No"
                | "Jan"
                | "Feb"
                | "Aug"
                | "Sept"
                | "Oct"
                | "Nov"
                | "Dec"
        ),
    }
}
