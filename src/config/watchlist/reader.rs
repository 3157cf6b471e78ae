//! Walks the files' values and tells every fault at its place.

use super::super::diagnostic::Diagnostic;
use super::feed::FeedSpec;
use super::{MAX_TOLD, SourceFile, WatchSpec};
use crate::matcher::{Conditions, EntitySpec, Written};
use crate::model::Span;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// Bits of [`Written::at`] for the byte; those above are the file.
const BYTE_BITS: u32 = 40;

/// The file's index and the byte that [`Written::at`] stands for.
pub(super) fn file_and_byte(at: u64) -> (usize, usize) {
    (
        (at >> BYTE_BITS) as usize,
        (at & ((1 << BYTE_BITS) - 1)) as usize,
    )
}

/// The tables of a watchlist.
const KNOWN: &[&str] = &["feed", "entity", "watch"];

/// A value with its place.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;
/// A key and its value.
pub(super) type Pair<'v, 'i> = (&'v Spanned<DeString<'i>>, &'v Value<'i>);

/// What the files say.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) feeds: Vec<FeedSpec>,
    pub(super) watches: Vec<WatchSpec>,
    pub(super) conditions: Vec<Conditions>,
    pub(super) entities: Vec<EntitySpec>,
}

/// Reads files one after the other.
pub(super) struct Reader<'f> {
    files: &'f [SourceFile],
    file: usize,
    diagnostics: Vec<Diagnostic>,
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

    pub(super) fn read(&mut self) -> Parts {
        let mut parts = Parts::default();
        for (at, file) in self.files.iter().enumerate() {
            self.file = at;
            let (table, errors) = DeTable::parse_recoverable(&file.text);
            if errors.is_empty() {
                self.file(table.get_ref(), &mut parts);
            } else {
                // `[[watsh]]` above a `[[watch.test]]` leaves that test without its
                // watch, and the next [[watch]] is then a duplicate: what has to be
                // mended is the name.
                let is_misspelt = self.has_unknown_tables(table.get_ref());
                let told = errors
                    .iter()
                    .filter(|err| !is_misspelt || !err.message().contains("duplicate key"))
                    .take(5)
                    .map(|err| Diagnostic::from_toml(&file.name, &file.text, err));
                self.diagnostics.extend(told);
            }
        }
        parts
    }

    /// Tells the tables that a watchlist does not have; whether there are any.
    fn has_unknown_tables(&mut self, table: &DeTable<'_>) -> bool {
        let n_before = self.diagnostics.len();
        for key in table.keys() {
            if !KNOWN.contains(&key.get_ref().as_ref()) {
                self.unknown_table(key);
            }
        }
        self.diagnostics.len() > n_before
    }

    /// Tells a table that a watchlist does not have, and how the one is written
    /// that may have been meant.
    fn unknown_table(&mut self, key: &Spanned<DeString<'_>>) {
        let name = key.get_ref().as_ref();
        let help = match crate::matcher::nearest(name, KNOWN.iter().copied()) {
            Some("feed") => "did you mean [[feed]]? One stands above each feed",
            Some("watch") => "did you mean [[watch]]? One stands above each watch",
            Some("entity") => "did you mean [entity.NAME]? One stands above each entity",
            _ => {
                "write [[feed]] above each feed, [entity.NAME] above each entity, [[watch]] above each watch"
            }
        };
        self.wrong(
            key.span(),
            format!("the watchlist has no key called {name}"),
            help,
        );
    }

    fn file(&mut self, table: &DeTable<'_>, parts: &mut Parts) {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "feed" => self.tables(key, value, |reader, span, table| {
                    let feed = reader.feed(span, table);
                    parts.feeds.extend(feed);
                }),
                "watch" => self.tables(key, value, |reader, span, table| {
                    let (watch, conditions) = reader.watch(span, table);
                    parts.watches.push(watch);
                    parts.conditions.push(conditions);
                }),
                "entity" => match value.get_ref().as_table() {
                    Some(entities) => {
                        for (name, value) in entities {
                            let entity = self.entity(name, value);
                            parts.entities.extend(entity);
                        }
                    }
                    None => self.wrong(
                        value.span(),
                        "an entity is a table of its own",
                        "write [entity.acme] above its keys",
                    ),
                },
                _ => self.unknown_table(key),
            }
        }
    }

    fn tables(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: &Value<'_>,
        mut read: impl FnMut(&mut Self, Range<usize>, &DeTable<'_>),
    ) {
        let name = key.get_ref().as_ref();
        let Some(list) = value.get_ref().as_array() else {
            let help = format!("write [[{name}]] with two brackets above each {name}");
            self.wrong(value.span(), format!("{name} is a list of tables"), help);
            return;
        };
        for item in list.iter() {
            match item.get_ref().as_table() {
                Some(table) => read(self, item.span(), table),
                None => self.wrong(
                    item.span(),
                    format!("a {name} is a table"),
                    format!("write [[{name}]] above its keys"),
                ),
            }
        }
    }

    fn entity(&mut self, name: &Spanned<DeString<'_>>, value: &Value<'_>) -> Option<EntitySpec> {
        const KNOWN: &[&str] = &["names", "metonyms", "short", "context", "not"];
        let name = self.written(name.span(), name.get_ref());
        let Some(table) = value.get_ref().as_table() else {
            let help = format!("write [entity.{}] above its keys", name.text);
            self.wrong(value.span(), "an entity is a table", help);
            return None;
        };
        let mut entity = EntitySpec {
            name,
            ..EntitySpec::default()
        };
        for pair in table {
            match pair.0.get_ref().as_ref() {
                "names" => entity.names = self.terms(pair),
                "metonyms" => entity.metonyms = self.terms(pair),
                "short" => entity.short = self.terms(pair),
                "context" => entity.context = self.terms(pair),
                "not" => entity.not = self.terms(pair),
                unknown => {
                    let place = format!("entity \"{}\"", entity.name.text);
                    self.unknown(pair, unknown, &place, KNOWN);
                }
            }
        }
        Some(entity)
    }

    /// How many faults were told so far.
    pub(super) fn n_faults(&self) -> usize {
        self.diagnostics.len()
    }

    /// Tells a fault at `span` of the file being read.
    pub(super) fn wrong(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        // A file of another kind altogether has a fault in every line.
        if self.diagnostics.len() < 4 * MAX_TOLD {
            let file = &self.files[self.file];
            self.diagnostics
                .push(Diagnostic::at(&file.name, &file.text, span, message).with_help(help));
        }
    }

    /// Tells a key that `place` does not know.
    pub(super) fn unknown(&mut self, pair: Pair<'_, '_>, key: &str, place: &str, known: &[&str]) {
        let file = &self.files[self.file];
        let found =
            Diagnostic::unknown_key(&file.name, &file.text, pair.0.span(), key, place, known);
        if self.diagnostics.len() < 4 * MAX_TOLD {
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
            format!("{key} is {wanted}, and this is a value of type {found}"),
            format!("write {key} = {help}"),
        );
    }

    /// A list of terms; one string stands for a list of one.
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

    /// A table, for a key whose values have keys.
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

    /// Takes a watch's id; tells one that was taken before.
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
