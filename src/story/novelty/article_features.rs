//! The features of an article in its story: the numbers that the models of development
//! and rewrite decide by.

use crate::model::StoryId;
use crate::story::analysis::arrival::Arrival;
use crate::story::assign::place::Stories;
use crate::story::novelty::findings::Findings;
use crate::story::novelty::overlap::alike::Alike;
use crate::story::novelty::overlap::sentences::share;
use crate::story::novelty::sentence_features::{N_FIGURES, N_NAMES};

/// The number of features of an article.
pub const N_ARTICLE: usize = 30;
/// The features of an article.
pub type ArticleFeatures = [f32; N_ARTICLE];

/// The least number of content words in an opening sentence: a shorter one is a byline or
/// a dateline.
const MIN_OPENING: usize = 3;
/// A sentence counts as the same as an earlier one if at least this share of its weight
/// is covered.
const SAME: f32 = 0.75;

impl Stories {
    /// The article's features; `new` comes from [`Stories::probabilities`].
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

    /// The share of the headline that no earlier article has, by weight, and the number
    /// of these words.
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

    /// The share of sentences that the outlet has published in an earlier article.
    fn own_share(&self, arrival: &Arrival<'_>) -> f32 {
        let n_sentences = arrival.sentences().len();
        let again = (0..n_sentences).filter(|&at| self.is_said_again(arrival, at));
        again.count() as f32 / n_sentences.max(1) as f32
    }
}

/// The index of the first sentence of the text with enough content words to be its lead.
pub(crate) fn lead(arrival: &Arrival<'_>) -> usize {
    let mut sentences = arrival.sentences().iter();
    sentences
        .position(|places| places.len() > MIN_OPENING)
        .unwrap_or(0)
}

/// How similar the first sentence is to an earlier one, plus 1 if it is the same. The
/// second sentence counts half.
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
