//! The window: the remembered articles in the order of arrival, of which the oldest is
//! forgotten first, and their indexes.

use crate::model::ArticleId;
use crate::story::Settings;
use crate::story::analysis::sketch::Sketch;
use crate::story::index::articles::{Index, Latest};
use crate::story::index::minhash::Minima;
use std::collections::VecDeque;

/// The window's clock is the median date of this many latest arrivals, so that one wrong
/// date does not move it.
const CLOCK_ARRIVALS: usize = 9;

/// The remembered articles. Each has a number that ascends with arrival.
#[derive(Debug, Default)]
pub(crate) struct Window {
    sketches: Sketches,
    /// The number of the oldest remembered article.
    first: u32,
    pub terms: Index,
    pub minima: Minima,
    /// The latest article by URL key, and by identity.
    urls: Latest,
    identities: Latest,
    recent: VecDeque<i64>,
    clock: i64,
}

impl Window {
    pub(crate) fn first(&self) -> u32 {
        self.first
    }

    /// The number of the next article that is added.
    pub(crate) fn next(&self) -> u32 {
        self.first.wrapping_add(self.sketches.len as u32)
    }

    pub(crate) fn len(&self) -> usize {
        self.sketches.len
    }

    pub(crate) fn sketch(&self, number: u32) -> Option<&Sketch> {
        let place = number.checked_sub(self.first)?;
        self.sketches.get(place as usize).map(|(sketch, _)| sketch)
    }

    pub(crate) fn by_url(&self, url: u64) -> Option<u32> {
        self.urls
            .get(url, |number| self.sketch(number).map(|old| old.url))
    }

    pub(crate) fn by_identity(&self, identity: u64) -> Option<u32> {
        self.identities.get(identity, |number| {
            self.sketch(number).map(|old| old.identity)
        })
    }

    /// The number of the article with this id. A binary search: articles arrive with
    /// ascending ids.
    pub(crate) fn by_id(&self, id: ArticleId) -> Option<u32> {
        let (mut from, mut to) = (0, self.sketches.len);
        while from < to {
            let middle = usize::midpoint(from, to);
            let (sketch, _) = self.sketches.get(middle)?;
            match sketch.article.0.cmp(&id.0) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Equal => return Some(self.first + middle as u32),
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }

    /// Adds an article and indexes it by id, URL and identity.
    pub(crate) fn push(&mut self, sketch: Sketch) -> u32 {
        let number = self.next();
        self.tick(sketch.at);
        self.urls.add(sketch.url, number);
        self.identities.add(sketch.identity, number);
        self.sketches.push((sketch, self.clock));
        number
    }

    /// Removes and returns the oldest article, if it is older than the settings allow.
    pub(crate) fn pop(&mut self, settings: &Settings) -> Option<Sketch> {
        let len = self.sketches.len;
        let (_, arrived) = self.sketches.get(0)?;
        let is_old =
            len > settings.min_articles && self.clock - arrived > settings.window.as_secs();
        if !is_old && len <= settings.max_articles {
            return None;
        }
        let (sketch, _) = self.sketches.pop()?;
        self.first += 1;
        Some(sketch)
    }

    pub(crate) fn sweep(&mut self) {
        self.terms.sweep(self.first);
        self.urls.sweep(self.first);
        self.identities.sweep(self.first);
    }

    /// The oldest remembered article.
    pub(crate) fn first_article(&self) -> Option<ArticleId> {
        self.sketches.get(0).map(|(sketch, _)| sketch.article)
    }

    /// Advances the clock to the median of the latest arrivals, never back.
    fn tick(&mut self, at: i64) {
        self.recent.push_back(at);
        if self.recent.len() > CLOCK_ARRIVALS {
            self.recent.pop_front();
        }
        let mut recent: Vec<i64> = self.recent.iter().copied().collect();
        recent.sort_unstable();
        // The lower median: of two dates, the earlier, because the clock never goes back.
        let median = recent[(recent.len() - 1) / 2];
        self.clock = self.clock.max(median);
    }

    /// Approximate bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let maps = self.urls.heap_bytes() + self.identities.heap_bytes();
        self.sketches.heap_bytes() + self.terms.heap_bytes() + self.minima.heap_bytes() + maps
    }
}

/// The sketches, each with the clock at its arrival, in pieces of [`PIECE`]. One vector
/// would reserve up to twice the memory, and copy all sketches to grow.
#[derive(Debug, Default)]
struct Sketches {
    pieces: VecDeque<VecDeque<(Sketch, i64)>>,
    /// How many sketches were removed from the first piece.
    n_gone: usize,
    len: usize,
}

const PIECE: usize = 256;

impl Sketches {
    fn get(&self, place: usize) -> Option<&(Sketch, i64)> {
        let place = place + self.n_gone;
        let n_gone = if place < PIECE { self.n_gone } else { 0 };
        self.pieces.get(place / PIECE)?.get(place % PIECE - n_gone)
    }

    fn push(&mut self, sketch: (Sketch, i64)) {
        if self.n_gone + self.len == self.pieces.len() * PIECE {
            self.pieces.push_back(VecDeque::with_capacity(PIECE));
        }
        if let Some(last) = self.pieces.back_mut() {
            last.push_back(sketch);
            self.len += 1;
        }
    }

    fn pop(&mut self) -> Option<(Sketch, i64)> {
        let sketch = self.pieces.front_mut()?.pop_front()?;
        self.len -= 1;
        self.n_gone += 1;
        if self.n_gone == PIECE {
            self.n_gone = 0;
            self.pieces.pop_front();
        }
        Some(sketch)
    }

    fn heap_bytes(&self) -> usize {
        let mut outlines = 0;
        for (sketch, _) in self.pieces.iter().flatten() {
            outlines += sketch.outline.heap_bytes();
        }
        outlines + self.pieces.len() * PIECE * size_of::<(Sketch, i64)>()
    }
}
