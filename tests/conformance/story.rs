//! The cases of `tests/fixtures/story`.
