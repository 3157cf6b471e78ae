//! HTML or text -> [`Article`]: its blocks, its metadata, and everything that
//! was taken out, each with its reason. Pure: no I/O, no clock.
//!
//! To add a cleaning rule: one row in `rules.rs`, one folder under
//! `tests/fixtures/extract`.

mod score;
mod script_text;
mod layout;
mod lines;
mod plain;
mod fragment;
mod teaser;
mod dom;
mod blocks;
pub mod training;
mod meta;
mod data_text;
mod overrides;
mod page;
mod refresh;
pub mod health;

use crate::model::{Article, TextFrom};

pub use overrides::{Overrides, SelectorError};
pub use refresh::refresh_target;

/// Largest page read, in bytes.
pub const MAX_BYTES: usize = 8 << 20;

/// What is known of an article before its page is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Where the page came from, after redirects.
    pub url: Option<&'a str>,
    /// The `Content-Type` it came with.
    pub content_type: Option<&'a str>,
    /// The feed's title for the entry.
    pub title_hint: Option<&'a str>,
    /// The language that the feed declares, as a BCP 47 tag.
    pub language: Option<&'a str>,
    /// The feed's own rules for its pages.
    pub overrides: Option<&'a Overrides>,
}

/// Why there is no article in what was given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// Nothing was given, or only white space.
    #[error("the page is empty")]
    Empty,
    /// It is over [`MAX_BYTES`].
    #[error("the page has {n_bytes} bytes, more than {} MiB", MAX_BYTES >> 20)]
    TooBig {
        /// Its size.
        n_bytes: usize,
    },
    /// It is something else: an image, a PDF.
    #[error("not a page but {what}; link the feed's entry to a page")]
    NotHtml {
        /// What it is.
        what: String,
    },
    /// It is a page, but holds no article.
    #[error("no article but {why}")]
    NotAnArticle {
        /// What it is: an error page, a consent page, a front page.
        why: &'static str,
    },
}

/// Reads a page. Where only its beginning could be read (it is cut, or over a
/// bound on tags), the article is what that beginning holds.
///
/// # Errors
/// When it is no page, too big, or a page that holds no article.
pub fn from_html(bytes: &[u8], options: &Options<'_>) -> Result<Article, ExtractError> {
    page::article(bytes, options, score::model::Model::shipped())
}

/// Reads plain text, one block a line.
#[must_use]
pub fn from_text(text: &str, options: &Options<'_>) -> Article {
    plain::article(text, options, plain::model::LineModel::shipped())
}

/// Whether what a feed holds of an article is only its beginning: it ends in
/// dots, in a link to the entry's page `link`, or in an invitation to read on.
#[must_use]
pub fn is_teaser(html: &str, link: Option<&str>) -> bool {
    teaser::is_teaser(html, link)
}

/// Reads what a feed holds of an article itself: a full text or a summary, as a
/// piece of HTML. There is no page around it, so the cleaning goes by words.
#[must_use]
pub fn from_fragment(html: &str, options: &Options<'_>) -> Article {
    let mut article = fragment::article(html, options);
    article.text_from = if article.blocks.is_empty() {
        TextFrom::TitleOnly
    } else {
        TextFrom::Feed
    };
    article
}
