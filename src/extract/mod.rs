//! HTML or text -> [`Article`]: its blocks, its metadata, and everything that
//! was taken out, each with its reason. Pure: no I/O, no clock.
//!
//! To add a cleaning rule: one row in `rules.rs`, one folder under
//! `tests/fixtures/extract`.

mod rules;
mod phrases;
mod template;
mod date;
mod byline;
mod dateline;
mod caption;
mod headline;
mod language;
mod candidate;
mod text;
mod charset;
mod dom;
mod parse;
mod classes;
mod mass;
mod tables;
mod blocks;
mod survey;
mod features;
mod model;
pub mod training;
mod meta;
mod dek;
mod page;

use crate::model::Article;

/// What is known of an article before its page is read.
#[derive(Clone, Debug, Default)]
pub struct Options<'a> {
    /// Where the page came from, after redirects.
    pub url: Option<&'a str>,
    /// The `Content-Type` it came with.
    pub content_type: Option<&'a str>,
    /// The feed's title for the entry.
    pub title_hint: Option<&'a str>,
}

/// Why there is no article in what was given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// Nothing was given, or only white space.
    #[error("the page is empty")]
    Empty,
}

/// Reads a page.
///
/// # Errors
/// When it holds no article.
pub fn from_html(bytes: &[u8], options: &Options<'_>) -> Result<Article, ExtractError> {
    page::article(bytes, options, model::Model::shipped())
}

/// Reads plain text, one block a line.
#[must_use]
pub fn from_text(text: &str, options: &Options<'_>) -> Article {
    text::article(text, options)
}
