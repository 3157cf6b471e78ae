//! Where the commands read from: files, addresses, standard input, batches.

pub(super) mod arenas;
pub mod batch;
pub mod files;
pub mod source;
pub(super) mod store;
