//! Commands about the store: what was found and alerted, and the store's own health.

pub mod alerts;
pub mod stories;
pub mod why;
pub mod store;
pub mod backup;
