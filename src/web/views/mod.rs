//! What the page, the API and `--json` show, each made from the store by one function.
//!
//! - `part`: long lists in parts, with cursors
//! - `overview`: what is wrong, and what to do about it
//! - `alerts`, `stories`, `watches`, `feeds`, `receivers`, `search`: the lists, and one
//!   of each in full
//! - `why`: what was done with an article and why
//! - `trial`: what an edited watch would have found

pub(crate) mod part;
pub(crate) mod overview;
pub(crate) mod alerts;
pub(crate) mod stories;
pub(crate) mod watches;
pub(crate) mod feeds;
pub(crate) mod receivers;
pub(crate) mod search;
pub(crate) mod why;
pub(crate) mod trial;

use crate::store::StoreError;

/// Why a view cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ViewError {
    /// What was asked for is not there.
    #[error("{0}")]
    NotFound(String),
    /// The question cannot be understood.
    #[error("{0}")]
    BadRequest(String),
    /// The store cannot be read.
    #[error("the store cannot be read: {0}")]
    Store(#[from] StoreError),
}
