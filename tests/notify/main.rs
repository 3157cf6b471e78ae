//! The receivers, each against a real destination: a suite that all of them run,
//! and tests for each kind.
#![allow(clippy::unwrap_used)]

mod cloudevents;
mod emulator;
mod others;
mod programs;
mod queue;
mod services;
mod suite;
mod webhook;
