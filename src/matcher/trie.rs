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
        self.children.get(&(node, class)).copied()
    }

    /// The node itself.
    #[inline]
    pub(super) fn node(&self, node: u32) -> TrieNode {
        self.nodes[node as usize]
    }

    /// Whether the phrase must stand at dictionary edges.
    #[inline]
    pub(super) fn is_ideographic(&self, phrase: PhraseId) -> bool {
        self.phrases[phrase as usize]
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
