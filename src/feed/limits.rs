//! Limits on what one document may cost.

/// Largest document that is parsed, in bytes; the HTTP client's limit is lower.
pub(super) const MAX_DOCUMENT_BYTES: usize = 32 << 20;

/// Most entries of one document. The largest archives in use hold some thousands.
pub(super) const MAX_ENTRIES: usize = 10_000;

/// Most open elements that are tracked; deeper ones are read as flat.
pub(super) const MAX_DEPTH: usize = 64;

/// Most namespace declarations in scope at one time.
pub(super) const MAX_NAMESPACES: usize = 64;

/// Longest title, in bytes.
pub(super) const MAX_TITLE_BYTES: usize = 2 << 10;

/// Bytes of a field that a title or name is taken from.
pub(super) const MAX_RAW_TITLE_BYTES: usize = 32 << 10;

/// Longest guid, link and base address, in bytes.
pub(super) const MAX_ADDRESS_BYTES: usize = 4 << 10;

/// Longest name of an author or category, in bytes.
pub(super) const MAX_NAME_BYTES: usize = 512;

/// Most authors, and most categories, of one entry.
pub(super) const MAX_NAMES: usize = 32;

/// `text` cut to `max_bytes` at most, at a character boundary.
pub(super) fn cut(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}
