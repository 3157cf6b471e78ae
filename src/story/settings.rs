//! `[story]` in `newsvane.toml`.

use super::Settings;
use crate::model::Span;
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[story]`: what is remembered to know a story again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StorySettings {
    /// How long an article is remembered after it arrived. A story rests when
    /// all of its articles are forgotten: what comes later opens another.
    pub window: Span,
    /// Articles remembered at most, the latest: the bound of the memory, some
    /// 1 kB an article, 5 kB of the longest.
    pub max_articles: usize,
}

impl Default for StorySettings {
    fn default() -> Self {
        Self {
            window: Span::hours(14 * 24),
            max_articles: 100_000,
        }
    }
}

impl StorySettings {
    /// How stories are told apart with these.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            window: SignedDuration::try_from(self.window.0).unwrap_or(SignedDuration::MAX),
            max_articles: self.max_articles.max(1),
            ..Settings::default()
        }
    }
}
