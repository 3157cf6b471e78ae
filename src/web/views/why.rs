//! What was done with an article, and why: for an address, a title or an id.

use super::ViewError;
use crate::config::settings::AlertDefaults;
use crate::config::watchlist::Watchlist;
use crate::matcher::{Doc, Explanation, Scratch};
use crate::model::{CoverageKind, RemovedKind, TextFrom, WatchId};
use crate::store::{AlertFilter, AlertView, ArticleDetail, EntryView, Store, Wanted};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Most articles that are explained.
const MAX_ARTICLES: usize = 3;

/// Most watches that are tried on an article, and most that are named.
const MAX_TRIED: usize = 300;
const MAX_NAMED: usize = 6;

/// What may be asked.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct WhyQuery {
    /// An article's address, title or id (`a12`).
    pub(crate) q: String,
    /// Explain this watch in full.
    pub(crate) watch: String,
}

/// The answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Why {
    /// The articles that may be meant, the last read first.
    pub(crate) articles: Vec<WhyArticle>,
    /// Entries of feeds that may be meant and became no article.
    pub(crate) entries: Vec<WhyEntry>,
    /// What to do where nothing was found.
    pub(crate) advice: Option<String>,
}

/// An entry that became no article.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WhyEntry {
    /// The entry.
    #[serde(flatten)]
    pub(crate) entry: EntryView,
    /// What was done with it.
    pub(crate) told: String,
}

/// What was done with an article.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WhyArticle {
    /// The article.
    pub(crate) article: ArticleDetail,
    /// What was done with it, in sentences.
    pub(crate) told: Vec<String>,
    /// The alerts about it.
    pub(crate) alerts: Vec<AlertView>,
    /// Each watch that it met.
    pub(crate) met: Vec<WhyMet>,
    /// Watches of the list in force that it does not meet, the nearest first.
    pub(crate) nearly: Vec<WhyNot>,
    /// The conditions of the watch that was asked for.
    pub(crate) explained: Option<Explained>,
}

/// Why a watch that an article met alerted or did not.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WhyMet {
    /// The watch.
    pub(crate) watch: String,
    /// What followed from it.
    pub(crate) told: String,
}

/// A watch that an article does not meet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WhyNot {
    /// The watch.
    pub(crate) watch: String,
    /// The first condition that failed.
    pub(crate) reason: String,
    /// How many of its conditions were met.
    pub(crate) met: usize,
    /// How many conditions it has.
    pub(crate) of: usize,
}

/// A watch's conditions on an article.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Explained {
    /// The watch.
    pub(crate) watch: String,
    /// Whether the article meets it.
    pub(crate) is_match: bool,
    /// Every condition in its order.
    pub(crate) steps: Vec<ExplainedStep>,
}

/// A condition of a watch.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ExplainedStep {
    /// How deep it is nested; 0 for the outermost.
    pub(crate) depth: usize,
    /// Whether it was met.
    pub(crate) is_met: bool,
    /// What was asked for and what was found.
    pub(crate) text: String,
}

/// Calls a function with the watchlist in force.
pub(crate) type WithWatchlist = Arc<dyn Fn(&mut dyn FnMut(&Watchlist)) + Send + Sync>;

/// Answers `query`.
///
/// # Errors
/// If the store cannot be read.
pub(crate) async fn answer(
    store: &Arc<dyn Store>,
    watchlist: &WithWatchlist,
    defaults: &AlertDefaults,
    query: &WhyQuery,
) -> Result<Why, ViewError> {
    let Some(wanted) = wanted(&query.q) else {
        return Ok(Why {
            articles: Vec::new(),
            entries: Vec::new(),
            advice: None,
        });
    };
    let is_url = matches!(wanted, Wanted::Url(_));
    let (ids, entries) = store.candidates(wanted).await?;
    let mut articles = Vec::new();
    for id in ids.into_iter().take(MAX_ARTICLES) {
        if let Some(article) = store.article(id).await? {
            articles.push(explain(store, watchlist, defaults, article, &query.watch).await?);
        }
    }
    let entries = entries.into_iter().filter(|entry| entry.article.is_none());
    let entries: Vec<_> = entries
        .map(|entry| WhyEntry {
            told: told_of_entry(&entry),
            entry,
        })
        .collect();
    let is_nothing = articles.is_empty() && entries.is_empty();
    let advice = if is_url {
        "No feed had an entry with this address, or it was deleted after the time that the store keeps. Look at the feed that should have had it: when was its last new entry? The page may also have another address in its feed; try its title."
    } else {
        "No article has all of these words in its title. Try fewer words, or its address."
    };
    Ok(Why {
        articles,
        entries,
        advice: is_nothing.then(|| advice.to_owned()),
    })
}

fn wanted(question: &str) -> Option<Wanted> {
    let question = question.trim();
    if question.is_empty() {
        return None;
    }
    let number = question.strip_prefix('a').and_then(|id| id.parse().ok());
    Some(match number {
        Some(number) => Wanted::Article(crate::model::ArticleId(number)),
        None if question.starts_with("http://") || question.starts_with("https://") => {
            Wanted::Url(question.to_owned())
        }
        None => Wanted::Title(question.to_owned()),
    })
}

fn told_of_entry(entry: &EntryView) -> String {
    match (&entry.due, &entry.error) {
        (Some(_), Some(error)) => format!("It could not be read yet, and is tried again: {error}"),
        (Some(_), None) => "It waits to be read.".to_owned(),
        (None, Some(error)) => format!("It was given up: {error}"),
        (None, None) if entry.was_there_before => {
            "It was in the feed before the first poll: it was recorded, and not read.".to_owned()
        }
        (None, None) => {
            "Nothing was made of it; it was known already under another address.".to_owned()
        }
    }
}

async fn explain(
    store: &Arc<dyn Store>,
    watchlist: &WithWatchlist,
    defaults: &AlertDefaults,
    article: ArticleDetail,
    asked: &str,
) -> Result<WhyArticle, ViewError> {
    let mut alerts = Vec::new();
    for id in &article.alerts {
        let filter = AlertFilter {
            id: Some(id.clone()),
            limit: 1,
            ..AlertFilter::default()
        };
        alerts.extend(store.alerts(filter).await?);
    }
    let mut nearly = Vec::new();
    let mut explained = None;
    let mut updates = Vec::new();
    watchlist(&mut |list: &Watchlist| {
        (nearly, explained) = on_list(list, &article, asked);
        updates = article
            .matches
            .iter()
            .map(|met| {
                let watch = list.watches.iter().find(|watch| watch.id == met.watch);
                watch.map(|watch| defaults.terms(watch).updates)
            })
            .collect();
    });
    let met = article.matches.iter().zip(&updates);
    let met = met
        .map(|(met, updates)| WhyMet {
            watch: met.watch.to_string(),
            told: what_followed(&article, &met.watch, &alerts, updates.as_deref()),
        })
        .collect();
    Ok(WhyArticle {
        told: told(&article),
        alerts,
        met,
        nearly,
        explained,
        article,
    })
}

/// The watches that `article` does not meet, and the one that is asked for in full.
fn on_list(
    list: &Watchlist,
    article: &ArticleDetail,
    asked: &str,
) -> (Vec<WhyNot>, Option<Explained>) {
    let captions = article.removed.iter();
    let captions: Vec<_> = captions
        .filter(|removed| removed.kind == RemovedKind::Caption)
        .map(|removed| removed.text.clone())
        .collect();
    let url = article.feed_url.as_deref().unwrap_or_default();
    let feed = list.feeds.iter().find(|feed| feed.url.as_str() == url);
    let doc = Doc {
        title: &article.title,
        dek: &article.dek,
        body: &article.text,
        captions: &captions,
        author: article.author.as_deref().unwrap_or_default(),
        source: &article.source,
        tags: feed.map_or(&[], |feed| feed.tags.as_slice()),
        url: article.url.as_deref().unwrap_or_default(),
        language: article.language.as_deref(),
    };
    let mut scratch = Scratch::new();
    let others = list.watches.iter().take(MAX_TRIED);
    let explanations =
        others.filter_map(|watch| list.matcher.explain(&mut scratch, watch.id.as_str(), &doc));
    let mut nearly: Vec<_> = explanations
        .filter(|explanation| !explanation.is_match)
        .map(|explanation| why_not(&explanation))
        .filter(|not| not.met > 0)
        .collect();
    nearly.sort_by_key(|not| (not.of - not.met, std::cmp::Reverse(not.met)));
    nearly.truncate(MAX_NAMED);
    let full = list.matcher.explain(&mut scratch, asked, &doc);
    (nearly, full.map(explained))
}

/// How near an article came to a watch that it does not meet.
pub(super) fn why_not(explanation: &Explanation) -> WhyNot {
    // The outermost "all of" is not a condition of its own.
    let inner = explanation.steps.iter().filter(|step| step.depth == 1);
    let conditions: Vec<_> = if inner.clone().count() == 0 {
        explanation.steps.iter().collect()
    } else {
        inner.collect()
    };
    WhyNot {
        watch: explanation.watch.to_string(),
        reason: explanation.reason.clone().unwrap_or_default(),
        met: conditions
            .iter()
            .filter(|step| step.is_met && !step.text.starts_with("must not"))
            .count(),
        of: conditions
            .iter()
            .filter(|step| !(step.is_met && step.text.starts_with("must not")))
            .count(),
    }
}

fn explained(explanation: Explanation) -> Explained {
    let steps = explanation.steps.into_iter().map(|step| ExplainedStep {
        depth: step.depth,
        is_met: step.is_met,
        text: step.text,
    });
    Explained {
        watch: explanation.watch.to_string(),
        is_match: explanation.is_match,
        steps: steps.collect(),
    }
}

fn told(article: &ArticleDetail) -> Vec<String> {
    let text = match article.text_from {
        TextFrom::Page => "Its text comes from its page.",
        TextFrom::Feed => "Its text comes from the feed, which has it in full.",
        TextFrom::Summary => {
            "Only the feed's summary was read: the page could not be fetched, or has no article. Text that is only on the page cannot have matched."
        }
        TextFrom::Paywalled => {
            "Only its beginning was read: the page requires a subscription. Text further down cannot have matched."
        }
        TextFrom::ScriptOnly => {
            "The page loads its text by scripts, which newsvane does not run: only what the feed says was read."
        }
        TextFrom::TitleOnly => "It has no text at all: only its title was read.",
    };
    let place = match article.kind {
        CoverageKind::First => "It opened its story.",
        CoverageKind::Independent => {
            "It is another outlet's own report on a known story, with little that is new."
        }
        CoverageKind::Development => "It brought new facts to a known story.",
        CoverageKind::Rewrite => "It is a reworded copy of another article and adds nothing.",
        CoverageKind::Duplicate => "It has the same text as an earlier article.",
        CoverageKind::Revision => "It is an article that was read before and was changed since.",
    };
    let mut told = vec![text.to_owned(), place.to_owned()];
    if article.was_there_before {
        told.push(
            "It was in its feed on the first poll: such articles are recorded and not alerted (scheduler.on_first_run)."
                .to_owned(),
        );
    }
    if article.matches.is_empty() {
        told.push("No watch matched it when it was read.".to_owned());
    }
    told
}

fn what_followed(
    article: &ArticleDetail,
    watch: &WatchId,
    alerts: &[AlertView],
    updates: Option<&[CoverageKind]>,
) -> String {
    let own = alerts
        .iter()
        .find(|alert| alert.watch.as_ref() == Some(watch));
    if let Some(alert) = own {
        return match (&alert.held, &alert.told_in) {
            (None, _) => format!("It was alerted ({}).", alert.kind),
            (Some(why), Some(summary)) => {
                format!("Its alert was held back ({why}) and listed in the summary {summary}.")
            }
            (Some(why), None) => format!("Its alert was held back: {why}."),
        };
    }
    if article.was_there_before {
        return "It was in the feed on the first poll: recorded, not alerted.".to_owned();
    }
    let kind = serde_json::to_value(article.kind).ok();
    let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or("?");
    match updates {
        None => "The watch is no longer in the watchlist.".to_owned(),
        Some(updates) if updates.contains(&article.kind) => {
            "No alert is kept for it: the watch may have been added later, or only boilerplate of the outlet matched.".to_owned()
        }
        Some(_) => format!(
            "No alert: its kind is {kind}, which is not in the watch's “updates”, and the watch had the story already."
        ),
    }
}
