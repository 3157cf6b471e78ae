//! The attributes of a tag as it is written, before any parser has seen it.

/// Attributes that are asked for, here or by the parser itself.
const ATTRIBUTES: [&str; 17] = [
    "class",
    "id",
    "itemprop",
    "role",
    "hidden",
    "rel",
    "type",
    "content",
    "name",
    "property",
    "datetime",
    "lang",
    "http-equiv",
    "shadowrootmode",
    "shadowroot",
    "popover",
    "value",
];

/// White space, or a slash that closes nothing.
pub(crate) fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | b'\x0c' | b'/')
}

/// An attribute: the bytes of its name, where its value stands, where it ends.
pub(crate) struct Attribute {
    pub(crate) n_name: usize,
    pub(crate) value: std::ops::Range<usize>,
    pub(crate) end: usize,
}

/// The attribute that begins at `start`, as the HTML standard's tokenizer takes it.
pub(crate) fn attribute(bytes: &[u8], start: usize) -> Option<Attribute> {
    // A name may begin with `=`.
    let n_name = 1 + bytes[start + 1..]
        .iter()
        .position(|byte| is_gap(*byte) || matches!(byte, b'=' | b'>'))?;
    let space = |at: usize| {
        bytes[at..]
            .iter()
            .position(|byte| !byte.is_ascii_whitespace())
    };
    let end_of_name = start + n_name;
    let at = end_of_name + space(end_of_name)?;
    if bytes[at] != b'=' {
        return Some(Attribute {
            n_name,
            value: end_of_name..end_of_name,
            end: end_of_name,
        });
    }
    let at = at + 1 + space(at + 1)?;
    let quote = bytes[at];
    if matches!(quote, b'"' | b'\'') {
        let end = at + 1 + memchr::memchr(quote, &bytes[at + 1..])?;
        return Some(Attribute {
            n_name,
            value: at + 1..end,
            end: end + 1,
        });
    }
    let n_value = bytes[at..]
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || *byte == b'>')?;
    Some(Attribute {
        n_name,
        value: at..at + n_value,
        end: at + n_value,
    })
}

/// Whether extraction asks for an attribute of an element.
pub(crate) fn is_asked(element: &[u8], name: &[u8], value: &[u8]) -> bool {
    let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    if is("href") {
        return element.eq_ignore_ascii_case(b"link");
    }
    if is("style") {
        return ["display", "clip"]
            .iter()
            .any(|name| memchr::memmem::find(value, name.as_bytes()).is_some());
    }
    ATTRIBUTES.iter().any(|asked| is(asked))
}
