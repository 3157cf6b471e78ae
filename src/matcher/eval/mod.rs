//! Which watches an article meets, and why.

pub(super) mod place;
pub(super) mod quotes;
pub(super) mod scratch;
pub(super) mod article;
mod tokens;
mod scan;
pub(super) mod holds;
pub(super) mod evidence;
pub(super) mod find;
pub(super) mod explain;
pub(super) mod boilerplate;
#[cfg(test)]
pub(super) mod naive;
