//! An article as extraction leaves it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a kept block of an article is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// Running text.
    Paragraph,
    /// A heading inside the article; never its title.
    Heading,
    /// One item of a list.
    ListItem,
    /// A quotation set apart, or an embedded post.
    Quote,
    /// A table: one line a row, cells separated by tabs.
    Table,
    /// Preformatted text, its line ends kept.
    Pre,
}

/// Why a block was taken out of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemovedKind {
    /// Left-overs of the page's templates: `{{#rendered}}`, `<% %>`.
    Template,
    /// Calls to subscribe, follow, download, donate; advertisements.
    Promo,
    /// Links and teasers of other articles.
    Related,
    /// A picture's or video's caption.
    Caption,
    /// A picture's or agency's credit.
    Credit,
    /// Who wrote it, and what they are.
    Byline,
    /// When it was published or updated.
    Date,
    /// Where and by whom it was filed: `BRUSSELS (Agency) -`.
    Dateline,
    /// Menus, crumbs, tags, share buttons, pagination.
    Navigation,
    /// Readers' comments.
    Comment,
    /// What is none of the others: legal notes, loading texts, scripts' words.
    Junk,
}

/// One block of an article's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text with white space folded; not empty.
    pub text: String,
}

/// A block taken out, kept so that a person can check the rule that did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Why.
    pub kind: RemovedKind,
    /// Its text with white space folded.
    pub text: String,
}

/// Where an article's text was taken from, and whether it is whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextFrom {
    /// The article's page.
    #[default]
    Page,
    /// The feed's own full content.
    Feed,
    /// Only the feed's summary: the page could not be had or held no article.
    Summary,
    /// The page, which shows only the beginning to those who do not pay.
    Paywalled,
    /// The page, whose text is loaded by scripts that newsvane does not run.
    ScriptOnly,
    /// No text at all: only the title is known.
    TitleOnly,
}

/// An article: an entry's page fetched and extracted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// The headline without the site's name.
    pub title: Option<String>,
    /// The standfirst below the headline, where the page sets one apart.
    pub dek: Option<String>,
    /// The authors, joined by ", ".
    pub author: Option<String>,
    /// When it was first published; of a page written anew long after, which shows
    /// the day of that alone, when that was.
    pub published: Option<Timestamp>,
    /// How far the clock that the page tells `published` by is ahead of UTC, in
    /// seconds; none where the page leaves it open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset_s: Option<i32>,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
    /// BCP 47 language, lower case: `en`, `pt-br`.
    pub language: Option<String>,
    /// The site's or outlet's own name.
    pub site: Option<String>,
    /// The address that the page itself calls its own.
    pub canonical_url: Option<String>,
    /// The dateline stripped from the first paragraph: `BRUSSELS (Agency) -`.
    pub dateline: Option<String>,
    /// Where the text is from.
    pub text_from: TextFrom,
    /// Whether the page was over a bound on its tags, so that only its beginning
    /// was read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_cut: bool,
    /// The text, in reading order; without title and dek.
    pub blocks: Vec<Block>,
    /// What was taken out, in reading order.
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
