//! The attributes of a tag, quoted or not.

use crate::feed::xml::entities::{DecodeRepairs, Entities};
use std::borrow::Cow;

/// Most attributes of one tag that are read.
const MAX_ATTRIBUTES: usize = 64;

/// Names and undecoded values of a tag's attributes, in order.
#[derive(Clone, Copy)]
pub(crate) struct Attributes<'a>(&'a str);

impl<'a> Attributes<'a> {
    /// `raw` is the text between a tag's name and its end.
    pub(crate) fn new(raw: &'a str) -> Self {
        Self(raw)
    }

    /// The undecoded value of the first attribute called `name`.
    pub(crate) fn raw(self, name: &str) -> Option<&'a str> {
        if self.0.is_empty() {
            return None;
        }
        self.iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The value of the first attribute called `name`, decoded and trimmed.
    pub(crate) fn get(self, name: &str, entities: &Entities) -> Option<Cow<'a, str>> {
        let raw = self.raw(name)?.trim();
        Some(entities.decode(raw, &mut DecodeRepairs::default()))
    }

    /// All attributes, [`MAX_ATTRIBUTES`] at most.
    pub(crate) fn iter(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        Iter(self.0).take(MAX_ATTRIBUTES)
    }
}

struct Iter<'a>(&'a str);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.0.trim_start_matches(|c: char| {
            c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '/' | '=')
        });
        if text.is_empty() {
            return None;
        }
        let name_end = text
            .find(|c: char| c.is_ascii_whitespace() || c == '=')
            .unwrap_or(text.len());
        let name = &text[..name_end];
        let after = text[name_end..].trim_start();
        let Some(value) = after.strip_prefix('=') else {
            self.0 = after;
            return Some((name, ""));
        };
        let value = value.trim_start();
        let quoted = value
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
            .and_then(|quote| value[1..].split_once(quote));
        let (value, rest) = match quoted {
            Some(parts) => parts,
            None => {
                let end = value
                    .find(|c: char| c.is_ascii_whitespace())
                    .unwrap_or(value.len());
                value.split_at(end)
            }
        };
        self.0 = rest;
        Some((name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, wanted: &[(&str, &str)]) {
        let found: Vec<_> = Attributes::new(raw).iter().collect();
        assert_eq!(found, wanted, "{raw}");
    }

    #[test]
    fn quotes_may_be_missing_or_unclosed() {
        check(r#" a="1" b='2'"#, &[("a", "1"), ("b", "2")]);
        check(" a=1 b = 2", &[("a", "1"), ("b", "2")]);
        check(r#" a="1 b=2"#, &[("a", "\"1"), ("b", "2")]);
        check(" checked a=1", &[("checked", ""), ("a", "1")]);
    }

    #[test]
    fn the_first_of_two_attributes_with_one_name_counts() {
        assert_eq!(Attributes::new(r#"url=a url="b""#).raw("url"), Some("a"));
    }
}
