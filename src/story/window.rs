//! The articles remembered, oldest out first, and the ways to find them.

use super::Settings;
use super::index::{Index, Minima};
use super::sketch::Sketch;
use crate::model::ArticleId;
use rustc_hash::FxHashMap;
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
    /// Article by URL key, by identity, by id: the latest.
    urls: FxHashMap<u64, u32>,
    identities: FxHashMap<u64, u32>,
    ids: FxHashMap<i64, u32>,
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
        self.urls.get(&url).copied()
    }

    pub(super) fn by_identity(&self, identity: u64) -> Option<u32> {
        self.identities.get(&identity).copied()
    }

    pub(super) fn by_id(&self, id: ArticleId) -> Option<u32> {
        self.ids.get(&id.0).copied()
    }

    /// Adds an article; it can be found by id, URL and identity.
    pub(super) fn push(&mut self, sketch: Sketch) -> u32 {
        let number = self.next();
        self.tick(sketch.at);
        if sketch.url != 0 {
            self.urls.insert(sketch.url, number);
        }
        if sketch.identity != 0 {
            self.identities.insert(sketch.identity, number);
        }
        self.ids.insert(sketch.article.0, number);
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
        for (map, key) in [
            (&mut self.urls, sketch.url),
            (&mut self.identities, sketch.identity),
        ] {
            if map.get(&key) == Some(&self.first) {
                map.remove(&key);
            }
        }
        if self.ids.get(&sketch.article.0) == Some(&self.first) {
            self.ids.remove(&sketch.article.0);
        }
        self.first += 1;
        Some(sketch)
    }

    pub(super) fn sweep(&mut self) {
        self.terms.sweep(self.first);
        self.minima.sweep(self.first);
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
        let maps =
            (self.urls.capacity() + self.identities.capacity() + self.ids.capacity()) * 17 * 8 / 7;
        sketches
            + self.sketches.capacity() * size_of::<(Sketch, i64)>()
            + self.terms.heap_bytes()
            + self.minima.heap_bytes()
            + maps
    }
}
