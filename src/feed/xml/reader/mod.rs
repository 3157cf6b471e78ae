//! Reads XML feeds of any format and in any state: tracks which elements are open,
//! and passes the content of each known element to [`fields`].

mod capture;
mod roles;
mod fields;
mod finish;
mod namespaces;
mod nesting;

use crate::feed::limits::{MAX_DEPTH, MAX_ENTRIES};
use crate::feed::xml::attributes::Attributes;
use crate::feed::xml::draft;
use crate::feed::xml::draft::{EntryDraft, FeedDraft, offer_id};
use crate::feed::xml::entities::{DecodeRepairs, Entities};
use crate::feed::xml::names::{self, Element, Field, Namespace, Root, element};
use crate::feed::xml::repair::{Repair, Repairs};
use crate::feed::xml::scan::{Scanner, Token};
use crate::feed::{FeedError, FeedKind, Hints, ParsedEntry, ParsedFeed, link};
use capture::Captured;
use namespaces::Scopes;
use nesting::Nesting;
use roles::is_void;

/// Reads `text`, which is not JSON.
pub(crate) fn read(
    text: &str,
    encoding: &'static str,
    hints: &Hints<'_>,
    mut repairs: Repairs,
) -> Result<ParsedFeed, FeedError> {
    repairs.note_if(holds_control_characters(text), Repair::BadCharacter);
    let mut reader = Reader {
        text,
        stack: Vec::with_capacity(16),
        scopes: Scopes::new(hints.base),
        capture: None,
        entry: None,
        entry_at: 0,
        nesting: None,
        feed: FeedDraft::default(),
        entries: Vec::new(),
        entities: Entities::default(),
        decode_repairs: DecodeRepairs::default(),
        repairs,
        facts: DocumentFacts::default(),
    };
    reader.run();
    reader.finish(encoding)
}

/// An open element.
#[derive(Clone, Copy)]
struct Frame<'a> {
    name: &'a str,
    name_hash: u32,
    element: Element,
}

/// What is known of the document so far.
#[derive(Default)]
struct DocumentFacts<'a> {
    kind: Option<FeedKind>,
    /// The name of the first element.
    first: Option<&'a str>,
    /// Whether a root element of a feed format was found.
    root: bool,
    /// Whether it declares to be a web page.
    html: bool,
    root_closed: bool,
}

struct Reader<'a> {
    text: &'a str,
    stack: Vec<Frame<'a>>,
    scopes: Scopes<'a>,
    capture: Option<Captured<'a>>,
    entry: Option<EntryDraft>,
    /// Where the start tag of the current entry is.
    entry_at: usize,
    /// Which entries have an end tag of their own; found out when it first matters.
    nesting: Option<Nesting>,
    feed: FeedDraft,
    entries: Vec<ParsedEntry>,
    entities: Entities,
    decode_repairs: DecodeRepairs,
    repairs: Repairs,
    facts: DocumentFacts<'a>,
}

impl<'a> Reader<'a> {
    fn run(&mut self) {
        let mut scanner = Scanner::new(self.text);
        while self.entries.len() < MAX_ENTRIES {
            let start = scanner.position();
            let stack = &self.stack;
            let Some(token) = scanner.next(|name| stack.iter().any(|frame| frame.name == name))
            else {
                break;
            };
            let span = (start, scanner.position());
            match token {
                Token::Text(text) => self.text(text, span),
                Token::Cdata(text) => self.cdata(text),
                Token::Start {
                    name,
                    attributes,
                    is_empty,
                } => self.start(name, attributes, is_empty, span),
                Token::End(name) => self.end(name, span),
                Token::Doctype(doctype) => self.doctype(doctype),
                Token::Instruction(_) | Token::Comment => {}
            }
        }
        self.repairs
            .note_if(self.entries.len() == MAX_ENTRIES, Repair::TooManyEntries);
        let mended = scanner.mended();
        self.repairs
            .note_if(mended.bare_less_than, Repair::BareLessThan);
        self.repairs
            .note_if(mended.unclosed_cdata, Repair::UnclosedCdata);
        self.repairs
            .note_if(mended.unclosed_markup, Repair::UnclosedMarkup);
    }

    fn text(&mut self, text: &'a str, span: (usize, usize)) {
        if let Some(capture) = &mut self.capture {
            capture.text(span);
        } else if self.stack.is_empty() && !text.trim().is_empty() {
            self.note_junk();
        }
    }

    fn cdata(&mut self, text: &'a str) {
        if let Some(capture) = &mut self.capture {
            capture.cdata(text);
        }
    }

    fn doctype(&mut self, doctype: &'a str) {
        self.entities.declare(doctype);
        let name = doctype.split_whitespace().next().unwrap_or_default();
        self.facts.html |= name.eq_ignore_ascii_case("html");
    }

    fn note_junk(&mut self) {
        self.repairs.note(if self.facts.root_closed {
            Repair::JunkAfter
        } else {
            Repair::JunkBefore
        });
    }

    fn start(&mut self, name: &'a str, raw: &'a str, is_empty: bool, span: (usize, usize)) {
        let depth = self.stack.len();
        let attributes = Attributes::new(raw);
        self.scopes.enter(depth, attributes, raw, &self.entities);
        let (namespace, local) = self.scopes.resolve(name, &mut self.repairs);
        let element = self.role(element(namespace, local));
        if self.interrupts_capture(element, namespace, local) {
            self.repairs.note(Repair::UnclosedElement);
            self.close_capture(span.0);
        }
        let is_captured = self.capture.is_some();
        if let Some(capture) = &mut self.capture {
            capture.markup(span);
            if is_empty || is_void(local) {
                self.scopes.leave(depth);
                return;
            }
        }
        let element = if is_captured { Element::Other } else { element };
        match element {
            Element::Root(root) => self.root(root, name, attributes),
            Element::Channel => self.facts.kind = self.facts.kind.or(Some(FeedKind::Rss)),
            Element::Entry => self.begin_entry(attributes, span.0),
            Element::Field(field) => {
                if let Some(rank) = self.field_rank(namespace) {
                    self.begin_field(field, rank, namespace, raw);
                } else if field == Field::Author && self.is_in_source_of_entry() {
                    self.begin_field(Field::SourceAuthor, 1, namespace, raw);
                }
            }
            Element::Html => self.facts.html = true,
            Element::Foreign | Element::Other => {}
        }
        if self.facts.first.is_none() {
            self.facts.first = Some(name);
            let is_junk = matches!(element, Element::Other) && self.facts.kind.is_none();
            self.repairs.note_if(is_junk, Repair::JunkBefore);
        }
        self.push(name, element);
        if is_empty {
            self.pop_to(self.stack.len().saturating_sub(1), span.1, span.1);
        }
    }

    /// Begins to track an element, unless too many are open.
    fn push(&mut self, name: &'a str, element: Element) {
        if self.stack.len() < MAX_DEPTH {
            self.stack.push(Frame {
                name,
                name_hash: name_hash(name),
                element,
            });
        } else {
            self.repairs.note(Repair::TooDeep);
            self.scopes.leave(self.stack.len());
        }
    }

    fn root(&mut self, root: Root, name: &'a str, attributes: Attributes<'a>) {
        if !self.stack.is_empty() && self.facts.kind.is_some() {
            return;
        }
        self.facts.root = true;
        let version = attributes.raw("version").unwrap_or_default().trim();
        self.facts.kind = Some(match root {
            Root::Rss => {
                let is_known = ["2.0", "0.91", "0.92", "0.93", "0.94"].contains(&version);
                self.repairs.note_if(!is_known, Repair::OddVersion);
                FeedKind::Rss
            }
            Root::Rdf => FeedKind::Rdf,
            Root::Feed => match self.scopes.address_of(name).contains("purl.org/atom") {
                true => FeedKind::Atom03,
                false => FeedKind::Atom,
            },
        });
    }

    fn begin_entry(&mut self, attributes: Attributes<'a>, at: usize) {
        self.close_unfinished(at);
        if self.facts.kind.is_none() {
            self.facts.kind = Some(FeedKind::Rss);
        }
        self.entry_at = at;
        let mut entry = EntryDraft::default();
        let about = attributes
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("about") || name.ends_with(":about"));
        if let Some((_, about)) = about {
            let about = self.entities.decode(about, &mut self.decode_repairs);
            offer_id(
                &mut entry,
                1,
                &about,
                self.scopes.base(),
                Some(draft::link_rank::GUID),
            );
        }
        // In CDF, the oldest format, the link is an attribute of the item.
        if let Some(href) = attributes.get("href", &self.entities)
            && let Some(link) = link::resolve(&href, self.scopes.base())
        {
            entry.link.offer(draft::link_rank::ALTERNATE, link);
        }
        self.entry = Some(entry);
    }

    /// Closes open elements that cannot contain an entry: another entry, a field, a
    /// foreign element.
    fn close_unfinished(&mut self, at: usize) {
        let unfinished = self.stack.iter().position(|frame| match frame.element {
            Element::Entry | Element::Field(_) | Element::Foreign => true,
            Element::Root(_) | Element::Channel | Element::Html | Element::Other => false,
        });
        if let Some(index) = unfinished {
            self.repairs.note(Repair::UnclosedElement);
            self.pop_to(index, at, at);
        }
    }

    fn begin_field(&mut self, field: Field, rank: u8, namespace: Namespace, raw: &'a str) {
        if self.stack.len() < MAX_DEPTH {
            self.capture = Some(Captured::new(field, rank, namespace, raw, self.stack.len()));
        }
    }

    fn close_capture(&mut self, at: usize) {
        if let Some(depth) = self.capture.as_ref().map(|capture| capture.depth) {
            self.pop_to(depth, at, at);
        }
    }

    fn end(&mut self, name: &'a str, span: (usize, usize)) {
        let open = self.open_element(name).or_else(|| self.open_field(name));
        match open {
            Some(index) => {
                let is_top = index + 1 == self.stack.len();
                self.repairs.note_if(!is_top, Repair::UnclosedElement);
                self.pop_to(index, span.0, span.1);
            }
            None => {
                self.repairs.note(Repair::StrayEndTag);
                if let Some(capture) = &mut self.capture {
                    capture.markup(span);
                }
            }
        }
    }

    /// The field being read, if `name` is its name but for the prefix: `<dc:title>` that
    /// ends with `</title>`.
    fn open_field(&self, name: &str) -> Option<usize> {
        let index = self.capture.as_ref()?.depth;
        let frame = self.stack.get(index)?;
        let is_same = names::local(frame.name).eq_ignore_ascii_case(names::local(name));
        is_same.then_some(index)
    }

    /// The innermost open element with this name, in any case. The hash avoids comparing
    /// stray end tags with every open element.
    fn open_element(&self, name: &str) -> Option<usize> {
        let hash = name_hash(name);
        self.stack
            .iter()
            .rposition(|frame| frame.name_hash == hash && frame.name.eq_ignore_ascii_case(name))
    }

    /// Closes the elements from `index` on. `inner_end` is where the content of the
    /// outermost one ends, `outer_end` where its end tag ends.
    fn pop_to(&mut self, index: usize, inner_end: usize, outer_end: usize) {
        while self.stack.len() > index {
            let Some(frame) = self.stack.pop() else {
                return;
            };
            let depth = self.stack.len();
            match &mut self.capture {
                Some(capture) if capture.depth == depth => self.finish_capture(),
                Some(capture) if depth == index => capture.markup((inner_end, outer_end)),
                Some(_) | None => {}
            }
            match frame.element {
                Element::Entry => self.finish_entry(),
                Element::Root(_) => self.facts.root_closed = depth == 0,
                Element::Channel
                | Element::Foreign
                | Element::Field(_)
                | Element::Html
                | Element::Other => {}
            }
            self.scopes.leave(depth);
        }
    }

    fn finish_capture(&mut self) {
        let Some(capture) = self.capture.take() else {
            return;
        };
        self.repairs
            .note_if(capture.is_naked_markup(), Repair::NakedMarkup);
        if self.entry.is_some() {
            self.take_entry_field(&capture);
        } else {
            self.take_feed_field(&capture);
        }
    }

    fn finish_entry(&mut self) {
        if let Some(mut entry) = self.entry.take() {
            if let Some(language) = self.scopes.language() {
                entry.language.offer(1, language.to_owned());
            }
            self.entries.push(entry.finish());
        }
    }
}

/// Whether a text holds control characters that XML does not allow. The fold has no
/// early exit so that the compiler can vectorise it.
fn holds_control_characters(text: &str) -> bool {
    let is_control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    text.bytes()
        .fold(false, |found, byte| found | is_control(byte))
}

/// A case-insensitive hash of a name (FNV-1a of its first bytes).
fn name_hash(name: &str) -> u32 {
    name.bytes().take(24).fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
    })
}
