//! What runs beside the loops: reload, housekeeping, the clock, systemd, health, volumes.

pub(super) mod housekeeping;
pub(super) mod reload;
pub(super) mod clock;
pub(super) mod systemd;
pub(super) mod health;
pub(super) mod volumes;
pub(super) mod watched;
