//! Marks the figures, names and quotes in new sentences that no earlier article of the
//! story has.
//!
//! The earlier articles are known only by the short hashes of their words. So about one
//! new word in a hundred is taken for known by a hash collision; a known word is never
//! taken for new.

use crate::model::{FactKind, NewFact, Novelty};
use crate::story::analysis::Analysis;
use crate::story::analysis::arrival::Arrival;
use crate::story::analysis::profile::Profile;
use crate::story::analysis::quantity;
use crate::story::analysis::sketch::Sketch;
use crate::story::analysis::stem;
use crate::story::analysis::stopwords;
use crate::story::assign::place::Stories;
use crate::story::novelty::facts::quotes::quoted;
use crate::text::{Text, Word};
use std::ops::Range;

/// The most sentences of an article that are marked; the most important ones come first.
const MAX_SENTENCES: usize = 40;
/// The most quotes of one sentence that are searched for in the earlier articles.
const MAX_QUOTES: usize = 4;
/// The least number of content words of a quote: a shorter one is the title of a work, or
/// a word used ironically.
const MIN_QUOTE: usize = 3;
/// A quote is recognised by its first content words, at most this many.
const MAX_COMPARED: usize = 6;
/// Languages that write every noun with a capital letter, where it does not show a name.
const CAPITAL_NOUNS: &[&str] = &["de", "lb"];

/// Signs before a figure that belong to it.
const CURRENCIES: &[char] = &['$', '€', '£', '¥', '₹', '+', '-', '−'];
/// Words that belong to the figure before them.
const MAGNITUDES: &[&str] = &[
    "thousand", "million", "millions", "billion", "billions", "trillion", "bn", "m", "percent",
    "per cent", "dollars", "euros", "pounds",
];
/// Names of months and days: they have a capital letter, but are dates.
const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "gmt",
    "utc",
];
/// Words that join the parts of one name.
const JOINTS: &[&str] = &["of", "de", "del", "la", "van", "von", "der", "bin", "al"];

/// The words of the earlier articles.
struct Known<'a> {
    profile: &'a Profile,
    /// For each term of the profile, whether an earlier article has it.
    terms: &'a [bool],
    articles: Vec<&'a Sketch>,
}

impl Known<'_> {
    fn has(&self, signature: u16) -> bool {
        let place = self.profile.place(signature);
        place.is_some_and(|place| self.terms[usize::from(place)])
    }

    /// Whether an earlier article contains these words one after the other.
    fn has_run(&self, run: &[u16]) -> bool {
        let Some(first) = run.first() else {
            return true;
        };
        // A quick test first: most new runs contain a word that no earlier article has.
        run.iter().all(|&signature| self.has(signature))
            && self.articles.iter().any(|sketch| {
                let mut runs = sketch.outline.words().windows(run.len());
                runs.any(|words| words[0] == *first && words == run)
            })
    }
}

impl Stories {
    /// Marks what is new in the sentences. `members` are the earlier articles, and
    /// `known` says for each term whether they have it.
    pub(crate) fn mark(
        &self,
        arrival: &Arrival<'_>,
        members: impl Iterator<Item = u32>,
        known: &[bool],
        new: &mut [Novelty],
    ) {
        if new.is_empty() {
            return;
        }
        let members = members.filter_map(|number| self.window.sketch(number));
        let known = Known {
            profile: &arrival.profile,
            terms: known,
            articles: members.collect(),
        };
        let mut marker = Marker {
            known: &known,
            analysis: &arrival.analysis,
            has_names: has_names(arrival.incoming.language),
            read: Text::default(),
        };
        for new in new.iter_mut().take(MAX_SENTENCES) {
            new.marks = marker.marks(&new.sentence);
        }
    }
}

/// Whether the language shows names by capital letters.
fn has_names(language: Option<&str>) -> bool {
    let language = language.and_then(|tag| tag.split(['-', '_']).next());
    language.is_none_or(|language| {
        !CAPITAL_NOUNS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(language))
    })
}

struct Marker<'a> {
    known: &'a Known<'a>,
    analysis: &'a Analysis,
    has_names: bool,
    read: Text,
}

impl Marker<'_> {
    fn marks(&mut self, sentence: &str) -> Vec<NewFact> {
        self.read.analyze_words(sentence);
        let mut found: Vec<(FactKind, Range<usize>)> = self.figures(sentence);
        if self.has_names {
            found.extend(self.names(sentence));
        }
        found.extend(self.quotes(sentence));
        found.sort_by_key(|(_, range)| (range.start, usize::MAX - range.end));
        let n_chars = |bytes: usize| sentence[..bytes].chars().count();
        let marks = found.into_iter().map(|(kind, range)| NewFact {
            kind,
            span: (n_chars(range.start), n_chars(range.end)),
        });
        marks.collect()
    }

    fn figures(&self, sentence: &str) -> Vec<(FactKind, Range<usize>)> {
        let mut found = Vec::new();
        let words = self.read.words();
        let mut at = 0;
        while at < words.len() {
            let word = &words[at];
            let figure = quantity::figure(sentence, &self.read, 0..words.len(), at);
            at += 1;
            let Some(figure) = figure.filter(|figure| figure.n_digits > 0) else {
                continue;
            };
            at += figure.n_words - 1;
            let end = words[at - 1].end;
            let signature = (figure.quantity.hash() >> 17) as u16 | 1 << 15;
            if self.known.has(signature) || is_part(sentence, word.start as usize) {
                continue;
            }
            let mut range = word.start as usize..end as usize;
            // A time (10:30) or a result (2-1) is one figure.
            while let Some(part) = words.get(at).filter(|next| {
                next.flags.has_digit() && sentence.get(range.end..next.start as usize) == Some(":")
            }) {
                range.end = part.end as usize;
                at += 1;
            }
            let before = sentence[..range.start].chars().next_back();
            if let Some(sign) = before.filter(|c| CURRENCIES.contains(c)) {
                range.start -= sign.len_utf8();
            }
            if sentence[range.end..].starts_with('%') {
                range.end += 1;
            }
            let unit = words.get(at).filter(|next| {
                let is_next = is_space(sentence, range.end, next.start as usize);
                is_next && MAGNITUDES.contains(&self.read.folded(next))
            });
            if let Some(unit) = unit {
                range.end = unit.end as usize;
            }
            found.push((FactKind::Figure, range));
        }
        found
    }

    fn names(&self, sentence: &str) -> Vec<(FactKind, Range<usize>)> {
        let words = self.read.words();
        let (mut found, mut at) = (Vec::new(), 0);
        while at < words.len() {
            let n = self.name_at(sentence, at);
            if n > 0 && self.is_new_name(&words[at..at + n]) {
                let range = words[at].start as usize..words[at + n - 1].end as usize;
                found.push((FactKind::Name, range));
            }
            at += n.max(1);
        }
        found
    }

    /// The number of words of the name that begins at the word `at`; 0 if none begins
    /// there.
    fn name_at(&self, sentence: &str, at: usize) -> usize {
        let words = self.read.words();
        if !self.is_name_word(sentence, at) {
            return 0;
        }
        let mut last = at;
        loop {
            let follows = |of: usize, next: usize| {
                words.get(next).is_some_and(|word| {
                    is_space(sentence, words[of].end as usize, word.start as usize)
                })
            };
            let next = last + 1;
            if follows(last, next) && self.is_name_word(sentence, next) {
                last = next;
            } else if follows(last, next)
                && JOINTS.contains(&self.read.folded(&words[next]))
                && follows(next, next + 1)
                && self.is_name_word(sentence, next + 1)
            {
                last = next + 1;
            } else {
                return last - at + 1;
            }
        }
    }

    /// Whether the word has a capital letter that is not due to the start of a sentence
    /// or quote.
    fn is_name_word(&self, sentence: &str, at: usize) -> bool {
        let Some(word) = self.read.words().get(at) else {
            return false;
        };
        let folded = self.read.folded(word);
        if !word.flags.is_capital() || word.flags.has_digit() {
            return false;
        }
        let hash = stem::hash(folded);
        !stopwords::is_stop(folded)
            && !stopwords::is_telling(hash)
            && !MONTHS.contains(&folded)
            && (at > 0 || self.analysis.names.contains(&hash))
            && !opens_quote(sentence, word.start as usize)
    }

    /// Whether the name is new: its last word is, or most of its words are. A person
    /// known by surname is not new when the first name is added.
    fn is_new_name(&self, words: &[Word]) -> bool {
        let content = words.iter().map(|word| self.read.folded(word));
        let content: Vec<bool> = content
            .filter(|folded| !stopwords::is_stop(folded))
            .map(|folded| !self.known.has((stem::hash(folded) >> 17) as u16))
            .collect();
        let n_new = content.iter().filter(|is_new| **is_new).count();
        content.last().is_some_and(|is_new| *is_new) || 2 * n_new > content.len()
    }

    fn quotes(&self, sentence: &str) -> Vec<(FactKind, Range<usize>)> {
        let ranges = quoted(sentence).into_iter().take(MAX_QUOTES);
        ranges
            .filter(|range| {
                let mut run = self.signatures(range);
                let is_long = run.len() >= MIN_QUOTE;
                run.truncate(MAX_COMPARED);
                is_long && !self.known.has_run(&run)
            })
            .map(|range| (FactKind::Quote, range))
            .collect()
    }

    /// The signatures of the content words in a byte range.
    fn signatures(&self, range: &Range<usize>) -> Vec<u16> {
        let words = self.read.words().iter();
        let words = words
            .filter(|word| word.start as usize >= range.start && word.end as usize <= range.end);
        let folded = words.map(|word| self.read.folded(word));
        folded
            .filter(|folded| {
                !stopwords::is_stop(folded) && !folded.starts_with(|c: char| c.is_ascii_digit())
            })
            .map(|folded| (stem::hash(folded) >> 17) as u16)
            .collect()
    }
}

/// Whether a number is the end of a word, as in Covid-19, or of a time.
fn is_part(sentence: &str, at: usize) -> bool {
    let mut before = sentence[..at].chars().rev();
    match before.next() {
        Some('-') => before.next().is_some_and(char::is_alphanumeric),
        Some(c) => c == ':' || c.is_alphabetic(),
        None => false,
    }
}

/// Whether a quotation mark opens right before the word, which then has a capital letter
/// whether or not it is a name.
fn opens_quote(sentence: &str, at: usize) -> bool {
    let before = sentence[..at].chars().next_back();
    before.is_some_and(|c| matches!(c, '“' | '„' | '«' | '"' | '‘'))
}

/// Whether there is only white space, the full stop of an initial or a hyphen between the
/// two words.
fn is_space(sentence: &str, end: usize, start: usize) -> bool {
    let between = sentence.get(end..start).unwrap_or("x");
    !between.is_empty()
        && between.len() <= 4
        && (between.chars().all(char::is_whitespace) || matches!(between, ". " | "-" | "’" | "'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ArticleId;
    use crate::story::{Incoming, Settings};
    use jiff::Timestamp;

    const KNOWN: &str = "A ferry with 120 people on board ran aground off Varnholm on Monday. \
        Captain Ada Brandt said the ferry had lost its rudder. \"We heard a long grinding noise,\" \
        said the cook. The Harbour Office sent three boats to the ferry.";

    /// Checks the marks, written like `figure: 14`, in the sentences of the second
    /// article.
    fn check(sentence: &str, want: &[&str]) {
        let mut stories = Stories::new(Settings::default());
        let incoming = |id, text| Incoming {
            id: ArticleId(id),
            url: None,
            source: if id == 1 { "Courier" } else { "Wire" },
            title: "Ferry aground off Varnholm",
            dek: "",
            text,
            language: None,
            at: Timestamp::UNIX_EPOCH,
            same_as: None,
        };
        let first = incoming(1, KNOWN);
        let placement = stories.plan(&first);
        stories.apply(&first, &placement);
        let text = format!(
            "A ferry ran aground off Varnholm on Monday and the Harbour Office sent boats. {sentence}"
        );
        let placement = stories.plan(&incoming(2, &text));
        let found: Vec<String> = placement
            .new
            .iter()
            .flat_map(|new| new.marks.iter().map(|mark| (mark, &new.sentence)))
            .map(|(mark, sentence)| {
                let kind = format!("{:?}", mark.kind).to_lowercase();
                format!("{kind}: {}", mark.text(sentence))
            })
            .collect();
        assert_eq!(found, want, "{sentence}");
    }

    #[test]
    fn figures_are_marked_with_their_sign_and_measure_unless_they_are_known() {
        check(
            "Repairs will cost £2.5 million, the insurers estimated, and the 120 passengers get 40% back.",
            &["figure: £2.5 million", "figure: 40%"],
        );
        check(
            "The tug Brine-19 reached the reef at 7:45 and lost -4 degrees cold fuel, mechanics reported to insurers.",
            &["name: Brine", "figure: 7:45", "figure: -4"],
        );
    }

    #[test]
    fn names_are_marked_whole_unless_their_surname_is_known() {
        check(
            "Investigators led by Tomas van Leer of the Marine Bureau questioned Brandt on Tuesday about the rudder.",
            &["name: Tomas van Leer", "name: Marine Bureau"],
        );
    }

    #[test]
    fn quotes_are_marked_unless_the_story_had_them() {
        check(
            "The mayor promised a swift inquiry: “Nobody will wait months for an answer,” she told residents yesterday evening.",
            &["quote: Nobody will wait months for an answer,"],
        );
        check(
            "Its insurers published the crew's statements about \"a long grinding noise\" before the inquiry opened yesterday.",
            &[],
        );
    }
}
