//! The cases of `tests/fixtures/feed`.
