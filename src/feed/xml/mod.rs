//! RSS, Atom and RDF: one reader that never fails, however damaged the markup is.

pub(super) mod reader;
pub(super) mod attributes;
pub(super) mod names;
pub(super) mod draft;
pub(super) mod entities;
pub(super) mod repair;
pub(super) mod scan;
