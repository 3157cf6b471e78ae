//! Whether a site's pages still come out of extraction as they used to.

use crate::model::Article;
use serde::{Deserialize, Serialize};

/// Articles that a norm is learnt from before anything is held against it.
const MIN_SEEN: u32 = 12;
/// Weight of the newest article in a norm: about the last twenty count.
const WEIGHT: f32 = 0.05;

/// What matters of one extraction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measure {
    /// The logarithm of the text's length in characters, plus one.
    log_chars: f32,
    /// The part of the page's text that is taken out, 0 to 1.
    removed_share: f32,
    is_empty: bool,
}

/// What a site's extractions usually look like; kept per site by the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Norm {
    /// Articles learnt from.
    pub n_seen: u32,
    /// Mean of the logarithm of the text's length in characters, plus one.
    pub log_chars: f32,
    /// Mean of the part of the page's text that is taken out, 0 to 1.
    pub removed_share: f32,
    /// Part of the pages that gave no text.
    pub empty_share: f32,
}

/// How an extraction differs from its site's norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Degraded {
    /// It has no text, and the site's pages have.
    Empty,
    /// Its text is less than a tenth of what is usual.
    Short,
    /// It keeps what is taken out of the site's other pages, or the reverse.
    Removed,
}

/// Compares an extraction with its site's norm; none while too little is learnt
/// or all is as usual. One odd page is no fault of the site: the caller waits
/// for several in a row before it says so.
#[must_use]
pub fn compare(norm: &Norm, measure: Measure) -> Option<Degraded> {
    if norm.n_seen < MIN_SEEN {
        return None;
    }
    if measure.is_empty {
        return (norm.empty_share < 0.3).then_some(Degraded::Empty);
    }
    if norm.log_chars - measure.log_chars > std::f32::consts::LN_10 {
        return Some(Degraded::Short);
    }
    ((measure.removed_share - norm.removed_share).abs() > 0.5).then_some(Degraded::Removed)
}

impl Norm {
    /// The norm with one more article learnt.
    #[must_use]
    pub fn learn(self, measure: Measure) -> Self {
        let n_seen = self.n_seen.saturating_add(1);
        let weight = (1.0 / n_seen as f32).max(WEIGHT);
        let blend = |old: f32, new: f32| old + weight * (new - old);
        let empty_share = blend(self.empty_share, f32::from(u8::from(measure.is_empty)));
        // An empty page says nothing of the length of those that are not.
        if measure.is_empty {
            return Self {
                n_seen,
                empty_share,
                ..self
            };
        }
        Self {
            n_seen,
            log_chars: blend(self.log_chars, measure.log_chars),
            removed_share: blend(self.removed_share, measure.removed_share),
            empty_share,
        }
    }
}

impl Measure {
    /// Of a page that gave no article at all.
    pub const NOTHING: Self = Self {
        log_chars: 0.0,
        removed_share: 0.0,
        is_empty: true,
    };

    /// Of an article as extraction left it.
    #[must_use]
    pub fn of(article: &Article) -> Self {
        let kept: usize = article
            .blocks
            .iter()
            .map(|block| block.text.chars().count())
            .sum();
        let removed: usize = article
            .removed
            .iter()
            .map(|removed| removed.text.chars().count())
            .sum();
        Self {
            log_chars: (kept as f32 + 1.0).ln(),
            removed_share: removed as f32 / (kept + removed).max(1) as f32,
            is_empty: article.blocks.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind};

    fn page(n_chars: usize) -> Measure {
        let blocks = (n_chars > 0).then(|| Block {
            kind: BlockKind::Paragraph,
            text: "x".repeat(n_chars),
        });
        Measure::of(&Article {
            blocks: blocks.into_iter().collect(),
            ..Article::default()
        })
    }

    fn norm() -> Norm {
        (0..20).fold(Norm::default(), |norm, _| norm.learn(page(3_000)))
    }

    #[test]
    fn a_page_like_the_others_is_no_news() {
        assert_eq!(compare(&norm(), page(1_500)), None);
    }

    #[test]
    fn an_empty_or_much_shorter_page_is_degraded() {
        assert_eq!(compare(&norm(), page(0)), Some(Degraded::Empty));
        assert_eq!(compare(&norm(), page(200)), Some(Degraded::Short));
    }

    #[test]
    fn nothing_is_held_against_a_site_that_is_hardly_known() {
        assert_eq!(compare(&Norm::default().learn(page(3_000)), page(0)), None);
    }
}
