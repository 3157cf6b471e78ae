//! The store's file as a whole.
//!
//! - `lock`: made, locked, and watched for what others do to it
//! - `migrate`: brought up to this program's version
//! - `check`, `schema`, `salvage`: whether it is damaged, and what can be saved of it
//! - `backup`: a copy of it, and putting one back

pub(in crate::store) mod backup;
pub(in crate::store) mod check;
pub(in crate::store) mod lock;
pub(in crate::store) mod migrate;
pub(in crate::store) mod salvage;
mod schema;
