//! Maintenance of the store's rows: retention, shares of the feeds, damage and repair.
//!
//! - `sweep`: what is old is deleted
//! - `share`: no feed takes more than its share of the store
//! - `inspect`: everything in the file is looked at, over and over
//! - `damage`, `repair`: rows that cannot be read, or would never be found
//! - `clock`: what is due, moved with a clock that is set back

pub(super) mod clock;
pub(super) mod damage;
pub(super) mod inspect;
pub(super) mod repair;
pub(super) mod share;
pub(super) mod sweep;
