//! newsvane watches news feeds and tells you, once, when a topic you care
//! about gets new coverage.
//!
//! The modules stand in the order in which news flows through them, and import
//! only downwards: `model` to `policy` are the pure core (no I/O, no clock, no
//! async, no globals), `http` to `config` touch network, database and files,
//! `daemon` and `command` put them together. `tests/layers.rs` holds the rule.
//!
//! ```text
//! poll     lease feeds      -> conditional GET -> feed::parse                -> tx: entries + validators + next poll
//! read     lease entries    -> GET page -> extract -> match -> story         -> tx: article + story + matches + deliveries
//! deliver  lease deliveries -> Receiver::send -> policy                      -> tx: attempt + (done | next try | dead letter)
//! ```

pub mod model;
pub mod text;
pub mod feed;
pub mod extract;
pub mod matcher;
pub mod story;
pub mod policy;
pub mod http;
pub mod store;
pub mod notify;
pub mod config;
pub mod web;
pub mod daemon;
pub mod command;
