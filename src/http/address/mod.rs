//! Which addresses newsvane may connect to: the guard, and the resolver that
//! applies it to names.

pub(super) mod guard;
pub(super) mod resolve;
