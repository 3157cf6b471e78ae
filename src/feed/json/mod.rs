//! JSON Feed 1.0 and 1.1, read leniently: a missing field or a value of the wrong type
//! costs that field, not the feed, and a truncated document gives its complete
//! entries.

mod loose;

use super::limits::{MAX_ENTRIES, MAX_NAME_BYTES, MAX_RAW_TITLE_BYTES, cut};
use super::timing::Timing;
use super::{FeedError, FeedKind, Hints, ParsedEntry, ParsedFeed, date, key, link, plain};
use crate::feed::xml::draft;
use crate::feed::xml::draft::{EntryDraft, offer_id};
use crate::feed::xml::repair::{Repair, Repairs};
use loose::{Loose, Names, Rest};
use serde::de::{DeserializeSeed, Deserializer as _, Error as _, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Reads `text`, which begins like JSON.
pub(super) fn read(
    text: &str,
    encoding: &'static str,
    hints: &Hints<'_>,
    mut repairs: Repairs,
) -> Result<ParsedFeed, FeedError> {
    let (mut document, err) = parse(text, hints);
    let (document, err) = match err {
        // Unescaped line breaks and tabs in strings. Outside of strings a blank means
        // the same.
        Some(err) if err.is_syntax() && text.bytes().any(|byte| byte < 0x20) => {
            let cleaned = text.replace(|c: char| c < ' ', " ");
            let (second, second_err) = parse(&cleaned, hints);
            if second.entries.len() >= document.entries.len() {
                repairs.note_if(second_err.is_none(), Repair::BadCharacter);
                document = second;
            }
            (document, second_err)
        }
        err => (document, err),
    };
    if !document.is_feed() {
        return Err(FeedError::OtherJson {
            reason: err.map_or_else(|| "it has no items".to_owned(), |err| err.to_string()),
        });
    }
    repairs.note_if(document.is_odd, Repair::OddJson);
    repairs.note_if(document.too_many, Repair::TooManyEntries);
    let truncated = err.is_some() && !document.too_many;
    repairs.note_if(truncated, Repair::Truncated);
    let mut entries = document.entries;
    key::drop_shared_aliases(&mut entries);
    Ok(ParsedFeed {
        kind: FeedKind::Json,
        encoding,
        title: document.title.filter(|title| !title.is_empty()),
        site: document.site,
        language: document.language,
        entries,
        timing: Timing::default(),
        prev_archive: None,
        repairs: repairs.list(),
        truncated,
    })
}

/// What was read, and the error that ended it, if any.
fn parse<'a>(text: &str, hints: &Hints<'a>) -> (Document<'a>, Option<serde_json::Error>) {
    let mut document = Document {
        base: hints.base,
        ..Document::default()
    };
    let mut json = serde_json::Deserializer::from_str(text);
    let err = json.deserialize_map(&mut document).err();
    (document, err)
}

#[derive(Default)]
struct Document<'a> {
    base: Option<&'a str>,
    version: Option<String>,
    title: Option<String>,
    site: Option<String>,
    language: Option<String>,
    entries: Vec<ParsedEntry>,
    has_items: bool,
    too_many: bool,
    is_odd: bool,
}

impl Document<'_> {
    fn is_feed(&self) -> bool {
        let is_versioned = self
            .version
            .as_deref()
            .is_some_and(|v| v.contains("jsonfeed"));
        self.has_items || is_versioned
    }
}

impl<'de> Visitor<'de> for &mut Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON Feed")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(Loose(name)) = map.next_key()? {
            match name.as_deref() {
                Some("version") => self.version = map.next_value::<Loose>()?.0,
                Some("title") => {
                    let title = map.next_value::<Loose>()?.0;
                    self.title =
                        title.map(|title| plain::of_html(cut(&title, MAX_RAW_TITLE_BYTES)));
                }
                Some("home_page_url") => {
                    let site = map.next_value::<Loose>()?.0;
                    self.site = site.and_then(|site| link::resolve(&site, self.base));
                }
                Some("language") => {
                    let language = map.next_value::<Loose>()?.0;
                    self.language = language.and_then(|language| draft::language(&language));
                }
                Some("items") => {
                    self.has_items = true;
                    map.next_value_seed(Items(&mut *self))?;
                }
                Some(_) | None => map.next_value::<Rest>().map(|_| ())?,
            }
        }
        Ok(())
    }
}

/// The list of items.
struct Items<'d, 'a>(&'d mut Document<'a>);

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        self.0.is_odd = true;
        while map.next_entry::<Rest, Rest>()?.is_some() {}
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        let document = self.0;
        while let Some(entry) = seq.next_element_seed(Item {
            base: document.base,
        })? {
            match entry {
                Some(entry) => document.entries.push(entry.finish()),
                None => document.is_odd = true,
            }
            if document.entries.len() >= MAX_ENTRIES {
                document.too_many = true;
                return Err(S::Error::custom("too many entries"));
            }
        }
        Ok(())
    }
}

/// One item; `None` if it is not an object.
struct Item<'a> {
    base: Option<&'a str>,
}

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = Option<EntryDraft>;

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Item<'_> {
    type Value = Option<EntryDraft>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an item")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Self::Value, S::Error> {
        while seq.next_element::<Rest>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut entry = EntryDraft::default();
        while let Some(Loose(name)) = map.next_key()? {
            let name = name.unwrap_or_default();
            match name.as_str() {
                "author" | "authors" => {
                    for author in map.next_value::<Names>()?.0 {
                        entry
                            .authors
                            .offer(1, plain::of_html(cut(&author, MAX_NAME_BYTES)));
                    }
                }
                "tags" => {
                    for tag in map.next_value::<Names>()?.0 {
                        entry.tag(&tag);
                    }
                }
                "id" | "url" | "external_url" | "title" | "content_html" | "content_text"
                | "summary" | "date_published" | "date_modified" | "language" => {
                    if let Some(value) = map.next_value::<Loose>()?.0 {
                        self.take(&mut entry, &name, &value);
                    }
                }
                _ => map.next_value::<Rest>().map(|_| ())?,
            }
        }
        Ok(Some(entry))
    }
}

impl Item<'_> {
    fn take(&self, entry: &mut EntryDraft, name: &str, value: &str) {
        match name {
            "id" => offer_id(entry, 1, value, None, Some(draft::link_rank::ID)),
            "url" | "external_url" => {
                let rank = if name == "url" {
                    draft::link_rank::OWN
                } else {
                    draft::link_rank::ALTERNATE
                };
                if let Some(link) = link::resolve(value, self.base) {
                    entry.link.offer(rank, link);
                }
            }
            "title" => {
                let title = plain::of_html(cut(value, MAX_RAW_TITLE_BYTES));
                offer_text(&mut entry.title, 1, title);
            }
            "content_html" => offer_text(&mut entry.content, 2, value.to_owned()),
            "content_text" => offer_text(&mut entry.content, 1, plain::to_html(value)),
            "summary" => offer_text(&mut entry.summary, 1, plain::to_html(value)),
            "date_published" => {
                if let Some(date) = date::parse_date(value) {
                    entry.published.offer(1, date);
                }
            }
            "date_modified" => {
                if let Some(date) = date::parse_date(value) {
                    entry.updated.offer(1, date);
                }
            }
            _ => {
                if let Some(language) = draft::language(value) {
                    entry.language.offer(2, language);
                }
            }
        }
    }
}

fn offer_text(held: &mut draft::Ranked<String>, rank: u8, text: String) {
    if !text.trim().is_empty() {
        held.offer(rank, text);
    }
}
