//! One `[[watch]]` of the watchlist.

use super::alert::AlertSpec;
use super::reader::{Pair, Reader};
use crate::matcher::{Conditions, FieldSet, NearSpec, Written};
use crate::model::WatchId;
use std::ops::Range;
use toml::de::DeTable;

/// A watch without its conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchSpec {
    /// Its id.
    pub id: WatchId,
    /// Its name for people; the id if none is given.
    pub name: String,
    /// When and where to alert; `None` for the defaults.
    pub alert: Option<AlertSpec>,
    /// Articles that it must match and must not match.
    pub tests: Vec<WatchTest>,
    /// Its place, as [`Written::at`].
    pub at: u64,
}

/// One `[[watch.test]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchTest {
    /// The article's headline.
    pub title: String,
    /// The article's text.
    pub text: String,
    /// Its source.
    pub source: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its language.
    pub language: Option<String>,
    /// Whether the watch must match it.
    pub is_match: bool,
    /// Its place, as [`Written::at`].
    pub at: u64,
}

const KNOWN: &[&str] = &[
    "id",
    "name",
    "all",
    "any",
    "none",
    "near",
    "query",
    "min_mentions",
    "in",
    "metonyms",
    "sources",
    "languages",
    "alert",
    "test",
];
/// Most words between the sides of a near.
const MAX_NEAR: u32 = 1_000;

impl Reader<'_> {
    pub(super) fn watch(
        &mut self,
        span: Range<usize>,
        table: &DeTable<'_>,
    ) -> (WatchSpec, Conditions) {
        let mut conditions = Conditions {
            id: self.written(span.clone(), ""),
            ..Conditions::default()
        };
        let mut watch = WatchSpec {
            id: WatchId::from(""),
            name: String::new(),
            alert: None,
            tests: Vec::new(),
            at: conditions.id.at,
        };
        let n_errors = self.n_errors();
        let mut has_id = false;
        // The id first: messages about the other keys contain it.
        for pair in table {
            if pair.0.get_ref().as_ref() == "id" {
                has_id = true;
                if let Some(id) = self.string(pair) {
                    self.check_id(&id, pair.1.span());
                    conditions.id = id;
                }
            }
        }
        if !has_id {
            self.wrong(
                span,
                "this watch has no id",
                "add id = \"a-short-name\"; alerts carry it",
            );
        }
        let place = format!("watch \"{}\"", conditions.id.text);
        for pair in table {
            match pair.0.get_ref().as_ref() {
                "id" => {}
                "name" => watch.name = self.string(pair).map(|name| name.text).unwrap_or_default(),
                "all" => conditions.all = self.terms(pair),
                "any" => conditions.any = self.terms(pair),
                "none" => conditions.none = self.terms(pair),
                "near" => conditions.near = self.near(pair, &place),
                "query" => conditions.query = self.string(pair),
                "min_mentions" => {
                    conditions.min_mentions = self.number(pair, 1..=10_000).unwrap_or(0);
                }
                "in" => conditions.fields = self.fields(pair),
                "metonyms" => conditions.without_metonyms = self.flag(pair) == Some(false),
                "sources" => self.sources(pair, &place, &mut conditions),
                "languages" => conditions.languages = self.languages(pair),
                "alert" => watch.alert = self.alert(pair, &place),
                "test" => watch.tests = self.tests(pair, &place),
                unknown => self.unknown(pair, unknown, &place, KNOWN),
            }
        }
        conditions.is_partial = self.n_errors() > n_errors;
        if watch.name.is_empty() {
            watch.name.clone_from(&conditions.id.text);
        }
        watch.id = WatchId::from(conditions.id.text.as_str());
        (watch, conditions)
    }

    fn check_id(&mut self, id: &Written, span: Range<usize>) {
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if id.text.is_empty() || id.text.len() > 100 || !id.text.chars().all(is_plain) {
            let message = "an id has at most 100 characters: letters, digits, - _ and .";
            self.wrong(span, message, "write the text for people as name = \"...\"");
        } else {
            self.take_id(id, span);
        }
    }

    fn near(&mut self, pair: Pair<'_, '_>, place: &str) -> Vec<NearSpec> {
        const KNOWN: &[&str] = &["a", "b", "words", "ordered"];
        const EXAMPLE: &str = "[{ a = [\"x\"], b = [\"y\"], words = 8 }]";
        let mut list = Vec::new();
        let tables: Vec<_> = match (pair.1.get_ref().as_array(), pair.1.get_ref().as_table()) {
            (Some(items), _) => items.iter().collect(),
            (None, Some(_)) => vec![pair.1],
            (None, None) => {
                self.wrong(
                    pair.1.span(),
                    "near is a list of tables",
                    format!("write near = {EXAMPLE}"),
                );
                return list;
            }
        };
        for item in tables {
            let Some(table) = item.get_ref().as_table() else {
                self.wrong(
                    item.span(),
                    "near is a list of tables",
                    format!("write near = {EXAMPLE}"),
                );
                continue;
            };
            let mut near = NearSpec {
                words: 5,
                ..NearSpec::default()
            };
            for pair in table {
                match pair.0.get_ref().as_ref() {
                    "a" => near.a = self.terms(pair),
                    "b" => near.b = self.terms(pair),
                    "words" => near.words = self.number(pair, 0..=MAX_NEAR).unwrap_or(5),
                    "ordered" => near.ordered = self.flag(pair).unwrap_or(false),
                    unknown => self.unknown(pair, unknown, &format!("near of {place}"), KNOWN),
                }
            }
            if near.a.is_empty() || near.b.is_empty() {
                let side = if near.a.is_empty() { "a" } else { "b" };
                self.wrong(
                    item.span(),
                    format!("{place}: near has no terms for {side}"),
                    format!("write near = {EXAMPLE}"),
                );
            } else {
                list.push(near);
            }
        }
        list
    }

    fn fields(&mut self, pair: Pair<'_, '_>) -> Option<FieldSet> {
        let mut fields = FieldSet::NONE;
        for name in self.terms(pair) {
            match FieldSet::field(&name.text) {
                Some(field) if FieldSet::of(field) == FieldSet::of(field).text_only() => {
                    fields = fields.with(FieldSet::of(field));
                }
                _ => {
                    let near =
                        crate::matcher::nearest(&name.text, ["title", "dek", "body", "caption"]);
                    let help = match near {
                        Some(near) => format!("did you mean \"{near}\"?"),
                        None => "write title, dek, body or caption".to_owned(),
                    };
                    self.wrong(
                        pair.1.span(),
                        format!(
                            "in lists the parts of an article that are searched; \"{}\" is not one",
                            name.text
                        ),
                        help,
                    );
                }
            }
        }
        (fields != FieldSet::NONE).then_some(fields)
    }

    fn sources(&mut self, pair: Pair<'_, '_>, place: &str, conditions: &mut Conditions) {
        let Some(table) = self.table(pair, "{ only = [\"tag:wire\"] }") else {
            return;
        };
        for pair in table {
            match pair.0.get_ref().as_ref() {
                "only" => conditions.only_sources = self.terms(pair),
                "not" => conditions.not_sources = self.terms(pair),
                unknown => self.unknown(
                    pair,
                    unknown,
                    &format!("sources of {place}"),
                    &["only", "not"],
                ),
            }
        }
    }

    fn languages(&mut self, pair: Pair<'_, '_>) -> Vec<Written> {
        let tags = self.terms(pair);
        for tag in &tags {
            let primary = tag.text.split(['-', '_']).next().unwrap_or_default();
            if !(2..=3).contains(&primary.len())
                || !primary.bytes().all(|byte| byte.is_ascii_alphabetic())
            {
                self.wrong(
                    pair.1.span(),
                    format!("\"{}\" is not a language tag", tag.text),
                    "write en for English, de for German, pt-br for Brazilian Portuguese",
                );
            }
        }
        tags
    }

    fn tests(&mut self, pair: Pair<'_, '_>, place: &str) -> Vec<WatchTest> {
        const KNOWN: &[&str] = &["title", "text", "source", "tags", "language", "match"];
        let Some(list) = pair.1.get_ref().as_array() else {
            self.wrong(
                pair.1.span(),
                "test is a list of tables",
                "write [[watch.test]] above each test",
            );
            return Vec::new();
        };
        let mut tests = Vec::new();
        for item in list.iter() {
            let Some(table) = item.get_ref().as_table() else {
                self.wrong(
                    item.span(),
                    "a test is a table",
                    "write [[watch.test]] above its keys",
                );
                continue;
            };
            let mut test = WatchTest {
                at: self.written(item.span(), "").at,
                ..WatchTest::default()
            };
            let mut is_match = None;
            for pair in table {
                match pair.0.get_ref().as_ref() {
                    "title" => {
                        test.title = self.string(pair).map(|text| text.text).unwrap_or_default();
                    }
                    "text" => {
                        test.text = self.string(pair).map(|text| text.text).unwrap_or_default();
                    }
                    "source" => {
                        test.source = self.string(pair).map(|text| text.text).unwrap_or_default();
                    }
                    "tags" => {
                        test.tags = self.terms(pair).into_iter().map(|tag| tag.text).collect();
                    }
                    "language" => test.language = self.string(pair).map(|tag| tag.text),
                    "match" => is_match = self.flag(pair),
                    unknown => self.unknown(pair, unknown, &format!("test of {place}"), KNOWN),
                }
            }
            if is_match.is_none() && !table.keys().any(|key| key.get_ref().as_ref() == "match") {
                self.wrong(
                    item.span(),
                    format!("{place}: this test does not say whether it must match"),
                    "add match = true or match = false",
                );
            }
            test.is_match = is_match.unwrap_or(true);
            tests.push(test);
        }
        tests
    }
}
