//! Decides an article's kind in its story by what it adds and whose text it uses.

use crate::model::{ArticleId, CoverageKind, Novelty, StoryId};
use crate::story::analysis::arrival::Arrival;
use crate::story::assign::place::Stories;
use crate::story::novelty::article_features;
use crate::story::novelty::findings::Findings;
use crate::story::novelty::live::Story;
use crate::story::novelty::model::NoveltyModel;
use crate::story::novelty::overlap::alike::Alike;
use crate::story::novelty::overlap::sentences::share;
use crate::story::{Covered, Placement};

/// The least number of content words of a sentence that can be new.
const MIN_WORDS: usize = 2;
/// An article is an excerpt of an earlier one that has at least this share of its words.
const EXCERPT: f32 = 0.85;

/// A sentence of a rewrite is its own, not reworded, if no earlier sentence covers at
/// least this share of it.
const OWN_SENTENCE: f32 = 0.25;
/// From this novelty on, a reworded article has content of its own and is not a rewrite.
const OF_ITS_OWN: f32 = 0.3;
/// A development needs a sentence that is new with at least this probability: otherwise
/// its alert would have nothing to show.
const LEAST_NEWS: f32 = 0.3;
/// If the headline has a new fact, the sentence that states it must be new with at least
/// this probability.
const HEADLINE_NEWS: f32 = 0.1;
/// With such a headline, the least probabilities that the article is a development, for a
/// report and for a copy.
const WITH_HEADLINE: f32 = 0.15;
const COPY_WITH_HEADLINE: f32 = 0.04;
/// For an article copied from an earlier one without a headline fact, the least
/// probabilities that it is a development, and that its first sentence is new. Agencies
/// resend a report all day with small additions: of 145 such copies in a real stream, six
/// pass these limits.
const SURE_NEWS: f32 = 0.7;
const SURE_LEAD: f32 = 0.5;
/// Such a copy must contain at least this share of the earlier article: only the
/// beginning is new.
const KEPT: f32 = 0.8;

/// The model's probabilities and the facts that decide whether an article is a
/// development.
struct Judged {
    development: f32,
    /// The probabilities that a sentence is new: of the sentence with the highest one, of
    /// the first sentence, and of the one that states the headline's new fact; 0 if there
    /// is none.
    likeliest: f32,
    lead: f32,
    headline: f32,
    /// Whether the headline has an exact figure that no earlier article has.
    has_exact_figure: bool,
    has_new_title: bool,
    /// Whether it contains most of the article that it is a copy of.
    is_kept_whole: bool,
}

impl Judged {
    fn is_news(&self, model: &NoveltyModel) -> bool {
        (self.likeliest >= LEAST_NEWS && self.development >= model.news)
            || (self.headline >= HEADLINE_NEWS
                && (self.development >= WITH_HEADLINE || self.has_exact_figure))
    }

    /// Whether a copy is a development all the same, by one important new fact in its
    /// headline or first sentence.
    fn is_news_in_a_copy(&self) -> bool {
        let is_in_lead = self.lead >= SURE_LEAD && self.has_new_title && self.is_kept_whole;
        (is_in_lead && self.development >= SURE_NEWS)
            || (self.headline >= HEADLINE_NEWS && self.development >= COPY_WITH_HEADLINE)
    }
}

/// The new sentences of an article.
pub(crate) struct News {
    /// The sentences that no earlier article covers, the most important first.
    pub sentences: Vec<Novelty>,
    /// Their share of the article, by weight.
    pub newness: f32,
}

impl Stories {
    /// The article's kind in its story, and the article that it is a copy or rewrite of.
    /// `copied` is the earlier article that most of its text comes from.
    pub(crate) fn kind_in(
        &self,
        arrival: &Arrival<'_>,
        story: &Story,
        copied: Option<ArticleId>,
        placement: &mut Placement,
    ) -> (CoverageKind, Option<ArticleId>) {
        let members = || story.members.iter().copied();
        let findings = self.findings(arrival, members());
        let probabilities = self.probabilities(&findings);
        let features = self.article_features(arrival, placement.story, &findings, &probabilities);
        let model = &self.settings.novelty;
        let mut news = self.news(arrival, placement.story, &findings, &probabilities, None);
        placement.newness = news.newness;
        placement.covered = self.covered(arrival, &findings, &probabilities);
        let is_reworded = model.rewrite.probability(&features) >= model.reworded;
        // Rewording changes the words of a sentence without adding anything: in a
        // reworded sentence, only a new exact figure counts as a headline fact.
        let is_reworded_sentence = |at: usize| {
            let (mass, best) = (findings.mass[at], findings.best[at]);
            is_reworded && copied.is_none() && share(best.cover, mass) > 1.0 - OWN_SENTENCE
        };
        let lead = article_features::lead(arrival);
        let judged = Judged {
            development: model.development.probability(&features),
            likeliest: probabilities.iter().copied().fold(0.0, f32::max),
            lead: probabilities.get(lead).copied().unwrap_or(0.0),
            headline: self
                .headline_news(arrival, story, is_reworded_sentence)
                .map_or(0.0, |at| probabilities[at]),
            has_exact_figure: self.headline_news(arrival, story, |_| true).is_some(),
            has_new_title: findings.new_in_title(arrival) > 0,
            is_kept_whole: findings.kept_of(copied, &self.window) >= KEPT,
        };
        let is_news = if copied.is_some() {
            judged.is_news_in_a_copy()
        } else {
            judged.is_news(model)
        };
        if is_news && news.sentences.is_empty() {
            let told = probabilities.iter().position(|p| *p == judged.likeliest);
            news = self.news(arrival, placement.story, &findings, &probabilities, told);
            placement.newness = news.newness;
        }
        if !is_news {
            if copied.is_some() {
                return (CoverageKind::Duplicate, copied);
            }
            let is_lead_new = judged.lead >= model.new_sentence;
            let is_reworded = is_reworded && news.newness < OF_ITS_OWN;
            let origin = self.origin_of_rewrite(arrival, &findings, is_lead_new, is_reworded);
            if origin.is_some() {
                return (CoverageKind::Rewrite, origin);
            }
        }
        self.mark(arrival, members(), &findings.known, &mut news.sentences);
        placement.new = news.sentences;
        if is_news {
            (CoverageKind::Development, None)
        } else {
            (CoverageKind::Independent, None)
        }
    }

    /// For an article that is not a development: the earlier article that it is an
    /// excerpt or a rewrite of.
    fn origin_of_rewrite(
        &self,
        arrival: &Arrival<'_>,
        findings: &Findings,
        is_lead_new: bool,
        is_reworded: bool,
    ) -> Option<ArticleId> {
        // Notices with the same form and different subjects are not copies of each other.
        let origin = self.likest(arrival, findings).filter(|alike| {
            alike.shares_title || (findings.n_new_figures() == 0.0 && !is_lead_new)
        })?;
        let is_excerpt = origin.overlap.of_new >= EXCERPT && origin.numbers_agree;
        let sketch = self.window.sketch(origin.number)?;
        (is_excerpt || is_reworded).then_some(sketch.article)
    }

    /// The sentences that are not new, each with the earlier article that covers it most.
    fn covered(
        &self,
        arrival: &Arrival<'_>,
        findings: &Findings,
        probabilities: &[f32],
    ) -> Vec<Covered> {
        let body = &arrival.analysis.sentences[arrival.analysis.body.clone()];
        let known = (0..body.len()).filter(|&at| {
            probabilities[at] < self.settings.novelty.new_sentence && findings.best[at].cover > 0.0
        });
        let covered = known.filter_map(|at| {
            let article = findings
                .articles
                .get(usize::from(findings.best[at].article))?;
            Some(Covered {
                sentence: body[at].span.clone(),
                by: self.window.sketch(article.number)?.article,
            })
        });
        covered.collect()
    }

    /// The earlier article that the arriving one is most similar to. Follow-ups to the
    /// outlet's own articles are left out: an outlet that repeats its own paragraphs does
    /// not rewrite anybody.
    fn likest(&self, arrival: &Arrival<'_>, findings: &Findings) -> Option<Alike> {
        let follows = |alike: &Alike| alike.share + alike.alignment.share + alike.overlap.of_new;
        let is_origin = |alike: &&Alike| {
            let sketch = self.window.sketch(alike.number);
            sketch.is_some_and(|sketch| sketch.source != arrival.taken.source)
        };
        let likely = findings.alike.iter().filter(is_origin);
        likely
            .max_by(|a, b| {
                follows(a)
                    .total_cmp(&follows(b))
                    .then(b.number.cmp(&a.number))
            })
            .copied()
    }

    /// The sentences that the model says are new, and in any case sentence `told`; and
    /// their share of the article.
    pub(crate) fn news(
        &self,
        arrival: &Arrival<'_>,
        story: StoryId,
        findings: &Findings,
        probabilities: &[f32],
        told: Option<usize>,
    ) -> News {
        let sentences = arrival.sentences();
        // Sentences that the outlet has published before are background, so the share is
        // taken of the other sentences only.
        let is_own = |at: usize| !self.is_said_again(arrival, at);
        let own = findings.mass.iter().enumerate();
        let total: f32 = own
            .filter(|(at, _)| is_own(*at))
            .map(|(_, mass)| mass)
            .sum();
        let mut new_mass = 0.0;
        let mut new = Vec::new();
        for (at, (&probability, &mass)) in probabilities.iter().zip(&findings.mass).enumerate() {
            let limit = if findings.has_new_figure(at) {
                self.settings.novelty.new_figure
            } else {
                self.settings.novelty.new_sentence
            };
            let is_new = probability >= limit && sentences.of(at).len() >= MIN_WORDS;
            if !(is_new || told == Some(at)) || self.is_repeat(arrival, at, story) {
                continue;
            }
            new_mass += if is_own(at) { mass } else { 0.0 };
            let span = &arrival.analysis.sentences[arrival.analysis.body.start + at].span;
            let told = Novelty {
                sentence: arrival.incoming.text[span.clone()].to_owned(),
                novelty: probability,
                marks: Vec::new(),
            };
            new.push((probability * mass.sqrt(), told));
        }
        new.sort_by(|a, b| b.0.total_cmp(&a.0));
        News {
            sentences: new.into_iter().map(|(_, new)| new).collect(),
            newness: share(new_mass, total),
        }
    }
}
