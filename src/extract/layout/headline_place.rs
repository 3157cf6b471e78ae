//! Where the headline stands: its text stands by it, below it, and other texts
//! of the page do not.

use crate::extract::blocks::{Block, Tag};
use crate::extract::dom::NodeId;
use crate::extract::layout::facts::{Facts, main_title};
use crate::model::BlockKind;

/// Characters of running text from which an element surely holds an article.
const ENOUGH: u32 = 500;
/// Least characters of a paragraph.
const MIN_CHARS: u32 = 60;

/// What a paragraph counts for that is in another `<article>` than the
/// headline, where that holds a text, and where it does not.
const ELSEWHERE: f32 = 0.1;
const MAYBE_ELSEWHERE: f32 = 0.5;
/// The same of one above the headline.
const ABOVE: f32 = 0.3;

/// Where the headline stands.
#[derive(Debug)]
pub(super) struct HeadlinePlace {
    /// The `<article>` that the main heading stands in, if that is the headline.
    article: Option<NodeId>,
    has_text: bool,
    /// The block of the headline, if only one heading says it.
    title_at: Option<usize>,
}

impl HeadlinePlace {
    /// `articles` as of [`crate::extract::layout::surroundings::articles_of`].
    pub(super) fn of(blocks: &[Block], facts: &[Facts], articles: &[Option<NodeId>]) -> Self {
        let article = main_title(blocks, facts).and_then(|at| articles[at]);
        let is_own = |at: &usize| articles[*at] == article;
        let n_chars = article.map_or(0, |_| n_chars_of(blocks, facts, is_own));
        Self {
            article,
            has_text: n_chars >= ENOUGH,
            title_at: shown_title(blocks, facts),
        }
    }

    /// The headline's `<article>`, if a text stands in it.
    pub(super) fn article_with_text(&self) -> Option<NodeId> {
        self.article.filter(|_| self.has_text)
    }

    /// How near the paragraph `at` is to the headline, at most 1, if it stands in `article`.
    pub(super) fn nearness(&self, at: usize, article: Option<NodeId>) -> f32 {
        let mut nearness = 1.0;
        // Below the article come others, and a page may hold more of theirs.
        if self.article.is_some() && article != self.article {
            nearness *= if self.has_text {
                ELSEWHERE
            } else {
                MAYBE_ELSEWHERE
            };
        }
        if self.title_at.is_some_and(|title_at| at < title_at) {
            nearness *= ABOVE;
        }
        nearness
    }
}

/// Characters of an `<article>`'s own paragraphs, however they end.
fn n_chars_of(blocks: &[Block], facts: &[Facts], is_own: impl Fn(&usize) -> bool) -> u32 {
    let is_paragraph = |at: &usize| {
        blocks[*at].tags.has(Tag::Article)
            && blocks[*at].n_chars >= MIN_CHARS
            && facts[*at].link_density < 0.4
    };
    (0..blocks.len())
        .filter(is_paragraph)
        .filter(is_own)
        .map(|at| blocks[at].n_chars)
        .sum()
}

/// The only heading that says the headline.
fn shown_title(blocks: &[Block], facts: &[Facts]) -> Option<usize> {
    let is_shown = |at: &usize| facts[*at].is_title && blocks[*at].kind == BlockKind::Heading;
    let mut titles = (0..blocks.len()).filter(is_shown);
    let title_at = titles.next()?;
    titles.next().is_none().then_some(title_at)
}
