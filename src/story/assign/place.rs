//! The placement of an arriving article.

use crate::model::{ArticleId, CoverageKind, StoryId};
use crate::story::analysis::arrival::{Arrival, Taken};
use crate::story::analysis::sketch;
use crate::story::analysis::sketch::Sketch;
use crate::story::assign::verdict::{Candidate, Verdict};
use crate::story::index::idf::Idf;
use crate::story::index::repeats::Repeats;
use crate::story::index::window::Window;
use crate::story::novelty::live::Story;
use crate::story::novelty::overlap::copies::{Overlap, Runs};
use crate::story::{Coverage, Incoming, Placement, Settings};
use crate::text::first_sentence;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Share of the longer text at which two articles are the same text.
const SAME_TEXT: f32 = 0.53;
/// ... and at which two under one address are two readings of one article, whatever
/// stands over them.
const READ_AGAIN: f32 = 0.15;
/// ... and under headlines that tell of the same.
const READ_AGAIN_TITLED: f32 = 0.05;
/// Share of their word triples that copies have in common: a rewrite shares content words, not
/// the way they stand. Less is asked of long texts, where it is less often chance.
const RESEMBLES: f32 = 0.33;
const SHORT_RESEMBLES: f32 = 0.40;
/// Content words below which a text is short.
const SHORT_TEXT: usize = 250;

/// The stories that live.
#[derive(Debug)]
pub struct Stories {
    pub(crate) settings: Settings,
    pub(crate) window: Window,
    pub(crate) idf: Idf,
    pub(crate) repeats: Repeats,
    pub(crate) stories: FxHashMap<StoryId, Box<Story>>,
    pub(crate) next: StoryId,
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
            repeats: Repeats::new(),
            stories: FxHashMap::default(),
        }
    }

    /// Where `incoming` belongs. Changes nothing.
    #[must_use]
    pub fn plan(&self, incoming: &Incoming<'_>) -> Placement {
        let arrival = Arrival::new(incoming, &self.idf);
        let (story, kind, of) = match self.origin(&arrival) {
            Some((number, kind)) => self
                .window
                .sketch(number)
                .map_or((None, kind, None), |origin| {
                    (Some(origin.story), kind, Some(origin.article))
                }),
            None => {
                let own = self.own_words(&arrival);
                let own = own.as_ref().unwrap_or(&arrival);
                let Verdict { story, linked } = self.judge(own);
                let placement = self.placement(own, story, CoverageKind::First, None);
                return Placement {
                    linked,
                    taken: arrival.taken,
                    ..placement
                };
            }
        };
        self.placement(&arrival, story, kind, of)
    }

    /// What `incoming` is in a story that is known to be its own: for learning, and for
    /// measuring kinds apart from stories.
    #[must_use]
    pub fn plan_in(&self, incoming: &Incoming<'_>, story: StoryId) -> Placement {
        let arrival = Arrival::new(incoming, &self.idf);
        let origin = self.origin(&arrival).and_then(|(number, kind)| {
            let origin = self.window.sketch(number)?;
            (origin.story == story).then_some((kind, Some(origin.article)))
        });
        match origin {
            Some((kind, of)) => self.placement(&arrival, Some(story), kind, of),
            None => {
                let own = self.own_words(&arrival);
                let own = own.as_ref().unwrap_or(&arrival);
                let placement = self.placement(own, Some(story), CoverageKind::First, None);
                Placement {
                    taken: arrival.taken,
                    ..placement
                }
            }
        }
    }

    /// Takes a placement over that [`Stories::plan`] gave for `incoming`.
    pub fn apply(&mut self, incoming: &Incoming<'_>, placement: &Placement) {
        self.insert(incoming, placement.story, placement.kind, &placement.taken);
    }

    /// Takes an article over whose placement is known: the stored ones after a
    /// restart, in the order of their arrival.
    pub fn restore(&mut self, incoming: &Incoming<'_>, story: StoryId, kind: CoverageKind) {
        let taken = Arrival::new(incoming, &self.idf).taken;
        self.insert(incoming, story, kind, &taken);
    }

    /// The stories that `incoming` could belong to, the likeliest first: why it
    /// was placed where it was.
    #[must_use]
    pub fn candidates(&self, incoming: &Incoming<'_>) -> Vec<Candidate> {
        let arrival = Arrival::new(incoming, &self.idf);
        self.likely(self.own_words(&arrival).as_ref().unwrap_or(&arrival))
    }

    /// Articles remembered.
    #[must_use]
    pub fn n_articles(&self) -> usize {
        self.window.len()
    }

    /// Bytes it takes, near enough.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        let stories: usize = self.stories.values().map(|story| story.heap_bytes()).sum();
        self.window.heap_bytes()
            + self.idf.heap_bytes()
            + self.repeats.heap_bytes()
            + stories
            + self.stories.capacity() * (size_of::<(StoryId, Box<Story>)>() + 1) * 8 / 7
    }

    /// The article that the arriving one is a copy or a newer reading of.
    fn origin(&self, arrival: &Arrival<'_>) -> Option<(u32, CoverageKind)> {
        let same = arrival
            .incoming
            .same_as
            .and_then(|id| self.window.by_id(id));
        let same_url = self
            .window
            .by_url(arrival.taken.url)
            .filter(|&number| arrival.taken.url != 0 && self.is_reading_of(arrival, number));
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
        self.copied(arrival)
            .map(|number| (number, CoverageKind::Duplicate))
    }

    /// The article whose text the arriving one has for the most part.
    pub(crate) fn copied(&self, arrival: &Arrival<'_>) -> Option<u32> {
        let resembles = if arrival.text().len() < SHORT_TEXT {
            SHORT_RESEMBLES
        } else {
            RESEMBLES
        };
        let runs = Runs::new(arrival.text());
        let mut found: Option<(u32, Overlap)> = None;
        for number in self.alike(arrival) {
            let Some(sketch) = self.window.sketch(number) else {
                continue;
            };
            // The cheap look first: most that share a triple share little else.
            if arrival.taken.outline.resemblance(&sketch.outline) < resembles {
                continue;
            }
            let overlap = runs.overlap(sketch.outline.text());
            if overlap.of_longer() >= SAME_TEXT
                && arrival.profile.numbers_agree(sketch)
                && found.is_none_or(|(_, best)| overlap.of_longer() > best.of_longer())
                && arrival.shares_title(sketch)
                && !self.follows_up(arrival, sketch)
            {
                found = Some((number, overlap));
            }
        }
        found.map(|(number, _)| number)
    }

    /// Whether an article that is one with `of` was found by the likeness of its text:
    /// it is neither at the same address nor the same word by word.
    fn is_other_text(&self, arrival: &Arrival<'_>, of: Option<ArticleId>) -> bool {
        let number = of.and_then(|id| self.window.by_id(id));
        let sketch = number.and_then(|number| self.window.sketch(number));
        sketch.is_some_and(|sketch| {
            arrival.incoming.same_as.is_none()
                && (arrival.taken.url == 0 || sketch.url != arrival.taken.url)
                && (arrival.taken.identity == 0 || sketch.identity != arrival.taken.identity)
        })
    }

    /// Whether an article at the address of an earlier one is that one, read again:
    /// some outlets give everything one address, and there nothing but the address is
    /// the same.
    fn is_reading_of(&self, arrival: &Arrival<'_>, earlier: u32) -> bool {
        self.window.sketch(earlier).is_some_and(|sketch| {
            let runs = Runs::new(arrival.text());
            let in_common = runs.overlap(sketch.outline.text()).of_longer();
            let is_retitled = !arrival.shares_title(sketch);
            let least = if is_retitled {
                READ_AGAIN
            } else {
                READ_AGAIN_TITLED
            };
            sketch.identity == arrival.taken.identity
                || in_common >= least
                || self.is_untitled(arrival, sketch)
                || self.is_title_kept(arrival, sketch)
        })
    }

    /// Whether one of two articles has no headline.
    fn is_untitled(&self, arrival: &Arrival<'_>, sketch: &Sketch) -> bool {
        sketch.outline.n_title() == 0 || arrival.taken.outline.n_title() == 0
    }

    /// Whether two articles stand under one headline.
    fn is_title_kept(&self, arrival: &Arrival<'_>, sketch: &Sketch) -> bool {
        let old = &sketch.outline.words()[..sketch.outline.n_title()];
        let new = &arrival.taken.outline;
        !old.is_empty() && old == &new.words()[..new.n_title()]
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

    fn placement(
        &self,
        arrival: &Arrival<'_>,
        story: Option<StoryId>,
        kind: CoverageKind,
        of: Option<ArticleId>,
    ) -> Placement {
        let id = story.unwrap_or(self.next);
        let earlier = self.stories.get(&id).map(|story| &**story);
        let mut placement = Placement {
            article: arrival.incoming.id,
            story: id,
            opens: earlier.is_none(),
            kind,
            of,
            new: Vec::new(),
            newness: 0.0,
            covered: Vec::new(),
            changed: Vec::new(),
            linked: Vec::new(),
            coverage: self.coverage(arrival, earlier, kind),
            taken: Arc::clone(&arrival.taken),
        };
        match (earlier, kind) {
            (Some(_), CoverageKind::Revision) => {
                if let Some(old) = of.and_then(|of| self.window.by_id(of)) {
                    (placement.changed, placement.new, placement.newness) =
                        self.revision(arrival, old);
                }
            }
            // Another text than the one it resembles may tell news.
            (Some(earlier), CoverageKind::First | CoverageKind::Duplicate)
                if kind == CoverageKind::First || self.is_other_text(arrival, of) =>
            {
                (placement.kind, placement.of) = self.kind_in(arrival, earlier, of, &mut placement);
                placement.coverage = self.coverage(arrival, Some(earlier), placement.kind);
            }
            _ => {}
        }
        placement
    }

    fn coverage(
        &self,
        arrival: &Arrival<'_>,
        story: Option<&Story>,
        kind: CoverageKind,
    ) -> Coverage {
        let mut story = story.cloned().unwrap_or_default();
        story.count(
            heading(arrival.incoming),
            arrival.taken.source,
            arrival.incoming.at.as_second(),
            kind,
        );
        story.coverage()
    }

    fn insert(&mut self, incoming: &Incoming<'_>, id: StoryId, kind: CoverageKind, taken: &Taken) {
        let at = incoming.at.as_second();
        let mut outline = taken.outline.clone();
        let same = self.window.by_identity(taken.identity);
        let same = same.and_then(|number| self.window.sketch(number));
        if let Some(same) = same {
            outline.share(&same.outline);
        }
        let number = self.window.push(Sketch {
            article: incoming.id,
            story: id,
            kind,
            at,
            identity: taken.identity,
            url: taken.url,
            source: taken.source,
            norms: taken.norms,
            outline,
        });
        let first = self.window.first();
        for &term in taken.terms.iter().take(sketch::INDEXED_TERMS) {
            self.window.terms.add(term, number, first);
        }
        for &minimum in taken.minima.iter().take(sketch::N_FOUND_BY) {
            self.window.minima.add(minimum, number, first);
        }
        for &key in taken.repeats.iter().filter(|key| **key != 0) {
            self.repeats.add(key, number);
        }
        self.idf.learn(incoming.id.0, &taken.learnt);
        let story = self.stories.entry(id).or_default();
        story.count(heading(incoming), taken.source, at, kind);
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

/// What stands over an article; its first sentence where nothing does.
fn heading<'a>(incoming: &Incoming<'a>) -> &'a str {
    if incoming.title.trim().is_empty() {
        first_sentence(incoming.text)
    } else {
        incoming.title
    }
}
