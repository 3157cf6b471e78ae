//! A simple stem: the first letters of a word, which its inflections share.

use xxhash_rust::xxh3::xxh3_64;

/// Letters of a stem. With five, inflections and derivations ("withdraw", "withdrawal",
/// "withdrawn") get the same stem in most European languages.
const STEM_CHARS: usize = 5;

/// Hash of a folded word's stem.
pub(crate) fn hash(folded: &str) -> u32 {
    let end = folded
        .char_indices()
        .nth(STEM_CHARS)
        .map_or(folded.len(), |(at, _)| at);
    let mut stem = &folded[..end];
    // The `s` of a plural whose singular is shorter than the stem is cut off.
    if stem.len() > 3 && stem.is_ascii() && stem.ends_with('s') && !stem.ends_with("ss") {
        stem = &stem[..stem.len() - 1];
    }
    (xxh3_64(stem.as_bytes()) >> 32) as u32
}
