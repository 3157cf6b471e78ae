//! `[scheduler]` in `newsvane.toml`.

use crate::model::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::borrow::Cow;

/// `[scheduler]`: how often feeds are polled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SchedulerSettings {
    /// Shortest time between two polls of a feed.
    pub min_interval: Span,
    /// Longest time between two polls of a feed.
    pub max_interval: Span,
    /// Polls an hour over all feeds, spent where they save most waiting; 0 for
    /// no budget.
    pub polls_per_hour: u32,
    /// What becomes of the entries that a new feed has already: "record",
    /// "alert", or "latest:N" to alert for the newest N only.
    pub on_first_run: FirstRun,
    /// The first polls of new feeds are spread over this time at most, 50 ms a
    /// feed: a list of thousands begins without a burst.
    pub start_spread: Span,
}

impl Default for SchedulerSettings {
    fn default() -> Self {
        Self {
            min_interval: Span::mins(5),
            max_interval: Span::hours(24),
            polls_per_hour: 0,
            on_first_run: FirstRun::Record,
            start_spread: Span::mins(5),
        }
    }
}

/// What becomes of the entries that are already there when a feed or a watch is new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstRun {
    /// Kept for comparison, never alerted.
    #[default]
    Record,
    /// Treated like any other.
    Alert,
    /// This many of the newest are treated like any other; the rest is only recorded.
    Latest(u32),
}

impl Serialize for FirstRun {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Record => serializer.serialize_str("record"),
            Self::Alert => serializer.serialize_str("alert"),
            Self::Latest(n) => serializer.collect_str(&format_args!("latest:{n}")),
        }
    }
}

impl<'de> Deserialize<'de> for FirstRun {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        match written.as_str() {
            "record" => Ok(Self::Record),
            "alert" => Ok(Self::Alert),
            other => other
                .strip_prefix("latest:")
                .and_then(|n| n.trim().parse().ok())
                .map(Self::Latest)
                .ok_or_else(|| {
                    D::Error::custom(format!(
                        "{written:?} is none of \"record\", \"alert\", \"latest:N\""
                    ))
                }),
        }
    }
}

impl JsonSchema for FirstRun {
    fn schema_name() -> Cow<'static, str> {
        "FirstRun".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^(record|alert|latest:[0-9]+)$" })
    }
}
