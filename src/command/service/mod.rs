//! Commands about the daemon: run it, ask how it does, give it orders.

pub mod run;
pub mod status;
pub mod reload;
pub mod mute;
pub mod receivers;
