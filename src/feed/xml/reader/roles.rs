//! What an element means at its place: a part of the feed, a quotation, or the markup of
//! a field.

use super::nesting::Nesting;
use super::{Frame, Reader};
use crate::feed::FeedKind;
use crate::feed::xml::names::{self, Element, Field, Namespace};

impl Reader<'_> {
    /// The role of an element where it is: a feed or entry inside an entry that has an end
    /// tag of its own is a quotation, and its fields are not those of the outer entry.
    pub(super) fn role(&mut self, element: Element) -> Element {
        let is_nested = match element {
            Element::Entry | Element::Channel | Element::Root(_) => self.entry.is_some(),
            Element::Foreign | Element::Field(_) | Element::Html | Element::Other => false,
        };
        if !is_nested {
            return element;
        }
        let text = self.text;
        let nesting = self.nesting.get_or_insert_with(|| Nesting::of(text));
        if nesting.is_closed(self.entry_at) {
            Element::Foreign
        } else {
            element
        }
    }

    /// Whether an entry is open.
    pub(super) fn is_in_entry(&self) -> bool {
        let is_entry = |frame: &Frame<'_>| matches!(frame.element, Element::Entry);
        self.stack.iter().any(is_entry)
    }

    /// Whether the innermost known element is the `source` of an Atom entry.
    pub(super) fn is_in_source_of_entry(&self) -> bool {
        let is_atom = matches!(self.facts.kind, Some(FeedKind::Atom | FeedKind::Atom03));
        let source = self.stack.last();
        is_atom
            && self.entry.is_some()
            && source.is_some_and(|frame| names::local(frame.name).eq_ignore_ascii_case("source"))
    }

    /// The rank of a field at its place; `None` inside a foreign element.
    pub(super) fn field_rank(&self, namespace: Namespace) -> Option<u8> {
        let rank = match namespace {
            Namespace::Core => 6,
            Namespace::Atom | Namespace::Content => 5,
            Namespace::DublinCore => 4,
            Namespace::Itunes | Namespace::Syndication | Namespace::FeedBurner => 3,
            Namespace::Media | Namespace::Rdf | Namespace::Other => 2,
        };
        for frame in self.stack.iter().rev() {
            match frame.element {
                Element::Entry | Element::Channel | Element::Root(_) => return Some(rank),
                Element::Foreign => return None,
                // An unknown element that was left open or has fields of its own.
                Element::Other | Element::Html => {
                    return (self.facts.kind.is_some() && namespace != Namespace::Core
                        || self.entry.is_some())
                    .then_some(1);
                }
                Element::Field(_) => {}
            }
        }
        // A fragment without a root.
        (self.entry.is_some() || self.facts.kind.is_some()).then_some(rank)
    }

    /// Whether a start tag shows that the current field was never closed.
    pub(super) fn interrupts_capture(
        &self,
        element: Element,
        namespace: Namespace,
        local: &str,
    ) -> bool {
        let Some(capture) = &self.capture else {
            return false;
        };
        let is_html_name = matches!(namespace, Namespace::Core) && is_html_name(local);
        match element {
            Element::Entry | Element::Channel | Element::Root(_) => true,
            Element::Field(_) => match capture.field {
                Field::Description | Field::Content => {
                    !is_html_name && !capture.is_xhtml() && self.stack.len() == capture.depth + 1
                }
                Field::Author => self.stack.len() == capture.depth + 1,
                _ => true,
            },
            Element::Foreign | Element::Html | Element::Other => false,
        }
    }
}

/// Elements of HTML that are never closed.
pub(super) fn is_void(local: &str) -> bool {
    [
        "br", "img", "hr", "input", "wbr", "meta", "area", "base", "col", "embed", "param",
    ]
    .iter()
    .any(|name| local.eq_ignore_ascii_case(name))
}

/// Names of elements of both feeds and HTML.
fn is_html_name(local: &str) -> bool {
    [
        "title", "link", "source", "summary", "body", "content", "image", "abstract",
    ]
    .iter()
    .any(|name| local.eq_ignore_ascii_case(name))
}
