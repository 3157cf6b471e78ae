//! What a page looks like as a whole: its kind, and what stands around each block.

pub(super) mod page_kind;
pub(super) mod survey;
pub(super) mod surroundings;
pub(super) mod home;
pub(super) mod dek;
pub(super) mod foot;
