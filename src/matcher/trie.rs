//! The terms' phrases as a trie over classes.

use super::vocabulary::{Class, Root, bit_of};
use rustc_hash::FxHashMap;

/// The number of a phrase.
pub(super) type PhraseId = u32;
/// No phrase, no node.
pub(super) const NONE: u32 = u32::MAX;

/// A node: the words read so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct TrieNode {
    /// The phrase that ends here, or [`NONE`].
    pub(super) phrase: PhraseId,
    /// The classes that can come next, as in [`Root::next`]; 0 for none.
    pub(super) next: u32,
}

/// All phrases.
#[derive(Clone, Debug, Default)]
pub(super) struct Trie {
    nodes: Vec<TrieNode>,
    /// The node of each class as a first word.
    roots: Vec<u32>,
    children: FxHashMap<(u32, Class), u32>,
    /// One bit for so many of the hashes of `children`'s keys: nearly every pair
    /// of a text is no child, and is told so here without leaving the cache.
    pairs: Vec<u64>,
    /// Whether any phrase is ideographic.
    has_ideographic: bool,
    /// Of each phrase, whether it is ideographic.
    phrases: Vec<bool>,
    /// Of each phrase, its number of words.
    lengths: Vec<u8>,
}

impl Trie {
    /// The number of the phrase of these classes; a new one if it had none.
    /// `is_ideographic` phrases must stand at dictionary edges.
    pub(super) fn insert(&mut self, classes: &[Class], is_ideographic: bool) -> PhraseId {
        let mut node = NONE;
        for &class in classes {
            node = if node == NONE {
                self.root_of(class)
            } else {
                self.child_of(node, class)
            };
        }
        let phrase = &mut self.nodes[node as usize].phrase;
        if *phrase == NONE {
            *phrase = self.phrases.len() as u32;
            self.phrases.push(is_ideographic);
            self.has_ideographic |= is_ideographic;
            self.lengths.push(classes.len().min(255) as u8);
        }
        *phrase
    }

    fn root_of(&mut self, class: Class) -> u32 {
        if self.roots.len() <= class as usize {
            self.roots.resize(class as usize + 1, NONE);
        }
        if self.roots[class as usize] == NONE {
            self.roots[class as usize] = self.new_node();
        }
        self.roots[class as usize]
    }

    fn child_of(&mut self, node: u32, class: Class) -> u32 {
        if let Some(&child) = self.children.get(&(node, class)) {
            return child;
        }
        let child = self.new_node();
        self.children.insert((node, class), child);
        self.nodes[node as usize].next |= bit_of(class);
        child
    }

    fn new_node(&mut self) -> u32 {
        self.nodes.push(TrieNode {
            phrase: NONE,
            next: 0,
        });
        self.nodes.len() as u32 - 1
    }

    /// The node of the first word `class`, or [`NONE`].
    #[inline]
    fn root(&self, class: Class) -> u32 {
        self.roots.get(class as usize).copied().unwrap_or(NONE)
    }

    /// What is known of `class` as a first word.
    #[inline]
    pub(super) fn first(&self, class: Class) -> Root {
        match self.root(class) {
            NONE => Root::NONE,
            root => {
                let node = self.nodes[root as usize];
                Root {
                    node: root,
                    phrase: node.phrase,
                    next: node.next,
                }
            }
        }
    }

    /// The node behind `node` for the next word `class`.
    #[inline]
    pub(super) fn step(&self, node: u32, class: Class) -> Option<u32> {
        let bit = pair_hash(node, class) & (self.pairs.len() * 64).wrapping_sub(1);
        let is_child = self.pairs.get(bit / 64)? >> (bit % 64) & 1 == 1;
        is_child
            .then(|| self.children.get(&(node, class)).copied())
            .flatten()
    }

    /// Makes it ready for look-ups, once all phrases are in.
    pub(super) fn seal(&mut self) {
        let n_bits = (self.children.len() * 8).next_power_of_two().max(64);
        self.pairs = vec![0; n_bits / 64];
        for &(node, class) in self.children.keys() {
            let bit = pair_hash(node, class) & (n_bits - 1);
            self.pairs[bit / 64] |= 1 << (bit % 64);
        }
    }

    /// The node itself.
    #[inline]
    pub(super) fn node(&self, node: u32) -> TrieNode {
        self.nodes[node as usize]
    }

    /// Whether the phrase must stand at dictionary edges.
    #[inline]
    pub(super) fn is_ideographic(&self, phrase: PhraseId) -> bool {
        self.has_ideographic && self.phrases[phrase as usize]
    }

    /// How many words the phrase has.
    pub(super) fn n_words(&self, phrase: PhraseId) -> u8 {
        self.lengths[phrase as usize]
    }

    /// How many phrases there are.
    pub(super) fn n_phrases(&self) -> usize {
        self.phrases.len()
    }
}

#[inline]
fn pair_hash(node: u32, class: Class) -> usize {
    let pair = u64::from(node) << 32 | u64::from(class);
    (pair.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20) as usize
}
