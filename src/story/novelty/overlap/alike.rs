//! The earlier articles that an arriving one is most like.

use crate::story::analysis::arrival::Arrival;
use crate::story::assign::place::Stories;
use crate::story::novelty::live;
use crate::story::novelty::overlap::copies::{Overlap, Runs};
use crate::story::novelty::overlap::rewrite;
use crate::story::novelty::overlap::rewrite::Alignment;
use crate::story::novelty::overlap::sentences::Earlier;

/// Earlier articles that an arriving one is compared with as a whole.
const MAX_ALIGNED: usize = 6;

/// An earlier article that the arriving one may be of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alike {
    pub number: u32,
    /// The share of the arriving article's weight that it has.
    pub share: f32,
    pub alignment: Alignment,
    pub overlap: Overlap,
    /// One of the two tells of what stands over the other.
    pub shares_title: bool,
    /// Half of the numbers of the one with fewer are the other's.
    pub numbers_agree: bool,
}

impl Stories {
    /// The earlier articles that the arriving one is most like, compared as a whole.
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
