//! How the commands print and log.

pub mod show;
pub mod logging;
mod journal;
