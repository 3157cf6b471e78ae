//! Converts HTML to plain text for short fields: titles and names.

use crate::feed::xml::entities::{DecodeRepairs, Entities, is_allowed, of_windows};
use crate::text::escape_markup;

/// Elements that are removed from a title. Others stay as text: `Vec<String>` and
/// `<your name here>` are words.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "big",
    "blink",
    "blockquote",
    "body",
    "br",
    "center",
    "cite",
    "code",
    "del",
    "dfn",
    "div",
    "em",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "marquee",
    "nobr",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "sup",
    "table",
    "td",
    "th",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Elements among them that separate words.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "center",
    "div",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// The text of `html` without tags, with references decoded and blanks folded.
pub(super) fn of_html(html: &str) -> String {
    let without_tags;
    let text = if memchr::memchr(b'<', html.as_bytes()).is_some() {
        without_tags = strip_tags(html);
        &without_tags
    } else {
        html
    };
    let text = Entities::default().decode(text, &mut DecodeRepairs::default());
    fold(&text)
}

/// `text` with blanks folded, without control characters.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split(is_blank) {
        let n_before = folded.len();
        if n_before > 0 {
            folded.push(' ');
        }
        let n_start = folded.len();
        if word.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            folded.push_str(word);
        } else {
            let chars = word.chars().map(of_windows);
            folded.extend(chars.filter(|c| is_allowed(*c) && !c.is_control()));
        }
        if folded.len() == n_start {
            folded.truncate(n_before);
        }
    }
    folded
}

/// Whether `c` separates words. Control characters that XML does not allow do not:
/// they mark a lost character within a word.
fn is_blank(c: char) -> bool {
    match c {
        '\u{b}' | '\u{c}' | '\u{85}' => false,
        '\u{feff}' => true,
        _ => c.is_whitespace(),
    }
}

fn strip_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        match tag(rest) {
            Some((n_bytes, parts_words)) => {
                if parts_words {
                    text.push(' ');
                }
                rest = &rest[n_bytes..];
            }
            None => {
                text.push('<');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

/// The length of the tag or comment at the start of `html`, and whether it separates
/// words.
fn tag(html: &str) -> Option<(usize, bool)> {
    if html.starts_with("<!--") {
        return html.find("-->").map(|end| (end + 3, false));
    }
    let body = &html[1..];
    let name = body.strip_prefix('/').unwrap_or(body);
    let n_bytes = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let name = name[..n_bytes].to_ascii_lowercase();
    if ELEMENTS.binary_search(&name.as_str()).is_err() {
        return None;
    }
    let end = memchr::memchr2(b'>', b'<', body.as_bytes())?;
    (body.as_bytes()[end] == b'>').then(|| (end + 2, BLOCKS.binary_search(&name.as_str()).is_ok()))
}

/// Plain text as HTML.
pub(super) fn to_html(text: &str) -> String {
    if memchr::memchr3(b'&', b'<', b'>', text.as_bytes()).is_none() {
        return text.to_owned();
    }
    escape_markup(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, wanted: &str) {
        assert_eq!(of_html(html), wanted, "{html}");
    }

    #[test]
    fn the_tables_are_sorted() {
        assert!(ELEMENTS.is_sorted());
        assert!(BLOCKS.is_sorted());
    }

    #[test]
    fn markup_goes_and_words_stay() {
        check("Storm <b>hits</b> coast", "Storm hits coast");
        check("H<sub>2</sub>O", "H2O");
        check("one<br/>two", "one two");
        check(
            "a Vec<String> of <your name>",
            "a Vec<String> of <your name>",
        );
        check("3 < 5 &amp; 7 > 6", "3 < 5 & 7 > 6");
    }

    #[test]
    fn control_characters_never_get_through() {
        check("a\u{1b}[31mb\u{7}\u{8d}c \u{1}", "a[31mbc");
    }
}
