//! The words of all terms as numbers (classes), and the classes of a word in a text.
//!
//! A class is what one word of a term asks of a word in the text. Nearly always
//! that is the folded word itself. The others (capitals, spelling, wildcard,
//! inflection) are classes that a word has in addition.

use crate::matcher::compile::class::{Class, First, NO_CLASS, NONE, Next, PhraseId};
use crate::matcher::query::ast::{Slot, Wildcard};
use crate::text;
use crate::text::{Language, Stems};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// Tables up to this number of entries stay in the cache anyway.
const SMALL: usize = 1 << 12;

/// A condition on the spelling of a word, in addition to its folded form.
#[derive(Clone, Debug)]
enum Variant {
    Caps(Class),
    Exact(Box<str>, Class),
}

/// Every word and class that the terms ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    slots: Vec<Entry>,
    mask: usize,
    n_words: usize,
    n_classes: u32,
    variants: FxHashMap<Class, SmallVec<[Variant; 1]>>,
    /// One bit for each class: whether it is a word with variants.
    has_variants: Vec<u64>,
    wilds: Wilds,
    stems: StemIndex,
}

/// A word of the terms and what begins with it: all that is needed for nearly
/// every word of a text, in half a cache line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The word's key; 0 for a free entry.
    key: u128,
    next: Next,
    phrase: PhraseId,
    pub(crate) class: Class,
}

impl Entry {
    /// A word that no term asks for.
    pub(crate) const NONE: Self = Self {
        key: 0,
        next: 0,
        phrase: NONE,
        class: NO_CLASS,
    };

    /// What begins with it.
    #[inline]
    pub(crate) fn first(&self) -> First {
        First {
            phrase: self.phrase,
            next: self.next,
        }
    }
}

#[inline]
fn hash(key: u128) -> usize {
    let (low, high) = (
        key as u64 ^ 0x2D35_8DCC_AA6C_78A5,
        (key >> 64) as u64 ^ 0x8BB8_4B93_962E_ACC9,
    );
    let product = u128::from(low) * u128::from(high);
    (product as u64 ^ (product >> 64) as u64) as usize
}

impl Vocabulary {
    /// The entry of the word with this key ([`text::key_of`]).
    #[inline]
    pub(crate) fn entry(&self, key: u128) -> Entry {
        if self.slots.is_empty() {
            return Entry::NONE;
        }
        let mut at = hash(key) & self.mask;
        loop {
            let entry = &self.slots[at];
            if entry.key == key {
                return *entry;
            }
            if entry.key == 0 {
                return Entry::NONE;
            }
            at = (at + 1) & self.mask;
        }
    }

    /// The class of the folded word, if a term asks for it.
    pub(crate) fn word(&self, folded: &str) -> Class {
        self.entry(text::key_of(folded)).class
    }

    /// Copies into every entry what begins with its class.
    pub(crate) fn seal(&mut self, first: impl Fn(Class) -> First) {
        for entry in self.slots.iter_mut().filter(|entry| entry.key != 0) {
            let First { phrase, next } = first(entry.class);
            (entry.phrase, entry.next) = (phrase, next);
        }
    }

    /// Touches the slots of the words with these keys, so that the memory is
    /// already being loaded when [`Vocabulary::entry`] asks for them one by one.
    /// It pays only if the table is larger than the cache.
    #[inline]
    pub(crate) fn read_ahead(&self, keys: impl Iterator<Item = u128>) {
        if self.slots.len() > SMALL {
            let seen = keys.fold(0, |seen, key| {
                seen ^ self.slots[hash(key) & self.mask].class
            });
            std::hint::black_box(seen);
        }
    }

    /// Appends the classes that a word has in addition to its folded form.
    pub(crate) fn variants(
        &self,
        class: Class,
        is_caps: bool,
        spelling: impl FnOnce() -> String,
        out: &mut Vec<Class>,
    ) {
        let Some(variants) = self.variants.get(&class) else {
            return;
        };
        let mut spelling = Some(spelling);
        let mut spelled: Option<String> = None;
        for variant in variants {
            match variant {
                Variant::Caps(class) if is_caps => out.push(*class),
                Variant::Caps(_) => {}
                Variant::Exact(wanted, class) => {
                    let spelled = spelled
                        .get_or_insert_with(|| spelling.take().map(|f| f()).unwrap_or_default());
                    if **wanted == **spelled {
                        out.push(*class);
                    }
                }
            }
        }
    }

    /// Whether words of `class` can have variants.
    #[inline]
    pub(crate) fn has_variants(&self, class: Class) -> bool {
        self.has_variants
            .get(class as usize / 64)
            .is_some_and(|bits| bits >> (class % 64) & 1 == 1)
    }

    /// The wildcards.
    pub(crate) fn wilds(&self) -> &Wilds {
        &self.wilds
    }

    /// The inflections.
    pub(crate) fn stems(&self) -> &StemIndex {
        &self.stems
    }

    fn new_class(&mut self) -> Class {
        self.n_classes += 1;
        self.n_classes - 1
    }

    /// The class of the slot; a new one if no term had it before.
    pub(crate) fn class_of(&mut self, slot: &Slot) -> Class {
        match slot {
            Slot::Word {
                folded,
                caps: false,
            } => self.insert(folded),
            Slot::Word { folded, caps: true } => {
                let word = self.insert(folded);
                let found =
                    self.variants.get(&word).into_iter().flatten().find_map(
                        |variant| match variant {
                            Variant::Caps(class) => Some(*class),
                            Variant::Exact(..) => None,
                        },
                    );
                found.unwrap_or_else(|| {
                    let class = self.new_class();
                    self.add_variant(word, Variant::Caps(class));
                    class
                })
            }
            Slot::Exact { spelling, folded } => {
                let word = self.insert(folded);
                let found =
                    self.variants.get(&word).into_iter().flatten().find_map(
                        |variant| match variant {
                            Variant::Exact(known, class) if **known == **spelling => Some(*class),
                            Variant::Exact(..) | Variant::Caps(_) => None,
                        },
                    );
                found.unwrap_or_else(|| {
                    let class = self.new_class();
                    self.add_variant(word, Variant::Exact(spelling.as_str().into(), class));
                    class
                })
            }
            Slot::Wild(wild) => match self.wilds.by_pattern.get(&wild.0) {
                Some(&class) => class,
                None => {
                    let class = self.new_class();
                    self.wilds.insert(wild, class);
                    class
                }
            },
            Slot::Stem(spelling) => match self.stems.by_word.get(spelling.as_str()) {
                Some(&class) => class,
                None => {
                    let class = self.new_class();
                    self.stems.insert(spelling, class);
                    class
                }
            },
        }
    }

    fn add_variant(&mut self, word: Class, variant: Variant) {
        self.variants.entry(word).or_default().push(variant);
        let at = word as usize / 64;
        if self.has_variants.len() <= at {
            self.has_variants.resize(at + 1, 0);
        }
        self.has_variants[at] |= 1 << (word % 64);
    }

    fn insert(&mut self, folded: &str) -> Class {
        let key = text::key_of(folded);
        let found = self.entry(key).class;
        if found != NO_CLASS {
            return found;
        }
        if (self.n_words + 1) * 3 > self.slots.len() * 2 {
            self.grow();
        }
        let class = self.new_class();
        self.place(Entry {
            key,
            class,
            ..Entry::NONE
        });
        self.n_words += 1;
        class
    }

    fn place(&mut self, entry: Entry) {
        let mut at = hash(entry.key) & self.mask;
        while self.slots[at].key != 0 {
            at = (at + 1) & self.mask;
        }
        self.slots[at] = entry;
    }

    fn grow(&mut self) {
        let n_slots = (self.slots.len() * 2).max(64);
        let old = std::mem::replace(&mut self.slots, vec![Entry::NONE; n_slots]);
        self.mask = n_slots - 1;
        for entry in old.into_iter().filter(|entry| entry.key != 0) {
            self.place(entry);
        }
    }
}

/// A wildcard and its class.
type WildClass = (Box<str>, Class);

/// The wildcard patterns, by their first bytes before the first `*` or `?`, or by
/// their last bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wilds {
    by_pattern: FxHashMap<String, Class>,
    by_prefix: FxHashMap<Box<[u8]>, Vec<WildClass>>,
    /// Those that begin with `*`, by the bytes after their last wildcard.
    by_suffix: FxHashMap<Box<[u8]>, Vec<WildClass>>,
    /// The lengths of the prefixes in bytes, ascending.
    lengths: Vec<usize>,
    /// The lengths of the suffixes in bytes, ascending.
    suffix_lengths: Vec<usize>,
}

/// Longest prefix that patterns are indexed by, in bytes.
const MAX_PREFIX: usize = 8;

impl Wilds {
    fn insert(&mut self, wild: &Wildcard, class: Class) {
        self.by_pattern.insert(wild.0.clone(), class);
        let entry = (wild.0.as_str().into(), class);
        let tail = wild.0.rsplit([Wildcard::ANY, Wildcard::ONE]).next();
        let tail = tail.unwrap_or_default().as_bytes();
        if wild.0.starts_with(Wildcard::ANY) && !tail.is_empty() {
            let suffix = &tail[tail.len().saturating_sub(MAX_PREFIX)..];
            if let Err(at) = self.suffix_lengths.binary_search(&suffix.len()) {
                self.suffix_lengths.insert(at, suffix.len());
            }
            self.by_suffix.entry(suffix.into()).or_default().push(entry);
            return;
        }
        let fixed = wild
            .0
            .find([Wildcard::ANY, Wildcard::ONE])
            .unwrap_or(wild.0.len());
        let prefix = &wild.0.as_bytes()[..fixed.min(MAX_PREFIX)];
        if let Err(at) = self.lengths.binary_search(&prefix.len()) {
            self.lengths.insert(at, prefix.len());
        }
        self.by_prefix.entry(prefix.into()).or_default().push(entry);
    }

    /// Whether there are none.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.by_pattern.is_empty()
    }

    /// Appends the classes of the patterns that `folded` matches.
    pub(crate) fn classes(&self, folded: &str, out: &mut Vec<Class>) {
        let bytes = folded.as_bytes();
        for &length in &self.suffix_lengths {
            let Some(start) = bytes.len().checked_sub(length) else {
                break;
            };
            for (pattern, class) in self.by_suffix.get(&bytes[start..]).into_iter().flatten() {
                if wildcard_matches(pattern, folded) {
                    out.push(*class);
                }
            }
        }
        for &length in &self.lengths {
            let Some(prefix) = bytes.get(..length) else {
                return;
            };
            for (pattern, class) in self.by_prefix.get(prefix).into_iter().flatten() {
                if wildcard_matches(pattern, folded) {
                    out.push(*class);
                }
            }
        }
    }
}

/// Whether `word` matches `pattern`. The time is linear in both for one `*`, and
/// at most their product.
pub(crate) fn wildcard_matches(pattern: &str, word: &str) -> bool {
    let (mut pattern, mut word) = (pattern.chars(), word.chars());
    // Where to continue after the last `*` when the rest does not match.
    let mut retry: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let mut ahead = pattern.clone();
        match ahead.next() {
            Some(Wildcard::ANY) => {
                pattern = ahead;
                retry = Some((pattern.clone(), word.clone()));
                continue;
            }
            wanted => {
                let mut rest = word.clone();
                let found = rest.next();
                let is_hit = match (wanted, found) {
                    (None, None) => return true,
                    (Some(Wildcard::ONE), Some(_)) => true,
                    (Some(wanted), Some(found)) => wanted == found,
                    _ => false,
                };
                if is_hit {
                    pattern = ahead;
                    word = rest;
                    continue;
                }
            }
        }
        let Some((after_star, mut skipped)) = retry.take() else {
            return false;
        };
        if skipped.next().is_none() {
            return false;
        }
        pattern = after_star.clone();
        word = skipped.clone();
        retry = Some((after_star, skipped));
    }
}

/// The words whose inflections are asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct StemIndex {
    by_word: FxHashMap<String, Class>,
}

impl StemIndex {
    fn insert(&mut self, spelling: &str, class: Class) {
        self.by_word.insert(spelling.to_owned(), class);
    }

    /// Whether there are none.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.by_word.is_empty()
    }

    /// The words by their stems in `language`.
    pub(crate) fn in_language(&self, language: Option<Language>) -> LanguageStems {
        let mut stems: FxHashMap<String, Vec<Class>> = FxHashMap::default();
        for (word, class) in &self.by_word {
            for stem in Stems::of_term(word, language).iter() {
                stems.entry(stem.to_owned()).or_default().push(*class);
            }
        }
        LanguageStems {
            language,
            stems,
            known: FxHashMap::default(),
        }
    }
}

/// Most spellings whose classes are cached.
const MAX_KNOWN: usize = 50_000;

/// The words whose inflections are asked for, by their stems in one language.
#[derive(Clone, Debug)]
pub(crate) struct LanguageStems {
    pub(crate) language: Option<Language>,
    stems: FxHashMap<String, Vec<Class>>,
    known: FxHashMap<Box<str>, SmallVec<[Class; 2]>>,
}

impl LanguageStems {
    /// Appends the classes of the words that `spelling` is an inflection of.
    pub(crate) fn classes(&mut self, spelling: &str, out: &mut Vec<Class>) {
        if let Some(classes) = self.known.get(spelling) {
            out.extend(classes);
            return;
        }
        let mut classes = SmallVec::<[Class; 2]>::new();
        for stem in Stems::of(spelling, self.language).iter() {
            for &class in self.stems.get(stem).into_iter().flatten() {
                if !classes.contains(&class) {
                    classes.push(class);
                }
            }
        }
        out.extend(&classes);
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        self.known.insert(spelling.into(), classes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_whole_words() {
        let check = |pattern: &str, word: &str, wanted: bool| {
            let pattern: String = pattern
                .chars()
                .map(|c| match c {
                    '*' => Wildcard::ANY,
                    '?' => Wildcard::ONE,
                    c => c,
                })
                .collect();
            assert_eq!(wildcard_matches(&pattern, word), wanted, "{pattern} {word}");
        };
        check("with*", "withdraw", true);
        check("with*", "with", true);
        check("with*", "wit", false);
        check("organi?ation", "organisation", true);
        check("organi?ation", "organiation", false);
        check("wit*aw*s", "withdrawals", true);
        check("wit*aw*s", "withdrawal", false);
        check("abc*bcd", "abcbcbcd", true);
    }
}
