//! The manners of the one HTTP client, and what hostile servers can do to it,
//! against real servers on loopback that speak in raw bytes.
#![allow(clippy::unwrap_used)]

mod hostile;
mod manners;
mod robots;
mod server;
