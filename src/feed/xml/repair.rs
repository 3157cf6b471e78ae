//! What had to be repaired to read a feed.

use std::fmt;

macro_rules! repairs {
    ($($(#[$doc:meta])* $name:ident => $text:literal,)*) => {
        /// A fault of a feed that was repaired; it is shown to people, who may report it to
        /// the publisher.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Repair {
            $($(#[$doc])* $name,)*
        }

        impl Repair {
            /// All repairs, in the order in which they are listed.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
        }

        impl fmt::Display for Repair {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $text,)*
                })
            }
        }
    };
}

repairs! {
    /// The encoding was not what the labels say.
    Encoding => "the text is in another encoding than labelled",
    /// There is text before the document.
    JunkBefore => "there is text before the document",
    /// There is text after the document.
    JunkAfter => "there is text after the document",
    /// RSS without its version, or with one that does not exist.
    OddVersion => "the RSS version is missing or odd",
    /// The default namespace is not one of a feed.
    UnknownNamespace => "the default namespace is unknown",
    /// A namespace prefix is not declared.
    UndeclaredPrefix => "a namespace prefix is not declared",
    /// An `&` that does not begin a reference.
    BareAmpersand => "an & is not escaped",
    /// A `<` that does not begin a tag.
    BareLessThan => "a < is not escaped",
    /// An HTML entity that XML does not know.
    UndeclaredEntity => "an HTML entity is not declared",
    /// A character that XML does not allow.
    BadCharacter => "a character is not allowed in XML",
    /// A CDATA section without its end.
    UnclosedCdata => "a CDATA section is not closed",
    /// A comment, instruction or attribute without its end.
    UnclosedMarkup => "a comment, instruction or attribute is not closed",
    /// An element without its end tag.
    UnclosedElement => "an element is not closed",
    /// An end tag without its element.
    StrayEndTag => "an end tag has no element",
    /// Markup inside a field of text.
    NakedMarkup => "markup in a text is not escaped",
    /// Elements nested deeper than are tracked.
    TooDeep => "elements are nested too deep",
    /// There are more entries than the limit.
    TooManyEntries => "there are more entries than are taken",
    /// A JSON value of another type than the format asks for.
    OddJson => "a JSON value is of an odd type",
    /// The document is cut off.
    Truncated => "the document breaks off",
}

/// The faults repaired so far, each once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Repairs(u32);

impl Repairs {
    pub(crate) fn note(&mut self, repair: Repair) {
        self.0 |= 1 << repair as u32;
    }

    pub(crate) fn note_if(&mut self, holds: bool, repair: Repair) {
        if holds {
            self.note(repair);
        }
    }

    /// All repairs so far, in the order in which they are listed.
    pub(crate) fn list(self) -> Vec<Repair> {
        let holds = |repair: &&Repair| self.0 & (1 << **repair as u32) != 0;
        Repair::ALL.iter().filter(holds).copied().collect()
    }
}
