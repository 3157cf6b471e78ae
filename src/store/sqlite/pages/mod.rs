//! Queries of the page and its API. Each reads a bounded number of rows.
//!
//! - `alerts`: one alert with its attempts
//! - `stories`: stories in parts
//! - `article`: one article in full; which articles and entries an address or a
//!   title may mean
//! - `watches`: what the watches found and how often they alerted
//! - `feeds`: one feed with its newest entries
//! - `receivers`: what was sent to each receiver
//! - `search`: the archive by words and conditions

pub(super) mod alerts;
pub(super) mod stories;
pub(super) mod article;
pub(super) mod watches;
pub(super) mod feeds;
pub(super) mod receivers;
pub(super) mod search;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;
