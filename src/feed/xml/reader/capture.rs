//! The content of one field, collected from the scanner's tokens.

use crate::feed::xml::attributes::Attributes;
use crate::feed::xml::names::{Field, Namespace};

/// A field being read.
pub(crate) struct Captured<'a> {
    pub(crate) field: Field,
    /// The rank of its value.
    pub(crate) rank: u8,
    pub(crate) namespace: Namespace,
    attributes: &'a str,
    /// How many elements are open around it.
    pub(crate) depth: usize,
    pub(crate) pieces: Vec<Piece<'a>>,
    pub(crate) has_markup: bool,
}

#[derive(Clone, Copy)]
pub(crate) enum Piece<'a> {
    /// Start and end in the document: text and tags as written.
    Source(usize, usize),
    Cdata(&'a str),
}

impl<'a> Captured<'a> {
    pub(crate) fn new(
        field: Field,
        rank: u8,
        namespace: Namespace,
        attributes: &'a str,
        depth: usize,
    ) -> Self {
        Self {
            field,
            rank,
            namespace,
            attributes,
            depth,
            pieces: Vec::new(),
            has_markup: false,
        }
    }

    pub(crate) fn text(&mut self, (start, end): (usize, usize)) {
        match self.pieces.last_mut() {
            Some(Piece::Source(_, last)) if *last == start => *last = end,
            _ => self.pieces.push(Piece::Source(start, end)),
        }
    }

    pub(crate) fn markup(&mut self, span: (usize, usize)) {
        self.has_markup = true;
        self.text(span);
    }

    pub(crate) fn cdata(&mut self, text: &'a str) {
        self.pieces.push(Piece::Cdata(text));
    }

    pub(crate) fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.attributes)
    }

    /// Whether the field is meant to hold markup.
    pub(crate) fn is_xhtml(&self) -> bool {
        self.attributes().raw("type").is_some_and(|kind| {
            let kind = kind.to_ascii_lowercase();
            kind == "xhtml" || kind.contains("xml")
        })
    }

    /// Whether it holds markup although it should be text.
    pub(crate) fn is_naked_markup(&self) -> bool {
        let holds_elements = matches!(
            self.field,
            Field::Author | Field::SkipHours | Field::SkipDays
        );
        self.has_markup
            && !holds_elements
            && !self.is_xhtml()
            && self.attributes().raw("mode") != Some("xml")
    }
}
