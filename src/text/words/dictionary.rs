//! Word edges in scripts that are written without spaces between words: Han, Kana,
//! Thai, Lao, Burmese, Khmer.
//!
//! Segmenting by dictionary is slow compared with the rest, so it is done only for
//! the text around a hit.

use super::fold::{is_cluster_mark, is_southeast_asian, is_unspaced};
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed, options::WordBreakInvariantOptions};
use std::ops::Range;

/// Longest text that is segmented, in bytes on either side of the hit. A longer run
/// without punctuation is not prose.
const REACH: usize = 600;

/// The letters of a long term of Southeast Asian scripts.
const LONG: usize = 4;

const SEGMENTER: fn() -> WordSegmenterBorrowed<'static> =
    || WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());

/// Whether the bytes `hit` of `source` begin and end at the edge of a
/// dictionary word.
#[must_use]
pub fn word_edges(source: &str, hit: Range<usize>) -> bool {
    let run = run_around(source, &hit);
    let (start, end) = (hit.start - run.start, hit.end - run.start);
    let (mut starts, mut ends) = (start == 0, false);
    for edge in SEGMENTER().segment_str(&source[run]) {
        starts |= edge == start;
        ends |= edge == end;
        if edge >= end {
            break;
        }
    }
    starts && ends || (starts || ends) && is_long(&source[hit])
}

/// Whether `hit` is Thai, Lao, Burmese or Khmer and has so many letters that it is
/// hardly a part of other words by chance: there one edge is enough, because the
/// dictionaries lack many compounds and names.
fn is_long(hit: &str) -> bool {
    let letters = hit
        .chars()
        .filter(|&c| is_southeast_asian(c) && !is_cluster_mark(c));
    letters.count() >= LONG
}

/// The run of letters without spaces that contains `hit`.
fn run_around(source: &str, hit: &Range<usize>) -> Range<usize> {
    let before = source[..hit.start].char_indices().rev();
    let start = before
        .take_while(|&(at, c)| is_unspaced(c) && hit.start - at <= REACH)
        .last()
        .map_or(hit.start, |(at, _)| at);
    let after = source[hit.end..].char_indices();
    let end = after
        .take_while(|&(at, c)| is_unspaced(c) && at <= REACH)
        .last()
        .map_or(hit.end, |(at, c)| hit.end + at + c.len_utf8());
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, term: &str, wanted: bool) {
        let at = source.find(term).expect("the term is in the text");
        assert_eq!(
            word_edges(source, at..at + term.len()),
            wanted,
            "{term} in {source}"
        );
    }

    #[test]
    fn a_term_must_be_one_or_more_dictionary_words() {
        check("大阪府は条例を発表した。", "阪府", false);
        check("昨日京都に行った。", "京都", true);
        check("東京都は新しい計画を示した。", "京都", false);
        check("外交部发言人周三发表讲话。", "发言人", true);
        check("ชาวบ้านอพยพหนีน้ำท่วมเมื่อคืนนี้", "น้ำท่วม", true);
        check("ชาวบ้านอพยพหนีน้ำท่วมเมื่อคืนนี้", "มเมื่", false);
    }
}
