//! How the commands print and log.

pub mod show;
mod log_writer;
pub mod logging;
mod journal;
