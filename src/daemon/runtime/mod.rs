//! What the loops run on: background threads, the cost account of each feed, failpoints for tests.

pub(super) mod offload;
pub(super) mod cost;
pub(super) mod failpoint;
