//! The labelled articles and sentences that the models learn from.

use crate::variants::Variant;
use anyhow::Context;
use jiff::Timestamp;
use newsvane::model::{CoverageKind, StoryId};
use newsvane::story::{Incoming, Placement};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;

/// The label, 0 to 1, of a sentence that adds something to an earlier one.
const PARTLY_NEW: f32 = 0.25;

#[derive(Deserialize)]
pub(crate) struct Article {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) story: String,
    #[serde(default)]
    pub(crate) kind: Option<CoverageKind>,
    #[serde(default)]
    pub(crate) of: Option<String>,
    #[serde(alias = "outlet")]
    pub(crate) source: String,
    pub(crate) title: String,
    pub(crate) text: String,
    url: Option<String>,
    pub(crate) language: Option<String>,
    #[serde(alias = "ts")]
    published: Timestamp,
}

impl Article {
    /// The variant as an arriving article, in the place of the article that it was made
    /// from.
    pub(crate) fn made<'a>(&'a self, at: usize, variant: &'a Variant) -> Incoming<'a> {
        Incoming {
            url: None,
            source: &variant.source,
            title: &variant.title,
            text: &variant.text,
            ..self.incoming(at)
        }
    }

    pub(crate) fn incoming(&self, at: usize) -> Incoming<'_> {
        Incoming {
            id: super::id(at),
            url: self.url.as_deref(),
            source: &self.source,
            title: &self.title,
            dek: "",
            text: &self.text,
            language: self.language.as_deref(),
            at: self.published,
            same_as: None,
        }
    }
}

#[derive(Deserialize)]
struct Gold {
    id: String,
    story: String,
    kind: CoverageKind,
    of: Option<String>,
}

/// A sentence and whether it is new to its story.
#[derive(Deserialize)]
pub(crate) struct Sentence {
    article: String,
    pub(crate) text: String,
    novel: Option<bool>,
    label: Option<String>,
}

impl Sentence {
    /// How new it is, 0 to 1.
    pub(crate) fn novelty(&self) -> f32 {
        match (self.novel, self.label.as_deref()) {
            (Some(novel), _) => f32::from(novel),
            (None, Some("new")) => 1.0,
            (None, Some("part")) => PARTLY_NEW,
            (None, _) => 0.0,
        }
    }
}

pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) has_kinds: bool,
    pub(crate) articles: Vec<Article>,
    places: HashMap<String, usize>,
    sentences: HashMap<String, Vec<Sentence>>,
}

impl Set {
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let mut articles: Vec<Article> = lines(&folder.join("in.jsonl"))?;
        let gold = folder.join("gold.jsonl");
        let has_kinds = gold.exists();
        if has_kinds {
            let gold: Vec<Gold> = lines(&gold)?;
            let gold: HashMap<&str, &Gold> = gold.iter().map(|gold| (&*gold.id, gold)).collect();
            for article in &mut articles {
                let gold = gold
                    .get(&*article.id)
                    .context("an article without a kind")?;
                article.story.clone_from(&gold.story);
                article.kind = Some(gold.kind);
                article.of.clone_from(&gold.of);
            }
        }
        let mut sentences: HashMap<String, Vec<Sentence>> = HashMap::new();
        for sentence in lines::<Sentence>(&folder.join("sents.jsonl"))? {
            sentences
                .entry(sentence.article.clone())
                .or_default()
                .push(sentence);
        }
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let places = articles.iter().enumerate();
        Ok(Self {
            name: name.into_owned(),
            has_kinds,
            places: places
                .map(|(at, article)| (article.id.clone(), at))
                .collect(),
            articles,
            sentences,
        })
    }

    /// The numbers of the stories.
    pub(crate) fn numbers(&self) -> HashMap<&str, StoryId> {
        let mut numbers = HashMap::new();
        for article in &self.articles {
            let next = StoryId(numbers.len() as i64 + 1);
            numbers.entry(&*article.story).or_insert(next);
        }
        numbers
    }

    /// The labelled kind of an article; without a label, the planned one.
    pub(crate) fn kind(article: &Article, plan: &Placement) -> CoverageKind {
        article.kind.unwrap_or(plan.kind)
    }

    /// The first article of the chain of copies that the article belongs to.
    pub(crate) fn root(&self, at: usize) -> usize {
        let mut at = at;
        while let Some(of) = self.articles[at]
            .of
            .as_ref()
            .and_then(|of| self.places.get(of))
        {
            at = *of;
        }
        at
    }

    pub(crate) fn place(&self, id: &str) -> usize {
        self.places[id]
    }

    pub(crate) fn sentences_of(&self, article: &str) -> &[Sentence] {
        self.sentences.get(article).map_or(&[], Vec::as_slice)
    }
}

fn lines<T: for<'de> Deserialize<'de>>(file: &Path) -> anyhow::Result<Vec<T>> {
    std::fs::read_to_string(file)
        .with_context(|| format!("cannot read {}", file.display()))?
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| file.display().to_string()))
        .collect()
}

/// A sentence's letters and digits.
pub(crate) fn plain(sentence: &str) -> String {
    let words = sentence.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

/// Whether one text is the same as the other, or a part of it.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    const LONG: usize = 25;
    a == b
        || (a.chars().count() > LONG && b.contains(a))
        || (b.chars().count() > LONG && a.contains(b))
}

/// How new each sentence of an article is, by the labelled sentences that it equals or
/// contains.
pub(crate) fn labels<'a>(
    labelled: &[Sentence],
    sentences: impl Iterator<Item = &'a str>,
) -> Vec<Option<f32>> {
    let labelled: Vec<(String, f32)> = labelled
        .iter()
        .map(|sentence| (plain(&sentence.text), sentence.novelty()))
        .collect();
    sentences
        .map(|sentence| {
            let sentence = plain(sentence);
            let same = labelled
                .iter()
                .filter(|(label, _)| is_same(label, &sentence));
            same.map(|(_, novelty)| *novelty).reduce(f32::max)
        })
        .collect()
}
