//! Decodes the bytes of feeds and pages to text, in the encoding that they really have.
//!
//! A byte order mark and valid UTF-8 count before any label, because servers and
//! templates label documents that they did not write. A label counts next if the bytes
//! are valid in its encoding. The last resort is a guess by statistics.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Bytes that are searched for the XML declaration: it may come after blanks and
/// warnings of server scripts.
const DECLARATION_WINDOW: usize = 4096;

/// Bytes that the guess is based on, from the first one that is not ASCII.
const GUESS_WINDOW: usize = 64 << 10;

/// A decoded document.
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// The name of the encoding that it was decoded from.
    pub(crate) encoding: &'static str,
    /// Whether the label was missing or wrong, or the encoding was guessed.
    pub(crate) is_mended: bool,
}

impl<'a> Decoded<'a> {
    fn new(text: impl Into<Cow<'a, str>>, encoding: &'static str, is_mended: bool) -> Self {
        Self {
            text: text.into(),
            encoding,
            is_mended,
        }
    }
}

/// Where a document declares its own encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Markup {
    /// In its XML declaration.
    Xml,
    /// In a `<meta>` element or an XML declaration.
    Html,
}

/// Decodes `bytes` that came with the header `content_type`.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    content_type: Option<&str>,
    markup: Markup,
) -> Decoded<'a> {
    if let Some(decoded) = by_byte_order(bytes) {
        return decoded;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let of_header = content_type.and_then(label_of_content_type);
    let of_declaration = match markup {
        Markup::Xml => label_of_declaration(bytes),
        Markup::Html => label_of_meta(bytes),
    };
    let label = of_header.or(of_declaration);
    match std::str::from_utf8(bytes) {
        Ok(text) => utf8(text, label),
        Err(err) => {
            let cut = err.error_len().is_none();
            // The last character may be cut off by the end of the document.
            let whole = cut.then(|| std::str::from_utf8(&bytes[..err.valid_up_to()]).ok());
            // Text that is all ASCII so far may still be in the labelled encoding.
            let is_utf8 = |text: &&str| !text.is_ascii() || label.is_none_or(|l| l == UTF_8);
            match whole.flatten().filter(is_utf8) {
                Some(text) => utf8(text, label),
                None => not_utf8(bytes, of_header, of_declaration),
            }
        }
    }
}

/// Valid UTF-8, or ISO-2022-JP, which looks like ASCII.
fn utf8<'a>(text: &'a str, label: Option<&'static Encoding>) -> Decoded<'a> {
    match label.filter(|encoding| !encoding.is_ascii_compatible()) {
        Some(encoding) if text.is_ascii() && encoding.name() == "ISO-2022-JP" => {
            let (decoded, _, _) = encoding.decode(text.as_bytes());
            Decoded::new(decoded, encoding.name(), false)
        }
        Some(_) | None => {
            let is_right = text.is_ascii() || label.is_none_or(|encoding| encoding == UTF_8);
            Decoded::new(text, UTF_8.name(), !is_right)
        }
    }
}

/// Bytes in an older encoding, or UTF-8 with single damaged bytes.
fn not_utf8<'a>(
    bytes: &'a [u8],
    of_header: Option<&'static Encoding>,
    of_declaration: Option<&'static Encoding>,
) -> Decoded<'a> {
    if is_mostly_utf8(bytes) {
        return Decoded::new(decode_mixed(bytes), UTF_8.name(), true);
    }
    // Latin-1 in the header is often just the server's default.
    let labels = match (of_header, of_declaration) {
        (Some(header), Some(declared)) if header == WINDOWS_1252 => [Some(declared), Some(header)],
        labels => [labels.0, labels.1],
    };
    for encoding in labels.into_iter().flatten().filter(|label| *label != UTF_8) {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            return Decoded::new(text, encoding.name(), false);
        }
    }
    by_guess(bytes, labels.into_iter().flatten().next())
}

/// The guessed encoding, unless the bytes are nearly valid in the labelled one.
fn by_guess<'a>(bytes: &'a [u8], label: Option<&'static Encoding>) -> Decoded<'a> {
    let guessed = guess(bytes);
    let (text, _) = guessed.decode_without_bom_handling(bytes);
    if let Some(label) = label.filter(|label| *label != guessed && *label != UTF_8) {
        let (labelled, _) = label.decode_without_bom_handling(bytes);
        if n_replaced(&text) * 4 >= n_replaced(&labelled) {
            return Decoded::new(labelled, label.name(), true);
        }
    }
    Decoded::new(text, guessed.name(), true)
}

fn n_replaced(text: &str) -> usize {
    text.matches(char::REPLACEMENT_CHARACTER).count()
}

/// Whether there are more valid UTF-8 sequences than damaged bytes.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let mut n_whole = 0_usize;
    let mut n_damaged = 0_usize;
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        if !valid.is_ascii() {
            n_whole += valid.chars().filter(|c| !c.is_ascii()).count();
        }
        n_damaged += chunk.invalid().len();
    }
    n_whole > n_damaged
}

/// UTF-8 with damaged bytes read as windows-1252, the usual cause.
fn decode_mixed(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let (damaged, _) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
        text.push_str(&damaged);
    }
    text
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let window = &bytes[start..bytes.len().min(start + GUESS_WINDOW)];
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(window, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// UTF-16 and UTF-32, by their byte order marks or by the positions of zero bytes.
fn by_byte_order(bytes: &[u8]) -> Option<Decoded<'static>> {
    let utf16 = |encoding: &'static Encoding, bytes: &[u8], is_mended| {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        Some(Decoded::new(text.into_owned(), encoding.name(), is_mended))
    };
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => Some(utf32(rest, u32::from_le_bytes, "UTF-32LE")),
        [0, 0, 0xfe, 0xff, rest @ ..] => Some(utf32(rest, u32::from_be_bytes, "UTF-32BE")),
        [b'<', 0, 0, 0, ..] => Some(utf32(bytes, u32::from_le_bytes, "UTF-32LE")),
        [0, 0, 0, b'<', ..] => Some(utf32(bytes, u32::from_be_bytes, "UTF-32BE")),
        [0xff, 0xfe, rest @ ..] => utf16(UTF_16LE, rest, false),
        [0xfe, 0xff, rest @ ..] => utf16(UTF_16BE, rest, false),
        _ => {
            let head = &bytes[..bytes.len().min(256) & !1];
            let n_pairs = head.len() / 2;
            let zeros = |odd: usize| {
                head.iter()
                    .skip(odd)
                    .step_by(2)
                    .filter(|b| **b == 0)
                    .count()
            };
            if n_pairs >= 4 && zeros(1) * 10 > n_pairs * 7 {
                utf16(UTF_16LE, bytes, true)
            } else if n_pairs >= 4 && zeros(0) * 10 > n_pairs * 7 {
                utf16(UTF_16BE, bytes, true)
            } else {
                None
            }
        }
    }
}

/// UTF-32 is not an encoding of the web platform, but feeds use it.
fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32, name: &'static str) -> Decoded<'static> {
    let text: String = bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|chunk| char::from_u32(unit(*chunk)).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    Decoded::new(text, name, false)
}

/// The encoding named by the `charset` parameter of a `Content-Type`.
fn label_of_content_type(content_type: &str) -> Option<&'static Encoding> {
    content_type
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .and_then(|(_, value)| encoding_of(value))
}

/// The encoding named by the XML declaration, if there is one near the start.
fn label_of_declaration(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARATION_WINDOW)];
    let start = memchr::memmem::find(head, b"<?xml")?;
    let end = memchr::memchr(b'>', &head[start..])? + start;
    let declaration = std::str::from_utf8(&head[start..end]).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    encoding_of(value.split(['?', ' ']).next()?)
}

/// The encoding named by the first `charset=` near the start of a page, or else by an
/// `encoding=`.
fn label_of_meta(bytes: &[u8]) -> Option<&'static Encoding> {
    /// Places that are tried for each of the two.
    const MAX_PLACES: usize = 8;
    let head = bytes[..bytes.len().min(DECLARATION_WINDOW)].to_ascii_lowercase();
    let value_at = |at: usize| {
        let rest = head[at..].trim_ascii_start().strip_prefix(b"=")?;
        let rest = rest.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'"));
        let rest = rest.unwrap_or(head[at..].trim_ascii_start()[1..].trim_ascii_start());
        let is_label = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_:.".contains(byte);
        let n_bytes = rest.iter().take_while(|byte| is_label(byte)).count();
        encoding_of(std::str::from_utf8(&rest[..n_bytes]).ok()?)
    };
    let encoding = ["charset", "encoding"].iter().find_map(|key| {
        memchr::memmem::find_iter(&head, key.as_bytes())
            .take(MAX_PLACES)
            .find_map(|at| value_at(at + key.len()))
    })?;
    // A label that was found by reading single bytes is not in UTF-16 (HTML standard).
    Some(if encoding == UTF_16LE || encoding == UTF_16BE {
        UTF_8
    } else {
        encoding
    })
}

fn encoding_of(label: &str) -> Option<&'static Encoding> {
    let label = label.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    Encoding::for_label_no_replacement(label.as_bytes())
        .or_else(|| Encoding::for_label_no_replacement(label.replace('_', "-").as_bytes()))
}

#[cfg(test)]
mod tests;
