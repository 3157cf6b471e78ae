//! An article after extraction.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a kept block of an article is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// Running text.
    Paragraph,
    /// A heading inside the article; never its title.
    Heading,
    /// One item of a list.
    ListItem,
    /// A block quotation, or an embedded post.
    Quote,
    /// A table: one line per row, cells separated by tabs.
    Table,
    /// Preformatted text with its line ends.
    Pre,
}

/// Why a block was removed from an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemovedKind {
    /// Leftovers of the page's templates: `{{#rendered}}`, `<% %>`.
    Template,
    /// Calls to subscribe, follow, download, donate; advertisements.
    Promo,
    /// Links to and teasers of other articles.
    Related,
    /// A picture's or video's caption.
    Caption,
    /// A picture's or agency's credit.
    Credit,
    /// Who wrote it.
    Byline,
    /// When it was published or updated.
    Date,
    /// Where and by whom it was filed: `BRUSSELS (Agency) -`.
    Dateline,
    /// Menus, breadcrumbs, tags, share buttons, pagination.
    Navigation,
    /// Readers' comments.
    Comment,
    /// Anything else: legal notes, loading texts, text of scripts.
    Junk,
}

/// One block of an article's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text with white space collapsed; not empty.
    pub text: String,
}

/// A removed block, kept so that a person can check the rule that removed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Removed {
    /// Why.
    pub kind: RemovedKind,
    /// Its text with white space collapsed.
    pub text: String,
}

/// Where an article's text comes from, and whether it is complete.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TextFrom {
    /// The article's page.
    #[default]
    Page,
    /// The feed's own full content.
    Feed,
    /// Only the feed's summary: the page could not be fetched or has no article.
    Summary,
    /// The page, which shows only the beginning without a subscription.
    Paywalled,
    /// The page, whose text is loaded by scripts that newsvane does not run.
    ScriptOnly,
    /// No text at all: only the title is known.
    TitleOnly,
}

/// An article: an entry's page fetched and extracted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Article {
    /// The headline without the name of the site.
    pub title: Option<String>,
    /// The standfirst below the headline, if the page has a separate one.
    pub dek: Option<String>,
    /// The authors, joined by ", ".
    pub author: Option<String>,
    /// When it was first published. If the page was rewritten much later and shows
    /// only that date, that date.
    pub published: Option<Timestamp>,
    /// The UTC offset of `published` as the page gives it, in seconds; `None` if
    /// the page gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset_s: Option<i32>,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
    /// BCP 47 language, lower case: `en`, `pt-br`.
    pub language: Option<String>,
    /// The name of the site or outlet, as the page gives it.
    pub site: Option<String>,
    /// The canonical address that the page names.
    pub canonical_url: Option<String>,
    /// The dateline that was removed from the first paragraph: `BRUSSELS (Agency) -`.
    pub dateline: Option<String>,
    /// Where the text comes from.
    pub text_from: TextFrom,
    /// Whether there were too many tags or lines, so that only the beginning was read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_cut: bool,
    /// The text, in reading order; without title and dek.
    pub blocks: Vec<Block>,
    /// The removed blocks, in reading order.
    pub removed: Vec<Removed>,
}

impl Article {
    /// The blocks joined by blank lines.
    #[must_use]
    pub fn text(&self) -> String {
        let n_bytes = self.blocks.iter().map(|block| block.text.len() + 2).sum();
        let mut text = String::with_capacity(n_bytes);
        for block in &self.blocks {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&block.text);
        }
        text
    }
}
