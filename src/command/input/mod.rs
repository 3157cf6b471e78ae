//! Where the commands read from: files, addresses, standard input, batches, the
//! store, and what a command needs of its process.

pub(crate) mod arenas;
pub(crate) mod process;
pub mod files;
pub mod source;
pub mod batch;
pub(crate) mod store;
pub(crate) mod watches;
