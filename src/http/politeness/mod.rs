//! How newsvane spares the hosts it asks: spacing, holds, `robots.txt`.

pub(super) mod purpose;
pub(super) mod hold;
pub(super) mod gate;
pub(super) mod robots;
pub(super) mod robots_rules;
