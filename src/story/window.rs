//! The articles remembered, oldest out first, and the ways to find them.

use super::Settings;
use super::index::{Index, Latest, Minima};
use super::sketch::Sketch;
use crate::model::ArticleId;
use std::collections::VecDeque;

/// Arrivals whose median time is the clock: so one wrong date moves nothing.
const CLOCK_ARRIVALS: usize = 9;

/// The remembered articles. Each has a number, ascending with arrival.
#[derive(Debug, Default)]
pub(super) struct Window {
    sketches: VecDeque<(Sketch, i64)>,
    /// The number of the first sketch.
    first: u32,
    pub terms: Index,
    pub minima: Minima,
    /// Article by URL key and by identity: the latest.
    urls: Latest,
    identities: Latest,
    recent: VecDeque<i64>,
    clock: i64,
}

impl Window {
    pub(super) fn first(&self) -> u32 {
        self.first
    }

    /// The number the next article gets.
    pub(super) fn next(&self) -> u32 {
        self.first.wrapping_add(self.sketches.len() as u32)
    }

    pub(super) fn len(&self) -> usize {
        self.sketches.len()
    }

    pub(super) fn sketch(&self, number: u32) -> Option<&Sketch> {
        let place = number.checked_sub(self.first)?;
        self.sketches.get(place as usize).map(|(sketch, _)| sketch)
    }

    pub(super) fn by_url(&self, url: u64) -> Option<u32> {
        self.urls
            .get(url, |number| self.sketch(number).map(|old| old.url))
    }

    pub(super) fn by_identity(&self, identity: u64) -> Option<u32> {
        self.identities.get(identity, |number| {
            self.sketch(number).map(|old| old.identity)
        })
    }

    /// Articles come with ascending ids.
    pub(super) fn by_id(&self, id: ArticleId) -> Option<u32> {
        let place = self
            .sketches
            .binary_search_by_key(&id.0, |(sketch, _)| sketch.article.0)
            .ok()?;
        Some(self.first + place as u32)
    }

    /// Adds an article; it can be found by id, URL and identity.
    pub(super) fn push(&mut self, sketch: Sketch) -> u32 {
        let number = self.next();
        self.tick(sketch.at);
        self.urls.add(sketch.url, number);
        self.identities.add(sketch.identity, number);
        self.sketches.push_back((sketch, self.clock));
        number
    }

    /// Takes out the oldest article if its time is over.
    pub(super) fn pop(&mut self, settings: &Settings) -> Option<Sketch> {
        let len = self.sketches.len();
        let (_, arrived) = self.sketches.front()?;
        let is_old =
            len > settings.min_articles && self.clock - arrived > settings.window.as_secs();
        if !is_old && len <= settings.max_articles {
            return None;
        }
        let (sketch, _) = self.sketches.pop_front()?;
        self.first += 1;
        Some(sketch)
    }

    pub(super) fn sweep(&mut self) {
        self.terms.sweep(self.first);
        self.minima.sweep(self.first);
        self.urls.sweep(self.first);
        self.identities.sweep(self.first);
    }

    /// The first article remembered.
    pub(super) fn first_article(&self) -> Option<ArticleId> {
        self.sketches.front().map(|(sketch, _)| sketch.article)
    }

    /// Advances the clock to the median of the latest arrivals, never back.
    fn tick(&mut self, at: i64) {
        self.recent.push_back(at);
        if self.recent.len() > CLOCK_ARRIVALS {
            self.recent.pop_front();
        }
        let mut recent: Vec<i64> = self.recent.iter().copied().collect();
        recent.sort_unstable();
        // The lower median: of two, one of which is wrong, the earlier.
        let median = recent[(recent.len() - 1) / 2];
        self.clock = self.clock.max(median);
    }

    /// Bytes it takes, near enough.
    pub(super) fn heap_bytes(&self) -> usize {
        let sketches: usize = self
            .sketches
            .iter()
            .map(|(sketch, _)| sketch.heap_bytes())
            .sum();
        let maps = self.urls.heap_bytes() + self.identities.heap_bytes();
        sketches
            + self.sketches.capacity() * size_of::<(Sketch, i64)>()
            + self.terms.heap_bytes()
            + self.minima.heap_bytes()
            + maps
    }
}
