//! The tasks that run beside the loops.
//!
//! - `watched`, `subscriptions`: the watchlist in force, and its feeds in the store
//! - `reload`, `changes`: the watchlist is read again when its files change, and what that changes
//! - `control`: what commands ask the daemon for
//! - `health`, `store_watch`, `inspection`: whether work gets done, and whether the store is
//!   still there and sound
//! - `housekeeping`, `retention`: summaries, the status line, deleting what is old
//! - `clock`: the clock of the wall, which may jump
//! - `threads`: services are told that a story has ended
//! - `volumes`: spikes and silences
//! - `systemd`: messages to the supervisor

pub(super) mod watched;
pub(super) mod subscriptions;
pub(super) mod reload;
mod changes;
pub(super) mod control;
pub(super) mod health;
pub(super) mod store_watch;
pub(super) mod inspection;
pub(super) mod housekeeping;
pub(super) mod retention;
pub(super) mod clock;
pub(super) mod threads;
pub(super) mod volumes;
pub(super) mod systemd;
