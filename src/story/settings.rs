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
    /// How long an article is remembered after it arrived. When all articles of a
    /// story are forgotten, a later one on the same event opens a new story.
    pub window: Span,
    /// The most articles remembered, the latest ones. It bounds the memory: about 1 kB
    /// for an article, 5 kB for the longest.
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
