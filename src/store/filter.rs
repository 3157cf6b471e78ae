//! Which alerts, feeds and deliveries a caller of the store means.

use super::Below;
#[cfg(doc)]
use super::{AlertView, Store};
use crate::model::{AlertId, StoryId, WatchId};
use jiff::Timestamp;

/// What [`Store::redeliver`] is to send again.
#[derive(Clone, Debug)]
pub enum Redeliver {
    /// One alert's dead deliveries, and those that wait.
    Alert(AlertId),
    /// Every dead delivery, or those of one receiver.
    AllDead(Option<String>),
}

/// Which alerts [`Store::alerts`] shows.
#[derive(Clone, Debug, Default)]
pub struct AlertFilter {
    /// Only the one with this id.
    pub id: Option<AlertId>,
    /// Only those with a dead delivery.
    pub dead: bool,
    /// Only those of this watch.
    pub watch: Option<WatchId>,
    /// Only those about this story.
    pub story: Option<StoryId>,
    /// Only those that were held back.
    pub held: bool,
    /// Only those from this time on.
    pub since: Option<Timestamp>,
    /// Only those before this time.
    pub until: Option<Timestamp>,
    /// Only those below this one.
    pub below: Option<Below>,
    /// Only those that were made after this one ([`AlertView::row`]).
    pub after: Option<i64>,
    /// How many at most.
    pub limit: usize,
}

/// Which feeds [`Store::feeds`] shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedFilter {
    /// All that were ever named.
    All,
    /// Those that are gone, whose last poll failed, or that have been silent for longer
    /// than their rhythm explains.
    Troubled,
}

/// Which feeds [`Store::feed_part`] shows.
#[derive(Clone, Debug)]
pub struct FeedPart {
    /// All, or those in trouble.
    pub which: FeedFilter,
    /// Only those with this text in their address or name.
    pub text: Option<String>,
    /// Only those whose address comes after this one.
    pub after: Option<String>,
    /// How many at most.
    pub limit: usize,
}
