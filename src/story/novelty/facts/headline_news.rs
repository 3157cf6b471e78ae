//! What a headline tells that the story did not know.

use crate::story::analysis::arrival::Arrival;
use crate::story::analysis::headline::HeadlineFact;
use crate::story::assign::place::Stories;
use crate::story::novelty::live::Story;

impl Stories {
    /// The sentence of the text, one of the first, that says what of the headline no
    /// article of `story` has said. Who rewords a sentence, as `is_reworded` says of
    /// it, has other words for it and rounds its figures: only another exact figure is
    /// news there.
    pub(crate) fn headline_news(
        &self,
        arrival: &Arrival<'_>,
        story: &Story,
        is_reworded: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let facts = arrival.headline_facts().iter().copied();
        let mut facts: Vec<HeadlineFact> = facts
            .filter(|fact| fact.is_exact || !is_reworded(fact.sentence))
            .collect();
        for &member in &story.members {
            if facts.is_empty() {
                return None;
            }
            if let Some(sketch) = self.window.sketch(member) {
                let words = sketch.outline.words();
                facts.retain(|fact| !words.contains(&fact.signature));
            }
        }
        facts.first().map(|fact| fact.sentence)
    }
}
