//! One story as it is remembered.

use super::Coverage;
use super::sketch::Sketch;
use crate::model::CoverageKind;
use jiff::Timestamp;
use std::collections::VecDeque;

/// Articles of a story that a new one is compared with for what is new: the
/// first ones and the latest. Bounds the work in the largest stories.
const MAX_MEMBERS: usize = 64;
/// Outlets counted exactly; beyond, the count stands still.
const MAX_SOURCES: usize = 4096;
/// Bytes of the title kept.
const MAX_TITLE: usize = 240;

/// A story with an article in the window.
#[derive(Clone, Debug, Default)]
pub(super) struct Story {
    title: Box<str>,
    pub n_articles: u32,
    sources: Vec<u32>,
    independent: Vec<u32>,
    first_seen: i64,
    last_seen: i64,
    /// Numbers of its articles in the window.
    pub members: VecDeque<u32>,
    /// How many of its articles are in the window.
    pub n_live: u32,
}

impl Story {
    /// Counts an article in.
    pub(super) fn count(&mut self, title: &str, source: u32, at: i64, kind: CoverageKind) {
        if self.n_articles == 0 {
            self.title = super::analysis::clip(title, MAX_TITLE).into();
            (self.first_seen, self.last_seen) = (at, at);
        }
        self.first_seen = self.first_seen.min(at);
        self.last_seen = self.last_seen.max(at);
        let is_own = match kind {
            CoverageKind::First | CoverageKind::Independent | CoverageKind::Development => true,
            CoverageKind::Rewrite | CoverageKind::Duplicate | CoverageKind::Revision => false,
        };
        if kind != CoverageKind::Revision {
            self.n_articles = self.n_articles.saturating_add(1);
            insert(&mut self.sources, source);
        }
        if is_own {
            insert(&mut self.independent, source);
        }
    }

    /// Adds an article of the window.
    pub(super) fn add(&mut self, number: u32, first: u32) {
        self.n_live += 1;
        while self.members.front().is_some_and(|&member| member < first) {
            self.members.pop_front();
        }
        if self.members.len() == MAX_MEMBERS {
            self.members.remove(MAX_MEMBERS / 4);
        }
        self.members.push_back(number);
    }

    pub(super) fn coverage(&self) -> Coverage {
        Coverage {
            articles: self.n_articles,
            sources: self.sources.len() as u32,
            independent: self.independent.len() as u32,
            first_seen: timestamp(self.first_seen),
            last_seen: timestamp(self.last_seen),
            title: self.title.to_string(),
        }
    }

    /// Bytes it takes beyond itself.
    pub(super) fn heap_bytes(&self) -> usize {
        self.title.len()
            + 4 * (self.sources.capacity() + self.independent.capacity() + self.members.capacity())
    }
}

/// Whether `sketch` stands for itself: not a copy of another article.
pub(super) fn is_own(sketch: &Sketch) -> bool {
    match sketch.kind {
        CoverageKind::First
        | CoverageKind::Independent
        | CoverageKind::Development
        | CoverageKind::Rewrite => true,
        CoverageKind::Duplicate | CoverageKind::Revision => false,
    }
}

fn insert(sorted: &mut Vec<u32>, source: u32) {
    if let Err(place) = sorted.binary_search(&source)
        && sorted.len() < MAX_SOURCES
    {
        sorted.insert(place, source);
    }
}

fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or_default()
}
