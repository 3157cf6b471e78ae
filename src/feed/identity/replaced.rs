//! New entries under the guid or address of an old one. Weather offices, fire brigades
//! and status pages keep one guid, or one address, and change title, text and date.

use super::StoredEntry;
use crate::feed::ParsedEntry;
use rustc_hash::FxHashSet;

/// Share of equal pairs of letters up to which two titles say different things; a
/// corrected or extended title has more in common.
const MAX_LIKENESS: f64 = 0.5;

/// Stands between the key of the document and the rest of a replacing entry's key.
const MARK: &str = "#replaced-";

/// Whether `entry` is not the known entry but a new one under its name: title, text and
/// date have all changed, and the date is newer.
pub(super) fn is_replaced(known: &StoredEntry<'_>, entry: &ParsedEntry) -> bool {
    let is_newer = match (known.published, entry.published) {
        (Some(before), Some(now)) => now > before,
        (Some(_) | None, None) | (None, Some(_)) => false,
    };
    let (Some(before), Some(now)) = (known.title, entry.title.as_deref()) else {
        return false;
    };
    is_newer && entry.content_hash != known.content_hash && likeness(before, now) <= MAX_LIKENESS
}

/// The key to store a replacing entry under: its own, so that its alerts are its own.
pub(super) fn new_key(key: &str, entry: &ParsedEntry) -> String {
    format!("{key}{MARK}{:016x}", entry.content_hash)
}

/// The key that a stored entry has in the document.
pub(super) fn document_key(stored: &str) -> &str {
    stored.split_once(MARK).map_or(stored, |(key, _)| key)
}

/// The share of pairs of neighbouring letters that two titles have in common: 0 to 1, in
/// any language.
fn likeness(a: &str, b: &str) -> f64 {
    let (a, b) = (pairs(a), pairs(b));
    let n_all = a.union(&b).count();
    if n_all == 0 {
        return 1.0;
    }
    a.intersection(&b).count() as f64 / n_all as f64
}

fn pairs(title: &str) -> FxHashSet<(char, char)> {
    let letters = title.chars().filter(|c| c.is_alphanumeric());
    let letters: Vec<char> = letters.flat_map(char::to_lowercase).collect();
    letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrected_titles_are_alike_and_other_reports_are_not() {
        let check = |a, b, wanted: bool| {
            assert_eq!(
                likeness(a, b) > MAX_LIKENESS,
                wanted,
                "{a} / {b}: {}",
                likeness(a, b)
            );
        };
        check(
            "Kelmere dam: evacuaton ordered",
            "Kelmere dam: evacuation ordered",
            true,
        );
        check(
            "Storm reaches coast",
            "Storm reaches coast, two missing",
            true,
        );
        check(
            "Toll of storm rises to 12",
            "Toll of storm rises to 31",
            true,
        );
        check(
            "No warning in force for the valley",
            "Evacuation ordered for Quarrybank",
            false,
        );
        check(
            "Pegelstand normal am Abend",
            "Zwei Tote in Nether Holm gefunden",
            false,
        );
        check("警報は出ていません", "避難指示が出されました", false);
    }
}
