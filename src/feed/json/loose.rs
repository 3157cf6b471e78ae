//! JSON values that may be of another type than the format asks for.

use crate::feed::limits::MAX_NAMES;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Any value; ignored.
pub(super) type Rest = IgnoredAny;

/// A string; a number or boolean as a string; `None` for anything else.
pub(super) struct Loose(pub(super) Option<String>);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose, E> {
        Ok(Loose(Some(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Loose, E> {
        Ok(Loose(Some(value)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose, E> {
        Ok(Loose(Some(value.to_string())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose, E> {
        Ok(Loose(Some(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Loose, E> {
        Ok(Loose(Some(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose, E> {
        Ok(Loose(Some(value.to_string())))
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose(None))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Loose, S::Error> {
        while seq.next_element::<Rest>()?.is_some() {}
        Ok(Loose(None))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Loose, M::Error> {
        while map.next_entry::<Rest, Rest>()?.is_some() {}
        Ok(Loose(None))
    }
}

/// Names: a string, an object with a `name`, or a list of either.
pub(super) struct Names(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(NamesVisitor)
    }
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Names;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names")
    }

    fn visit_str<E>(self, value: &str) -> Result<Names, E> {
        Ok(Names(vec![value.to_owned()]))
    }

    fn visit_unit<E>(self) -> Result<Names, E> {
        Ok(Names(Vec::new()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Names, E> {
        Ok(Names(Vec::new()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Names, E> {
        Ok(Names(vec![value.to_string()]))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Names, E> {
        Ok(Names(vec![value.to_string()]))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Names, E> {
        Ok(Names(vec![value.to_string()]))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Names, S::Error> {
        let mut names = Vec::new();
        // The JSON reader itself limits the depth of nested lists.
        while let Some(Names(more)) = seq.next_element()? {
            names.extend(more);
            names.truncate(MAX_NAMES);
        }
        Ok(Names(names))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Names, M::Error> {
        let mut names = Vec::new();
        while let Some(Loose(key)) = map.next_key()? {
            if key.as_deref() == Some("name") {
                names.extend(map.next_value::<Loose>()?.0);
            } else {
                map.next_value::<Rest>()?;
            }
        }
        names.truncate(MAX_NAMES);
        Ok(Names(names))
    }
}
