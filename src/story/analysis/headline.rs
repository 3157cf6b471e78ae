//! What a headline tells that the story did not know.
//!
//! An outlet that prints the wire's report again with the one fact that changed ("has
//! died", "toll rises to 31") says it where everybody sees it: over the article and at
//! its beginning. Of the article's words that is next to nothing.

use crate::story::analysis::arrival::Arrival;
use crate::story::analysis::profile::Term;
use crate::story::analysis::{Analysis, Word};
use crate::story::assign::place::Stories;
use crate::story::novelty::live::Story;
use crate::text::last_mark;

/// Sentences of the text that what the headline tells is looked for in.
const N_OPENING: usize = 2;
/// Content words of a sentence that opens a text: fewer are a byline or a place.
const MIN_OPENING: usize = 3;
/// Content words of a headline that nobody writes into a sentence as it stands: there
/// it is the headline again.
const MIN_TITLE: usize = 6;
/// Weight of a word that tells something.
const MIN_IDF: f32 = 3.0;
/// Words that the outlet's own name has at most, where it ends a headline.
const MAX_OUTLET: usize = 5;

/// What a headline says, and the beginning of the text too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadlineFact {
    /// As [`Word::signature`].
    signature: u16,
    /// The first sentence of the text that has it.
    sentence: usize,
    /// A figure that nobody rounded.
    is_exact: bool,
}

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

impl Arrival<'_> {
    /// What the headline tells and the text bears out.
    pub(crate) fn headline_facts(&self) -> &[HeadlineFact] {
        self.headline.get_or_init(|| {
            let title = Analysis::new(without_outlet(self.incoming.title), "", "");
            let body = &self.analysis.sentences[self.analysis.body.clone()];
            let words = |at: usize| &self.analysis.words[body[at].words.clone()];
            let openings = (0..body.len())
                .filter(|&at| words(at).len() >= MIN_OPENING)
                .filter(|&at| !holds_title(words(at), title.title()))
                .take(N_OPENING);
            let mut facts: Vec<HeadlineFact> = Vec::new();
            for sentence in openings {
                for word in title.title().iter().filter(|word| self.tells(**word)) {
                    let signature = word.signature();
                    let is_known = facts.iter().any(|fact| fact.signature == signature);
                    let is_said = words(sentence).iter().any(|said| said.hash == word.hash);
                    if is_said && !is_known {
                        facts.push(HeadlineFact {
                            signature,
                            sentence,
                            is_exact: word.is_number && !word.is_round,
                        });
                    }
                }
            }
            facts
        })
    }

    fn tells(&self, word: Word) -> bool {
        let place = self.profile.place(word.signature());
        let term: Option<&Term> = place.map(|place| &self.profile.terms[usize::from(place)]);
        term.is_some_and(|term| (term.is_number || term.is_fact()) && term.idf >= MIN_IDF)
    }
}

/// The whole headline stands in a sentence.
fn holds_title(sentence: &[Word], title: &[Word]) -> bool {
    title.len() >= MIN_TITLE
        && sentence
            .windows(title.len())
            .any(|run| run.iter().zip(title).all(|(a, b)| a.hash == b.hash))
}

/// A headline without the name of its outlet at its end.
fn without_outlet(title: &str) -> &str {
    match last_mark(title) {
        Some((end, len)) if title[end + len..].split_whitespace().count() <= MAX_OUTLET => {
            &title[..end]
        }
        Some(_) | None => title,
    }
}
