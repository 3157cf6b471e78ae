//! Reads the values of the files, and reports every error at its place.

use super::super::diagnostic::Diagnostic;
use super::{MAX_REPORTED, SourceFile};
use crate::matcher::Written;
use crate::model::Span;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// Bits of [`Written::at`] for the byte; those above are the file.
const BYTE_BITS: u32 = 40;

/// The index of the file and the byte that [`Written::at`] encodes.
pub(super) fn file_and_byte(at: u64) -> (usize, usize) {
    (
        (at >> BYTE_BITS) as usize,
        (at & ((1 << BYTE_BITS) - 1)) as usize,
    )
}

/// A value with its place.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;
/// A key and its value.
pub(super) type Pair<'v, 'i> = (&'v Spanned<DeString<'i>>, &'v Value<'i>);

/// Reads files one after the other and collects their errors.
pub(super) struct Reader<'f> {
    pub(super) files: &'f [SourceFile],
    pub(super) file: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
    ids: FxHashMap<String, (usize, usize)>,
}

impl<'f> Reader<'f> {
    pub(super) fn new(files: &'f [SourceFile]) -> Self {
        Self {
            files,
            file: 0,
            diagnostics: Vec::new(),
            ids: FxHashMap::default(),
        }
    }

    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// The number of errors so far.
    pub(super) fn n_errors(&self) -> usize {
        self.diagnostics.len()
    }

    /// Reports an error at `span` of the file that is being read.
    pub(super) fn wrong(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        // A file of another kind has an error in every line.
        if self.diagnostics.len() < 4 * MAX_REPORTED {
            let file = &self.files[self.file];
            self.diagnostics
                .push(Diagnostic::at(&file.name, &file.text, span, message).with_help(help));
        }
    }

    /// Reports an unknown key of `place`.
    pub(super) fn unknown(&mut self, pair: Pair<'_, '_>, key: &str, place: &str, known: &[&str]) {
        let file = &self.files[self.file];
        let found =
            Diagnostic::unknown_key(&file.name, &file.text, pair.0.span(), key, place, known);
        if self.diagnostics.len() < 4 * MAX_REPORTED {
            self.diagnostics.push(found);
        }
    }

    /// A string with its place.
    pub(super) fn written(&self, span: Range<usize>, text: &str) -> Written {
        Written {
            text: text.to_owned(),
            at: (self.file as u64) << BYTE_BITS | span.start as u64,
        }
    }

    fn wrong_type(&mut self, pair: Pair<'_, '_>, wanted: &str, help: &str) {
        let key = pair.0.get_ref();
        let found = pair.1.get_ref().type_str();
        self.wrong(
            pair.1.span(),
            format!("{key} must be {wanted}; this is a value of type {found}"),
            format!("write {key} = {help}"),
        );
    }

    /// A list of terms; a single string is a list of one.
    pub(super) fn terms(&mut self, pair: Pair<'_, '_>) -> Vec<Written> {
        if let Some(one) = pair.1.get_ref().as_str() {
            return vec![self.written(pair.1.span(), one)];
        }
        let Some(list) = pair.1.get_ref().as_array() else {
            self.wrong_type(pair, "a list of terms", "[\"first\", \"second\"]");
            return Vec::new();
        };
        let mut terms = Vec::with_capacity(list.len());
        for item in list.iter() {
            match item.get_ref().as_str() {
                Some(term) => terms.push(self.written(item.span(), term)),
                None => self.wrong(
                    item.span(),
                    format!("{} is a list of strings", pair.0.get_ref()),
                    "put it in quotes",
                ),
            }
        }
        terms
    }

    /// A string.
    pub(super) fn string(&mut self, pair: Pair<'_, '_>) -> Option<Written> {
        let found = pair
            .1
            .get_ref()
            .as_str()
            .map(|text| self.written(pair.1.span(), text));
        if found.is_none() {
            self.wrong_type(pair, "a string", "\"...\"");
        }
        found
    }

    /// A whole number within `range`.
    pub(super) fn number(
        &mut self,
        pair: Pair<'_, '_>,
        range: std::ops::RangeInclusive<u32>,
    ) -> Option<u32> {
        let written = pair.1.get_ref().as_integer();
        let Some(written) = written else {
            self.wrong_type(pair, "a whole number", &range.start().max(&5).to_string());
            return None;
        };
        let digits = written.as_str().replace('_', "");
        let number = u32::from_str_radix(&digits, written.radix())
            .ok()
            .filter(|number| range.contains(number));
        if number.is_none() {
            let message = format!(
                "{} is a number from {} to {}",
                pair.0.get_ref(),
                range.start(),
                range.end()
            );
            self.wrong(pair.1.span(), message, "");
        }
        number
    }

    /// True or false.
    pub(super) fn flag(&mut self, pair: Pair<'_, '_>) -> Option<bool> {
        let found = pair.1.get_ref().as_bool();
        if found.is_none() {
            self.wrong_type(pair, "true or false", "true");
        }
        found
    }

    /// A length of time.
    pub(super) fn duration(&mut self, pair: Pair<'_, '_>) -> Option<Duration> {
        if let Some(number) = pair.1.get_ref().as_integer() {
            let (key, n) = (pair.0.get_ref(), number.as_str());
            let message = format!("{key} needs a unit: s, m, h, d or w");
            let help = format!("write {key} = \"{n}m\" for {n} minutes, \"{n}s\" for {n} seconds");
            self.wrong(pair.1.span(), message, help);
            return None;
        }
        let Some(text) = pair.1.get_ref().as_str() else {
            self.wrong_type(pair, "a length of time", "\"30m\"");
            return None;
        };
        match text.parse::<Span>() {
            Ok(found) => Some(found.0),
            Err(err) => {
                self.wrong(pair.1.span(), err.to_string(), "");
                None
            }
        }
    }

    /// A table.
    pub(super) fn table<'v, 'i>(
        &mut self,
        pair: Pair<'v, 'i>,
        example: &str,
    ) -> Option<&'v DeTable<'i>> {
        let found = pair.1.get_ref().as_table();
        if found.is_none() {
            self.wrong_type(pair, "a table", example);
        }
        found
    }

    /// One of the `known` words.
    pub(super) fn one_of<T: Copy>(&mut self, pair: Pair<'_, '_>, known: &[(&str, T)]) -> Option<T> {
        let text = self.string(pair)?.text;
        let found = known
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let help = match crate::matcher::nearest(&text, names.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("write one of {}", names.join(", ")),
            };
            self.wrong(
                pair.1.span(),
                format!("{} cannot be \"{text}\"", pair.0.get_ref()),
                help,
            );
        }
        found
    }

    /// Remembers a watch's id; reports one that is used twice.
    pub(super) fn take_id(&mut self, id: &Written, span: Range<usize>) {
        let place = (self.file, span.start);
        let Some(&(file, at)) = self.ids.get(&id.text) else {
            self.ids.insert(id.text.clone(), place);
            return;
        };
        let file = &self.files[file];
        let line = file.text[..at]
            .bytes()
            .filter(|&byte| byte == b'\n')
            .count()
            + 1;
        let message = format!(
            "there is a watch \"{}\" already, in {} line {line}",
            id.text, file.name
        );
        self.wrong(span, message, "give this one an id of its own");
    }
}
