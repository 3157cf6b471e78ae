//! The tables of a watchlist: which there are, and reading all of them.

use super::super::diagnostic::Diagnostic;
use super::entry::WatchSpec;
use super::feed::FeedSpec;
use super::reader::{Reader, Value};
use crate::matcher::{Conditions, EntitySpec};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable};

/// The names of the tables of a watchlist.
const KNOWN: &[&str] = &["feed", "entity", "watch"];

/// The contents of all files.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) feeds: Vec<FeedSpec>,
    pub(super) watches: Vec<WatchSpec>,
    pub(super) conditions: Vec<Conditions>,
    pub(super) entities: Vec<EntitySpec>,
}

impl Reader<'_> {
    pub(super) fn read(&mut self) -> Parts {
        let mut parts = Parts::default();
        for (at, file) in self.files.iter().enumerate() {
            self.file = at;
            let (table, errors) = DeTable::parse_recoverable(&file.text);
            if errors.is_empty() {
                self.file(table.get_ref(), &mut parts);
            } else {
                // After `[[watsh]]`, a `[[watch.test]]` has no watch, and the next
                // [[watch]] is reported as a duplicate key. Only the misspelt name
                // has to be corrected.
                let is_misspelt = self.has_unknown_tables(table.get_ref());
                let reported = errors
                    .iter()
                    .filter(|err| !is_misspelt || !err.message().contains("duplicate key"))
                    .take(5)
                    .map(|err| Diagnostic::from_toml(&file.name, &file.text, err));
                self.diagnostics.extend(reported);
            }
        }
        parts
    }

    /// Reports unknown tables; returns whether there are any.
    fn has_unknown_tables(&mut self, table: &DeTable<'_>) -> bool {
        let n_before = self.diagnostics.len();
        for key in table.keys() {
            if !KNOWN.contains(&key.get_ref().as_ref()) {
                self.unknown_table(key);
            }
        }
        self.diagnostics.len() > n_before
    }

    /// Reports an unknown table, and how to write the one that may be meant.
    fn unknown_table(&mut self, key: &Spanned<DeString<'_>>) {
        let name = key.get_ref().as_ref();
        let help = match crate::matcher::nearest(name, KNOWN.iter().copied()) {
            Some("feed") => "did you mean [[feed]]? Write it above each feed",
            Some("watch") => "did you mean [[watch]]? Write it above each watch",
            Some("entity") => "did you mean [entity.NAME]? Write it above each entity",
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
                        "an entity is a table",
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
}
