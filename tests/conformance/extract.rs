//! The cases of `tests/fixtures/extract`.
