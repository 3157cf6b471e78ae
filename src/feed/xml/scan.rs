//! A scanner for markup that may be damaged. It never fails, never goes back, and
//! takes linear time for any text.
//!
//! It does not know names, nesting or namespaces: see [`crate::feed::xml::reader`].

use memchr::memmem;

/// A piece of markup, borrowed from the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Character data with its references undecoded.
    Text(&'a str),
    /// The content of a CDATA section, in which there are no references.
    Cdata(&'a str),
    /// A start tag, or an empty element's tag.
    Start {
        /// The qualified name, as written.
        name: &'a str,
        /// The text between the name and the end of the tag.
        attributes: &'a str,
        /// Whether the tag closes itself.
        is_empty: bool,
    },
    /// An end tag's qualified name.
    End(&'a str),
    /// The content of `<!DOCTYPE ...>`.
    Doctype(&'a str),
    /// The content of `<? ... ?>`.
    Instruction(&'a str),
    /// A comment, or a declaration that does not matter.
    Comment,
}

/// What the scanner has repaired.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mended {
    /// A `<` that does not start a tag was taken as text.
    pub(crate) bare_less_than: bool,
    /// A CDATA section without an end of its own.
    pub(crate) unclosed_cdata: bool,
    /// A comment, instruction or quoted attribute without an end.
    pub(crate) unclosed_markup: bool,
}

/// Splits a document into tokens.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// The next end of each kind, remembered so that many repeated beginnings do not
    /// make the scanner search the same text again and again.
    cdata_end: NextDelimiter,
    comment_end: NextDelimiter,
    instruction_end: NextDelimiter,
    subset_end: NextDelimiter,
    double_quote: NextDelimiter,
    single_quote: NextDelimiter,
    mended: Mended,
}

/// The next occurrence of a delimiter, as far as it is known.
#[derive(Clone, Copy)]
enum NextDelimiter {
    Unknown,
    At(usize),
    Nowhere,
}

impl NextDelimiter {
    /// The first occurrence at or after `from`; `find` searches each part of the text
    /// at most once.
    fn next(&mut self, from: usize, find: impl FnOnce() -> Option<usize>) -> Option<usize> {
        match *self {
            NextDelimiter::Nowhere => None,
            NextDelimiter::At(at) if at >= from => Some(at),
            NextDelimiter::At(_) | NextDelimiter::Unknown => {
                let found = find().map(|offset| from + offset);
                *self = found.map_or(NextDelimiter::Nowhere, NextDelimiter::At);
                found
            }
        }
    }
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            cdata_end: NextDelimiter::Unknown,
            comment_end: NextDelimiter::Unknown,
            instruction_end: NextDelimiter::Unknown,
            subset_end: NextDelimiter::Unknown,
            double_quote: NextDelimiter::Unknown,
            single_quote: NextDelimiter::Unknown,
            mended: Mended::default(),
        }
    }

    /// How far the document has been read, in bytes.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// What has been repaired so far.
    pub(crate) fn mended(&self) -> Mended {
        self.mended
    }

    /// The next token, `None` at the end. `is_open` says whether an element with that
    /// name is open: its end tag also ends a CDATA section without an end.
    pub(crate) fn next(&mut self, is_open: impl Fn(&str) -> bool) -> Option<Token<'a>> {
        let rest = &self.text.as_bytes()[self.at..];
        match *rest.first()? {
            b'<' => Some(self.markup(is_open)),
            _ => Some(self.character_data(0)),
        }
    }

    /// Text up to the next `<`, searched from `skip` bytes after the current position.
    fn character_data(&mut self, skip: usize) -> Token<'a> {
        let start = self.at;
        let from = start + skip;
        self.at = memchr::memchr(b'<', &self.text.as_bytes()[from..])
            .map_or(self.text.len(), |offset| from + offset);
        Token::Text(&self.text[start..self.at])
    }

    fn markup(&mut self, is_open: impl Fn(&str) -> bool) -> Token<'a> {
        let bytes = &self.text.as_bytes()[self.at..];
        match bytes.get(1) {
            Some(b'!') => self.declaration(is_open),
            Some(b'?') => self.instruction(),
            Some(b'/') => self.end_tag(is_open),
            Some(byte) if is_name_start(*byte) => self.start_tag(),
            _ => {
                self.mended.bare_less_than = true;
                self.character_data(1)
            }
        }
    }

    fn end_tag(&mut self, is_open: impl Fn(&str) -> bool) -> Token<'a> {
        let bytes = self.text.as_bytes();
        let name_start = self.at + 2;
        let Some(end) = memchr::memchr2(b'>', b'<', &bytes[name_start..]) else {
            self.at = bytes.len();
            let name = self.text[name_start..].trim_end();
            // Only the last byte of the document is missing.
            return if is_open(name) {
                Token::End(name)
            } else {
                Token::Comment
            };
        };
        let end = name_start + end;
        let name = self.text[name_start..end]
            .split(|c: char| c.is_ascii_whitespace() || c == '/')
            .find(|part| !part.is_empty())
            .unwrap_or_default();
        // `</title<link>`: the end tag ends at the start of the next tag.
        self.at = end + usize::from(bytes[end] == b'>');
        if name.is_empty() {
            Token::Comment
        } else {
            Token::End(name)
        }
    }

    fn start_tag(&mut self) -> Token<'a> {
        let bytes = self.text.as_bytes();
        let name_start = self.at + 1;
        let mut at = name_start;
        while at < bytes.len() && is_name_byte(bytes[at]) {
            at += 1;
        }
        let name = &self.text[name_start..at];
        let attributes_start = at;
        loop {
            let Some(&byte) = bytes.get(at) else {
                // A tag that is cut off by the end of the document is dropped.
                self.at = bytes.len();
                return Token::Comment;
            };
            match byte {
                b'>' => break,
                b'<' => {
                    // All of it is taken as text: scanning it again would take
                    // quadratic time.
                    self.mended.bare_less_than = true;
                    let skip = at - self.at;
                    return self.character_data(skip);
                }
                b'"' | b'\'' if is_after_equals(&bytes[attributes_start..at]) => {
                    at = self.quoted_value_end(at);
                }
                _ => at += 1,
            }
        }
        let is_empty = at > attributes_start && bytes[at - 1] == b'/';
        let attributes = &self.text[attributes_start..at - usize::from(is_empty)];
        self.at = at + 1;
        Token::Start {
            name,
            attributes,
            is_empty,
        }
    }

    /// One byte after the closing quote of the value that is opened at `open`; one byte
    /// after `open` if the quote is never closed or belongs to another value.
    fn quoted_value_end(&mut self, open: usize) -> usize {
        let bytes = self.text.as_bytes();
        let quote = bytes[open];
        let delimiter = if quote == b'"' {
            &mut self.double_quote
        } else {
            &mut self.single_quote
        };
        let close = delimiter.next(open + 1, || memchr::memchr(quote, &bytes[open + 1..]));
        let closes = close.filter(|&close| {
            // In `<a href="x>text</a><a href="y">` this finds the opening quote of the
            // next value. After a real closing quote there is never a letter.
            match bytes.get(close + 1) {
                None => true,
                Some(b'>' | b'/' | b'?') => true,
                Some(byte) if byte.is_ascii_whitespace() => true,
                Some(_) => !bytes[open + 1..close].contains(&b'<'),
            }
        });
        match closes {
            Some(close) => close + 1,
            None => {
                self.mended.unclosed_markup = true;
                open + 1
            }
        }
    }

    fn declaration(&mut self, is_open: impl Fn(&str) -> bool) -> Token<'a> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.starts_with(b"<!--") {
            return self.comment();
        }
        if starts_with_ignoring_case(rest, b"<![CDATA[") {
            return self.cdata(is_open);
        }
        if starts_with_ignoring_case(rest, b"<!DOCTYPE") {
            return self.doctype();
        }
        self.skip_to_greater_than();
        Token::Comment
    }

    fn comment(&mut self) -> Token<'a> {
        let from = self.at + 4;
        let bytes = self.text.as_bytes();
        match self
            .comment_end
            .next(from, || memmem::find(&bytes[from..], b"-->"))
        {
            Some(end) => self.at = end + 3,
            None => {
                self.mended.unclosed_markup = true;
                self.skip_to_greater_than();
            }
        }
        Token::Comment
    }

    fn instruction(&mut self) -> Token<'a> {
        let from = self.at + 2;
        let bytes = self.text.as_bytes();
        let end = self
            .instruction_end
            .next(from, || memmem::find(&bytes[from..], b"?>"));
        // `<?xml version="1.0">` without its second question mark must not run on to
        // the end of the next instruction.
        let close = memchr::memchr2(b'>', b'<', &bytes[from..]).map(|offset| from + offset);
        match (end, close) {
            (Some(end), Some(close)) if end <= close || bytes[close] == b'<' => {
                self.at = end + 2;
                Token::Instruction(&self.text[from..end])
            }
            (Some(end), None) => {
                self.at = end + 2;
                Token::Instruction(&self.text[from..end])
            }
            (Some(_) | None, Some(close)) => {
                self.mended.unclosed_markup = true;
                self.at = close + usize::from(bytes[close] == b'>');
                Token::Instruction(&self.text[from..close])
            }
            (None, None) => {
                self.at = bytes.len();
                Token::Comment
            }
        }
    }

    fn cdata(&mut self, is_open: impl Fn(&str) -> bool) -> Token<'a> {
        let from = self.at + b"<![CDATA[".len();
        let bytes = self.text.as_bytes();
        let own_end = self
            .cdata_end
            .next(from, || memmem::find(&bytes[from..], b"]]>"));
        let limit = match own_end {
            // If another section begins before the end and an open element is closed
            // in between, the end belongs to that section.
            Some(end) => memmem::find(&bytes[from..end], b"<![CDATA[").map(|offset| from + offset),
            None => Some(bytes.len()),
        };
        let cut = limit.and_then(|limit| self.first_end_tag(from, limit, is_open));
        match (cut, own_end) {
            (Some(cut), _) => {
                self.mended.unclosed_cdata = true;
                self.at = cut;
                Token::Cdata(&self.text[from..cut])
            }
            (None, Some(end)) => {
                self.at = end + 3;
                Token::Cdata(&self.text[from..end])
            }
            (None, None) => {
                self.mended.unclosed_cdata = true;
                self.at = bytes.len();
                Token::Cdata(&self.text[from..])
            }
        }
    }

    /// Where the first end tag of an open element begins between two offsets.
    fn first_end_tag(
        &self,
        from: usize,
        to: usize,
        is_open: impl Fn(&str) -> bool,
    ) -> Option<usize> {
        memmem::find_iter(&self.text.as_bytes()[from..to], b"</")
            .map(|offset| from + offset)
            .find(|&at| {
                let name = &self.text[at + 2..to];
                let n_bytes = name.bytes().take_while(|b| is_name_byte(*b)).count();
                is_open(&name[..n_bytes])
            })
    }

    fn doctype(&mut self) -> Token<'a> {
        let from = self.at + b"<!DOCTYPE".len();
        let bytes = self.text.as_bytes();
        let close = memchr::memchr(b'>', &bytes[from..]).map(|offset| from + offset);
        let end = match close {
            Some(close) if bytes[from..close].contains(&b'[') => self
                .subset_end
                .next(from, || find_subset_end(&bytes[from..]))
                .unwrap_or(close),
            Some(close) => close,
            None => bytes.len(),
        };
        self.at = (end + 1).min(bytes.len());
        Token::Doctype(&self.text[from..end])
    }

    fn skip_to_greater_than(&mut self) {
        let from = self.at + 1;
        let bytes = self.text.as_bytes();
        self.at = match memchr::memchr2(b'>', b'<', &bytes[from..]) {
            Some(offset) => from + offset + usize::from(bytes[from + offset] == b'>'),
            None => bytes.len(),
        };
    }
}

/// Blanks allowed between `]` and `>` of a document type declaration.
const MAX_SUBSET_BLANKS: usize = 64;

/// The position of the `>` that ends a document type with an internal subset: it
/// follows a `]` and optional blanks.
fn find_subset_end(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b']', bytes).find_map(|bracket| {
        let after = bracket + 1;
        let blanks = bytes[after..]
            .iter()
            .take(MAX_SUBSET_BLANKS)
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        (bytes.get(after + blanks) == Some(&b'>')).then_some(after + blanks)
    })
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b':' || byte >= 0x80
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'.') || byte >= 0x80
}

fn is_after_equals(before: &[u8]) -> bool {
    let last = before.iter().rev().find(|byte| !byte.is_ascii_whitespace());
    last == Some(&b'=')
}

fn starts_with_ignoring_case(bytes: &[u8], prefix: &[u8]) -> bool {
    bytes
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens of `text` if an element `t` is open.
    fn check(text: &str, wanted: &[Token<'_>]) {
        let mut scanner = Scanner::new(text);
        let mut found = Vec::new();
        while let Some(token) = scanner.next(|name| name == "t") {
            found.push(token);
        }
        assert_eq!(found, wanted, "{text}");
    }

    const fn start<'a>(name: &'a str, attributes: &'a str) -> Token<'a> {
        Token::Start {
            name,
            attributes,
            is_empty: false,
        }
    }

    use Token::{Cdata, Comment, End, Instruction, Text};

    #[test]
    fn a_less_than_that_does_not_start_a_tag_is_text() {
        check("a < b", &[Text("a "), Text("< b")]);
        check(
            "<t>3 <5</t>",
            &[start("t", ""), Text("3 "), Text("<5"), End("t")],
        );
        check("x <y and<t>", &[Text("x "), Text("<y and"), start("t", "")]);
    }

    #[test]
    fn a_quoted_value_may_hold_a_greater_than() {
        check(r#"<t a="x>y">"#, &[start("t", r#" a="x>y""#)]);
        check(
            r#"<t a="x>y</t><t b="z">"#,
            &[
                start("t", r#" a="x"#),
                Text("y"),
                End("t"),
                start("t", r#" b="z""#),
            ],
        );
    }

    #[test]
    fn a_cdata_section_without_end_ends_with_its_element() {
        check("<![CDATA[a]]>b", &[Cdata("a"), Text("b")]);
        check(
            "<![CDATA[a</i></t>b",
            &[Cdata("a</i>"), End("t"), Text("b")],
        );
        check(
            "<![CDATA[a</t><t><![CDATA[b]]>",
            &[Cdata("a"), End("t"), start("t", ""), Cdata("b")],
        );
        check("<![CDATA[a", &[Cdata("a")]);
    }

    #[test]
    fn a_tag_that_is_cut_off_by_the_end_is_dropped() {
        check("a<t b=\"c", &[Text("a"), Comment]);
        check("a</u", &[Text("a"), Comment]);
        check("a</t", &[Text("a"), End("t")]);
        check("a<?xml", &[Text("a"), Comment]);
    }

    #[test]
    fn instructions_and_comments_end_at_the_next_tag_at_the_latest() {
        check("<?xml v?>a", &[Instruction("xml v"), Text("a")]);
        check(
            "<?xml v>a<t>",
            &[Instruction("xml v"), Text("a"), start("t", "")],
        );
        check("<!-- a -- b --->c", &[Comment, Text("c")]);
        check("<!-- a<t>", &[Comment, start("t", "")]);
    }
}
