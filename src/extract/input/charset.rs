//! Bytes -> text: by byte order mark, the header's charset, the page's own
//! `<meta>`, else a guess.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// A page says its charset within its first bytes (HTML: 1024; pages are late).
const META_BYTES: usize = 4096;
/// Bytes that a guess looks at.
const GUESS_BYTES: usize = 64 << 10;

/// The text of `bytes`, and whether it had to be repaired (a wrong label, a
/// character cut in half).
pub(crate) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> (Cow<'a, str>, bool) {
    if let Some((encoding, n_bom)) = Encoding::for_bom(bytes) {
        let (text, is_repaired) = encoding.decode_without_bom_handling(&bytes[n_bom..]);
        return (text, is_repaired);
    }
    // Valid UTF-8 with anything beyond ASCII in it is UTF-8, whatever the label:
    // no other charset's text passes for it by chance.
    if let Ok(text) = std::str::from_utf8(bytes)
        && (!text.is_ascii() || !is_wide(bytes))
    {
        let labelled = labelled(bytes, content_type);
        if !text.is_ascii()
            || labelled.is_none_or(Encoding::is_ascii_compatible)
                && labelled != Some(encoding_rs::ISO_2022_JP)
        {
            return (Cow::Borrowed(text), false);
        }
    }
    if is_wide(bytes) {
        let encoding = if bytes.first() == Some(&0) {
            UTF_16BE
        } else {
            UTF_16LE
        };
        let (text, is_repaired) = encoding.decode_without_bom_handling(bytes);
        return (text, is_repaired);
    }
    let encoding = labelled(bytes, content_type).unwrap_or_else(|| guess(bytes));
    let (text, is_repaired) = encoding.decode_without_bom_handling(bytes);
    if !is_repaired {
        return (text, false);
    }
    // The label was wrong, or a few bytes are. UTF-8 with a few bad bytes stays.
    let guessed = guess(bytes);
    let (second, second_repaired) = guessed.decode_without_bom_handling(bytes);
    if n_repairs(&second) < n_repairs(&text) / 4 {
        (second, second_repaired)
    } else {
        (text, true)
    }
}

fn n_repairs(text: &str) -> usize {
    text.matches('\u{fffd}').count()
}

/// UTF-16 without a byte order mark: every other byte of its markup is zero.
fn is_wide(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(256)];
    head.len() >= 8 && head.iter().filter(|byte| **byte == 0).count() * 3 > head.len()
}

fn labelled(bytes: &[u8], content_type: Option<&str>) -> Option<&'static Encoding> {
    content_type
        .and_then(|header| label_in(header.as_bytes()))
        .or_else(|| {
            let head = &bytes[..bytes.len().min(META_BYTES)];
            let encoding = label_in(head)?;
            // A page that was read as bytes to find this is no UTF-16 (HTML standard).
            Some(if encoding == UTF_16LE || encoding == UTF_16BE {
                UTF_8
            } else {
                encoding
            })
        })
}

/// The first `charset=...` that names a charset; `encoding="..."` of XML too.
fn label_in(head: &[u8]) -> Option<&'static Encoding> {
    let lower = head.to_ascii_lowercase();
    ["charset", "encoding"].iter().find_map(|key| {
        memchr::memmem::find_iter(&lower, key.as_bytes())
            .take(8)
            .find_map(|at| {
                let rest = lower[at + key.len()..].trim_ascii_start();
                let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
                let rest = rest
                    .strip_prefix(b"\"")
                    .or_else(|| rest.strip_prefix(b"'"))
                    .unwrap_or(rest);
                let end = rest
                    .iter()
                    .position(|byte| !byte.is_ascii_alphanumeric() && !b"-_:.".contains(byte))
                    .unwrap_or(rest.len());
                Encoding::for_label(&rest[..end])
            })
    })
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let head = &bytes[..bytes.len().min(GUESS_BYTES)];
    if head.is_ascii() {
        return WINDOWS_1252;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(head, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], content_type: Option<&str>, wanted: &str) {
        assert_eq!(decode(bytes, content_type).0, wanted);
    }

    #[test]
    fn the_charset_is_found_by_header_mark_meta_or_guess() {
        check(
            b"caf\xe9",
            Some("text/html; charset=ISO-8859-1"),
            "caf\u{e9}",
        );
        check(b"\xef\xbb\xbfcaf\xc3\xa9", None, "caf\u{e9}");
        check(
            b"<meta charset='windows-1251'>\xcf\xee\xf0\xf2",
            None,
            "<meta charset='windows-1251'>\u{41f}\u{43e}\u{440}\u{442}",
        );
        check(b"<\0p\0>\0a\0b\0c\0d\0", None, "<p>abcd");
    }

    #[test]
    fn utf_8_is_believed_before_a_wrong_label() {
        check(
            "caf\u{e9}".as_bytes(),
            Some("text/html; charset=iso-8859-1"),
            "caf\u{e9}",
        );
    }
}
