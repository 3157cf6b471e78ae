//! The cases of `tests/fixtures/watchlist`.
