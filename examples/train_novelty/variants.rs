//! Makes variants of the articles of a set: what newsrooms do with a known text, but too
//! rarely in the sets to be learnt from.
//!
//! - the beginning of a later report above the rest of an earlier one
//! - an earlier report whose beginning now denies what it said, or has another figure
//! - a later report cut down to one new sentence among those that were known

use crate::data::{Article, Sentence, Set, is_same, plain};
use newsvane::model::CoverageKind;

/// A made article.
pub(crate) struct Variant {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) source: String,
    /// Whether it is a development.
    pub(crate) is_news: bool,
    /// The sentences that are new; the others are known.
    pub(crate) new: Vec<String>,
}

/// The weight of a variant's sentence, relative to one of a real article.
pub(crate) const WEIGHT: f32 = 0.2;
/// The weight, for the models of kinds, of a variant that is a development: there are
/// many more of these than of others.
pub(crate) const NEWS_WEIGHT: f32 = 0.12;
pub(crate) const KNOWN_WEIGHT: f32 = 0.5;

/// For each language, the word that negates a sentence.
const DENIALS: &[(&str, &str)] = &[
    ("en", "not"),
    ("de", "nicht"),
    ("fr", "pas"),
    ("es", "no"),
    ("it", "non"),
    ("nl", "niet"),
    ("pl", "nie"),
    ("ru", "не"),
    ("ar", "لا"),
    ("pt", "não"),
    ("sv", "inte"),
    ("tr", "değil"),
];

/// The variants of the article `at`; `earlier` are the earlier articles of its story.
pub(crate) fn variants(set: &Set, at: usize, earlier: &[usize]) -> Vec<Variant> {
    let article = &set.articles[at];
    let mut made = Vec::new();
    let Some(&first) = earlier.first() else {
        return made;
    };
    let pick = earlier[(article.text.len() * 31) % earlier.len()];
    for (n, base) in [first, pick].into_iter().enumerate() {
        let base = &set.articles[base];
        let n_kept = [usize::MAX, 3, 1, 5][(n + article.title.len()) % 4];
        let source = if n == 0 {
            &base.source
        } else {
            &article.source
        };
        made.extend(new_beginning(set, article, base, n_kept, source));
        made.extend(denied(base, n_kept, source));
        made.extend(another_figure(base, n_kept, source, article.text.len()));
    }
    made.extend(cut_down(set, article));
    made
}

/// The first paragraph and the others.
fn parts(text: &str) -> (&str, Vec<&str>) {
    let mut paragraphs = text.split("\n\n");
    let lead = paragraphs.next().unwrap_or_default();
    (lead, paragraphs.collect())
}

fn with_rest(lead: &str, base: &Article, n_kept: usize) -> String {
    let (_, rest) = parts(&base.text);
    let rest: Vec<&str> = rest.into_iter().take(n_kept).collect();
    format!("{lead}\n\n{}", rest.join("\n\n"))
}

fn new_beginning(
    set: &Set,
    article: &Article,
    base: &Article,
    n_kept: usize,
    source: &str,
) -> Option<Variant> {
    let (lead, _) = parts(&article.text);
    let said = plain(lead);
    let sentences = set.sentences_of(&article.id).iter();
    let in_lead = sentences.filter(|sentence| is_same(&plain(&sentence.text), &said));
    let new: Vec<String> = in_lead
        .filter(|sentence| sentence.novelty() == 1.0)
        .map(|sentence| sentence.text.clone())
        .collect();
    let is_news = match article.kind? {
        CoverageKind::Development if !new.is_empty() => true,
        CoverageKind::Independent | CoverageKind::Rewrite if new.is_empty() => false,
        _ => return None,
    };
    Some(Variant {
        title: article.title.clone(),
        text: with_rest(lead, base, n_kept),
        source: source.to_owned(),
        is_news,
        new,
    })
}

fn denied(base: &Article, n_kept: usize, source: &str) -> Option<Variant> {
    let language = base.language.as_deref().unwrap_or_default();
    let (_, denial) = DENIALS.iter().find(|(known, _)| *known == language)?;
    let deny = |sentence: &str| -> String {
        let mut words: Vec<&str> = sentence.split(' ').collect();
        words.insert(words.len().min(4), denial);
        words.join(" ")
    };
    let (lead, _) = parts(&base.text);
    let is_denied = |text: &str| text.split(' ').any(|word| word == *denial);
    if is_denied(lead) {
        return None;
    }
    let lead = deny(lead);
    let is_in_title = !base.text.len().is_multiple_of(3);
    Some(Variant {
        title: if is_in_title {
            deny(&base.title)
        } else {
            base.title.clone()
        },
        text: with_rest(&lead, base, n_kept),
        source: source.to_owned(),
        is_news: true,
        new: vec![lead],
    })
}

fn another_figure(base: &Article, n_kept: usize, source: &str, seed: usize) -> Option<Variant> {
    let (lead, _) = parts(&base.text);
    let start = lead.find(|c: char| c.is_ascii_digit())?;
    let rest = &lead[start..];
    let n = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let old: u64 = rest[..n].parse().ok()?;
    let new = old + 1 + (seed as u64 % 7) * old.div_ceil(20).max(1);
    let change = |text: &str| text.replace(&rest[..n], &new.to_string());
    let lead = change(lead);
    Some(Variant {
        title: change(&base.title),
        text: with_rest(&lead, base, n_kept),
        source: source.to_owned(),
        is_news: true,
        new: vec![lead],
    })
}

fn cut_down(set: &Set, article: &Article) -> Option<Variant> {
    let sentences = set.sentences_of(&article.id);
    let is_new = |sentence: &&Sentence| sentence.novelty() == 1.0;
    let is_news = match article.kind? {
        CoverageKind::Development => true,
        CoverageKind::Independent | CoverageKind::Rewrite => false,
        _ => return None,
    };
    let known = sentences.iter().filter(|sentence| !is_new(sentence));
    let mut kept: Vec<&Sentence> = known.take(1 + article.text.len() % 3).collect();
    let new: Vec<&Sentence> = sentences.iter().filter(is_new).take(1).collect();
    if kept.is_empty() || (is_news && new.is_empty()) {
        return None;
    }
    let at = if article.title.len().is_multiple_of(2) {
        0
    } else {
        kept.len()
    };
    kept.splice(at..at, new.iter().copied());
    let text: Vec<&str> = kept.iter().map(|sentence| &*sentence.text).collect();
    Some(Variant {
        title: article.title.clone(),
        text: text.join("\n\n"),
        source: article.source.clone(),
        is_news,
        new: new.iter().map(|sentence| sentence.text.clone()).collect(),
    })
}
