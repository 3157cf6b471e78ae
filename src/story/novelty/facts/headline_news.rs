//! Facts of a headline that no earlier article of the story states.

use crate::story::analysis::arrival::Arrival;
use crate::story::analysis::headline::HeadlineFact;
use crate::story::assign::place::Stories;
use crate::story::novelty::live::Story;

impl Stories {
    /// The index of the opening sentence that states a fact of the headline which no
    /// article of `story` states. Rewording changes words and rounds figures without
    /// adding anything; so in a sentence for which `is_reworded` is true, only a new
    /// exact figure counts.
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
