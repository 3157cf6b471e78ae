//! Text that was UTF-8, was read as Latin-1 or Windows-1252, and was written as
//! UTF-8 again: `itâ€™s` -> `it’s`. Sites do this to their own pages.

use encoding_rs::WINDOWS_1252;
use std::borrow::Cow;

/// How many unmistakable signs a page needs before it is repaired: a single one may be an
/// example that the page is about.
const MIN_SURE: usize = 2;

/// Repairs the parts of a text that were encoded twice; other text stays as it is.
pub(crate) fn repair(text: Cow<'_, str>) -> Cow<'_, str> {
    let n_sure = Doubled::all(&text)
        .filter(|doubled| doubled.n_chars >= 3)
        .take(MIN_SURE)
        .count();
    if n_sure < MIN_SURE {
        return text;
    }
    let mut repaired = String::with_capacity(text.len());
    let mut n_done = 0;
    for doubled in Doubled::all(&text) {
        repaired.push_str(&text[n_done..doubled.start]);
        repaired.push(doubled.meant);
        n_done = doubled.end;
    }
    repaired.push_str(&text[n_done..]);
    Cow::Owned(repaired)
}

/// The repaired form of a short text that was encoded twice as a whole; `None` for any
/// other. A title that quotes such characters among correct ones is not changed.
pub(crate) fn repair_field(text: &str) -> Option<String> {
    memchr::memchr(0xc3, text.as_bytes())?;
    let bytes: Option<Vec<u8>> = text.chars().map(byte_of).collect();
    let meant = String::from_utf8(bytes?).ok()?;
    (meant.len() < text.len() && is_plausible(text, &meant)).then_some(meant)
}

/// Whether `meant` is more likely the intended text than `text`. A letter with an accent
/// before a no-break space and a sign (`publié »`) also looks like a doubly encoded
/// character, but is not.
fn is_plausible(text: &str, meant: &str) -> bool {
    let is_wide =
        |c: &char| matches!(c.len_utf8(), 3 | 4) && !('\u{2000}'..='\u{2fff}').contains(c);
    let n_wide = meant.chars().filter(is_wide).count();
    let n_letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let mut doubled = meant.chars().filter(|c| !c.is_ascii());
    let is_latin = |c: char| matches!(c, '\u{80}'..='\u{ff}' | '\u{2000}'..='\u{2fff}');
    let is_sure = match (doubled.next(), doubled.next()) {
        (Some(only), None) => is_latin(only),
        _ => true,
    };
    is_sure && (n_wide == 0 || n_wide > n_letters)
}

/// A character that was encoded twice.
struct Doubled {
    start: usize,
    end: usize,
    /// The number of characters that it became: one for each of its UTF-8 bytes.
    n_chars: usize,
    meant: char,
}

impl Doubled {
    fn all(text: &str) -> impl Iterator<Item = Self> + '_ {
        let mut n_done = 0;
        // The first byte of such a character became one of U+00C2 to U+00F4, whose UTF-8
        // form begins with C3.
        memchr::memchr_iter(0xc3, text.as_bytes()).filter_map(move |start| {
            let doubled = (start >= n_done).then(|| Self::at(text, start)).flatten()?;
            n_done = doubled.end;
            Some(doubled)
        })
    }

    fn at(text: &str, start: usize) -> Option<Self> {
        let mut chars = text.get(start..)?.chars();
        let lead = u8::try_from(u32::from(chars.next()?)).ok()?;
        let n_chars = match lead {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        let mut bytes = [lead, 0, 0, 0];
        for byte in &mut bytes[1..n_chars] {
            *byte = chars.next().and_then(trail)?;
        }
        let meant = std::str::from_utf8(&bytes[..n_chars])
            .ok()?
            .chars()
            .next()?;
        Some(Self {
            start,
            end: text.len() - chars.as_str().len(),
            n_chars,
            meant,
        })
    }
}

/// The byte that a character was, if that continues a character of UTF-8.
fn trail(c: char) -> Option<u8> {
    byte_of(c).filter(|byte| (0x80..=0xbf).contains(byte))
}

/// The byte that a character was, in Latin-1 or windows-1252.
fn byte_of(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    match WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])) {
        (bytes, _, false) => bytes.first().copied().filter(|_| bytes.len() == 1),
        (_, _, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &str) {
        assert_eq!(repair(Cow::Borrowed(text)), wanted);
    }

    #[test]
    fn what_was_encoded_twice_is_read_as_it_was_meant() {
        check(
            "It\u{e2}\u{80}\u{99}s Ann\u{e2}\u{80}\u{99}s caf\u{c3}\u{a9}.",
            "It\u{2019}s Ann\u{2019}s caf\u{e9}.",
        );
        check(
            "It\u{e2}\u{20ac}\u{2122}s \u{e2}\u{20ac}\u{153}closed\u{e2}\u{20ac}\u{9d}.",
            "It\u{2019}s \u{201c}closed\u{201d}.",
        );
    }

    #[test]
    fn a_field_is_repaired_if_all_of_it_was_encoded_twice() {
        let check = |text: &str, wanted: Option<&str>| {
            assert_eq!(repair_field(text).as_deref(), wanted, "{text}");
        };
        check("P\u{c3}\u{a8}re", Some("P\u{e8}re"));
        check("\u{c3}\u{a0} Paris", Some("\u{e0} Paris"));
        check(
            "\u{e2}\u{20ac}\u{17e}Damm\u{e2}\u{20ac}\u{153}",
            Some("\u{201e}Damm\u{201c}"),
        );
        check(
            "\u{d0}\u{9c}\u{d0}\u{be}\u{d1}\u{81}\u{d1}\u{201a}",
            Some("\u{41c}\u{43e}\u{441}\u{442}"),
        );
        check("\u{c3}\u{a9} is how \u{e9} looks", None);
        check("P\u{c3}\u{a8}re \u{2014} \u{43c}", None);
        check("caf\u{e9}", None);
        check("Publi\u{e9}\u{a0}\u{bb} hier", None);
        check("Caf\u{e9}\u{a0}\u{2014} open", None);
        check("CAF\u{c9}\u{a0}: ouvert", None);
        check(
            "\u{e8}\u{ad}\u{a6}\u{e5}\u{a0}\u{b1}",
            Some("\u{8b66}\u{5831}"),
        );
        check("plain", None);
    }

    #[test]
    fn letters_with_marks_stay() {
        check(
            "Ch\u{e2}teau, \u{c2}ge \u{ab}d\u{e9}\u{bb}",
            "Ch\u{e2}teau, \u{c2}ge \u{ab}d\u{e9}\u{bb}",
        );
        check(
            "\u{c3}\u{a9} is how \u{e9} looks",
            "\u{c3}\u{a9} is how \u{e9} looks",
        );
        check("It\u{e2}\u{80}\u{99}s once", "It\u{e2}\u{80}\u{99}s once");
    }
}
