//! The beginning of a word, which its inflections share.

use xxhash_rust::xxh3::xxh3_64;

/// Letters of a word that count: inflections and derivations ("withdraw",
/// "withdrawal", "withdrawn") fall together in most European languages.
const STEM_CHARS: usize = 5;

/// Hash of a folded word's stem.
pub(crate) fn hash(folded: &str) -> u32 {
    let end = folded
        .char_indices()
        .nth(STEM_CHARS)
        .map_or(folded.len(), |(at, _)| at);
    let mut stem = &folded[..end];
    // The plural of a word shorter than the stem.
    if stem.len() > 3 && stem.is_ascii() && stem.ends_with('s') && !stem.ends_with("ss") {
        stem = &stem[..stem.len() - 1];
    }
    (xxh3_64(stem.as_bytes()) >> 32) as u32
}
