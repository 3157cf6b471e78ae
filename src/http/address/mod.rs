//! Which addresses may be asked: the guard, and the resolver that applies it.

pub(super) mod guard;
pub(super) mod resolve;
