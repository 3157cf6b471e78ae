//! The numbers that words and phrases have in a compiled list.

/// The number of a class: what one word of a term asks of a word of the text.
pub(crate) type Class = u32;
/// The class of a word that no term asks for.
pub(crate) const NO_CLASS: Class = u32::MAX;
/// The number of a phrase.
pub(crate) type PhraseId = u32;
/// The absence of a phrase or node.
pub(crate) const NONE: u32 = u32::MAX;
/// The classes that can come next in a phrase, one bit of [`bit_of`] each;
/// 0 if the phrase cannot go on.
pub(crate) type Next = u64;

/// The bit of `class` in [`Next`].
#[inline]
pub(crate) fn bit_of(class: Class) -> Next {
    1 << (class.wrapping_mul(0x9E37_79B1) >> 26)
}

/// What begins with a word: the phrases whose first word has this class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct First {
    /// The phrase that is this word alone, or [`NONE`].
    pub(crate) phrase: PhraseId,
    /// The classes that can come next.
    pub(crate) next: Next,
}

impl First {
    /// No phrase begins with the word.
    pub(crate) const NONE: Self = Self {
        phrase: NONE,
        next: 0,
    };
}
