//! Feed text as one line without anything that is not text.

use crate::text::is_printable;

/// `text` on one line: control characters and overrides of the direction become
/// spaces, and white space is one space.
pub(crate) fn clean(text: &str) -> String {
    clean_part(text).trim().to_owned()
}

/// The same for a part of a sentence, which may begin or end with a space.
pub(super) fn clean_part(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for c in text.chars() {
        if is_printable(c) && !c.is_whitespace() {
            cleaned.push(c);
        } else if !cleaned.ends_with(' ') {
            cleaned.push(' ');
        }
    }
    cleaned
}

/// What stands where a service would else find a link: a zero-width space.
const BREAK: char = '\u{200b}';

/// `text` with zero-width spaces where a service would find a link, a mention or a
/// hashtag in plain text: after `@`, `#` and `://`, and in what looks like a host.
///
/// For what feeds wrote; a message's own link is never passed through this.
pub(crate) fn defuse(text: &str) -> String {
    let mut defused = String::with_capacity(text.len() + 16);
    let mut from = 0;
    for at in breaks(text) {
        defused.push_str(&text[from..at]);
        defused.push(BREAK);
        from = at;
    }
    defused.push_str(&text[from..]);
    defused
}

/// The same for a line in several parts: a link may begin in one and end in the next.
pub(super) fn defuse_line(parts: &mut [&mut String]) {
    let whole: String = parts.iter().map(|part| part.as_str()).collect();
    let breaks = breaks(&whole);
    let mut end = whole.len();
    for part in parts.iter_mut().rev() {
        let start = end - part.len();
        // A break at the border belongs to the part in front of it.
        for at in breaks
            .iter()
            .rev()
            .filter(|at| (start + 1..=end).contains(*at))
        {
            part.insert(at - start, BREAK);
        }
        end = start;
    }
}

/// The places behind which a break is needed, ascending.
fn breaks(text: &str) -> Vec<usize> {
    let mut breaks = Vec::new();
    let mut before: Option<char> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let is_link = match c {
            '@' | '#' | '＠' | '＃' => !next.is_whitespace(),
            ':' => next == '/' || next.is_alphabetic(),
            '.' => {
                next.is_alphanumeric()
                    && before.is_some_and(char::is_alphanumeric)
                    && !is_figure(before, next)
            }
            '/' => {
                next.is_alphabetic()
                    && before.is_none_or(|before| before != '/' && !before.is_alphanumeric())
            }
            _ => false,
        };
        if is_link {
            breaks.push(at + c.len_utf8());
        }
        before = Some(c);
    }
    breaks
}

/// A point between two digits is that of a figure, not of a host.
fn is_figure(before: Option<char>, next: char) -> bool {
    before.is_some_and(|before| before.is_ascii_digit()) && next.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_link_or_a_mention_is_broken_and_figures_are_not() {
        let check = |text: &str, shown: &str| {
            assert_eq!(defuse(text).replace('\u{200b}', "|"), shown);
        };
        check(
            "ask @everyone at 7.5 percent",
            "ask @|everyone at 7.5 percent",
        );
        check("https://bad.example/x", "https:|//bad.|example/x");
        check("mail a@b.example", "mail a@|b.|example");
        check("The end. A start", "The end. A start");
        check("/start the #race", "/|start the #|race");
    }

    #[test]
    fn a_link_over_the_border_of_two_parts_is_broken() {
        let (mut a, mut b) = ("see bad.".to_owned(), "example or @".to_owned());
        let mut c = "all".to_owned();
        defuse_line(&mut [&mut a, &mut b, &mut c]);
        assert_eq!(
            (a + &b + &c).replace(BREAK, "|"),
            "see bad.|example or @|all"
        );
    }

    #[test]
    fn text_of_several_lines_with_controls_becomes_one_line() {
        assert_eq!(clean(" a\n\tb\u{202e}c\u{7} "), "a b c");
    }
}
