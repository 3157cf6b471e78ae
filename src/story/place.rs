//! The placement of an arriving article.

use super::analysis::Analysis;
use super::copies::{Overlap, Runs};
use super::idf::Idf;
use super::judge::Candidate;
use super::live::{self, Story};
use super::novelty::Coverer;
use super::profile::Profile;
use super::sketch::{self, Sketch};
use super::url_key::url_key;
use super::window::Window;
use super::{Coverage, Incoming, Placement, Settings, rewrite};
use crate::model::{ArticleId, CoverageKind, Novelty, StoryId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Share of the longer text at which two articles are the same text.
const SAME_TEXT: f32 = 0.57;
/// ... and share of their word triples: a rewrite shares content words, not
/// the way they stand.
const RESEMBLES: f32 = 0.40;
/// Share of an article's words at which it is an excerpt.
const EXCERPT: f32 = 0.85;
/// Share of aligned sentences at which an article is a rewrite.
const REWRITTEN: f32 = 0.70;
/// Least novelty of a sentence that is told as new.
const NEW_SENTENCE: f32 = 0.43;
/// Content words of a changed sentence that is a change of substance: a counter
/// of comments has fewer.
const MIN_CHANGED: usize = 4;
/// Articles of a story that are aligned sentence by sentence.
const MAX_ALIGNED: usize = 6;
/// Terms of an article that it can be found by, and is looked for with.
const INDEXED_TERMS: usize = 24;
const QUERY_TERMS: usize = 32;

/// The stories that live.
#[derive(Debug)]
pub struct Stories {
    pub(super) settings: Settings,
    pub(super) window: Window,
    pub(super) idf: Idf,
    pub(super) stories: FxHashMap<StoryId, Story>,
    pub(super) next: StoryId,
}

/// What the plan has computed and applying needs again.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub(super) words: Box<[u16]>,
    pub(super) sentences: Box<[u8]>,
    pub(super) norms: [f32; 4],
    pub(super) identity: u64,
    pub(super) url: u64,
    pub(super) source: u32,
    pub(super) terms: Vec<u32>,
    pub(super) minima: Box<[u32]>,
    pub(super) learnt: Vec<super::analysis::Word>,
}

/// An arriving article taken apart.
pub(super) struct Arrival<'a> {
    pub(super) incoming: &'a Incoming<'a>,
    pub(super) analysis: Analysis,
    pub(super) profile: Profile,
    pub(super) taken: Taken,
}

impl Stories {
    /// An empty index.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            next: settings.next_story,
            settings,
            window: Window::default(),
            idf: Idf::new(),
            stories: FxHashMap::default(),
        }
    }

    /// Where `incoming` belongs. Changes nothing.
    #[must_use]
    pub fn plan(&self, incoming: &Incoming<'_>) -> Placement {
        let arrival = self.arrival(incoming);
        let (story, kind, of) = match self.origin(&arrival) {
            Some((number, kind)) => self
                .window
                .sketch(number)
                .map_or((None, kind, None), |origin| {
                    (Some(origin.story), kind, Some(origin.article))
                }),
            None => (self.judge(&arrival), CoverageKind::First, None),
        };
        self.placement(&arrival, story, kind, of)
    }

    /// Takes a placement over that [`Stories::plan`] gave for `incoming`.
    pub fn apply(&mut self, incoming: &Incoming<'_>, placement: &Placement) {
        self.insert(incoming, placement.story, placement.kind, &placement.taken);
    }

    /// Takes an article over whose placement is known: the stored ones after a
    /// restart, in the order of their arrival.
    pub fn restore(
        &mut self,
        incoming: &Incoming<'_>,
        story: StoryId,
        kind: CoverageKind,
        _of: Option<ArticleId>,
    ) {
        let taken = self.arrival(incoming).taken;
        self.insert(incoming, story, kind, &taken);
    }

    /// The stories that `incoming` could belong to, the likeliest first: why it
    /// was placed where it was.
    #[must_use]
    pub fn candidates(&self, incoming: &Incoming<'_>) -> Vec<Candidate> {
        self.likely(&self.arrival(incoming))
    }

    /// The first article that restoring needs after a restart.
    #[must_use]
    pub fn first_needed(&self) -> Option<ArticleId> {
        self.window
            .first_article()
            .map(|article| ArticleId(article.0.div_euclid(super::idf::EPOCH) * super::idf::EPOCH))
    }

    /// Articles remembered.
    #[must_use]
    pub fn n_articles(&self) -> usize {
        self.window.len()
    }

    /// Bytes it takes, near enough.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        let stories: usize = self.stories.values().map(Story::heap_bytes).sum();
        self.window.heap_bytes()
            + stories
            + self.stories.capacity() * (size_of::<(StoryId, Story)>() + 1) * 8 / 7
    }

    fn arrival<'a>(&self, incoming: &'a Incoming<'a>) -> Arrival<'a> {
        let analysis = Analysis::new(incoming.title, incoming.dek, incoming.text);
        let profile = Profile::new(&analysis, &self.idf);
        let (words, sentences) = sketch::words(&analysis);
        let mut terms: Vec<(f32, u32)> = profile
            .terms
            .iter()
            .map(|term| (term.query_weight(), term.hash))
            .collect();
        terms.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        terms.truncate(QUERY_TERMS);
        let taken = Taken {
            words,
            sentences,
            norms: profile.norms,
            identity: identity(&analysis, incoming.title),
            url: incoming.url.and_then(url_key).unwrap_or(0),
            source: (xxhash_rust::xxh3::xxh3_64(incoming.source.trim().to_lowercase().as_bytes())
                >> 32) as u32,
            terms: terms.into_iter().map(|(_, hash)| hash).collect(),
            minima: sketch::minima(analysis.runs.clone()),
            learnt: analysis.words.clone(),
        };
        Arrival {
            incoming,
            analysis,
            profile,
            taken,
        }
    }

    /// The article that the arriving one is a copy or a newer reading of.
    fn origin(&self, arrival: &Arrival<'_>) -> Option<(u32, CoverageKind)> {
        let runs = Runs::new(arrival.text());
        let same = arrival
            .incoming
            .same_as
            .and_then(|id| self.window.by_id(id));
        let same_url = self
            .window
            .by_url(arrival.taken.url)
            .filter(|_| arrival.taken.url != 0);
        if let Some(number) = same.or(same_url) {
            let sketch = self.window.sketch(number)?;
            let is_same =
                sketch.identity == arrival.taken.identity || !self.is_revised(arrival, sketch);
            let kind = if is_same {
                CoverageKind::Duplicate
            } else {
                CoverageKind::Revision
            };
            return Some((number, kind));
        }
        if arrival.taken.identity != 0
            && let Some(number) = self.window.by_identity(arrival.taken.identity)
        {
            return Some((number, CoverageKind::Duplicate));
        }
        let mut found: Option<(u32, Overlap)> = None;
        for number in self.alike(arrival) {
            let Some(sketch) = self.window.sketch(number) else {
                continue;
            };
            let overlap = runs.overlap(sketch.text());
            if overlap.of_longer() >= SAME_TEXT
                && sketch::resemblance(&arrival.taken.minima, &sketch.minima) >= RESEMBLES
                && arrival.profile.numbers_agree(sketch)
                && found.is_none_or(|(_, best)| overlap.of_longer() > best.of_longer())
            {
                found = Some((number, overlap));
            }
        }
        found.map(|(number, _)| (number, CoverageKind::Duplicate))
    }

    /// Articles that may share much of their text, oldest first.
    fn alike(&self, arrival: &Arrival<'_>) -> Vec<u32> {
        let first = self.window.first();
        let mut n_shared: FxHashMap<u32, u32> = FxHashMap::default();
        for &minimum in arrival.taken.minima.iter().take(sketch::N_FOUND_BY) {
            for number in self.window.minima.get(minimum, first) {
                *n_shared.entry(number).or_default() += 1;
            }
        }
        let mut alike: Vec<(u32, u32)> = n_shared.into_iter().collect();
        alike.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        alike.truncate(16);
        let mut alike: Vec<u32> = alike.into_iter().map(|(number, _)| number).collect();
        alike.sort_unstable();
        alike
    }

    fn is_revised(&self, arrival: &Arrival<'_>, sketch: &Sketch) -> bool {
        let sentences = arrival.sentences();
        let mut coverer = Coverer::new(&sentences, &arrival.profile);
        coverer.cover(sketch);
        coverer
            .novelty()
            .iter()
            .zip(&sentences)
            .any(|(&novelty, sentence)| novelty >= NEW_SENTENCE && sentence.len() >= MIN_CHANGED)
    }

    fn placement(
        &self,
        arrival: &Arrival<'_>,
        story: Option<StoryId>,
        kind: CoverageKind,
        of: Option<ArticleId>,
    ) -> Placement {
        let id = story.unwrap_or(self.next);
        let earlier = self.stories.get(&id);
        let mut placement = Placement {
            article: arrival.incoming.id,
            story: id,
            opens: earlier.is_none(),
            kind,
            of,
            new: Vec::new(),
            newness: 0.0,
            changed: Vec::new(),
            linked: Vec::new(),
            coverage: self.coverage(arrival, earlier, kind),
            taken: Arc::new(arrival.taken.clone()),
        };
        match (earlier, kind) {
            (Some(_), CoverageKind::Revision) => {
                let against = of.and_then(|of| self.window.by_id(of));
                let new = self.new_sentences(arrival, against.into_iter());
                placement.changed = new.0.iter().map(|new| new.sentence.clone()).collect();
                (placement.new, placement.newness) = new;
            }
            (Some(earlier), CoverageKind::First) => {
                (placement.kind, placement.of) = self.kind_in(arrival, earlier, &mut placement);
                placement.coverage = self.coverage(arrival, Some(earlier), placement.kind);
            }
            _ => {}
        }
        placement
    }

    /// What an article that is no copy is to its story.
    fn kind_in(
        &self,
        arrival: &Arrival<'_>,
        story: &Story,
        placement: &mut Placement,
    ) -> (CoverageKind, Option<ArticleId>) {
        let members = story.members.iter().copied();
        let (new, newness) = self.new_sentences(arrival, members);
        placement.newness = newness;
        if let Some(of) = self.rewritten(arrival, story) {
            return (CoverageKind::Rewrite, Some(of));
        }
        placement.new = new;
        if newness >= self.settings.development {
            (CoverageKind::Development, None)
        } else {
            (CoverageKind::Independent, None)
        }
    }

    fn rewritten(&self, arrival: &Arrival<'_>, story: &Story) -> Option<ArticleId> {
        let sentences = arrival.sentences();
        let runs = Runs::new(arrival.text());
        let mut best: Option<(f32, ArticleId)> = None;
        for sketch in self.nearest(arrival, story) {
            let alignment = rewrite::align(&sentences, sketch, &arrival.profile);
            let is_aligned = alignment.n_sentences >= 3 && alignment.order >= 0.6;
            let mut share = if is_aligned { alignment.share } else { 0.0 };
            let overlap = runs.overlap(sketch.text());
            if overlap.of_new >= EXCERPT && arrival.profile.numbers_agree(sketch) {
                share = share.max(overlap.of_new);
            }
            if share >= REWRITTEN && best.is_none_or(|(most, _)| share > most) {
                best = Some((share, sketch.article));
            }
        }
        best.map(|(_, article)| article)
    }

    /// The story's own articles that come nearest: the ones a rewrite can be of.
    fn nearest(&self, arrival: &Arrival<'_>, story: &Story) -> Vec<&Sketch> {
        let mut counts = vec![0; arrival.profile.terms.len()];
        let mut members: Vec<(f32, &Sketch)> = story
            .members
            .iter()
            .filter_map(|&member| self.window.sketch(member))
            .filter(|sketch| live::is_own(sketch))
            .map(|sketch| (arrival.profile.nearness(sketch, &mut counts).all, sketch))
            .collect();
        members.sort_by(|a, b| b.0.total_cmp(&a.0));
        members.truncate(MAX_ALIGNED);
        members.into_iter().map(|(_, sketch)| sketch).collect()
    }

    /// The sentences that the articles `members` do not cover, and how much of
    /// the article they are.
    fn new_sentences(
        &self,
        arrival: &Arrival<'_>,
        members: impl Iterator<Item = u32>,
    ) -> (Vec<Novelty>, f32) {
        let sentences = arrival.sentences();
        let mut coverer = Coverer::new(&sentences, &arrival.profile);
        for sketch in members.filter_map(|member| self.window.sketch(member)) {
            coverer.cover(sketch);
        }
        let novelty = coverer.novelty();
        let total: f32 = coverer.mass().iter().sum();
        let mut new_mass = 0.0;
        let mut new = Vec::new();
        for (at, (&novelty, &mass)) in novelty.iter().zip(coverer.mass()).enumerate() {
            if novelty < NEW_SENTENCE || sentences[at].len() < 3 {
                continue;
            }
            new_mass += mass * novelty;
            let span = arrival.analysis.sentences[arrival.analysis.body.start + at]
                .span
                .clone();
            new.push((
                novelty * mass.sqrt(),
                Novelty {
                    sentence: arrival.incoming.text[span].to_owned(),
                    novelty,
                },
            ));
        }
        new.sort_by(|a, b| b.0.total_cmp(&a.0));
        let new = new.into_iter().map(|(_, new)| new).collect();
        (new, new_mass / total.max(f32::MIN_POSITIVE))
    }

    fn coverage(
        &self,
        arrival: &Arrival<'_>,
        story: Option<&Story>,
        kind: CoverageKind,
    ) -> Coverage {
        let mut story = story.cloned().unwrap_or_default();
        story.count(
            arrival.incoming.title,
            arrival.taken.source,
            arrival.incoming.at.as_second(),
            kind,
        );
        story.coverage()
    }

    fn insert(&mut self, incoming: &Incoming<'_>, id: StoryId, kind: CoverageKind, taken: &Taken) {
        let at = incoming.at.as_second();
        let number = self.window.push(Sketch {
            article: incoming.id,
            story: id,
            kind,
            at,
            identity: taken.identity,
            url: taken.url,
            norms: taken.norms,
            words: taken.words.clone(),
            sentences: taken.sentences.clone(),
            minima: taken.minima.clone(),
        });
        let first = self.window.first();
        for &term in taken.terms.iter().take(INDEXED_TERMS) {
            self.window.terms.add(term, number, first);
        }
        for &minimum in taken.minima.iter().take(sketch::N_FOUND_BY) {
            self.window.minima.add(minimum, number, first);
        }
        self.idf.learn(incoming.id.0, &taken.learnt);
        let story = self.stories.entry(id).or_default();
        story.count(incoming.title, taken.source, at, kind);
        story.add(number, first);
        self.next = self.next.max(StoryId(id.0.saturating_add(1)));
        self.forget();
    }

    /// Drops what left the window.
    fn forget(&mut self) {
        while let Some(sketch) = self.window.pop(&self.settings) {
            let is_over = self.stories.get_mut(&sketch.story).is_some_and(|story| {
                story.n_live -= 1;
                story.n_live == 0
            });
            if is_over {
                self.stories.remove(&sketch.story);
            }
        }
        self.window.sweep();
        if let Some(first) = self.window.first_article() {
            self.idf.forget_before(first.0);
        }
    }
}

impl Arrival<'_> {
    /// The words of its dek and text, as they are kept.
    pub(super) fn text(&self) -> &[u16] {
        let n_title = self
            .taken
            .sentences
            .first()
            .map_or(0, |&n_words| usize::from(n_words));
        &self.taken.words[n_title..]
    }

    /// The places of the terms of each sentence of the text, ascending.
    fn sentences(&self) -> Vec<Vec<usize>> {
        self.analysis.sentences[self.analysis.body.clone()]
            .iter()
            .map(|sentence| {
                let words = &self.analysis.words[sentence.words.clone()];
                let places: FxHashSet<usize> = words
                    .iter()
                    .filter_map(|word| self.profile.place(word.signature()))
                    .collect();
                let mut places: Vec<usize> = places.into_iter().collect();
                places.sort_unstable();
                places
            })
            .collect()
    }
}

/// What makes a text the same text; 0 where there is too little to tell.
fn identity(analysis: &Analysis, title: &str) -> u64 {
    /// Content words below which the title has to agree as well.
    const SHORT: usize = 12;
    /// Content words below which nothing is known.
    const MIN: usize = 4;
    if analysis.text().len() >= SHORT {
        analysis.identity
    } else if analysis.words.len() >= MIN {
        Analysis::new("", "", title).identity ^ analysis.identity.rotate_left(1)
    } else {
        0
    }
}
