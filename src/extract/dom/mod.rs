//! A page as a tree in one arena: small, read-only once parsed, all text in one
//! string. Scripts, styles and comments leave no text in it, but for scripts
//! that hold data (`application/ld+json`).

pub(super) mod parse;
pub(super) mod trim;
pub(super) mod attribute;

use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, QualName, local_name};

/// A node's place in the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeId(pub(super) u32);

impl NodeId {
    pub(crate) const DOCUMENT: Self = Self(0);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Debug)]
pub(crate) enum Data {
    /// The document, or the hidden inside of a `<template>`.
    Root,
    /// An element with its attributes.
    Element(Element),
    /// A range of [`Dom::text`].
    Text { start: u32, end: u32 },
    /// A comment: nothing of it is kept.
    Comment,
}

/// An element's name and attributes.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: QualName,
    pub(crate) attrs: Vec<Attribute>,
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) parent: Option<NodeId>,
    pub(crate) previous: Option<NodeId>,
    pub(crate) next: Option<NodeId>,
    pub(crate) first_child: Option<NodeId>,
    pub(crate) last_child: Option<NodeId>,
    /// Steps from the document, as of when the node was put in its place.
    pub(crate) depth: u32,
    pub(crate) data: Data,
}

/// A parsed page.
#[derive(Debug, Default)]
pub(crate) struct Dom {
    pub(crate) nodes: Vec<Node>,
    /// The text of all text nodes.
    pub(crate) text: String,
    /// Whether the page was over a bound, so that only its beginning was read.
    pub(crate) is_cut: bool,
}

impl Dom {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The element that `id` is, if it is one.
    pub(crate) fn element(&self, id: NodeId) -> Option<&Element> {
        match &self.node(id).data {
            Data::Element(element) => Some(element),
            Data::Root | Data::Text { .. } | Data::Comment => None,
        }
    }

    /// The element's local name.
    pub(crate) fn name(&self, id: NodeId) -> Option<&LocalName> {
        self.element(id).map(|element| &element.name.local)
    }

    /// An attribute's value.
    pub(crate) fn attr(&self, id: NodeId, name: &LocalName) -> Option<&str> {
        self.element(id)?.attr(name)
    }

    /// The text that a text node is.
    pub(crate) fn own_text(&self, id: NodeId) -> Option<&str> {
        match self.node(id).data {
            Data::Text { start, end } => self.text.get(start as usize..end as usize),
            Data::Root | Data::Element(_) | Data::Comment => None,
        }
    }

    /// The parent, its parent, and so on up to the document.
    pub(crate) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.node(id).parent, |id| self.node(*id).parent)
    }

    /// `root` and everything below it, in reading order.
    pub(crate) fn descendants(&self, root: NodeId) -> Descendants<'_> {
        Descendants {
            dom: self,
            root,
            next: Some(root),
        }
    }

    /// The node after all of `id`'s descendants, within `root`.
    pub(crate) fn after(&self, id: NodeId, root: NodeId) -> Option<NodeId> {
        let mut at = id;
        while at != root {
            if let Some(next) = self.node(at).next {
                return Some(next);
            }
            at = self.node(at).parent?;
        }
        None
    }

    /// All text below `id`, white space folded.
    pub(crate) fn text_of(&self, id: NodeId) -> String {
        let mut text = String::new();
        for node in self.descendants(id) {
            match &self.node(node).data {
                Data::Text { .. } => text.push_str(self.own_text(node).unwrap_or_default()),
                Data::Element(element) if !element.is_phrasing() => text.push(' '),
                Data::Element(_) | Data::Root | Data::Comment => {}
            }
        }
        crate::extract::lines::candidate::fold_space(&text)
    }
}

impl Element {
    pub(crate) fn attr(&self, name: &LocalName) -> Option<&str> {
        self.attrs
            .iter()
            .find(|attr| attr.name.local == *name)
            .map(|attr| -> &str { &attr.value })
    }

    /// An attribute by a name that html5ever has no constant for.
    pub(crate) fn attr_named(&self, name: &str) -> Option<&str> {
        self.attrs
            .iter()
            .find(|attr| &*attr.name.local == name)
            .map(|attr| -> &str { &attr.value })
    }

    /// Whether the element stands within a line of text.
    pub(crate) fn is_phrasing(&self) -> bool {
        matches!(
            self.name.local,
            local_name!("a")
                | local_name!("b")
                | local_name!("i")
                | local_name!("em")
                | local_name!("strong")
                | local_name!("span")
                | local_name!("u")
                | local_name!("s")
                | local_name!("small")
                | local_name!("big")
                | local_name!("sub")
                | local_name!("sup")
                | local_name!("font")
                | local_name!("mark")
                | local_name!("abbr")
                | local_name!("acronym")
                | local_name!("cite")
                | local_name!("q")
                | local_name!("code")
                | local_name!("kbd")
                | local_name!("samp")
                | local_name!("var")
                | local_name!("time")
                | local_name!("data")
                | local_name!("ins")
                | local_name!("del")
                | local_name!("bdi")
                | local_name!("bdo")
                | local_name!("dfn")
                | local_name!("tt")
                | local_name!("strike")
                | local_name!("nobr")
                | local_name!("wbr")
                | local_name!("label")
                | local_name!("ruby")
                | local_name!("rb")
                | local_name!("rt")
                | local_name!("rp")
                | local_name!("img")
                | local_name!("picture")
                | local_name!("source")
                | local_name!("meter")
        )
    }
}

/// Whether an element of that name has no inside and no end tag.
pub(crate) fn is_void(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("br")
            | local_name!("img")
            | local_name!("hr")
            | local_name!("input")
            | local_name!("meta")
            | local_name!("link")
            | local_name!("source")
            | local_name!("wbr")
            | local_name!("col")
            | local_name!("area")
            | local_name!("embed")
            | local_name!("track")
            | local_name!("base")
            | local_name!("param")
    )
}

/// See [`Dom::descendants`].
#[derive(Debug)]
pub(crate) struct Descendants<'a> {
    dom: &'a Dom,
    root: NodeId,
    next: Option<NodeId>,
}

impl Iterator for Descendants<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let id = self.next?;
        self.next = self
            .dom
            .node(id)
            .first_child
            .or_else(|| self.dom.after(id, self.root));
        Some(id)
    }
}

impl Dom {
    pub(crate) fn add(&mut self, data: Data) -> NodeId {
        // The parser stops far below u32::MAX nodes (see `parse`).
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node {
            parent: None,
            previous: None,
            next: None,
            first_child: None,
            last_child: None,
            depth: 0,
            data,
        });
        id
    }

    fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.index()]
    }

    /// Takes a node with all below it out of its place.
    pub(crate) fn detach(&mut self, id: NodeId) {
        let Node {
            parent,
            previous,
            next,
            ..
        } = *self.node(id);
        let Some(parent) = parent else { return };
        match previous {
            Some(previous) => self.node_mut(previous).next = next,
            None => self.node_mut(parent).first_child = next,
        }
        match next {
            Some(next) => self.node_mut(next).previous = previous,
            None => self.node_mut(parent).last_child = previous,
        }
        let node = self.node_mut(id);
        (node.parent, node.previous, node.next) = (None, None, None);
    }

    /// Puts a node that has no place below `parent`, before `next` or last.
    pub(crate) fn insert(&mut self, parent: NodeId, id: NodeId, next: Option<NodeId>) {
        let previous = match next {
            Some(next) => self.node(next).previous,
            None => self.node(parent).last_child,
        };
        match previous {
            Some(previous) => self.node_mut(previous).next = Some(id),
            None => self.node_mut(parent).first_child = Some(id),
        }
        match next {
            Some(next) => self.node_mut(next).previous = Some(id),
            None => self.node_mut(parent).last_child = Some(id),
        }
        let depth = self.node(parent).depth + 1;
        let node = self.node_mut(id);
        (node.parent, node.previous, node.next, node.depth) = (Some(parent), previous, next, depth);
    }

    /// Puts text below `parent`, before `next` or last, joined to the text
    /// that stands there if that was the last to be added.
    pub(crate) fn insert_text(&mut self, parent: NodeId, text: &StrTendril, next: Option<NodeId>) {
        let previous = match next {
            Some(next) => self.node(next).previous,
            None => self.node(parent).last_child,
        };
        let from = offset(&self.text);
        self.text.push_str(text);
        let to = offset(&self.text);
        if let Some(Data::Text { end, .. }) = previous.map(|id| &mut self.node_mut(id).data)
            && *end == from
        {
            *end = to;
            return;
        }
        let id = self.add(Data::Text {
            start: from,
            end: to,
        });
        self.insert(parent, id, next);
    }
}

/// The bytes of input are bounded far below 4 GB (see `parse`).
fn offset(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
