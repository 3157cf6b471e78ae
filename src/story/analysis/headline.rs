//! What a headline tells.
//!
//! An outlet that prints the wire's report again with the one fact that changed ("has
//! died", "toll rises to 31") says it where everybody sees it: over the article and at
//! its beginning. Of the article's words that is next to nothing.

use crate::story::analysis::profile::{Profile, Term};
use crate::story::analysis::{Analysis, Word};
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
    pub(crate) signature: u16,
    /// The first sentence of the text that has it.
    pub(crate) sentence: usize,
    /// A figure that nobody rounded.
    pub(crate) is_exact: bool,
}

/// What a headline tells and the text bears out.
pub(crate) fn facts(headline: &str, analysis: &Analysis, profile: &Profile) -> Vec<HeadlineFact> {
    let title = Analysis::new(without_outlet(headline), "", "");
    let body = &analysis.sentences[analysis.body.clone()];
    let words = |at: usize| &analysis.words[body[at].words.clone()];
    let openings = (0..body.len())
        .filter(|&at| words(at).len() >= MIN_OPENING)
        .filter(|&at| !holds_title(words(at), title.title()))
        .take(N_OPENING);
    let mut facts: Vec<HeadlineFact> = Vec::new();
    for sentence in openings {
        for word in title.title().iter().filter(|word| tells(**word, profile)) {
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
}

/// The word says what happened, and is not in every article.
fn tells(word: Word, profile: &Profile) -> bool {
    let place = profile.place(word.signature());
    let term: Option<&Term> = place.map(|place| &profile.terms[usize::from(place)]);
    term.is_some_and(|term| (term.is_number || term.is_fact()) && term.idf >= MIN_IDF)
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
