//! What a page looks like as a whole: its kind, and what stands around each block.

mod core;
mod facts;
mod headline_place;
mod neighbours;
mod notices;
pub(super) mod below_text;
pub(super) mod dek;
pub(super) mod page_kind;
pub(super) mod short_text;
pub(super) mod surroundings;
pub(super) mod survey;

pub(super) use core::Sums;
pub(super) use facts::Facts;
