//! newsvane watches news feeds and sends one alert when a topic you care about
//! gets new coverage.
//!
//! The modules are listed in the order of their imports: each imports only
//! modules above it. `model` to `policy` are the pure core: no I/O, no clock, no
//! async, no globals. `http` to `control` touch the network, the database and files.
//! `daemon` and `command` put them together. `tests/layers.rs` checks this.
//!
//! ```text
//! poll     claim due feeds  -> conditional GET -> feed::parse                -> tx: entries + validators + next poll
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
pub mod control;
pub mod daemon;
pub mod command;
