//! One story as it is remembered.

use crate::model::CoverageKind;
use crate::story::Coverage;
use crate::story::analysis::sketch::Sketch;
use jiff::Timestamp;
use smallvec::SmallVec;

/// Articles of a story that a new one is compared with for what is new: the
/// first ones and the latest. Bounds the work in the largest stories.
const MAX_MEMBERS: usize = 64;
/// Outlets counted exactly; beyond, the count stands still.
const MAX_SOURCES: usize = 4096;
/// Bytes of the title kept.
const MAX_TITLE: usize = 240;

/// Outlets, ascending: 31 bits of each one's hash, and in the lowest one whether it
/// reported itself. Most stories have one.
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
    /// Numbers of its articles in the window, ascending.
    pub members: SmallVec<[u32; 4]>,
    /// How many of its articles are in the window.
    pub n_live: u32,
}

impl Story {
    /// Counts an article in.
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

    /// Adds an article of the window.
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

    /// Bytes it takes with itself.
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

/// Whether `sketch` stands for itself: not a copy of another article.
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
