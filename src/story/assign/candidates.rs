//! Which of the stories in memory an article belongs to.

use crate::model::StoryId;
use crate::story::analysis::arrival::Arrival;
use crate::story::assign::features::{Rivals, Standing};
use crate::story::assign::model::Model;
use crate::story::assign::place::Stories;
use crate::story::assign::verdict::{Candidate, Verdict};
use crate::story::index::scores::Scores;

/// Articles, then stories, that are compared in full.
const MAX_HITS: usize = 64;
const MAX_STORIES: usize = 8;
/// Members of a story that are compared in full.
const MAX_COMPARED: usize = 8;
/// Content words of an article that can be judged at all: below, only a copy
/// is told.
const MIN_JUDGED: usize = 5;

/// Probability from which on an article surely belongs to the likeliest story, and from
/// which on another story is one with that: in the model, each speaks against the other.
const SURE: f32 = 0.9;
const SURE_TOO: f32 = 0.8;
/// Stories linked by one article.
const MAX_LINKED: usize = 4;

impl Stories {
    /// The story it belongs to, if it is an old one.
    pub(crate) fn judge(&self, arrival: &Arrival<'_>) -> Verdict {
        if arrival.analysis.words.len() < MIN_JUDGED {
            return Verdict::default();
        }
        let candidates = self.likely(arrival);
        let Some(best) = candidates
            .first()
            .filter(|candidate| candidate.probability >= self.threshold())
        else {
            return Verdict::default();
        };
        let is_one_with_it = |candidate: &&Candidate| candidate.probability >= SURE_TOO;
        let others = candidates.iter().skip(1).filter(is_one_with_it);
        let linked = if best.probability >= SURE {
            others
                .map(|candidate| candidate.story)
                .take(MAX_LINKED)
                .collect()
        } else {
            Vec::new()
        };
        Verdict {
            story: Some(best.story),
            linked,
        }
    }

    /// The least probability at which an article joins a story now.
    pub(in crate::story::assign) fn threshold(&self) -> f32 {
        let Model {
            threshold, caution, ..
        } = self.settings.model;
        let n_known = self.idf.n_articles() as f32;
        threshold + (1.0 - threshold) * caution / (caution + n_known).max(1.0)
    }

    pub(crate) fn likely(&self, arrival: &Arrival<'_>) -> Vec<Candidate> {
        let hits = self.hits(arrival);
        let mut by_story: Vec<(StoryId, Vec<u32>)> = Vec::new();
        for (number, story) in hits {
            match by_story.iter().position(|(known, _)| *known == story) {
                Some(at) if by_story[at].1.len() < MAX_COMPARED => by_story[at].1.push(number),
                None if by_story.len() < MAX_STORIES => by_story.push((story, vec![number])),
                Some(_) | None => {}
            }
        }
        let mut counts = vec![0; arrival.profile.terms.len()];
        let mut standings: Vec<(StoryId, Standing)> = by_story
            .into_iter()
            .filter_map(|(story, members)| {
                Some((story, self.standing(arrival, story, members, &mut counts)?))
            })
            .collect();
        for own in 0..standings.len() {
            standings[own].1.rivals = Rivals::of(&standings, own);
        }
        let mut candidates: Vec<Candidate> = standings
            .into_iter()
            .filter(|(_, standing)| standing.shares_text())
            .map(|(story, standing)| {
                let features = standing.features();
                Candidate {
                    story,
                    features,
                    probability: self.settings.model.probability(&features),
                }
            })
            .collect();
        let (threshold, gravity) = (self.threshold(), self.settings.model.gravity);
        let rank = |candidate: &Candidate| {
            let p = candidate.probability.clamp(1e-6, 1.0 - 1e-6);
            let n = self
                .stories
                .get(&candidate.story)
                .map_or(1, |story| story.n_articles);
            (
                p >= threshold,
                (p / (1.0 - p)).ln() + gravity * (n as f32).ln(),
            )
        };
        candidates.sort_by(|a, b| {
            let (a_rank, b_rank) = (rank(a), rank(b));
            b_rank
                .0
                .cmp(&a_rank.0)
                .then(b_rank.1.total_cmp(&a_rank.1))
                .then(a.story.cmp(&b.story))
        });
        candidates
    }

    fn standing(
        &self,
        arrival: &Arrival<'_>,
        id: StoryId,
        mut members: Vec<u32>,
        counts: &mut [u16],
    ) -> Option<Standing> {
        let story = self.stories.get(&id)?;
        for &member in story.members.iter().rev() {
            if members.len() >= 3 {
                break;
            }
            if !members.contains(&member) {
                members.push(member);
            }
        }
        let at = arrival.incoming.at.as_second();
        let mut standing = Standing {
            n_articles: story.n_articles,
            gap: i64::MAX,
            n_words: arrival.text().len(),
            n_known: self.idf.n_articles(),
            ..Standing::default()
        };
        for member in members {
            let Some(sketch) = self.window.sketch(member) else {
                continue;
            };
            standing.members.push((
                arrival.profile.nearness(sketch, counts),
                at.saturating_sub(sketch.at),
            ));
        }
        for &member in story.members.iter().rev().take(MAX_COMPARED) {
            if let Some(sketch) = self.window.sketch(member) {
                standing.gap = standing
                    .gap
                    .min(at.saturating_sub(sketch.at).saturating_abs());
            }
        }
        Some(standing)
    }

    /// The articles that share its telling words, the nearest first, and their stories.
    fn hits(&self, arrival: &Arrival<'_>) -> Vec<(u32, StoryId)> {
        let first = self.window.first();
        // All lists first, and then what stands in them: so the processor waits for
        // the memory of many at once. In a large window that is most of the time.
        let terms = arrival.profile.terms_of(&arrival.taken.terms);
        let lists = terms.map(|term| {
            let weight = term.query_weight() * term.idf;
            (weight, self.window.terms.newest(term.hash))
        });
        let lists: Vec<(f32, &[u32])> = lists.collect();
        let is_live = |list: &[u32]| list.last().is_some_and(|&newest| newest >= first);
        let n_found = lists.iter().filter(|(_, list)| is_live(list));
        let mut scores = Scores::new(n_found.map(|(_, list)| list.len()).sum());
        for (weight, list) in lists {
            for &number in list.iter().rev().take_while(|&&number| number >= first) {
                scores.add(number, weight);
            }
        }
        let mut hits: Vec<(u32, f32)> = scores.iter().collect();
        let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0));
        if hits.len() > MAX_HITS {
            hits.select_nth_unstable_by(MAX_HITS, order);
            hits.truncate(MAX_HITS);
        }
        hits.sort_unstable_by(order);
        let hits = hits.into_iter();
        hits.filter_map(|(number, _)| Some((number, self.window.sketch(number)?.story)))
            .collect()
    }
}
