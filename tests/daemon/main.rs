//! The daemon end to end: the real program in a temporary folder, between a
//! newsroom and a ledger on loopback.
//!
//! - `newsroom`, `ledger`: what the daemon polls and whom it alerts; both keep books
//! - `process`: the program's files, signals and end
//! - the other modules: what the daemon promises, one sentence a test

// The servers and the files around a test may unwrap, as a test may.
#![allow(clippy::unwrap_used)]

#[path = "../notify/emulator/mod.rs"]
#[allow(dead_code, reason = "tests/notify uses all of it")]
mod emulator;
mod ledger;
mod newsroom;
mod process;
mod wait;
mod writer;

mod asking;
mod chatting;
mod counting;
mod crash;
mod degrading;
mod delivering;
mod full_disk;
mod holding;
mod faults;
mod feeds;
mod manners;
mod page;
mod polling;
mod refusing;
mod reloading;
mod replaying;
mod restarting;
mod sharing;
mod stopping;
mod supervised;
mod trouble;
