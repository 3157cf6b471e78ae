//! The content of one field, collected as the scanner finds it.

use crate::feed::attributes::Attributes;
use crate::feed::names::{Field, Namespace};

/// A field being read.
pub(super) struct Captured<'a> {
    pub(super) field: Field,
    /// How much its value is worth.
    pub(super) rank: u8,
    pub(super) namespace: Namespace,
    attributes: &'a str,
    /// How many elements are open around it.
    pub(super) depth: usize,
    pub(super) pieces: Vec<Piece<'a>>,
    pub(super) has_markup: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Piece<'a> {
    /// From and to where in the document: text and tags as they stand.
    Source(usize, usize),
    Cdata(&'a str),
}

impl<'a> Captured<'a> {
    pub(super) fn new(
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

    pub(super) fn text(&mut self, (start, end): (usize, usize)) {
        match self.pieces.last_mut() {
            Some(Piece::Source(_, last)) if *last == start => *last = end,
            _ => self.pieces.push(Piece::Source(start, end)),
        }
    }

    pub(super) fn markup(&mut self, span: (usize, usize)) {
        self.has_markup = true;
        self.text(span);
    }

    pub(super) fn cdata(&mut self, text: &'a str) {
        self.pieces.push(Piece::Cdata(text));
    }

    pub(super) fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.attributes)
    }

    /// Whether the field is one in which markup is meant to stand.
    pub(super) fn is_xhtml(&self) -> bool {
        self.attributes().raw("type").is_some_and(|kind| {
            let kind = kind.to_ascii_lowercase();
            kind == "xhtml" || kind.contains("xml")
        })
    }

    /// Markup where there should be text.
    pub(super) fn is_naked_markup(&self) -> bool {
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
