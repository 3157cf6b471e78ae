//! Decides whether a page that was read again changed in substance, and in which
//! sentences.

use crate::model::Novelty;
use crate::story::analysis::arrival::Arrival;
use crate::story::analysis::sketch::Sketch;
use crate::story::assign::place::Stories;
use crate::story::novelty::overlap::sentences::{Coverer, share};
use rustc_hash::FxHashSet;

/// A sentence counts as changed if the older reading leaves at least this share of it
/// uncovered.
const CHANGED: f32 = 0.42;
/// The least number of content words, numbers not counted, of a changed sentence that is
/// a change of substance. A comment counter or the time of an update has fewer.
const MIN_CHANGED: usize = 3;

impl Stories {
    /// Whether a newer reading of an article differs in substance from the older one.
    pub(crate) fn is_revised(&self, arrival: &Arrival<'_>, old: &Sketch) -> bool {
        !changed(arrival, old).is_empty()
    }

    /// The sentences of a newer reading that the older one lacks or has with other
    /// figures, in their order; and the new sentences.
    pub(crate) fn revision(
        &self,
        arrival: &Arrival<'_>,
        old: u32,
    ) -> (Vec<String>, Vec<Novelty>, f32) {
        let Some(sketch) = self.window.sketch(old) else {
            return (Vec::new(), Vec::new(), 0.0);
        };
        let Some(story) = self.stories.get(&sketch.story) else {
            return (Vec::new(), Vec::new(), 0.0);
        };
        let findings = self.findings(arrival, story.members.iter().copied());
        let probabilities = self.probabilities(&findings);
        let mut news = self.news(arrival, sketch.story, &findings, &probabilities, None);
        self.mark(
            arrival,
            story.members.iter().copied(),
            &findings.known,
            &mut news.sentences,
        );
        let text = arrival.incoming.text;
        let body = &arrival.analysis.sentences[arrival.analysis.body.clone()];
        let changed = changed(arrival, sketch).into_iter();
        let changed = changed.map(|at| text[body[at].span.clone()].to_owned());
        (changed.collect(), news.sentences, news.newness)
    }
}

/// The sentences that the older reading lacks, or has with another figure or name.
/// Sentences with few words, such as a counter or a date, are left out.
fn changed(arrival: &Arrival<'_>, old: &Sketch) -> Vec<usize> {
    let sentences = arrival.sentences();
    let mut coverer = Coverer::new(sentences, &arrival.profile);
    coverer.cover(0, old);
    let second = coverer.second();
    let known: FxHashSet<u16> = old.outline.words().iter().copied().collect();
    let terms = &arrival.profile.terms;
    let is_changed = |at: usize| {
        let (mut n_facts, mut n_known, mut is_detail_new) = (0, 0, false);
        for &place in sentences.of(at) {
            let term = &terms[usize::from(place)];
            let is_known = known.contains(&term.signature());
            n_facts += usize::from(term.is_fact());
            n_known += usize::from(is_known && term.is_fact());
            is_detail_new |= (term.is_number || term.is_name) && !is_known;
        }
        let mass = coverer.mass()[at];
        let told = coverer.best()[at].cover + 0.5 * second[at];
        let left = 1.0 - share(told, mass);
        (mass > 0.0 && left >= CHANGED && n_facts >= MIN_CHANGED)
            || (is_detail_new && n_known >= MIN_CHANGED)
    };
    (0..sentences.len()).filter(|&at| is_changed(at)).collect()
}
