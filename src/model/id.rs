//! Ids as types, so that the number of a feed is never used as that of an entry.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            /// Parses the displayed form and the number alone.
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.strip_prefix($prefix).unwrap_or(s).parse().map(Self)
            }
        }
    };
}

row_id!(
    /// A feed's row in the store; shown as `f12`.
    FeedId, "f"
);
row_id!(
    /// An entry's row in the store; shown as `e12`.
    EntryId, "e"
);
row_id!(
    /// An article's number, ascending in the order of arrival; shown as `a12`.
    ArticleId, "a"
);
row_id!(
    /// A story's number, ascending in the order of opening; shown as `s12`.
    StoryId, "s"
);
row_id!(
    /// A delivery's row in the store; shown as `d12`.
    DeliveryId, "d"
);

macro_rules! name_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Arc<str>);

        impl $name {
            /// The id as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(s: &str) -> Self {
                Self(s.into())
            }
        }

        impl From<String> for $name {
            fn from(s: String) -> Self {
                Self(s.into())
            }
        }
    };
}

name_id!(
    /// A watch's `id` in the watchlist.
    WatchId
);
name_id!(
    /// An alert's idempotency key: the `webhook-id` of all its deliveries.
    /// It is computed from what the alert is about, not random, so that work
    /// repeated after a crash gives the same id.
    AlertId
);
