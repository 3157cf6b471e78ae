//! What an article is to its story: what it adds, and whose words it uses.

use crate::model::{ArticleId, CoverageKind, Novelty, StoryId};
use crate::story::Placement;
use crate::story::analysis::arrival::Arrival;
use crate::story::analysis::sketch::Sketch;
use crate::story::assign::place::Stories;
use crate::story::novelty::copies::Runs;
use crate::story::novelty::live;
use crate::story::novelty::live::Story;
use crate::story::novelty::rewrite;
use crate::story::novelty::sentences::Coverer;
use rustc_hash::FxHashSet;

/// Share of an article's words at which it is an excerpt.
const EXCERPT: f32 = 0.85;
/// Share of aligned sentences at which an article is a rewrite.
const REWRITTEN: f32 = 0.70;
/// Least novelty of a sentence that is told as new.
const NEW_SENTENCE: f32 = 0.42;
/// Share of a rewrite's sentence that no earlier one has, from which on it is its own.
const OWN_SENTENCE: f32 = 0.25;
/// Content words, no numbers among them, of a changed sentence that is a change
/// of substance: a counter of comments and the time of an update have fewer.
const MIN_CHANGED: usize = 3;
/// Articles of a story that are aligned sentence by sentence.
const MAX_ALIGNED: usize = 6;
/// ... and the share of sentences they must be like at a glance.
const MIN_ALIKE: f32 = 0.7;

/// What an article is a rewrite or an excerpt of.
#[derive(Clone, Copy)]
struct Origin {
    article: ArticleId,
    /// It stands there word by word.
    is_excerpt: bool,
}

/// What an article adds to others.
struct News {
    /// The sentences they do not cover, the most telling first.
    sentences: Vec<Novelty>,
    /// How much of the article those are.
    newness: f32,
    /// How much of each of its sentences the best single one of theirs leaves.
    left: Vec<f32>,
    /// Those of the others that it could be a rewrite of, the likeliest first.
    alike: Vec<u32>,
    /// For each of the article's terms, whether one of the others has it.
    known: Vec<bool>,
}

impl Stories {
    /// Whether a newer reading of an article says something else than the older.
    pub(crate) fn is_revised(&self, arrival: &Arrival<'_>, old: &Sketch) -> bool {
        let sentences = arrival.sentences();
        let mut coverer = Coverer::new(sentences, &arrival.profile);
        coverer.cover(old);
        let novelty = coverer.novelty(NEW_SENTENCE);
        novelty
            .into_iter()
            .zip(sentences.iter())
            .any(|(novelty, places)| {
                let terms = places
                    .iter()
                    .map(|&place| &arrival.profile.terms[usize::from(place)]);
                novelty >= NEW_SENTENCE
                    && terms.filter(|term| term.is_fact()).count() >= MIN_CHANGED
            })
            || !changed_figures(arrival, old).is_empty()
    }

    /// The sentences of a newer reading that the older does not have, or has
    /// with other figures, in their order; and what is new in it.
    pub(crate) fn revision(
        &self,
        arrival: &Arrival<'_>,
        old: u32,
    ) -> (Vec<String>, Vec<Novelty>, f32) {
        let Some(sketch) = self.window.sketch(old) else {
            return (Vec::new(), Vec::new(), 0.0);
        };
        let mut news = self.news(arrival, sketch.story, std::iter::once(old), None);
        let known = std::mem::take(&mut news.known);
        self.mark(arrival, std::iter::once(old), &known, &mut news.sentences);
        let figures = changed_figures(arrival, sketch);
        let text = arrival.incoming.text;
        let body = &arrival.analysis.sentences[arrival.analysis.body.clone()];
        let mut changed: Vec<&str> = news.sentences.iter().map(|new| &*new.sentence).collect();
        changed.extend(figures.iter().map(|&at| &text[body[at].span.clone()]));
        changed.sort_by_cached_key(|sentence| text.find(sentence));
        changed.dedup();
        let changed = changed.into_iter().map(str::to_owned).collect();
        (changed, news.sentences, news.newness)
    }

    /// What an article that is no copy is to its story.
    pub(crate) fn kind_in(
        &self,
        arrival: &Arrival<'_>,
        story: &Story,
        placement: &mut Placement,
    ) -> (CoverageKind, Option<ArticleId>) {
        let members = || story.members.iter().copied();
        let mut news = self.news(arrival, placement.story, members(), None);
        let development = self.settings.development;
        let origin = self.rewritten(arrival, &news.alike);
        let mut kind = match origin {
            Some(_) => CoverageKind::Rewrite,
            None if news.newness >= development => CoverageKind::Development,
            None => CoverageKind::Independent,
        };
        let is_rewrite = origin.is_some_and(|origin| !origin.is_excerpt);
        let is_reworded = |at: usize| is_rewrite && news.left[at] < OWN_SENTENCE;
        if kind != CoverageKind::Development
            && let Some(sentence) = self.headline_news(arrival, story, is_reworded)
        {
            // However few words it takes, it is what the outlet tells.
            kind = CoverageKind::Development;
            news = self.news(arrival, placement.story, members(), Some(sentence));
            news.newness = news.newness.max(development);
        }
        placement.newness = news.newness;
        if kind == CoverageKind::Rewrite {
            return (kind, origin.map(|origin| origin.article));
        }
        placement.new = news.sentences;
        self.mark(arrival, members(), &news.known, &mut placement.new);
        (kind, None)
    }

    /// The article that the arriving one is a rewrite or an excerpt of; `alike`
    /// are those it can be of.
    fn rewritten(&self, arrival: &Arrival<'_>, alike: &[u32]) -> Option<Origin> {
        if alike.is_empty() {
            return None;
        }
        let runs = Runs::new(arrival.text());
        let mut best: Option<(f32, Origin)> = None;
        let others = alike.iter();
        let others = others.filter_map(|&number| self.window.sketch(number));
        // The outlet's own old paragraphs are no rewriting.
        for sketch in others.filter(|sketch| !self.follows_up(arrival, sketch)) {
            let alignment = rewrite::align(arrival.sentences(), sketch, &arrival.profile);
            let is_aligned = alignment.n_sentences >= 3 && alignment.order >= 0.6;
            let mut share = if is_aligned { alignment.share } else { 0.0 };
            let overlap = runs.overlap(sketch.outline.text());
            if overlap.of_new >= EXCERPT && arrival.profile.numbers_agree(sketch) {
                share = share.max(overlap.of_new);
            }
            if share >= REWRITTEN
                && best.is_none_or(|(most, _)| share > most)
                && arrival.shares_title(sketch)
            {
                let origin = Origin {
                    article: sketch.article,
                    is_excerpt: overlap.of_new >= EXCERPT,
                };
                best = Some((share, origin));
            }
        }
        best.map(|(_, origin)| origin)
    }

    /// The sentences that the articles `members` do not cover, and how much of
    /// the article they are. The one that bears the `headline` out goes first, however
    /// little of it is new.
    fn news(
        &self,
        arrival: &Arrival<'_>,
        story: StoryId,
        members: impl Iterator<Item = u32>,
        headline: Option<usize>,
    ) -> News {
        let sentences = arrival.sentences();
        let mut coverer = Coverer::new(sentences, &arrival.profile);
        let mut texts = FxHashSet::default();
        let mut alike: Vec<(f32, u32)> = Vec::new();
        for member in members {
            let Some(sketch) = self.window.sketch(member) else {
                continue;
            };
            // What was told twice in the same words covers no more than once.
            if sketch.identity != 0 && !texts.insert(sketch.identity) {
                continue;
            }
            let share = coverer.cover(sketch);
            if share >= MIN_ALIKE && live::is_own(sketch) {
                alike.push((share, member));
            }
        }
        alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        alike.truncate(MAX_ALIGNED);
        let left: Vec<f32> = (0..sentences.len()).map(|at| coverer.left(at)).collect();
        let mut novelty = coverer.novelty(NEW_SENTENCE);
        if let Some(at) = headline {
            novelty[at] = novelty[at].max(left[at]);
        }
        // What the outlet says again, it says for those who missed it: newness is the
        // share of the rest.
        let is_own = |at: usize| !self.is_said_again(arrival, at);
        let own = (0..).zip(coverer.mass()).filter(|(at, _)| is_own(*at));
        let total: f32 = own.map(|(_, mass)| mass).sum();
        let mut new_mass = 0.0;
        let mut new = Vec::new();
        for (at, (&novelty, &mass)) in novelty.iter().zip(coverer.mass()).enumerate() {
            let is_headline = headline == Some(at);
            let is_news = novelty >= NEW_SENTENCE && sentences.of(at).len() >= 3;
            if !(is_headline || is_news) || self.is_repeat(arrival, at, story) {
                continue;
            }
            new_mass += if is_own(at) { mass * novelty } else { 0.0 };
            let span = arrival.analysis.sentences[arrival.analysis.body.start + at]
                .span
                .clone();
            let rank = if is_headline {
                f32::INFINITY
            } else {
                novelty * mass.sqrt()
            };
            new.push((
                rank,
                Novelty {
                    sentence: arrival.incoming.text[span].to_owned(),
                    novelty,
                    marks: Vec::new(),
                },
            ));
        }
        new.sort_by(|a, b| b.0.total_cmp(&a.0));
        News {
            sentences: new.into_iter().map(|(_, new)| new).collect(),
            newness: new_mass / total.max(f32::MIN_POSITIVE),
            left,
            alike: alike.into_iter().map(|(_, member)| member).collect(),
            known: coverer.known(),
        }
    }
}

/// The sentences that the older reading has with other figures: known but for
/// a number. A counter or a date stands among too few words to be one.
fn changed_figures(arrival: &Arrival<'_>, old: &Sketch) -> Vec<usize> {
    let known: FxHashSet<u16> = old.outline.words().iter().copied().collect();
    let terms = &arrival.profile.terms;
    let is_changed = |places: &[u16]| {
        let (mut n_known, mut is_figure_new) = (0, false);
        for term in places.iter().map(|&place| &terms[usize::from(place)]) {
            let is_known = known.contains(&term.signature());
            is_figure_new |= term.is_number && !is_known;
            n_known += usize::from(is_known && term.is_fact());
        }
        is_figure_new && n_known >= MIN_CHANGED
    };
    let places = arrival.sentences().iter().enumerate();
    places
        .filter(|(_, places)| is_changed(places))
        .map(|(at, _)| at)
        .collect()
}
