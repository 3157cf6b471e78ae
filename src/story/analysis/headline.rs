//! The facts of a headline that the beginning of the text states too.
//!
//! An outlet that reprints an agency report with one changed fact ("has died", "toll
//! rises to 31") puts that fact into the headline and the first sentences. It is a tiny
//! share of the words, so comparing whole articles misses it.

use crate::story::analysis::profile::{Profile, Term};
use crate::story::analysis::{Analysis, Word};
use crate::text::last_mark;

/// How many sentences at the beginning of the text are searched for the headline's facts.
const N_OPENING: usize = 2;
/// The least number of content words in an opening sentence: a shorter one is a byline or
/// a dateline.
const MIN_OPENING: usize = 3;
/// A sentence that contains a whole headline of at least this many content words is a
/// repetition of the headline, not a sentence of the text.
const MIN_TITLE: usize = 6;
/// The least inverse document frequency of a word that counts as a fact.
const MIN_IDF: f32 = 3.0;
/// The most words of an outlet's name at the end of a headline.
const MAX_OUTLET: usize = 5;

/// A word of the headline that the beginning of the text has too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadlineFact {
    /// The word's [`Word::signature`].
    pub(crate) signature: u16,
    /// The index of the first opening sentence that has the word, among the sentences of
    /// the text.
    pub(crate) sentence: usize,
    /// Whether the word is a number that does not look rounded.
    pub(crate) is_exact: bool,
}

/// The words of `headline` that state a fact and stand in one of the first [`N_OPENING`]
/// sentences of the text.
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

/// Whether the word is a number or says what happened, and is rare enough to matter.
fn tells(word: Word, profile: &Profile) -> bool {
    let place = profile.place(word.signature());
    let term: Option<&Term> = place.map(|place| &profile.terms[usize::from(place)]);
    term.is_some_and(|term| (term.is_number || term.is_fact()) && term.idf >= MIN_IDF)
}

/// Whether `sentence` contains the whole headline.
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
