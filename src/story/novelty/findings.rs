//! What is seen of an article in its story, as numbers for the models: of each
//! sentence, and of the whole.

use crate::model::{ArticleId, StoryId};
use crate::story::Incoming;
use crate::story::analysis::arrival::Arrival;
use crate::story::analysis::profile::Term;
use crate::story::analysis::quantity;
use crate::story::assign::place::Stories;
use crate::story::index::postings::Once;
use crate::story::index::window::Window;
use crate::story::novelty::copies::{Overlap, Runs};
use crate::story::novelty::live;
use crate::story::novelty::rewrite;
use crate::story::novelty::rewrite::Alignment;
use crate::story::novelty::sentences::{Best, Coverer, Earlier, share};
use rustc_hash::FxHashSet;
use std::ops::Range;

/// Numbers that a sentence is judged by.
pub const N_SENTENCE: usize = 32;
/// Numbers that an article is judged by.
pub const N_ARTICLE: usize = 30;
/// A sentence as the model sees it.
pub type SentenceFeatures = [f32; N_SENTENCE];
/// An article as the models see it.
pub type ArticleFeatures = [f32; N_ARTICLE];

/// The place of the number of new figures, and of new names, in [`SentenceFeatures`].
const N_FIGURES: usize = 7;
const N_NAMES: usize = 9;

/// Earlier articles that an arriving one is compared with as a whole.
const MAX_ALIGNED: usize = 6;
/// Content words of a sentence that opens a text: fewer are a byline or a place.
const MIN_OPENING: usize = 3;
/// Share of a sentence that makes it the same as an earlier one.
const SAME: f32 = 0.75;

/// What is seen of an article in its story.
pub(crate) struct Findings {
    pub sentences: Vec<SentenceFeatures>,
    /// Weight of each sentence.
    pub mass: Vec<f32>,
    /// How the earlier sentences stand to each.
    pub best: Vec<Best>,
    /// The earlier articles in the order of [`Best::article`].
    pub articles: Vec<Earlier>,
    /// For each of the article's terms, whether an earlier article has it.
    pub known: Vec<bool>,
    /// Those that it is most like, the likest first.
    pub alike: Vec<Alike>,
}

impl Findings {
    /// Words of the headline that no earlier article has.
    pub(crate) fn new_in_title(&self, arrival: &Arrival<'_>) -> usize {
        let terms = arrival.profile.terms.iter().zip(&self.known);
        terms
            .filter(|(term, is_known)| term.in_title && !**is_known)
            .count()
    }

    /// Whether the body's sentence `at` has a figure that no earlier article gave.
    pub(crate) fn has_new_figure(&self, at: usize) -> bool {
        self.sentences[at][N_FIGURES] > 0.0
    }

    /// How many figures of the article no earlier article of the story has.
    pub(crate) fn n_new_figures(&self) -> f32 {
        let sentences = self.sentences.iter();
        sentences.map(|sentence| sentence[N_FIGURES]).sum()
    }

    /// The share of an earlier article's words that stand in the arriving one.
    pub(crate) fn kept_of(&self, article: Option<ArticleId>, window: &Window) -> f32 {
        let number = article.and_then(|id| window.by_id(id));
        let alike = self.alike.iter().find(|alike| Some(alike.number) == number);
        alike.map_or(0.0, |alike| alike.overlap.of_old)
    }
}

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

/// What the models see, for their training.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Where each sentence stands in the text, and its features.
    pub sentences: Vec<(Range<usize>, SentenceFeatures)>,
    /// The article's features.
    pub article: ArticleFeatures,
    /// It is one that an earlier article's text tells to be a copy.
    pub is_copy: bool,
}

impl Stories {
    /// What the models of novelty see of `incoming` in `story`; `None` where the
    /// story is not remembered.
    #[must_use]
    pub fn seen(&self, incoming: &Incoming<'_>, story: StoryId) -> Option<Seen> {
        let arrival = self.arrival(incoming);
        let members = &self.stories.get(&story)?.members;
        let findings = self.findings(&arrival, members.iter().copied());
        let new = self.probabilities(&findings);
        let article = self.article_features(&arrival, story, &findings, &new);
        let body = &arrival.analysis.sentences[arrival.analysis.body.clone()];
        let spans = body.iter().map(|sentence| sentence.span.clone());
        Some(Seen {
            sentences: spans.zip(findings.sentences).collect(),
            article,
            is_copy: self.copied(&arrival).is_some(),
        })
    }

    /// The probability of each sentence to be new.
    pub(crate) fn probabilities(&self, findings: &Findings) -> Vec<f32> {
        let sentences = findings.sentences.iter();
        sentences
            .map(|features| self.settings.novelty.sentence.probability(features))
            .collect()
    }

    /// Compares an article with the earlier ones `members`.
    pub(crate) fn findings(
        &self,
        arrival: &Arrival<'_>,
        members: impl Iterator<Item = u32> + Clone,
    ) -> Findings {
        let sentences = arrival.sentences();
        let mut coverer = Coverer::new(sentences, &arrival.profile);
        let mut texts = FxHashSet::default();
        for member in members.clone() {
            let Some(sketch) = self.window.sketch(member) else {
                continue;
            };
            // What was told twice in the same words covers no more than once.
            if sketch.identity == 0 || texts.insert(sketch.identity) {
                coverer.cover(member, sketch);
            }
        }
        let second = coverer.second();
        let alike = self.alike_articles(arrival, coverer.articles());
        let mut reader = SentenceReader {
            stories: self,
            arrival,
            coverer: &coverer,
            second: &second,
            alike: &alike,
            figures: self.figures_of(arrival, &coverer, members),
            once: Once::new(arrival.profile.terms.len()),
        };
        let features = (0..sentences.len()).map(|at| reader.features(at)).collect();
        Findings {
            sentences: features,
            mass: coverer.mass().to_vec(),
            best: coverer.best().to_vec(),
            articles: coverer.articles().to_vec(),
            known: coverer.known().to_vec(),
            alike,
        }
    }

    /// The figures of the earlier articles, ascending, where the arriving one has
    /// any that they have not as they stand.
    fn figures_of(
        &self,
        arrival: &Arrival<'_>,
        coverer: &Coverer<'_>,
        members: impl Iterator<Item = u32>,
    ) -> Vec<f32> {
        let mut terms = arrival.profile.terms.iter().zip(coverer.known());
        if !terms.any(|(term, is_known)| term.is_number && !is_known) {
            return Vec::new();
        }
        let mut codes: Vec<u16> = Vec::new();
        for sketch in members.filter_map(|number| self.window.sketch(number)) {
            let words = sketch.outline.words().iter();
            codes.extend(
                words
                    .filter(|word| **word >> 15 == 1)
                    .map(|word| word & 0x7fff),
            );
        }
        codes.sort_unstable();
        codes.dedup();
        let mut figures: Vec<f32> = codes
            .into_iter()
            .map(|code| quantity::Quantity(code).value())
            .collect();
        figures.sort_unstable_by(f32::total_cmp);
        figures
    }

    /// The earlier articles that the arriving one is most like, compared as a whole.
    fn alike_articles(&self, arrival: &Arrival<'_>, articles: &[Earlier]) -> Vec<Alike> {
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

/// Reads the features of one sentence after the other.
struct SentenceReader<'a> {
    stories: &'a Stories,
    arrival: &'a Arrival<'a>,
    coverer: &'a Coverer<'a>,
    second: &'a [f32],
    alike: &'a [Alike],
    figures: Vec<f32>,
    once: Once,
}

/// The terms of a sentence that no earlier article has, by sort.
#[derive(Default)]
struct Unknown {
    n_figures: f32,
    n_rounded: f32,
    n_names: f32,
    n_words: f32,
    weight: f32,
    rarest: f32,
    n_in_title: f32,
    n_known_names: f32,
    n_known_figures: f32,
}

impl SentenceReader<'_> {
    fn features(&mut self, at: usize) -> SentenceFeatures {
        let best = self.coverer.best()[at];
        let mass = self.coverer.mass()[at];
        let places = self.arrival.sentences().of(at);
        let n_terms = places.len() as f32;
        let unknown = self.unknown(places);
        let n_sentences = self.coverer.mass().len();
        let text = self.text(at);
        let (others, others_best) = self.others(at);
        let closest = self.alike.first();
        let [before, after] = [at.checked_sub(1), at.checked_add(1)].map(|near| {
            near.and_then(|near| {
                let mass = *self.coverer.mass().get(near)?;
                Some(share(self.coverer.best()[near].cover, mass))
            })
        });
        let near = before.unwrap_or(0.5) + after.unwrap_or(0.5);
        let source = self.coverer.articles().get(usize::from(best.article));
        let source = source.and_then(|article| self.stories.window.sketch(article.number));
        let is_own_source = source.is_some_and(|sketch| sketch.source == self.arrival.taken.source);
        [
            share(best.cover, mass),
            share(best.cover + self.second[at], mass),
            share(mass - unknown.weight, mass),
            share(best.in_one_article, mass),
            best.likeness,
            mass,
            n_terms,
            unknown.n_figures,
            unknown.n_rounded,
            unknown.n_names,
            unknown.n_words,
            unknown.rarest,
            unknown.weight,
            at as f32 / n_sentences.max(1) as f32,
            at.min(12) as f32,
            f32::from(has_quote(text)),
            unknown.n_in_title,
            others,
            others_best,
            closest.map_or(0.0, |alike| alike.share),
            closest.map_or(0.0, |alike| alike.overlap.of_new),
            near / 2.0,
            (self.coverer.n_told() as f32).ln_1p(),
            f32::from(self.stories.is_said_again(self.arrival, at)),
            f32::from(is_own_source),
            best.left_out,
            f32::from(self.is_denied_otherwise(places, best)),
            share(
                unknown.n_words + unknown.n_names + unknown.n_figures,
                n_terms,
            ),
            unknown.n_known_figures,
            unknown.n_known_names,
            self.in_title(places),
            self.coverer.articles().len().min(20) as f32,
        ]
    }

    fn unknown(&self, places: &[u16]) -> Unknown {
        let mut found = Unknown::default();
        for place in places.iter().map(|&place| usize::from(place)) {
            let term = &self.arrival.profile.terms[place];
            let weight = self.coverer.weights()[place];
            if self.coverer.known()[place] {
                found.n_known_figures += f32::from(term.is_number);
                found.n_known_names += f32::from(term.is_name);
                continue;
            }
            if term.is_number && self.is_rounding(term) {
                found.n_rounded += 1.0;
                continue;
            }
            found.weight += weight;
            found.rarest = found.rarest.max(weight);
            found.n_in_title += f32::from(term.in_title);
            if term.is_number {
                found.n_figures += 1.0;
            } else if term.is_name {
                found.n_names += 1.0;
            } else if weight > 0.0 {
                found.n_words += 1.0;
            }
        }
        found
    }

    /// Whether a figure that nobody gave is one that somebody gave, rounded.
    fn is_rounding(&self, term: &Term) -> bool {
        let value = quantity::Quantity((term.hash >> 17) as u16).value();
        let at = self.figures.partition_point(|&known| known < value);
        let near = [at.checked_sub(1), Some(at)].into_iter().flatten();
        near.filter_map(|at| self.figures.get(at))
            .any(|&known| quantity::is_rounded(known, value))
    }

    /// How much of the article's other sentences the story has, and their best
    /// single earlier sentence.
    fn others(&self, at: usize) -> (f32, f32) {
        let (mut total, mut known, mut best) = (0.0, 0.0, 0.0);
        let all = self.coverer.mass().iter().zip(self.coverer.best());
        for (_, (mass, found)) in (0..).zip(all).filter(|(other, _)| *other != at) {
            total += mass;
            known += found.in_one_article;
            best += found.cover;
        }
        (share(known, total), share(best, total))
    }

    /// Whether one of the sentence and the best earlier one denies something.
    fn is_denied_otherwise(&mut self, places: &[u16], best: Best) -> bool {
        let terms = &self.arrival.profile.terms;
        let denies = |places: &[u16]| {
            places
                .iter()
                .any(|&place| terms[usize::from(place)].is_negation())
        };
        best.cover > 0.0 && denies(places) != denies(self.coverer.told(best.sentence))
    }

    fn in_title(&mut self, places: &[u16]) -> f32 {
        self.once.next();
        let terms = &self.arrival.profile.terms;
        let places = places.iter().map(|&place| usize::from(place));
        let title = places.filter(|&place| terms[place].in_title);
        title.map(|place| self.coverer.weights()[place]).sum()
    }

    fn text(&self, at: usize) -> &str {
        let analysis = &self.arrival.analysis;
        let span = analysis.sentences[analysis.body.start + at].span.clone();
        &self.arrival.incoming.text[span]
    }
}

fn has_quote(sentence: &str) -> bool {
    sentence.contains(['“', '”', '„', '«', '»', '「', '」', '"'])
}

impl Stories {
    /// The article's features; `new` as of [`Stories::probabilities`].
    pub(crate) fn article_features(
        &self,
        arrival: &Arrival<'_>,
        story: StoryId,
        findings: &Findings,
        new: &[f32],
    ) -> ArticleFeatures {
        let total: f32 = findings.mass.iter().sum();
        let weighed = |of: &dyn Fn(usize) -> f32| {
            let sum: f32 = (0..new.len()).map(|at| findings.mass[at] * of(at)).sum();
            share(sum, total)
        };
        let mut ranked = new.to_vec();
        ranked.sort_by(|a, b| b.total_cmp(a));
        let rank = |at: usize| ranked.get(at).copied().unwrap_or(0.0);
        let lead = lead(arrival);
        let openings = lead..(lead + 3).min(new.len());
        let in_opening = openings.map(|at| new[at]).fold(0.0, f32::max);
        let best_sum = weighed(&|at| share(findings.best[at].cover, findings.mass[at]));
        let one_sum = weighed(&|at| share(findings.best[at].in_one_article, findings.mass[at]));
        let closest = findings.alike.first().copied();
        let likest = findings.alike.iter().max_by(|a, b| {
            let order = |alike: &Alike| alike.alignment.share + alike.overlap.of_new;
            order(a).total_cmp(&order(b))
        });
        let sketch = likest.and_then(|alike| self.window.sketch(alike.number));
        let sum = |feature: usize| -> f32 {
            let sentences = findings.sentences.iter();
            sentences.map(|sentence| sentence[feature]).sum()
        };
        let (title, n_title) = self.title_news(arrival, findings);
        let latest = self
            .stories
            .get(&story)
            .and_then(|story| story.members.last());
        let latest = latest.and_then(|&number| self.window.sketch(number));
        let at = arrival.incoming.at.as_second();
        let hours = |since: Option<i64>| {
            since.map_or(0.0, |since| {
                (at.saturating_sub(since).max(0) as f32 / 3600.0).ln_1p()
            })
        };
        let n_earlier_words = sketch.map_or(0, |sketch| sketch.outline.text().len());
        let headline = self
            .stories
            .get(&story)
            .and_then(|story| self.headline_news(arrival, story, |_| false));
        [
            weighed(&|at| new[at]),
            new.iter().sum(),
            rank(0),
            rank(1),
            rank(2),
            new.get(lead).copied().unwrap_or(0.0),
            in_opening,
            closest.map_or(0.0, |alike| alike.share),
            one_sum,
            best_sum,
            one_sum - closest.map_or(0.0, |alike| alike.share),
            likest.map_or(0.0, |alike| alike.alignment.share),
            likest.map_or(0.0, |alike| alike.alignment.order),
            likest.map_or(0.0, |alike| alike.overlap.of_new),
            likest.map_or(0.0, |alike| alike.overlap.of_old),
            arrival.text().len() as f32 / n_earlier_words.max(1) as f32,
            f32::from(sketch.is_some_and(|sketch| sketch.source == arrival.taken.source)),
            title,
            n_title,
            sum(N_FIGURES),
            sum(N_NAMES),
            new.len() as f32,
            hours(latest.map(|sketch| sketch.at)),
            hours(sketch.map(|sketch| sketch.at)),
            f32::from(headline.is_some()),
            lead_kept(arrival, findings),
            findings.articles.len().min(20) as f32,
            self.own_share(arrival),
            second_share(findings),
            (arrival.text().len() as f32).ln_1p(),
        ]
    }

    /// The share of the headline that no earlier article has, and how many words.
    fn title_news(&self, arrival: &Arrival<'_>, findings: &Findings) -> (f32, f32) {
        let (mut total, mut new, mut n_new) = (0.0, 0.0, 0.0);
        let terms = arrival.profile.terms.iter().zip(&findings.known);
        for (term, is_known) in terms.filter(|(term, _)| term.in_title) {
            total += term.idf;
            if !is_known {
                new += term.idf;
                n_new += 1.0;
            }
        }
        (share(new, total), n_new)
    }

    /// The share of sentences that the outlet had in an article before.
    fn own_share(&self, arrival: &Arrival<'_>) -> f32 {
        let n_sentences = arrival.sentences().len();
        let again = (0..n_sentences).filter(|&at| self.is_said_again(arrival, at));
        again.count() as f32 / n_sentences.max(1) as f32
    }
}

/// The first sentence of the text that says something.
pub(crate) fn lead(arrival: &Arrival<'_>) -> usize {
    let mut sentences = arrival.sentences().iter();
    sentences
        .position(|places| places.len() > MIN_OPENING)
        .unwrap_or(0)
}

/// How near the first sentences are to one that was told.
fn lead_kept(arrival: &Arrival<'_>, findings: &Findings) -> f32 {
    let lead = lead(arrival);
    let likeness = findings.best.get(lead).map_or(0.0, |best| best.likeness);
    let next = findings
        .best
        .get(lead + 1)
        .map_or(0.0, |best| best.likeness);
    if likeness >= SAME {
        1.0 + likeness
    } else {
        likeness.max(next * 0.5)
    }
}

fn second_share(findings: &Findings) -> f32 {
    findings.alike.get(1).map_or(0.0, |alike| alike.share)
}
