//! English stop words, negations and words of attribution. Other languages need no list:
//! their common words get a low weight by their frequency in the stream.

use rustc_hash::FxHashSet;
use std::sync::LazyLock;

/// Whether the folded word is a stop word.
pub(crate) fn is_stop(folded: &str) -> bool {
    static SET: LazyLock<FxHashSet<&str>> = LazyLock::new(|| WORDS.iter().copied().collect());
    static BITS: LazyLock<[u64; N_BITS / 64]> = LazyLock::new(|| {
        let mut bits = [0; N_BITS / 64];
        for bit in WORDS.iter().filter_map(|word| bit_of(word)) {
            bits[bit / 64] |= 1 << (bit % 64);
        }
        bits
    });
    // Most words are not stop words; length, first and last letter show that without a
    // look into the set.
    bit_of(folded).is_some_and(|bit| BITS[bit / 64] >> (bit % 64) & 1 == 1) && SET.contains(folded)
}

const N_BITS: usize = 1 << 12;

fn bit_of(folded: &str) -> Option<usize> {
    let bytes = folded.as_bytes();
    let (first, last) = (*bytes.first()?, *bytes.last()?);
    let middle = bytes[bytes.len() / 2];
    let mixed = usize::from(first) * 31 + usize::from(middle) * 7 + usize::from(last);
    (bytes.len() <= LONGEST).then_some((mixed * 11 + bytes.len()) % N_BITS)
}

/// The word that replaces every negation. Negations are kept among the content words,
/// because "will happen" and "will not happen" must differ.
pub(crate) const NEGATION: &str = "not";

/// Whether the folded word is a negation; `t` is the end of "won't".
pub(crate) fn is_negation(folded: &str) -> bool {
    folded.len() <= LONGEST_NEGATION && NEGATIONS.binary_search(&folded).is_ok()
}

/// Bytes of the longest of [`NEGATIONS`].
const LONGEST_NEGATION: usize = 8;

/// Sorted.
#[rustfmt::skip]
const NEGATIONS: &[&str] = &[
    "aldrig", "cannot", "degil", "ej", "geen", "inga", "ingen", "inte", "jamais", "kein",
    "keine", "keinen", "keiner", "nao", "never", "nicht", "nie", "niet", "no", "non", "nooit",
    "not", "nunca", "pas", "t", "не", "нет", "لا", "لم", "لن", "ليس", "不", "未", "没",
];

/// Whether the stem is one of attribution ("said") or time, which do not say what
/// happened.
pub(crate) fn is_telling(stem: u32) -> bool {
    static STEMS: LazyLock<FxHashSet<u32>> = LazyLock::new(|| {
        let stems = TELLING
            .iter()
            .map(|word| crate::story::analysis::stem::hash(word));
        stems.collect()
    });
    STEMS.contains(&stem)
}

/// Words of attribution and time that are not stop words; one word for each stem.
#[rustfmt::skip]
const TELLING: &[&str] = &[
    "afternoon", "ahead", "announce", "ask", "comment", "currently", "describe", "earlier",
    "evening", "explain", "hour", "insist", "interview", "journalist", "mention", "moment",
    "morning", "night", "note", "noted", "noting", "recent", "reiterate", "remark", "repeat",
    "reporter", "speak", "spoke", "statement", "stress", "suggest", "tell", "telling", "tomorrow",
    "warn", "yesterday",
];

/// Letters of the longest of them.
const LONGEST: usize = 10;

/// Sorted. `us` is left out, because it is also a country.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "a", "about", "above", "according", "added", "adding", "after", "again", "against", "ago", "all",
    "almost", "also", "although", "always", "am", "among", "an", "and", "another", "any", "anyone",
    "anything", "are", "aren", "around", "as", "asked", "at", "away", "back", "be", "became", "because",
    "become", "been", "before", "began", "being", "below", "between", "both", "but", "by", "called",
    "came", "can", "cannot", "come", "could", "couldn", "d", "day", "days", "did", "didn", "do", "does",
    "doesn", "doing", "don", "done", "down", "during", "each", "either", "else", "even", "ever",
    "every", "few", "first", "for", "former", "found", "friday", "from", "further", "get", "go",
    "going", "good", "got", "had", "hadn", "has", "hasn", "have", "haven", "having", "he", "her",
    "here", "hers", "herself", "him", "himself", "his", "how", "however", "i", "if", "in", "including",
    "instead", "into", "is", "isn", "it", "its", "itself", "just", "last", "later", "least", "less",
    "like", "likely", "ll", "m", "made", "make", "making", "many", "may", "me", "might", "monday",
    "month", "months", "more", "most", "much", "must", "my", "myself", "near", "need", "never", "new",
    "next", "no", "nor", "not", "nothing", "now", "of", "off", "often", "on", "once", "one", "only",
    "onto", "or", "other", "others", "our", "ours", "out", "over", "own", "part", "per", "put", "quite",
    "rather", "re", "really", "s", "said", "same", "saturday", "saw", "say", "saying", "says", "see",
    "seen", "several", "she", "should", "shouldn", "since", "so", "some", "someone", "something",
    "soon", "still", "such", "sunday", "t", "take", "taken", "than", "that", "the", "their", "theirs",
    "them", "themselves", "then", "there", "these", "they", "thing", "things", "this", "those",
    "though", "through", "thursday", "thus", "time", "times", "to", "today", "together", "told", "took",
    "toward", "towards", "tuesday", "two", "under", "until", "up", "upon", "use", "used", "ve", "very",
    "via", "want", "was", "wasn", "way", "we", "wednesday", "week", "weeks", "well", "went", "were",
    "weren", "what", "when", "where", "whether", "which", "while", "who", "whom", "whose", "why",
    "will", "with", "within", "without", "won", "would", "wouldn", "year", "years", "yet", "you",
    "your", "yours",
];
