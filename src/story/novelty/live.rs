//! A story in memory: its coverage, and its articles in the window.

use crate::model::CoverageKind;
use crate::story::Coverage;
use crate::story::analysis::sketch::Sketch;
use jiff::Timestamp;
use smallvec::SmallVec;

/// The most articles of a story that a new article is compared with: the first and the
/// latest ones. It bounds the work in the largest stories.
const MAX_MEMBERS: usize = 64;
/// The most outlets that are counted; further ones do not raise the count.
const MAX_SOURCES: usize = 4096;
/// The most bytes of the title that are kept.
const MAX_TITLE: usize = 240;

/// The outlets of a story, ascending. The upper 31 bits are the hash of the outlet's
/// name; the lowest bit is set if it has a report of its own. Most stories have one
/// outlet.
type Outlets = SmallVec<[u32; 4]>;

/// A story with an article in the window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Story {
    title: Box<str>,
    pub n_articles: u32,
    outlets: Outlets,
    n_independent: u32,
    first_seen: i64,
    last_seen: i64,
    /// The window numbers of its articles, ascending; at most [`MAX_MEMBERS`].
    pub members: SmallVec<[u32; 4]>,
    /// How many of its articles are in the window.
    pub n_live: u32,
}

impl Story {
    /// Adds an article to the coverage.
    pub(crate) fn count(&mut self, title: &str, source: u32, at: i64, kind: CoverageKind) {
        if self.n_articles == 0 {
            self.title = crate::story::analysis::clip(title, MAX_TITLE).into();
            (self.first_seen, self.last_seen) = (at, at);
        }
        self.first_seen = self.first_seen.min(at);
        self.last_seen = self.last_seen.max(at);
        if kind != CoverageKind::Revision {
            self.n_articles = self.n_articles.saturating_add(1);
            self.count_outlet(source, kind.is_own());
        }
    }

    fn count_outlet(&mut self, source: u32, is_own: bool) {
        let outlet = source & !1;
        match self
            .outlets
            .binary_search_by_key(&outlet, |known| known & !1)
        {
            Ok(place) => {
                let known = &mut self.outlets[place];
                self.n_independent += u32::from(is_own && *known & 1 == 0);
                *known |= u32::from(is_own);
            }
            Err(place) if self.outlets.len() < MAX_SOURCES => {
                self.outlets.insert(place, outlet | u32::from(is_own));
                self.n_independent += u32::from(is_own);
            }
            Err(_) => {}
        }
    }

    /// Adds the window number of an article; `first` is the window's first.
    pub(crate) fn add(&mut self, number: u32, first: u32) {
        self.n_live += 1;
        let n_gone = self.members.partition_point(|&member| member < first);
        self.members.drain(..n_gone);
        if self.members.len() == MAX_MEMBERS {
            self.members.remove(MAX_MEMBERS / 4);
        }
        self.members.push(number);
    }

    pub(crate) fn coverage(&self) -> Coverage {
        Coverage {
            articles: self.n_articles,
            sources: self.outlets.len() as u32,
            independent: self.n_independent,
            first_seen: timestamp(self.first_seen),
            last_seen: timestamp(self.last_seen),
            title: self.title.to_string(),
        }
    }

    /// Bytes it takes, with the struct itself.
    pub(crate) fn heap_bytes(&self) -> usize {
        let spilled = |list: &SmallVec<[u32; 4]>| {
            if list.spilled() {
                4 * list.capacity() + 8
            } else {
                0
            }
        };
        size_of::<Self>() + 24 + self.title.len() + spilled(&self.outlets) + spilled(&self.members)
    }
}

/// Whether the article is a report of its own, not a copy of another article.
pub(crate) fn is_own(sketch: &Sketch) -> bool {
    match sketch.kind {
        CoverageKind::First
        | CoverageKind::Independent
        | CoverageKind::Development
        | CoverageKind::Rewrite => true,
        CoverageKind::Duplicate | CoverageKind::Revision => false,
    }
}

fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or_default()
}
