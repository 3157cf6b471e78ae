//! Finds articles that share text, by their smallest word-triple hashes (MinHash).

/// The most articles kept for one hash: a word triple in more articles is a common
/// phrase, not copied text.
const MAX_SAME: usize = 8;
/// The number of separate tables: each grows by itself, so that no arrival waits for one
/// large copy.
const SHARDS: usize = 1 << 10;

/// Articles by hash. Nearly every hash has one article, so the tables store (hash,
/// article) pairs of six bytes. They keep 26 bits of a hash, so that one look-up in a
/// hundred returns a wrong article; the caller compares the articles anyway.
#[derive(Debug)]
pub(crate) struct Minima {
    shards: Box<[Shard]>,
}

/// A hash table with linear probing, whose pairs are ordered by their home slots.
#[derive(Clone, Debug, Default)]
struct Shard {
    /// The articles' numbers plus one; 0 is a free slot.
    articles: Vec<u32>,
    tags: Vec<u16>,
    n_used: usize,
}

impl Default for Minima {
    fn default() -> Self {
        Self {
            shards: vec![Shard::default(); SHARDS].into(),
        }
    }
}

impl Minima {
    /// Adds an article; `first` is the number of the window's first article.
    pub(crate) fn add(&mut self, key: u32, article: u32, first: u32) {
        let (shard, tag) = parts(key);
        let shard = &mut self.shards[shard];
        if (shard.n_used + 1) * 8 > shard.articles.len() * 7 {
            shard.rebuild(first);
        }
        shard.insert(tag, article.saturating_add(1));
    }

    /// The articles with this hash that are in the window, in no order.
    pub(crate) fn get(&self, key: u32, first: u32) -> impl Iterator<Item = u32> {
        let (shard, tag) = parts(key);
        let shard = &self.shards[shard];
        shard
            .chain(tag)
            .filter(move |&place| shard.tags[place] == tag)
            .map(|place| shard.articles[place] - 1)
            .filter(move |article| *article >= first)
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let places: usize = self.shards.iter().map(|shard| shard.articles.len()).sum();
        places * 6 + SHARDS * (size_of::<Shard>() + 16)
    }
}

impl Shard {
    /// The used slots from the home slot of `tag` to the next free one.
    fn chain(&self, tag: u16) -> impl Iterator<Item = usize> {
        let len = self.articles.len();
        let from = self.place(tag);
        (from..len)
            .chain(0..from)
            .take_while(|&place| self.articles[place] != 0)
    }

    fn place(&self, tag: u16) -> usize {
        (usize::from(tag) * self.articles.len()) >> 16
    }

    fn insert(&mut self, tag: u16, article: u32) {
        let mut n_same = 0;
        let mut same = None;
        for place in self.chain(tag) {
            if self.tags[place] == tag {
                same = Some(place);
                n_same += 1;
            }
            if n_same == MAX_SAME {
                break;
            }
        }
        // The newest article is the most useful one; the others can still be found by
        // their other hashes.
        if n_same == MAX_SAME
            && let Some(place) = same
        {
            self.articles[place] = article;
            return;
        }
        let from = self.place(tag);
        let mut places = (from..self.articles.len()).chain(0..from);
        if let Some(place) = places.find(|&place| self.articles[place] == 0) {
            (self.tags[place], self.articles[place]) = (tag, article);
            self.n_used += 1;
        }
    }

    /// Removes articles that left the window, and makes room for a quarter more than
    /// remain.
    fn rebuild(&mut self, first: u32) {
        let articles = std::mem::take(&mut self.articles);
        let tags = std::mem::take(&mut self.tags);
        // Stored numbers are one higher, so an article in the window is above `first`.
        let kept = articles.iter().filter(|&&article| article > first).count();
        let len = (kept + kept / 4 + 8) * 8 / 7;
        self.articles = vec![0; len];
        self.tags = vec![0; len];
        self.n_used = 0;
        for (&article, tag) in articles.iter().zip(tags) {
            if article > first {
                self.insert(tag, article);
            }
        }
    }
}

/// The table of a hash, and the part of the hash that the table keeps.
fn parts(key: u32) -> (usize, u16) {
    let spread = key.wrapping_mul(0x9e37_79b9);
    let spread = spread ^ (spread >> 15);
    (spread as usize % SHARDS, (spread >> 16) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_found_until_it_leaves_the_window() {
        let mut minima = Minima::default();
        let key = |article: u32| article.wrapping_mul(0x85eb_ca6b);
        for article in 0..20_000 {
            minima.add(key(article), article, article.saturating_sub(5000));
        }
        for article in 0..20_000 {
            let found = minima.get(key(article), 15_000);
            assert_eq!(
                found.filter(|&a| a == article).count(),
                usize::from(article >= 15_000)
            );
        }
        assert!(minima.heap_bytes() < 5000 * 16 + SHARDS * 200);
    }

    #[test]
    fn a_phrase_of_every_article_finds_the_newest() {
        let mut minima = Minima::default();
        for article in 0..100_000 {
            minima.add(7, article, 0);
        }
        let found: Vec<u32> = minima.get(7, 0).collect();
        assert_eq!(found.len(), MAX_SAME);
        assert!(found.contains(&99_999));
    }
}
