//! The HTTP client against real servers on loopback that send raw bytes: how it
//! behaves towards servers, and how it withstands hostile ones.
#![allow(clippy::unwrap_used)]

mod hostile;
mod manners;
mod robots;
mod server;
