//! The receivers, each against a real destination: a suite that all of them run,
//! and tests for each kind.
#![allow(clippy::unwrap_used)]

mod others;
mod programs;
mod suite;
mod webhook;
