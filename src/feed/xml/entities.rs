//! Character references and entities, including those that a document declares.

use encoding_rs::WINDOWS_1252;
use quick_xml::escape::resolve_html5_entity;
use std::borrow::Cow;
use std::cell::Cell;

/// Most entities of a document type declaration.
const MAX_DECLARED: usize = 128;

/// Longest replacement text of a declared entity, in bytes.
const MAX_REPLACEMENT_BYTES: usize = 1024;

/// Longest name of an entity, in bytes; HTML's longest has 31.
const MAX_NAME_BYTES: usize = 40;

/// How deep a declared entity may refer to others.
const MAX_DEPTH: usize = 4;

/// Limit on the expansion of declared entities: bytes written, plus one for each
/// replacement. It stops entities that multiply one another.
const MAX_EXPANSION: usize = 256 << 10;

/// The entities that a document declares.
#[derive(Debug, Default)]
pub(crate) struct Entities {
    declared: Vec<(String, String)>,
    n_expanded: Cell<usize>,
}

/// What decoding had to repair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DecodeRepairs {
    /// An `&` that does not begin a reference.
    pub(crate) bare_ampersand: bool,
    /// An entity that HTML knows but the document did not declare.
    pub(crate) undeclared_entity: bool,
    /// A reference to a character that XML does not allow.
    pub(crate) bad_character: bool,
}

impl Entities {
    /// Takes over the general entities of a document type's internal subset. External
    /// ones are refused, because their text would have to be fetched.
    pub(crate) fn declare(&mut self, doctype: &str) {
        for declaration in doctype.split("<!ENTITY").skip(1).take(MAX_DECLARED) {
            let Some((name, rest)) = declaration.trim_start().split_once(char::is_whitespace)
            else {
                continue;
            };
            let value = rest.trim_start();
            let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                continue;
            };
            let Some((value, _)) = value[1..].split_once(quote) else {
                continue;
            };
            let known = self.declared.iter().any(|(known, _)| known == name);
            if !known && value.len() <= MAX_REPLACEMENT_BYTES && self.declared.len() < MAX_DECLARED
            {
                self.declared.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let entity = self.declared.iter().find(|(known, _)| known == name);
        entity.map(|(_, value)| value.as_str())
    }

    /// `text` with its references replaced. An `&` without a reference stays as it is.
    /// Declared entities are dropped once a document has used too many.
    pub(crate) fn decode<'a>(&self, text: &'a str, repairs: &mut DecodeRepairs) -> Cow<'a, str> {
        if memchr::memchr(b'&', text.as_bytes()).is_none() {
            return Cow::Borrowed(text);
        }
        let mut decoded = String::with_capacity(text.len());
        self.decode_into(text, &mut decoded, 0, repairs);
        Cow::Owned(decoded)
    }

    fn decode_into(
        &self,
        text: &str,
        decoded: &mut String,
        depth: usize,
        repairs: &mut DecodeRepairs,
    ) {
        let mut rest = text;
        while let Some(ampersand) = memchr::memchr(b'&', rest.as_bytes()) {
            decoded.push_str(&rest[..ampersand]);
            rest = &rest[ampersand..];
            rest = match reference(rest) {
                Some((Reference::Character(code), after)) => {
                    push_character(code, decoded, repairs);
                    after
                }
                Some((Reference::Entity(name), after)) => {
                    self.push_entity(name, decoded, depth, repairs);
                    after
                }
                None => {
                    repairs.bare_ampersand = true;
                    decoded.push('&');
                    &rest[1..]
                }
            };
        }
        decoded.push_str(rest);
    }

    fn push_entity(
        &self,
        name: &str,
        decoded: &mut String,
        depth: usize,
        repairs: &mut DecodeRepairs,
    ) {
        let predefined = matches!(name, "amp" | "lt" | "gt" | "quot" | "apos");
        if let Some(value) = self.get(name).filter(|_| !predefined) {
            let n_expanded = self.n_expanded.get() + value.len() + 1;
            if depth < MAX_DEPTH && n_expanded <= MAX_EXPANSION {
                self.n_expanded.set(n_expanded);
                self.decode_into(value, decoded, depth + 1, repairs);
            }
        } else if let Some(value) = resolve_html5_entity(name) {
            repairs.undeclared_entity |= !predefined;
            decoded.push_str(value);
        } else {
            repairs.bare_ampersand = true;
            decoded.push('&');
            decoded.push_str(name);
            decoded.push(';');
        }
    }
}

enum Reference<'a> {
    Character(u32),
    Entity(&'a str),
}

/// The reference at the start of `text`, and the text after it.
fn reference(text: &str) -> Option<(Reference<'_>, &str)> {
    let body = &text[1..];
    if let Some(number) = body.strip_prefix('#') {
        let (digits, radix) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (number, 10),
        };
        let n_digits = digits
            .bytes()
            .take_while(|byte| char::from(*byte).is_digit(radix))
            .count();
        if n_digits == 0 {
            return None;
        }
        let code = u32::from_str_radix(&digits[..n_digits], radix).unwrap_or(u32::MAX);
        let after = &digits[n_digits..];
        return Some((
            Reference::Character(code),
            after.strip_prefix(';').unwrap_or(after),
        ));
    }
    let n_bytes = body
        .bytes()
        .take(MAX_NAME_BYTES)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        .count();
    let after = body[n_bytes..].strip_prefix(';')?;
    (n_bytes > 0).then(|| (Reference::Entity(&body[..n_bytes]), after))
}

fn push_character(code: u32, decoded: &mut String, repairs: &mut DecodeRepairs) {
    let code = match code {
        // Windows-1252 characters under their byte values, as browsers read them.
        0x80..=0x9f => {
            repairs.bad_character = true;
            char::from_u32(code).map_or(code, |c| of_windows(c).into())
        }
        _ => code,
    };
    match char::from_u32(code).filter(|c| is_allowed(*c)) {
        Some(c) => decoded.push(c),
        None => repairs.bad_character = true,
    }
}

/// The windows-1252 character for a control character U+0080 to U+009F.
pub(crate) fn of_windows(c: char) -> char {
    match c {
        '\u{80}'..='\u{9f}' => {
            let byte = [c as u8];
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(&byte);
            text.chars().next().unwrap_or(c)
        }
        _ => c,
    }
}

/// Whether XML allows the character. U+FFFE and U+FFFF are not characters.
pub(crate) fn is_allowed(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => true,
    }
}
