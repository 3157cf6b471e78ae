//! The numbers that words and phrases have in a compiled list.

/// The number of a class.
pub(crate) type Class = u32;
/// No class: no term asks for such a word.
pub(crate) const NO_CLASS: Class = u32::MAX;
/// The number of a phrase.
pub(crate) type PhraseId = u32;
/// No phrase, no node.
pub(crate) const NONE: u32 = u32::MAX;
/// The classes that can come next in a phrase, as bits of [`bit_of`]; 0 for
/// none.
pub(crate) type Next = u64;

/// The bit that stands for `class` in [`Next`].
#[inline]
pub(crate) fn bit_of(class: Class) -> Next {
    1 << (class.wrapping_mul(0x9E37_79B1) >> 26)
}

/// What is known of a class as a first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct First {
    /// The phrase of this one word, or [`NONE`].
    pub(crate) phrase: PhraseId,
    /// The classes that can come next.
    pub(crate) next: Next,
}

impl First {
    /// No phrase begins so.
    pub(crate) const NONE: Self = Self {
        phrase: NONE,
        next: 0,
    };
}
