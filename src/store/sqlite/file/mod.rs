//! The store's file as a whole: creating, locking, upgrading, checking, copying and
//! shrinking it.
//!
//! - `lock`: creates and locks the file, and notices what other programs do to it
//! - `migrate`: upgrades it to this program's version
//! - `check`, `schema`, `finding`, `salvage`: whether it is damaged, and what can be saved of it
//! - `backup`: a copy of it, and putting one back
//! - `compact`: its free pages are given back to the disk

pub(in crate::store) mod backup;
pub(in crate::store) mod check;
pub(in crate::store) mod compact;
pub(in crate::store) mod finding;
pub(in crate::store) mod lock;
pub(in crate::store) mod migrate;
pub(in crate::store) mod salvage;
mod schema;
