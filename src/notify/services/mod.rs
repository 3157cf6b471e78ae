//! The chat and paging services, one file each.
//!
//! To add one: a file with its `Settings` (serde, `deny_unknown_fields`, each key
//! documented) and a type that implements [`super::messenger::service::Service`]; a
//! variant of [`super::ReceiverSettings`] with its arm in `build_one`; a row in
//! `docs/src/how-to/receivers.md`; a line in the suite that all of them run,
//! `tests/notify/services.rs`.

pub mod slack;
pub mod discord;
pub mod telegram;
pub mod matrix;
pub mod mattermost;
pub mod googlechat;
pub mod teams;
pub mod ntfy;
pub mod pushover;
pub mod pagerduty;
pub mod alertmanager;
