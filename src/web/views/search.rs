//! The archive, searched by words and conditions.

use super::ViewError;
use super::part::{Part, below_number, time};
use crate::model::{ArticleId, WatchId};
use crate::store::{ArchiveFilter, FoundArticle, Store};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// What may be asked of the archive.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct SearchQuery {
    /// Words, phrases in quotes, beginnings of words with a `*`; all of them must occur.
    pub(crate) q: String,
    /// `title`: only in the title and the standfirst.
    #[serde(rename = "in")]
    pub(crate) within: String,
    /// Only articles of this outlet.
    pub(crate) source: String,
    /// Only articles in this language, such as `en`.
    pub(crate) language: String,
    /// Only articles that met this watch.
    pub(crate) watch: String,
    /// Only articles from this time on.
    pub(crate) since: String,
    /// Only articles before this time.
    pub(crate) until: String,
    /// `next` of the part before.
    pub(crate) cursor: String,
}

impl SearchQuery {
    fn filter(&self, n: usize) -> Result<ArchiveFilter, ViewError> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let title_only = match self.within.as_str() {
            "" | "all" => false,
            "title" => true,
            other => {
                return Err(ViewError::BadRequest(format!(
                    "in is \"title\" or \"all\"; this is {other:?}"
                )));
            }
        };
        Ok(ArchiveFilter {
            terms: terms(&self.q),
            title_only,
            source: filled(&self.source),
            language: filled(&self.language),
            watch: filled(&self.watch).map(WatchId::from),
            since: time(Some(&self.since))?,
            until: time(Some(&self.until))?,
            below: below_number(Some(&self.cursor))?.map(ArticleId),
            limit: n,
        })
    }
}

/// The words and phrases of a question.
fn terms(question: &str) -> Vec<String> {
    let parts = question.split('"').enumerate();
    let terms = parts.flat_map(|(at, part)| match at % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    terms
        .filter(|term| !term.trim().is_empty())
        .take(50)
        .collect()
}

/// A part of the articles that are asked for, the last read first.
///
/// # Errors
/// What cannot be understood, or if the store cannot be read.
pub(crate) async fn find(
    store: &Arc<dyn Store>,
    query: &SearchQuery,
    n: usize,
) -> Result<Part<FoundArticle>, ViewError> {
    let found = store.search_part(query.filter(n)?).await?;
    Ok(Part {
        items: found.articles,
        next: found.next.map(|next| next.0.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_in_quotes_is_one_term() {
        assert_eq!(
            terms("ferry \"new pier\" harbo*"),
            ["ferry", "new pier", "harbo*"]
        );
        assert_eq!(terms("  "), Vec::<String>::new());
        assert_eq!(terms("\"open"), ["open"]);
    }
}
