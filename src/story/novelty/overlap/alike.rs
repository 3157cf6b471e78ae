//! Finds the earlier articles that an arriving one is most similar to.

use crate::story::analysis::arrival::Arrival;
use crate::story::assign::place::Stories;
use crate::story::novelty::live;
use crate::story::novelty::overlap::copies::{Overlap, Runs};
use crate::story::novelty::overlap::rewrite;
use crate::story::novelty::overlap::rewrite::Alignment;
use crate::story::novelty::overlap::sentences::Earlier;

/// The most earlier articles that are compared sentence by sentence and word by word.
const MAX_ALIGNED: usize = 6;

/// An earlier article that the arriving one may be a rewrite or excerpt of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alike {
    pub number: u32,
    /// The share of the arriving article, by weight, that the earlier one covers.
    pub share: f32,
    pub alignment: Alignment,
    pub overlap: Overlap,
    /// Whether the title of one occurs in the other: [`Arrival::shares_title`].
    pub shares_title: bool,
    /// Whether at least half of the numbers in the article with fewer numbers occur in
    /// the other one.
    pub numbers_agree: bool,
}

impl Stories {
    /// The earlier articles that the arriving one is most similar to.
    pub(crate) fn alike_articles(&self, arrival: &Arrival<'_>, articles: &[Earlier]) -> Vec<Alike> {
        let mut articles: Vec<Earlier> = articles.to_vec();
        articles.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.number.cmp(&b.number)));
        let runs = Runs::new(arrival.text());
        let found = articles
            .into_iter()
            .filter_map(|Earlier { number, share }| {
                let sketch = self
                    .window
                    .sketch(number)
                    .filter(|sketch| live::is_own(sketch))?;
                Some(Alike {
                    number,
                    share,
                    alignment: rewrite::align(arrival.sentences(), sketch, &arrival.profile),
                    overlap: runs.overlap(sketch.outline.text()),
                    shares_title: arrival.shares_title(sketch),
                    numbers_agree: arrival.profile.numbers_agree(sketch),
                })
            });
        found.take(MAX_ALIGNED).collect()
    }
}
