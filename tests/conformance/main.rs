//! Cases as folders under `tests/fixtures`: adding one needs no code.

mod documents;
mod extract;
mod feed;
mod feed_oracle;
mod lints;
mod manual;
mod story;
mod watchlist;
