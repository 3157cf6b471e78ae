//! Cuts text to a limit, between what a reader sees as characters.

use icu_segmenter::GraphemeClusterSegmenter;

/// What a service counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// UTF-16 code units: never fewer than characters, so that it is safe for
    /// services that count either.
    Utf16,
    /// Bytes of UTF-8.
    Bytes,
}

impl Unit {
    /// How much `text` counts.
    pub(crate) fn count(self, text: &str) -> usize {
        match self {
            Self::Utf16 => text.encode_utf16().count(),
            Self::Bytes => text.len(),
        }
    }
}

/// What stands where text was cut.
const ELLIPSIS: char = '…';

/// `text`, or its beginning with an ellipsis, so that `cost` of it is at most `most`.
/// Empty where not even the ellipsis has room.
pub(crate) fn cut_by(text: &str, most: usize, cost: impl Fn(&str) -> usize) -> String {
    if cost(text) <= most {
        return text.to_owned();
    }
    let Some(room) = most.checked_sub(cost("…")) else {
        return String::new();
    };
    let mut kept = 0;
    let mut used = 0;
    let ends = GraphemeClusterSegmenter::new().segment_str(text).skip(1);
    for end in ends {
        used += cost(&text[kept..end]);
        if used > room {
            break;
        }
        kept = end;
    }
    let mut cut = text[..kept].trim_end().to_owned();
    cut.push(ELLIPSIS);
    cut
}

/// `text`, or its beginning with an ellipsis, of at most `most` units.
pub(crate) fn cut(text: &str, most: usize, unit: Unit) -> String {
    cut_by(text, most, |text| unit.count(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters_as_a_reader_sees_them() {
        let check = |text: &str, most: usize, unit: Unit, wanted: &str| {
            let cut = cut(text, most, unit);
            assert_eq!(cut, wanted);
            assert!(unit.count(&cut) <= most);
        };
        check("ferry", 5, Unit::Utf16, "ferry");
        check("ferries", 5, Unit::Utf16, "ferr…");
        check("👩‍🚒👩‍🚒", 8, Unit::Utf16, "👩‍🚒…");
        check("äöü", 5, Unit::Bytes, "ä…");
        check("äöü", 2, Unit::Bytes, "");
    }
}
