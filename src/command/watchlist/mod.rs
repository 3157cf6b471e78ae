//! Commands that write or describe the two configuration files.

pub mod init;
pub mod feeds;
pub mod entities;
pub mod schema;
