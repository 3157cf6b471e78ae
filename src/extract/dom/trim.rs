//! Leaves out of a page, before it is parsed, what nobody asks the tree for:
//! the insides of scripts, styles and drawings, comments, most attributes. On a
//! news page that is some three quarters of the bytes, and the tokenizer looks
//! at every one of them, one at a time.
//!
//! Start and end tags stay, so that the tree is the same.

use crate::extract::dom::attribute::{attribute, is_asked, is_gap};
use std::borrow::Cow;

/// Elements whose inside is text to the tokenizer and left out here.
const EMPTIED: [&str; 7] = [
    "script", "style", "noscript", "iframe", "noembed", "noframes", "svg",
];
/// Elements whose inside is text to the tokenizer and stays: what looks like a
/// tag in them is none.
const RAW: [&str; 3] = ["textarea", "title", "xmp"];

/// Which attributes stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attributes {
    /// All: selectors of the feed's own may name any.
    All,
    /// Those that extraction itself asks for.
    Asked,
}

/// The page without what nobody asks for.
pub(crate) fn trim(html: &str, attributes: Attributes) -> Cow<'_, str> {
    let mut trim = Trim {
        html,
        attributes,
        kept: String::new(),
        n_done: 0,
        is_unclosed: [false; EMPTIED.len() + RAW.len()],
    };
    trim.run();
    if trim.n_done == 0 {
        return Cow::Borrowed(html);
    }
    trim.kept.push_str(&html[trim.n_done..]);
    Cow::Owned(trim.kept)
}

struct Trim<'a> {
    html: &'a str,
    attributes: Attributes,
    kept: String,
    /// Bytes that were kept or left out so far.
    n_done: usize,
    /// Names whose end tag stands nowhere behind: a page of a million opening
    /// tags must not be searched to its end for each.
    is_unclosed: [bool; EMPTIED.len() + RAW.len()],
}

impl Trim<'_> {
    fn run(&mut self) {
        let bytes = self.html.as_bytes();
        let mut at = 0;
        while let Some(step) = memchr::memchr(b'<', &bytes[at..]) {
            let mut start = at + step;
            while bytes.get(start + 1) == Some(&b'<') {
                start += 1;
            }
            let next = match bytes.get(start + 1) {
                Some(b'!') if bytes[start..].starts_with(b"<!--") => self.comment(start),
                Some(first) if first.is_ascii_alphabetic() => self.element(start),
                _ => Some(start + 1),
            };
            match next {
                Some(next) => at = next,
                None => return,
            }
        }
    }

    /// Leaves out `from` to `to`.
    fn leave_out(&mut self, from: usize, to: usize) {
        if self.n_done == 0 {
            self.kept.reserve(self.html.len() / 2);
        }
        self.kept.push_str(&self.html[self.n_done..from]);
        self.n_done = to;
    }

    /// Where a comment ends; none if it does not.
    fn comment(&mut self, start: usize) -> Option<usize> {
        let bytes = self.html.as_bytes();
        // `<!-->` is a whole comment.
        let mut at = start + 4;
        loop {
            let close = at + memchr::memchr(b'>', &bytes[at..])?;
            let inside = &bytes[start + 2..close];
            if inside.ends_with(b"--") || inside.len() > 4 && inside.ends_with(b"--!") {
                self.leave_out(start, close + 1);
                return Some(close + 1);
            }
            at = close + 1;
        }
    }

    /// Where to go on after a start tag; none if the tag does not end.
    fn element(&mut self, start: usize) -> Option<usize> {
        let bytes = self.html.as_bytes();
        let name = &bytes[start + 1..];
        let n_name = name.iter().position(|byte| {
            matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | b'\x0c' | b'/' | b'>')
        })?;
        let name = &name[..n_name];
        let after = match self.attributes {
            Attributes::All => tag_end(bytes, start + 1 + n_name)?,
            Attributes::Asked => self.attributes(name, start + 1 + n_name)?,
        };
        let Some(row) = row_of(name) else {
            return Some(after);
        };
        let tag = &self.html[start..after];
        if row.name() == "svg" && tag.ends_with("/>") || self.is_unclosed[row.0] {
            return Some(after);
        }
        let Some(end) = end_tag(bytes, after, row.name().as_bytes()) else {
            self.is_unclosed[row.0] = true;
            return Some(after);
        };
        let inside = &bytes[after..end];
        // In `<!--` a script may hold end tags that are none: left to the tokenizer.
        let is_kept = !row.is_emptied()
            || row.name() == "script"
                && (tag.contains("ld+json") || memchr::memmem::find(inside, b"<!--").is_some());
        if row.name() == "noscript" && holds_text(inside) {
            // Its inside is tags like any other's.
            return Some(after);
        }
        if !is_kept && !inside.is_empty() {
            self.leave_out(after, end);
        }
        Some(end)
    }
}

impl Trim<'_> {
    /// Leaves out attributes of a tag whose name ends at `at`; behind its `>`.
    fn attributes(&mut self, element: &[u8], mut at: usize) -> Option<usize> {
        let bytes = self.html.as_bytes();
        loop {
            let start = at;
            at += bytes[at..].iter().position(|byte| !is_gap(*byte))?;
            if bytes[at] == b'>' {
                return Some(at + 1);
            }
            let attribute = attribute(bytes, at)?;
            let is_apart = bytes
                .get(attribute.end)
                .is_some_and(|byte| is_gap(*byte) || *byte == b'>');
            let name = &bytes[at..at + attribute.n_name];
            if is_apart && start < at && !is_asked(element, name, &bytes[attribute.value.clone()]) {
                self.leave_out(start, attribute.end);
            }
            at = attribute.end;
        }
    }
}

/// Letters that a `<noscript>` must hold to be more than a picture and a request
/// to switch scripts on.
const MIN_LETTERS: usize = 300;

/// Whether the inside of a `<noscript>` is a text to read: some pages keep their
/// whole article there. Bytes over 127 count as letters.
fn holds_text(inside: &[u8]) -> bool {
    let mut is_tag = false;
    let mut n_letters = 0;
    for byte in inside {
        match byte {
            b'<' => is_tag = true,
            b'>' => is_tag = false,
            _ if !is_tag && (byte.is_ascii_alphabetic() || *byte > 127) => n_letters += 1,
            _ => {}
        }
    }
    n_letters >= MIN_LETTERS
}

/// A place in [`EMPTIED`] or, behind these, in [`RAW`].
#[derive(Clone, Copy)]
struct Row(usize);

impl Row {
    fn name(self) -> &'static str {
        EMPTIED
            .get(self.0)
            .or_else(|| RAW.get(self.0.wrapping_sub(EMPTIED.len())))
            .copied()
            .unwrap_or_default()
    }

    fn is_emptied(self) -> bool {
        self.0 < EMPTIED.len()
    }
}

fn row_of(name: &[u8]) -> Option<Row> {
    // Most tags are none of these: a look at the first letter spares the table.
    if !matches!(name.first()? | 0x20, b's' | b'n' | b'i' | b't' | b'x') || name.len() < 3 {
        return None;
    }
    EMPTIED
        .iter()
        .chain(&RAW)
        .position(|row| row.as_bytes().eq_ignore_ascii_case(name))
        .map(Row)
}

/// Behind the `>` of a tag whose name ends at `at`, quoted values passed over.
fn tag_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let found = at + memchr::memchr3(b'>', b'"', b'\'', &bytes[at..])?;
        let quote = bytes[found];
        if quote == b'>' {
            return Some(found + 1);
        }
        at = found + 1;
        let before = bytes[..found].trim_ascii_end();
        if before.ends_with(b"=") {
            at += memchr::memchr(quote, &bytes[at..])? + 1;
        }
    }
}

/// Where the end tag of `name` begins.
fn end_tag(bytes: &[u8], mut at: usize, name: &[u8]) -> Option<usize> {
    loop {
        let found = at + memchr::memchr(b'<', &bytes[at..])?;
        if bytes.get(found + 1) != Some(&b'/') {
            at = found + 1;
            continue;
        }
        let rest = &bytes[found + 2..];
        let is_end = rest.len() > name.len()
            && rest[..name.len()].eq_ignore_ascii_case(name)
            && matches!(
                rest[name.len()],
                b' ' | b'\n' | b'\t' | b'\r' | b'\x0c' | b'/' | b'>'
            );
        if is_end {
            return Some(found);
        }
        at = found + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, trimmed: &str) {
        assert_eq!(trim(html, Attributes::All), trimmed, "{html}");
    }

    fn check_asked(html: &str, trimmed: &str) {
        assert_eq!(trim(html, Attributes::Asked), trimmed, "{html}");
    }

    #[test]
    fn attributes_that_nobody_asks_for_go() {
        check_asked(
            "<img src=a.png CLASS = 'x' alt=\"a > b\" data-x><link rel=canonical href=/a><a href=/b id=c>",
            "<img CLASS = 'x'><link rel=canonical href=/a><a id=c>",
        );
        check_asked(
            "<p style='color:red'><p style='display: none'>",
            "<p><p style='display: none'>",
        );
        check_asked(
            "<br/><img src='a'/><i =a><b a='1'class=b>",
            "<br/><img/><i><b a='1'class=b>",
        );
    }

    #[test]
    fn a_tag_that_does_not_end_keeps_its_attributes() {
        for html in ["<a href='", "<a href", "<a href=", "<a href=x", "<a href "] {
            check_asked(html, html);
        }
    }

    #[test]
    fn scripts_styles_comments_and_drawings_are_emptied() {
        check(
            "<p>a<script async>if (a<b) {'</p>'}</script>b<STYLE>p{}</Style></p>",
            "<p>a<script async></script>b<STYLE></Style></p>",
        );
        check("a<!-- <script> -->b<!-->c<!--x--!>d", "abcd");
        check(
            "<svg viewBox='0'><path d='M'/><title>x</title></svg>",
            "<svg viewBox='0'></svg>",
        );
    }

    #[test]
    fn data_and_the_inside_of_fields_stay() {
        let data = "<script type=\"application/ld+json\">{\"a\":\"<p>\"}</script>";
        check(data, data);
        let field = "<textarea><script>1</script><!-- --></textarea>";
        check(field, field);
    }

    #[test]
    fn a_tag_in_a_quoted_value_is_none() {
        let value = "<a title=\"<script>\" href='>'>x</a><p>y</script>";
        check(value, value);
        check(
            "<a title=don't><style>a</style>",
            "<a title=don't><style></style>",
        );
    }

    #[test]
    fn what_does_not_end_is_left_to_the_parser() {
        for html in [
            "<script>a",
            "<!-- a",
            "<p title='",
            "<svg/>a<b>c</b>",
            "<",
            "a<sc",
        ] {
            check(html, html);
        }
        check("<svg><i></svg><svg>a", "<svg></svg><svg>a");
    }

    #[test]
    fn a_script_that_writes_scripts_is_left_to_the_parser() {
        let html = "<script><!-- <script></script> --></script>";
        check(html, html);
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_added_or_moved(html in "(<|>|!--|--|-->|=|\"|'|/| |a|é|script|style|svg|title|class|alt|</){0,40}") {
            for attributes in [Attributes::All, Attributes::Asked] {
                let trimmed = trim(&html, attributes);
                let mut rest = html.chars();
                assert!(trimmed.chars().all(|c| rest.any(|own| own == c)), "{html} -> {trimmed}");
            }
        }
    }
}
