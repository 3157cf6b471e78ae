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

/// `text` with zero-width spaces where a service would find a link, a mention or a
/// hashtag in plain text: after `@`, `#` and `://`, and in what looks like a host.
///
/// For what feeds wrote; a message's own link is never passed through this.
pub(crate) fn defuse(text: &str) -> String {
    const BREAK: char = '\u{200b}';
    let mut defused = String::with_capacity(text.len() + 16);
    let mut before: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        defused.push(c);
        let next = chars.peek().copied().unwrap_or(' ');
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
            defused.push(BREAK);
        }
        before = Some(c);
    }
    defused
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
    fn text_of_several_lines_with_controls_becomes_one_line() {
        assert_eq!(clean(" a\n\tb\u{202e}c\u{7} "), "a b c");
    }
}
