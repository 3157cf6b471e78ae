//! Text that was UTF-8, was read as Latin-1 or Windows-1252, and was written as
//! UTF-8 again: `itâ€™s` -> `it’s`. Sites do this to their own pages.

use encoding_rs::WINDOWS_1252;
use std::borrow::Cow;

/// Sure signs that a page needs before anything in it is touched: one may be
/// what the page is about.
const MIN_SURE: usize = 2;

/// The text as it was meant, where it was encoded twice; else as it is.
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

/// A character that was encoded twice.
struct Doubled {
    start: usize,
    end: usize,
    /// What it is now: as many characters as it had bytes.
    n_chars: usize,
    meant: char,
}

impl Doubled {
    fn all(text: &str) -> impl Iterator<Item = Self> + '_ {
        let mut n_done = 0;
        // Lead bytes are U+00C2 to U+00F4 now, which begin with C3.
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
    let byte = match u8::try_from(u32::from(c)) {
        Ok(byte) => byte,
        Err(_) => match *WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).0 {
            [byte] => byte,
            _ => return None,
        },
    };
    (0x80..=0xbf).contains(&byte).then_some(byte)
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
