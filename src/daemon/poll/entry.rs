//! An entry on its way from the poll stage to the read stage.

use crate::feed::{ParsedEntry, web_link};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the read stage needs to know of an entry; stored as JSON until it is read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Most bytes of an entry's content, and of its summary. They are in memory for
/// each entry that is being read, and only documents in one piece are longer.
const MAX_CONTENT_BYTES: usize = 1 << 20;

impl Entry {
    /// The entry of a parsed feed; `language` is the feed's own.
    pub(crate) fn of(parsed: &ParsedEntry, language: Option<&str>) -> Self {
        Self {
            title: parsed.title.clone(),
            link: parsed.link.as_deref().and_then(web_link),
            published: parsed.published,
            updated: parsed.updated,
            author: parsed.author.clone(),
            summary: parsed.summary.as_deref().map(cut),
            content: parsed.content.as_deref().map(cut),
            language: parsed.language.as_deref().or(language).map(str::to_owned),
            tags: parsed.tags.clone(),
        }
    }

    /// Bytes of text in it.
    pub(crate) fn n_bytes(&self) -> usize {
        let parts = [&self.title, &self.summary, &self.content];
        parts.into_iter().flatten().map(String::len).sum()
    }

    /// The entry as it is stored.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings and times are always JSON")
    }

    /// The entry from its stored form; an empty one if the row is damaged.
    pub(crate) fn from_json(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }
}

fn cut(text: &str) -> String {
    if text.len() > MAX_CONTENT_BYTES {
        tracing::warn!(
            bytes = text.len(),
            "the text of an entry is too long; it is cut at 1 MB"
        );
    }
    text[..text.floor_char_boundary(MAX_CONTENT_BYTES)].to_owned()
}
