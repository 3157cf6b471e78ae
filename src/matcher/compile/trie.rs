//! The phrases of all terms as a trie over classes.

use crate::matcher::compile::class::{Class, First, NONE, Next, PhraseId, bit_of};
use rustc_hash::FxHashMap;

/// Set in the number of a node for a first word; the other bits are the class.
const IS_FIRST: u32 = 1 << 31;

/// The node that the words read so far lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    pub(crate) node: u32,
    /// The phrase that ends here, or [`NONE`].
    pub(crate) phrase: PhraseId,
    /// The classes that can come next.
    pub(crate) next: Next,
}

impl First {
    /// The node for `class` as a first word.
    #[inline]
    pub(crate) fn reached(self, class: Class) -> Reached {
        Reached {
            node: class | IS_FIRST,
            phrase: self.phrase,
            next: self.next,
        }
    }
}

/// A node below another one: all that a step needs, four to a cache line. Its
/// number is its index in [`Trie::slots`].
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The node above, or [`NONE`] in a free slot.
    parent: u32,
    class: Class,
    phrase: PhraseId,
    /// [`Next`] in 32 bits: its two halves combined by OR.
    next: u32,
}

const FREE: Slot = Slot {
    parent: NONE,
    class: 0,
    phrase: NONE,
    next: 0,
};

/// All phrases.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trie {
    growing: Growing,
    firsts: Vec<First>,
    /// A hash table of the nodes below first words, by parent and class.
    slots: Vec<Slot>,
    /// A Bloom filter of the (parent, class) pairs. Nearly every pair in a text is
    /// in no phrase, and this small table says so without a cache miss.
    pairs: Vec<u64>,
    /// Whether any phrase is ideographic.
    has_ideographic: bool,
    /// Whether each phrase is ideographic.
    phrases: Vec<bool>,
    /// The number of words of each phrase.
    lengths: Vec<u8>,
}

/// The trie while phrases are added.
#[derive(Clone, Debug, Default)]
struct Growing {
    nodes: Vec<First>,
    /// The node of each class as a first word.
    roots: Vec<u32>,
    children: FxHashMap<(u32, Class), u32>,
}

impl Trie {
    /// The number of the phrase of these classes; a new one for a new phrase.
    /// `is_ideographic` phrases hit only between dictionary words.
    pub(crate) fn insert(&mut self, classes: &[Class], is_ideographic: bool) -> PhraseId {
        let mut node = NONE;
        for &class in classes {
            node = if node == NONE {
                self.growing.root_of(class)
            } else {
                self.growing.child_of(node, class)
            };
        }
        let phrase = &mut self.growing.nodes[node as usize].phrase;
        if *phrase == NONE {
            *phrase = self.phrases.len() as u32;
            self.phrases.push(is_ideographic);
            self.has_ideographic |= is_ideographic;
            self.lengths.push(classes.len().min(255) as u8);
        }
        *phrase
    }

    /// Builds the look-up tables, once all phrases are in.
    pub(crate) fn seal(&mut self) {
        let Growing {
            nodes,
            roots,
            children,
        } = std::mem::take(&mut self.growing);
        let n_bits = (children.len() * 8).next_power_of_two().max(64);
        self.pairs = vec![0; n_bits / 64];
        self.slots = vec![FREE; (children.len() * 2).next_power_of_two()];
        let mut sealed = vec![NONE; nodes.len()];
        self.firsts = vec![First::NONE; roots.len()];
        for (&root, class) in roots.iter().zip(0..) {
            if root != NONE {
                self.firsts[class as usize] = nodes[root as usize];
                sealed[root as usize] = class | IS_FIRST;
            }
        }
        // Nodes are numbered as they are created, so parents come first.
        let mut edges: Vec<(u32, u32, Class)> = children
            .into_iter()
            .map(|((parent, class), child)| (child, parent, class))
            .collect();
        edges.sort_unstable();
        for (child, parent, class) in edges {
            let node = nodes[child as usize];
            sealed[child as usize] = self.place(Slot {
                parent: sealed[parent as usize],
                class,
                phrase: node.phrase,
                next: node.next as u32 | (node.next >> 32) as u32,
            });
        }
    }

    /// Turns the look-up tables back, so that phrases can be added.
    pub(crate) fn unseal(&mut self) {
        let mut growing = Growing::default();
        for (first, class) in std::mem::take(&mut self.firsts).into_iter().zip(0..) {
            if first != First::NONE {
                let root = growing.root_of(class);
                growing.nodes[root as usize].phrase = first.phrase;
            }
        }
        let slots = std::mem::take(&mut self.slots);
        let mut grown = vec![NONE; slots.len()];
        let mut chain = Vec::new();
        for at in (0..slots.len()).filter(|&at| slots[at].parent != NONE) {
            // Parents first. A chain has at most as many nodes as a term has words.
            let mut next = at;
            while grown[next] == NONE {
                chain.push(next);
                match slots[next].parent {
                    first if first & IS_FIRST != 0 => break,
                    parent => next = parent as usize,
                }
            }
            while let Some(at) = chain.pop() {
                let Slot {
                    parent,
                    class,
                    phrase,
                    ..
                } = slots[at];
                let parent = match parent & IS_FIRST {
                    0 => grown[parent as usize],
                    _ => growing.root_of(parent & !IS_FIRST),
                };
                grown[at] = growing.child_of(parent, class);
                growing.nodes[grown[at] as usize].phrase = phrase;
            }
        }
        self.growing = growing;
    }

    fn place(&mut self, slot: Slot) -> u32 {
        let hash = pair_hash(slot.parent, slot.class);
        let bit = bit_at(hash) & (self.pairs.len() * 64 - 1);
        self.pairs[bit / 64] |= 1 << (bit % 64);
        let mask = self.slots.len() - 1;
        let mut at = slot_at(hash) & mask;
        while self.slots[at].parent != NONE {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
        at as u32
    }

    /// What begins with a word of `class`.
    #[inline]
    pub(crate) fn first(&self, class: Class) -> First {
        self.firsts
            .get(class as usize)
            .copied()
            .unwrap_or(First::NONE)
    }

    /// The node below `node` for the next word `class`.
    #[inline]
    pub(crate) fn step(&self, node: u32, class: Class) -> Option<Reached> {
        let hash = pair_hash(node, class);
        let bit = bit_at(hash) & (self.pairs.len() * 64).wrapping_sub(1);
        if self.pairs.get(bit / 64)? >> (bit % 64) & 1 == 0 {
            return None;
        }
        // Half of the slots are free, so the search ends.
        let mask = self.slots.len() - 1;
        let mut at = slot_at(hash) & mask;
        loop {
            let slot = self.slots[at];
            if slot.parent == node && slot.class == class {
                let next = u64::from(slot.next);
                return Some(Reached {
                    node: at as u32,
                    phrase: slot.phrase,
                    next: next << 32 | next,
                });
            }
            if slot.parent == NONE {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// Whether the phrase hits only between dictionary words.
    #[inline]
    pub(crate) fn is_ideographic(&self, phrase: PhraseId) -> bool {
        self.has_ideographic && self.phrases[phrase as usize]
    }

    /// The phrase's number of words.
    pub(crate) fn n_words(&self, phrase: PhraseId) -> u8 {
        self.lengths[phrase as usize]
    }

    /// The number of phrases.
    pub(crate) fn n_phrases(&self) -> usize {
        self.phrases.len()
    }
}

impl Growing {
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
        self.nodes.push(First::NONE);
        self.nodes.len() as u32 - 1
    }
}

#[inline]
fn pair_hash(node: u32, class: Class) -> u64 {
    let pair = u64::from(node) << 32 | u64::from(class);
    pair.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[inline]
fn bit_at(hash: u64) -> usize {
    (hash >> 20) as usize
}

#[inline]
fn slot_at(hash: u64) -> usize {
    (hash >> 36) as usize
}
