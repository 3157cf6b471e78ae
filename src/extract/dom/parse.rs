//! HTML -> [`Dom`] by html5ever, with every bound held while it is fed: the
//! tree builder costs time in proportion to the depth at every tag, so a bound
//! checked afterwards would come too late (160 kB of `<div>`: 3.8 s).

use crate::extract::dom::trim;
use crate::extract::dom::trim::Attributes;
use crate::extract::dom::{Data, Dom, Element, NodeId, is_void};
use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{
    ElementFlags, NodeOrText, QuirksMode, TreeBuilder, TreeBuilderOpts, TreeSink,
};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

/// Deepest nesting that is built; deeper tags are passed over, their text is kept.
const MAX_DEPTH: u32 = 512;
/// Most work done for one page, in units of about 20 ns (measured: a byte costs
/// up to one unit, a token some 10, more the deeper it stands).
const MAX_WORK: u64 = 5_000_000;
/// Bytes given to the tokenizer between looks at the work done.
const CHUNK_BYTES: usize = 64 << 10;

/// Parses a page; over its bounds, the page's beginning (`Dom::is_cut`).
pub(crate) fn parse(html: &str, attributes: Attributes) -> Dom {
    let html = &*trim::trim(html, attributes);
    let sink = Sink::default();
    sink.dom.borrow_mut().add(Data::Root);
    sink.dom.borrow_mut().nodes.reserve(html.len() / 48);
    let builder = TreeBuilder::new(
        sink,
        TreeBuilderOpts {
            drop_doctype: true,
            // No script is run, so what stands in `<noscript>` is shown.
            scripting_enabled: false,
            ..TreeBuilderOpts::default()
        },
    );
    let bounded = Bounded {
        builder,
        n_dropped: Cell::new(0),
        work: Cell::new(0),
        renamed: RefCell::default(),
    };
    let tokenizer = Tokenizer::new(bounded, TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() && !tokenizer.sink.is_spent() {
        let (chunk, after) = rest.split_at(rest.floor_char_boundary(CHUNK_BYTES));
        rest = after;
        // A comment or tag without an end is no token, and costs all the same.
        tokenizer.sink.add_work(chunk.len() as u64);
        input.push_back(StrTendril::from(chunk));
        // The tokenizer stops after every script, for a browser to run it, and
        // at every `<meta charset>`, for one to begin anew.
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    }
    if rest.is_empty() {
        tokenizer.end();
    }
    let is_cut = tokenizer.sink.is_spent();
    let mut dom = tokenizer.sink.builder.sink.dom.into_inner();
    dom.is_cut = is_cut;
    dom
}

/// Passes tokens on to the tree builder as long as the page is within bounds.
struct Bounded {
    builder: TreeBuilder<NodeId, Sink>,
    /// Start tags passed over for their depth, whose end tags are to come.
    n_dropped: Cell<u32>,
    work: Cell<u64>,
    /// Elements that are built under another name and still open.
    renamed: RefCell<Vec<Renamed>>,
}

/// An open element that is built under another name than the page gives it.
#[derive(Debug)]
struct Renamed {
    name: LocalName,
    built_as: LocalName,
    /// Elements of the same name that were opened inside and not closed yet.
    n_inside: u32,
}

/// Most renamed elements that may be open at once.
const MAX_RENAMED: usize = 64;

/// The name under which an element is built, where it is not its own: what a
/// browser shows of a declarative shadow root stands in a `<template>`, and a
/// popover does not end the paragraph that it is written in.
fn built_as(tag: &Tag) -> Option<LocalName> {
    let has = |name: &str| tag.attrs.iter().any(|attr| &*attr.name.local == name);
    if tag.self_closing || is_void(&tag.name) {
        return None;
    }
    if tag.name == local_name!("template") && (has("shadowrootmode") || has("shadowroot")) {
        return Some(local_name!("div"));
    }
    (has("popover") && tag.name != local_name!("button")).then_some(local_name!("bdo"))
}

impl Bounded {
    fn add_work(&self, units: u64) {
        self.work.set(self.work.get() + units);
    }

    fn is_spent(&self) -> bool {
        self.work.get() > MAX_WORK
    }

    /// Gives a tag the name that it is built under.
    fn rename(&self, tag: &mut Tag) {
        let mut renamed = self.renamed.borrow_mut();
        match tag.kind {
            TagKind::StartTag => {
                if let Some(open) = renamed.last_mut().filter(|open| open.name == tag.name) {
                    open.n_inside += 1;
                }
                if renamed.len() < MAX_RENAMED
                    && let Some(built_as) = built_as(tag)
                {
                    if let Some(open) = renamed.last_mut().filter(|open| open.name == tag.name) {
                        open.n_inside -= 1;
                    }
                    renamed.push(Renamed {
                        name: std::mem::replace(&mut tag.name, built_as.clone()),
                        built_as,
                        n_inside: 0,
                    });
                }
            }
            TagKind::EndTag => {
                let Some(open) = renamed.last_mut().filter(|open| open.name == tag.name) else {
                    return;
                };
                if open.n_inside > 0 {
                    open.n_inside -= 1;
                } else if let Some(closed) = renamed.pop() {
                    tag.name = closed.built_as;
                }
            }
        }
    }

    /// Whether a tag is passed over because it would nest too deep.
    fn is_too_deep(&self, tag: &Tag) -> bool {
        let n_dropped = self.n_dropped.get();
        match tag.kind {
            TagKind::StartTag if self.builder.sink.depth.get() >= MAX_DEPTH => {
                let has_end = !tag.self_closing && !is_void(&tag.name);
                self.n_dropped.set(n_dropped + u32::from(has_end));
                true
            }
            TagKind::EndTag if n_dropped > 0 => {
                self.n_dropped.set(n_dropped - 1);
                true
            }
            TagKind::StartTag | TagKind::EndTag => false,
        }
    }
}

impl TokenSink for Bounded {
    type Handle = NodeId;

    fn process_token(&self, mut token: Token, line_number: u64) -> TokenSinkResult<NodeId> {
        if self.is_spent() && token != Token::EOFToken {
            return TokenSinkResult::Continue;
        }
        if let Token::TagToken(tag) = &mut token {
            self.rename(tag);
        }
        let (cost, is_passed_over) = match &token {
            Token::TagToken(tag) => {
                let depth = u64::from(self.builder.sink.depth.get());
                let is_passed_over = self.is_too_deep(tag);
                // Only the tree builder's work grows with the depth. Attributes
                // are compared with each other by the tokenizer.
                let cost = if is_passed_over { 4 } else { 10 + depth };
                (cost + tag.attrs.len() as u64, is_passed_over)
            }
            Token::CharacterTokens(text) => (4 + text.len() as u64 / 32, false),
            Token::CommentToken(_)
            | Token::DoctypeToken(_)
            | Token::NullCharacterToken
            | Token::ParseError(_) => (4, false),
            Token::EOFToken => (0, false),
        };
        self.add_work(cost + self.builder.sink.work.take());
        if is_passed_over {
            return TokenSinkResult::Continue;
        }
        self.builder.process_token(token, line_number)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Builds the arena.
#[derive(Default)]
struct Sink {
    dom: RefCell<Dom>,
    /// How deep the element stands that was opened last, or holds the one
    /// that was closed last.
    depth: Cell<u32>,
    /// Nodes made or moved since this was last looked at: one tag can make many
    /// (formatting elements are opened again in every paragraph).
    work: Cell<u64>,
}

impl Sink {
    fn is_textless(dom: &Dom, parent: NodeId) -> bool {
        dom.element(parent)
            .is_some_and(|element| match element.name.local {
                local_name!("style")
                | local_name!("iframe")
                | local_name!("noembed")
                | local_name!("noframes")
                | local_name!("textarea")
                | local_name!("option") => true,
                local_name!("script") => !element
                    .attr(&local_name!("type"))
                    .is_some_and(|kind| kind.contains("ld+json")),
                _ => false,
            })
    }

    fn put(&self, parent: NodeId, child: NodeOrText<NodeId>, next: Option<NodeId>) {
        let mut dom = self.dom.borrow_mut();
        match child {
            NodeOrText::AppendNode(id) => {
                dom.detach(id);
                dom.insert(parent, id, next);
                if matches!(dom.node(id).data, Data::Element(_)) {
                    self.depth.set(dom.node(id).depth);
                }
            }
            NodeOrText::AppendText(text) if !Self::is_textless(&dom, parent) => {
                dom.insert_text(parent, &text, next);
            }
            NodeOrText::AppendText(_) => {}
        }
    }
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Dom;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Dom {
        self.dom.into_inner()
    }

    fn get_document(&self) -> NodeId {
        NodeId::DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        static NONE: QualName = QualName {
            prefix: None,
            ns: ns!(),
            local: local_name!(""),
        };
        Ref::map(self.dom.borrow(), |dom| {
            dom.element(*target).map_or(&NONE, |element| &element.name)
        })
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> NodeId {
        self.work.set(self.work.get() + 10);
        self.dom
            .borrow_mut()
            .add(Data::Element(Element { name, attrs }))
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.dom.borrow_mut().add(Data::Comment)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.dom.borrow_mut().add(Data::Comment)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.put(*parent, child, None);
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        previous: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        let has_parent = self.dom.borrow().node(*element).parent.is_some();
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let parent = self.dom.borrow().node(*sibling).parent;
        if let Some(parent) = parent {
            self.put(parent, child, Some(*sibling));
        }
    }

    fn pop(&self, node: &NodeId) {
        self.depth
            .set(self.dom.borrow().node(*node).depth.saturating_sub(1));
    }

    fn get_template_contents(&self, _: &NodeId) -> NodeId {
        // Never shown by a browser that runs no scripts: parsed, and left
        // outside the tree.
        self.dom.borrow_mut().add(Data::Root)
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        if let Data::Element(element) = &mut self.dom.borrow_mut().nodes[target.index()].data {
            for attr in attrs {
                if element.attrs.len() < 256
                    && !element.attrs.iter().any(|known| known.name == attr.name)
                {
                    element.attrs.push(attr);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.dom.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut dom = self.dom.borrow_mut();
        while let Some(child) = dom.node(*node).first_child {
            self.work.set(self.work.get() + 2);
            dom.detach(child);
            dom.insert(*new_parent, child, None);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, _: &NodeId) -> bool {
        false
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn parse_error(&self, _: Cow<'static, str>) {}
}
