//! Where in the window to look: word -> articles, triples -> articles,
//! URL -> article, text -> article. Bounded work a look-up, however much is in
//! the window.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// The articles of a key, ascending. Two stand in the table itself: most
/// names are in few articles.
type Postings = SmallVec<[u32; 4]>;

/// Articles by key. An article is a number that ascends with arrival; those
/// below the window's first are as good as gone.
#[derive(Debug, Default)]
pub(super) struct Index {
    postings: FxHashMap<u32, Postings>,
    n_added: usize,
    n_swept: usize,
}

impl Index {
    /// Adds an article; `first` is the window's first.
    pub(super) fn add(&mut self, key: u32, article: u32, first: u32) {
        let postings = self.postings.entry(key).or_default();
        // Before the list grows it loses what left the window.
        if postings.len() == postings.capacity() {
            let gone = postings.partition_point(|&old| old < first);
            postings.drain(..gone);
        }
        postings.push(article);
        self.n_added += 1;
    }

    /// The newest articles of the key, newest first, at most `limit`.
    pub(super) fn newest(&self, key: u32, first: u32, limit: usize) -> impl Iterator<Item = u32> {
        self.postings
            .get(&key)
            .into_iter()
            .flat_map(|postings| postings.iter().rev().copied())
            .take_while(move |&article| article >= first)
            .take(limit)
    }

    /// Drops all that left the window, once there can be as much of it as of what
    /// stays: so this costs every article the same.
    pub(super) fn sweep(&mut self, first: u32) {
        if self.n_added < self.n_swept.max(1 << 14) {
            return;
        }
        self.postings.retain(|_, postings| {
            let gone = postings.partition_point(|&old| old < first);
            postings.drain(..gone);
            if postings.spilled() && postings.len() * 2 < postings.capacity() {
                postings.shrink_to_fit();
            }
            !postings.is_empty()
        });
        self.n_added = 0;
        self.n_swept = self.postings.values().map(SmallVec::len).sum();
    }

    /// Bytes it takes, near enough.
    pub(super) fn heap_bytes(&self) -> usize {
        let spilled: usize = self
            .postings
            .values()
            .filter(|postings| postings.spilled())
            .map(|postings| 4 * postings.capacity() + 16)
            .sum();
        self.postings.capacity() * (size_of::<(u32, Postings)>() + 1) * 8 / 7 + spilled
    }
}

/// Articles of one key at most: more of them hold a phrase that tells nothing.
const MAX_SAME: usize = 8;

/// Article by word triple: nearly every key has one article, so the table
/// holds the pairs themselves, 8 bytes each. A number of 0 is a free place.
#[derive(Debug, Default)]
pub(super) struct Minima {
    pairs: Vec<(u32, u32)>,
    n_used: usize,
    n_added: usize,
}

impl Minima {
    /// Adds an article (its number one up, for 0 is free); `first` is the window's first.
    pub(super) fn add(&mut self, key: u32, article: u32, first: u32) {
        if (self.n_used + 1) * 4 > self.pairs.len() * 3 {
            self.rebuild(first);
        }
        self.insert(key, article.saturating_add(1));
        self.n_added += 1;
    }

    /// The articles of the key that are in the window, in no order.
    pub(super) fn get(&self, key: u32, first: u32) -> impl Iterator<Item = u32> {
        self.chain(key)
            .filter(move |(other, _)| *other == key)
            .map(|(_, article)| article - 1)
            .filter(move |article| *article >= first)
    }

    /// Drops what left the window, when that can be half of it.
    pub(super) fn sweep(&mut self, first: u32) {
        if self.n_added > self.pairs.len() / 2 {
            self.rebuild(first);
        }
    }

    /// Bytes it takes.
    pub(super) fn heap_bytes(&self) -> usize {
        self.pairs.capacity() * 8
    }

    /// The used places from where `key` belongs to the next free one.
    fn chain(&self, key: u32) -> impl Iterator<Item = (u32, u32)> {
        let mask = self.pairs.len().wrapping_sub(1);
        (0..self.pairs.len())
            .map(move |step| self.pairs[(spread(key) + step) & mask])
            .take_while(|(_, article)| *article != 0)
    }

    fn insert(&mut self, key: u32, article: u32) {
        let mask = self.pairs.len().wrapping_sub(1);
        let mut place = spread(key) & mask;
        let mut n_same = 0;
        while self.pairs[place].1 != 0 {
            n_same += usize::from(self.pairs[place].0 == key);
            if n_same == MAX_SAME {
                // The newest says most; the others stay findable through their other triples.
                self.pairs[place].1 = article;
                return;
            }
            place = (place + 1) & mask;
        }
        self.pairs[place] = (key, article);
        self.n_used += 1;
    }

    fn rebuild(&mut self, first: u32) {
        let kept: Vec<(u32, u32)> = self
            .pairs
            .drain(..)
            .filter(|(_, article)| *article > first)
            .collect();
        self.pairs = vec![(0, 0); (kept.len() * 2).next_power_of_two().max(64)];
        self.n_used = 0;
        self.n_added = 0;
        for (key, article) in kept {
            self.insert(key, article);
        }
    }
}

fn spread(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b9) ^ (key >> 16)) as usize
}
