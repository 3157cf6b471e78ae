//! From bytes to text: the charset of a page, and text that was decoded twice.

pub(super) mod charset;
pub(super) mod mojibake;
