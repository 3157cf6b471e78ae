//! What an article is to its story: what it adds, and whose words it uses.

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

/// Content words of a sentence that can be news.
const MIN_WORDS: usize = 2;
/// Share of an article's words at which it is an excerpt.
const EXCERPT: f32 = 0.85;

/// Share of a rewrite's sentence that no earlier one has, from which on it is its own.
const OWN_SENTENCE: f32 = 0.25;
/// Newness at which a rewrite has something of its own.
const OF_ITS_OWN: f32 = 0.3;
/// The least probability of an article's likeliest sentence: without one there is nothing
/// to tell.
const LEAST_NEWS: f32 = 0.3;
/// The least probability of the sentence that bears a headline's news out.
const HEADLINE_NEWS: f32 = 0.1;
/// ... and of a development with such a headline, in a report and in a copy.
const WITH_HEADLINE: f32 = 0.15;
const COPY_WITH_HEADLINE: f32 = 0.04;
/// The least probabilities of a development that is told in the words of an earlier
/// article, and of its first sentence. Agencies send their reports again all day, each time
/// with a little more: of 145 such copies in a real stream six are told.
const SURE_NEWS: f32 = 0.7;
const SURE_LEAD: f32 = 0.5;
/// Share of the earlier article that stands in such a copy: all but its beginning.
const KEPT: f32 = 0.8;

/// How likely it is that an article brings news.
struct Judged {
    development: f32,
    /// Of the sentence that is likeliest to be new, of the first one, and of the one
    /// that bears out what only the headline tells; 0 for none.
    likeliest: f32,
    lead: f32,
    headline: f32,
    /// The headline has a figure that nobody rounded and nobody gave.
    has_exact_figure: bool,
    has_new_title: bool,
    /// Most of the article that it is a copy of stands in it.
    is_kept_whole: bool,
}

impl Judged {
    fn is_news(&self, model: &NoveltyModel) -> bool {
        (self.likeliest >= LEAST_NEWS && self.development >= model.news)
            || (self.headline >= HEADLINE_NEWS
                && (self.development >= WITH_HEADLINE || self.has_exact_figure))
    }

    /// One decisive fact above a text that is known.
    fn is_news_in_a_copy(&self) -> bool {
        let is_in_lead = self.lead >= SURE_LEAD && self.has_new_title && self.is_kept_whole;
        (is_in_lead && self.development >= SURE_NEWS)
            || (self.headline >= HEADLINE_NEWS && self.development >= COPY_WITH_HEADLINE)
    }
}

/// What an article adds to its story.
pub(crate) struct News {
    /// The sentences that no earlier article covers, the most telling first.
    pub sentences: Vec<Novelty>,
    /// The share of the article that those are.
    pub newness: f32,
}

impl Stories {
    /// What an article is to its story; `copied` is the earlier one whose text it has
    /// for the most part.
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
        // Who rewords a sentence has other words for it: only another exact figure is
        // news there.
        let is_told = |at: usize| {
            let (mass, best) = (findings.mass[at], findings.best[at]);
            is_reworded && copied.is_none() && share(best.cover, mass) > 1.0 - OWN_SENTENCE
        };
        let lead = article_features::lead(arrival);
        let judged = Judged {
            development: model.development.probability(&features),
            likeliest: probabilities.iter().copied().fold(0.0, f32::max),
            lead: probabilities.get(lead).copied().unwrap_or(0.0),
            headline: self
                .headline_news(arrival, story, is_told)
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

    /// The earlier article that one without news has its text from: as an excerpt,
    /// or reworded.
    fn origin_of_rewrite(
        &self,
        arrival: &Arrival<'_>,
        findings: &Findings,
        is_lead_new: bool,
        is_reworded: bool,
    ) -> Option<ArticleId> {
        // Notices that follow one form are no copies of one another.
        let origin = self.likest(arrival, findings).filter(|alike| {
            alike.shares_title || (findings.n_new_figures() == 0.0 && !is_lead_new)
        })?;
        let is_excerpt = origin.overlap.of_new >= EXCERPT && origin.numbers_agree;
        let sketch = self.window.sketch(origin.number)?;
        (is_excerpt || is_reworded).then_some(sketch.article)
    }

    /// The sentences that are not new, each with the earlier article that covers most of it.
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

    /// The earlier article that the arriving one follows most closely. The outlet's
    /// own old paragraphs are no rewriting.
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

    /// The sentences that the models say are new, and `told`; and the share of the
    /// article they are.
    pub(crate) fn news(
        &self,
        arrival: &Arrival<'_>,
        story: StoryId,
        findings: &Findings,
        probabilities: &[f32],
        told: Option<usize>,
    ) -> News {
        let sentences = arrival.sentences();
        // What the outlet says again, it says for those who missed it: newness is the
        // share of the rest.
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
