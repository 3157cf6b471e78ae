//! The receivers, each against a real one: a suite that all of them run, and
//! what is special about each.
#![allow(clippy::unwrap_used)]

mod others;
mod programs;
mod suite;
mod webhook;
