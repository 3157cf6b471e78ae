//! Indexes of the remembered articles: the articles that have a word, the latest article
//! with a URL or a text. The work of a look-up is bounded, however many articles are
//! remembered.

use rustc_hash::FxHashMap;

/// The most articles that a look-up of one key returns. Little more are kept for each
/// key.
const MAX_NEWEST: usize = 200;

/// Articles by key. An article is a number below 2^31 that ascends with arrival. Numbers
/// below the window's first have left the window and are ignored.
#[derive(Debug, Default)]
pub(crate) struct Index {
    keys: FxHashMap<u32, Found>,
    lists: Vec<Vec<u32>>,
    free: Vec<u32>,
    n_added: usize,
    n_swept: usize,
}

/// The articles of a key. Most keys have one article, whose number is stored here; with
/// the highest bit set, the number is an index of `lists` instead.
#[derive(Clone, Copy, Debug)]
struct Found(u32);

const LIST: u32 = 1 << 31;

/// What a [`Found`] decodes to.
enum Articles {
    One(u32),
    List(usize),
}

impl Found {
    fn one(article: u32) -> Self {
        Self(article & !LIST)
    }

    fn articles(self) -> Articles {
        if self.0 & LIST == 0 {
            Articles::One(self.0)
        } else {
            Articles::List((self.0 & !LIST) as usize)
        }
    }
}

impl Index {
    /// Adds an article; `first` is the number of the window's first article.
    pub(crate) fn add(&mut self, key: u32, article: u32, first: u32) {
        self.n_added += 1;
        let Some(found) = self.keys.get_mut(&key) else {
            self.keys.insert(key, Found::one(article));
            return;
        };
        match found.articles() {
            Articles::One(old) if old < first => *found = Found::one(article),
            Articles::One(old) => {
                let list = self.free.pop().unwrap_or_else(|| {
                    self.lists.push(Vec::new());
                    (self.lists.len() - 1) as u32
                });
                self.lists[list as usize] = vec![old, article];
                *found = Found(list | LIST);
            }
            Articles::List(list) => {
                let list = &mut self.lists[list];
                // Before the list grows, articles that left the window or are too old to
                // be returned are removed.
                if list.len() == list.capacity() {
                    let n_gone = list.partition_point(|&old| old < first);
                    list.drain(..n_gone.max(list.len().saturating_sub(MAX_NEWEST)));
                    if list.len() == list.capacity() {
                        list.reserve_exact((list.len() / 4).clamp(2, 64));
                    }
                }
                list.push(article);
            }
        }
    }

    /// The newest articles of the key, oldest first, at most [`MAX_NEWEST`]. Some may
    /// have left the window: the caller skips them.
    pub(crate) fn newest(&self, key: u32) -> &[u32] {
        let Some(found) = self.keys.get(&key) else {
            return &[];
        };
        match found.articles() {
            // Without the highest bit, the value is the article's number.
            Articles::One(_) => std::slice::from_ref(&found.0),
            Articles::List(list) => {
                let list = &self.lists[list];
                &list[list.len().saturating_sub(MAX_NEWEST)..]
            }
        }
    }

    /// Removes articles that left the window, once they may be half of all, so that the
    /// average cost for each new article is constant.
    pub(crate) fn sweep(&mut self, first: u32) {
        if self.n_added < self.n_swept.max(1 << 14) {
            return;
        }
        let (lists, free) = (&mut self.lists, &mut self.free);
        let mut n_kept = 0;
        self.keys.retain(|_, found| match found.articles() {
            Articles::One(article) => {
                n_kept += usize::from(article >= first);
                article >= first
            }
            Articles::List(place) => {
                let list = &mut lists[place];
                list.drain(..list.partition_point(|&old| old < first));
                n_kept += list.len();
                if list.len() > 1 {
                    if list.len() * 2 < list.capacity() {
                        list.shrink_to_fit();
                    }
                    return true;
                }
                let last = std::mem::take(list).pop();
                free.push(place as u32);
                if let Some(article) = last {
                    *found = Found::one(article);
                }
                last.is_some()
            }
        });
        self.n_added = 0;
        self.n_swept = n_kept;
    }

    /// Approximate bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let lists: usize = self.lists.iter().map(|list| 4 * list.capacity() + 16).sum();
        self.keys.capacity() * 9 * 8 / 7
            + self.lists.capacity() * size_of::<Vec<u32>>()
            + 4 * self.free.capacity()
            + lists
    }
}

/// The latest article by a 64-bit key, of which 32 bits are kept; the look-up compares
/// the rest with the article's own key. Of two keys with the same 32 bits, the later one
/// hides the earlier; among a million articles that happens to one in four thousand.
#[derive(Debug, Default)]
pub(crate) struct Latest {
    numbers: FxHashMap<u32, u32>,
    n_added: usize,
}

impl Latest {
    /// Adds an article; a key of 0 means none and is not added.
    pub(crate) fn add(&mut self, key: u64, article: u32) {
        if key != 0 {
            self.numbers.insert((key >> 32) as u32, article);
            self.n_added += 1;
        }
    }

    /// The key's latest article, if `key_of` that article is the whole key.
    pub(crate) fn get(&self, key: u64, key_of: impl Fn(u32) -> Option<u64>) -> Option<u32> {
        let number = *self.numbers.get(&((key >> 32) as u32))?;
        (key != 0 && key_of(number) == Some(key)).then_some(number)
    }

    /// Removes articles that left the window, once they may be half of all.
    pub(crate) fn sweep(&mut self, first: u32) {
        if self.n_added > (self.numbers.len() / 2).max(1 << 14) {
            self.numbers.retain(|_, article| *article >= first);
            self.n_added = 0;
        }
    }

    /// Approximate bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.numbers.capacity() * 9 * 8 / 7
    }
}
