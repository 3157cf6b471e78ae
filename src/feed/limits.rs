//! Bounds on what one document may cost.

/// Largest document taken, in bytes; the fetcher's own cap is lower.
pub(super) const MAX_DOCUMENT_BYTES: usize = 32 << 20;

/// Entries taken from one document. The largest archives in use hold some
/// thousands.
pub(super) const MAX_ENTRIES: usize = 10_000;

/// Open elements that are kept track of; deeper ones are read as flat.
pub(super) const MAX_DEPTH: usize = 64;

/// Namespace declarations in force at one time.
pub(super) const MAX_NAMESPACES: usize = 64;

/// Longest title, in bytes.
pub(super) const MAX_TITLE_BYTES: usize = 2 << 10;

/// Bytes of a field that its title or name is taken from.
pub(super) const MAX_RAW_TITLE_BYTES: usize = 32 << 10;

/// Longest guid, link and base address, in bytes.
pub(super) const MAX_ADDRESS_BYTES: usize = 4 << 10;

/// Longest name of an author or a category, in bytes.
pub(super) const MAX_NAME_BYTES: usize = 512;

/// Authors, and categories, taken from one entry.
pub(super) const MAX_NAMES: usize = 32;

/// `text` up to `max_bytes`, not cutting a character.
pub(super) fn cut(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}
