//! What an article is to its story: what it adds, and whose words it uses.

use crate::model::{ArticleId, CoverageKind, Novelty, StoryId};
use crate::story::analysis::arrival::Arrival;
use crate::story::assign::place::Stories;
use crate::story::novelty::findings;
use crate::story::novelty::findings::{Alike, Findings};
use crate::story::novelty::live::Story;
use crate::story::novelty::sentences::share;
use crate::story::{Covered, Placement};

/// Content words of a sentence that can be news.
const MIN_WORDS: usize = 2;
/// Share of an article's words at which it is an excerpt.
const EXCERPT: f32 = 0.85;

/// Share of a rewrite's sentence that no earlier one has, from which on it is its own.
const OWN_SENTENCE: f32 = 0.25;
/// The least probability of the sentence that bears a headline's news out.
const HEADLINE_NEWS: f32 = 0.2;

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
        let mut news = self.news(arrival, placement.story, &findings, &probabilities);
        placement.newness = news.newness;
        placement.covered = self.covered(arrival, &findings, &probabilities);
        let is_reworded = model.rewrite.probability(&features) >= model.reworded;
        // Who rewords a sentence has other words for it: only another exact figure is
        // news there.
        let is_told = |at: usize| {
            let (mass, best) = (findings.mass[at], findings.best[at]);
            is_reworded && share(best.cover, mass) > 1.0 - OWN_SENTENCE
        };
        // However few words it takes, it is what the outlet tells.
        let headline = self.headline_news(arrival, story, is_told);
        let is_news = model.development.probability(&features) >= model.news
            || headline.is_some_and(|at| probabilities[at] >= HEADLINE_NEWS);
        if !is_news {
            if copied.is_some() {
                return (CoverageKind::Duplicate, copied);
            }
            let lead = probabilities.get(findings::lead(arrival)).copied();
            let is_lead_new = lead.is_some_and(|lead| lead >= model.new_sentence);
            // Notices that follow one form are no copies of one another.
            let origin = self
                .likest(arrival, &findings)
                .filter(|alike| alike.shares_title || !is_lead_new);
            let excerpt = origin.filter(|alike| alike.overlap.of_new >= EXCERPT);
            let reworded = origin.filter(|_| is_reworded);
            let kinds = [
                (excerpt, CoverageKind::Duplicate),
                (reworded, CoverageKind::Rewrite),
            ];
            for (origin, kind) in kinds {
                let sketch = origin.and_then(|alike| self.window.sketch(alike.number));
                if let Some(sketch) = sketch {
                    return (kind, Some(sketch.article));
                }
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

    /// The sentences that the models say are new, and the share of the article they are.
    pub(crate) fn news(
        &self,
        arrival: &Arrival<'_>,
        story: StoryId,
        findings: &Findings,
        probabilities: &[f32],
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
            let is_new = probability >= self.settings.novelty.new_sentence
                && sentences.of(at).len() >= MIN_WORDS;
            if !is_new || self.is_repeat(arrival, at, story) {
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
