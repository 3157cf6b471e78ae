//! A part of a text that is shared, not copied.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A part of a shared text. The text stays in memory as long as one of its
/// excerpts. A clone copies no text: an article may meet hundreds of watches in the
/// same sentence.
#[derive(Clone)]
pub struct Excerpt {
    text: Arc<str>,
    start: u32,
    end: u32,
}

impl Excerpt {
    /// The bytes `range` of `text`; empty if they are not whole characters of it.
    #[must_use]
    pub fn new(text: &Arc<str>, range: Range<u32>) -> Self {
        let is_within = text.get(range.start as usize..range.end as usize).is_some();
        let range = if is_within { range } else { 0..0 };
        Self {
            text: Arc::clone(text),
            start: range.start,
            end: range.end,
        }
    }

    /// The text of the excerpt.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

impl Deref for Excerpt {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl schemars::JsonSchema for Excerpt {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        String::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }

    fn inline_schema() -> bool {
        true
    }
}

impl From<&str> for Excerpt {
    fn from(text: &str) -> Self {
        let end = u32::try_from(text.len()).unwrap_or(0);
        Self::new(&text.into(), 0..end)
    }
}

impl PartialEq for Excerpt {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Excerpt {}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl Serialize for Excerpt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Excerpt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::from(text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_that_cuts_a_character_is_empty() {
        let text: Arc<str> = "zwölf".into();
        for (range, wanted) in [(0..2, "zw"), (2..4, "ö"), (3..4, ""), (4..9, "")] {
            assert_eq!(&*Excerpt::new(&text, range), wanted);
        }
    }
}
