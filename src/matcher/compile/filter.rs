//! `sources` and `languages` of a watch: which articles it looks at.

use crate::matcher::Doc;
use crate::matcher::query::spec::{Conditions, Written};
use crate::text;
use crate::text::LanguageTag;

/// One source as a watch names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// `tag:wire`: a tag of the feed.
    Tag(String),
    /// `example.org`: a host, or one below it.
    Host(String),
    /// The outlet's name, folded.
    Name(String),
}

/// A watch's sources and languages.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Filter {
    only: Vec<Source>,
    not: Vec<Source>,
    languages: Vec<LanguageTag>,
}

/// Why a watch does not look at an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Excluded {
    /// Its source is not in `sources.only`.
    NotOnly,
    /// Its source is in `sources.not`.
    Not,
    /// Its language is not in `languages`.
    Language,
}

impl Filter {
    /// The filter of `spec`; `None` if it lets every article through.
    pub(crate) fn of(spec: &Conditions) -> Option<Self> {
        let sources = |list: &[Written]| {
            list.iter()
                .map(|source| Source::read(&source.text))
                .collect()
        };
        let languages = spec
            .languages
            .iter()
            .map(|tag| LanguageTag::read(&tag.text));
        let filter = Self {
            only: sources(&spec.only_sources),
            not: sources(&spec.not_sources),
            languages: languages.collect(),
        };
        let is_open =
            filter.only.is_empty() && filter.not.is_empty() && filter.languages.is_empty();
        (!is_open).then_some(filter)
    }

    pub(crate) fn needs_language(&self) -> bool {
        !self.languages.is_empty()
    }

    /// Why the watch ignores `doc`, which is in `language` if that is known.
    ///
    /// An article of unknown language passes: a person notices an unwanted
    /// alert, but not a missing one.
    pub(crate) fn exclusion(&self, doc: &Doc<'_>, language: Option<&str>) -> Option<Excluded> {
        if !self.only.is_empty() && !self.only.iter().any(|source| source.is_of(doc)) {
            return Some(Excluded::NotOnly);
        }
        if self.not.iter().any(|source| source.is_of(doc)) {
            return Some(Excluded::Not);
        }
        if self.languages.is_empty() {
            return None;
        }
        let language = LanguageTag::read(language?);
        let is_excluded = !self.languages.iter().any(|wanted| wanted.may_be(&language));
        is_excluded.then_some(Excluded::Language)
    }
}

impl Source {
    /// The source that `written` means.
    pub(crate) fn read(written: &str) -> Self {
        if let Some(tag) = written.strip_prefix("tag:") {
            return Self::Tag(tag.trim().to_owned());
        }
        let name = written.strip_prefix("source:").unwrap_or(written).trim();
        if name.contains('.') && !name.contains(' ') {
            return Self::Host(name.to_ascii_lowercase());
        }
        Self::Name(folded(name))
    }

    fn is_of(&self, doc: &Doc<'_>) -> bool {
        match self {
            Self::Tag(tag) => doc.tags.iter().any(|known| known.eq_ignore_ascii_case(tag)),
            Self::Host(host) => {
                let found = host_of(doc.url);
                found
                    .strip_suffix(host.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                    || doc.source.eq_ignore_ascii_case(host)
            }
            Self::Name(name) => folded(doc.source) == *name,
        }
    }
}

/// The words of `name`, folded.
pub(crate) fn folded(name: &str) -> String {
    let mut text = text::Text::default();
    text.analyze_words(name);
    let words: Vec<&str> = text.words().iter().map(|word| text.folded(word)).collect();
    words.join(" ")
}

fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    host.split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}
