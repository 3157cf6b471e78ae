//! Conformance tests: their cases are files and folders under `tests/fixtures`, so that a
//! new case needs no code.

mod documents;
mod extract;
mod feed;
mod feed_oracle;
mod lints;
mod manual;
mod story;
mod watchlist;
