//! Which alerts follow from an article: a pure function of its matches, its
//! placement and what each watch has heard of the story so far.

use super::Watched;
use crate::config::settings::{AlertDefaults, AlertTerms};
use crate::config::watchlist::{AlertMode, Severity, WatchSpec};
use crate::model::{AlertId, Article, ArticleId, CoverageKind, Match, WatchId};
use crate::notify::payload::{
    ArticleRef, Coverage, Event, NewSentence, Payload, StoryRef, WatchRef, Why,
};
use crate::store::{AlertRecord, WatchStory};
use crate::story::Placement;
use jiff::Timestamp;
use xxhash_rust::xxh3::Xxh3;

/// An article that has been placed, with where it came from.
pub(super) struct Placed<'a> {
    /// Its number.
    pub id: ArticleId,
    /// The feed's address and the entry's key: with the watch, the alert's identity.
    pub identity: (&'a str, &'a str),
    /// Hash of the entry's content, if it was read before: each edit is news of its own.
    pub revision: Option<u64>,
    /// Where it was fetched.
    pub url: Option<&'a str>,
    /// The outlet.
    pub source: &'a str,
    /// The article.
    pub article: &'a Article,
    /// Words in its text.
    pub words: usize,
    /// Its place in its story.
    pub placement: &'a Placement,
    /// Now.
    pub now: Timestamp,
}

/// The alerts for `matches`; `followed` says what each watch has heard of the story.
pub(super) fn alerts(
    placed: &Placed<'_>,
    matches: &[Match],
    followed: &[(WatchId, WatchStory)],
    watched: &Watched,
    defaults: &AlertDefaults,
) -> Vec<AlertRecord> {
    matches
        .iter()
        .filter_map(|matched| {
            // A watch that was taken out while the article was read wants nothing more.
            let watch = watched.watch(&matched.watch)?;
            let terms = defaults.terms(watch);
            let heard = followed
                .iter()
                .find(|(id, _)| *id == watch.id)
                .map(|(_, heard)| *heard);
            let event = event(placed.placement.kind, &terms, heard.is_some())?;
            Some(record(placed, matched, watch, &terms, event))
        })
        .collect()
}

/// Makes an event of what it says.
type MakeEvent = fn(Box<Coverage>) -> Event;

/// What an article of `kind` is to a watch, if it is worth an alert.
fn event(kind: CoverageKind, terms: &AlertTerms, has_heard: bool) -> Option<MakeEvent> {
    let is_wanted = |kind| terms.updates.contains(&kind);
    match terms.mode {
        AlertMode::Every if kind == CoverageKind::Revision && !is_wanted(kind) => None,
        AlertMode::Every => Some(Event::WatchMatched),
        // The watch's first article of a story, whatever it is to the story:
        // the watch has not heard of it.
        AlertMode::First | AlertMode::Story if !has_heard => Some(Event::StoryOpened),
        AlertMode::First => None,
        AlertMode::Story if !is_wanted(kind) => None,
        AlertMode::Story if kind == CoverageKind::Development => Some(Event::StoryDeveloped),
        AlertMode::Story if kind == CoverageKind::Revision => Some(Event::ArticleRevised),
        AlertMode::Story => Some(Event::StoryCovered),
        // Told of by housekeeping, at their own times.
        AlertMode::Digest { .. } | AlertMode::Spike | AlertMode::Silence => None,
    }
}

fn record(
    placed: &Placed<'_>,
    matched: &Match,
    watch: &WatchSpec,
    terms: &AlertTerms,
    event: MakeEvent,
) -> AlertRecord {
    let coverage = Box::new(coverage(placed, matched, watch, terms));
    let event = event(coverage);
    let id = alert_id(placed, &matched.watch);
    let kind = event.name().to_owned();
    let payload = Payload {
        timestamp: placed.now,
        alert: id.clone(),
        event,
    };
    AlertRecord {
        id,
        kind,
        watch: Some(matched.watch.clone()),
        story: Some(placed.placement.story),
        article: Some(placed.id),
        body: payload.to_body(),
        created: placed.now,
        to: terms.to.clone(),
        held: None,
    }
}

/// The same for the same news, however often it is worked out: a crash between
/// the work and its record leaves nothing behind that could differ.
fn alert_id(placed: &Placed<'_>, watch: &WatchId) -> AlertId {
    let mut hash = Xxh3::new();
    for part in [watch.as_str(), placed.identity.0, placed.identity.1] {
        hash.update(part.as_bytes());
        hash.update(&[0xff]); // no part holds this byte: it is not UTF-8
    }
    hash.update(&placed.revision.unwrap_or_default().to_le_bytes());
    AlertId::from(format!("al_{:032x}", hash.digest128()))
}

fn coverage(
    placed: &Placed<'_>,
    matched: &Match,
    watch: &WatchSpec,
    terms: &AlertTerms,
) -> Coverage {
    let placement = placed.placement;
    let article = placed.article;
    Coverage {
        watch: WatchRef {
            id: watch.id.clone(),
            name: watch.name.clone(),
            severity: terms
                .severity
                .map(|severity| severity_name(severity).to_owned()),
        },
        story: StoryRef {
            id: placement.story.to_string(),
            // A watch on every article does not follow stories: to it, the
            // story is what this article tells.
            title: match terms.mode {
                AlertMode::Every => article.title.clone().unwrap_or_default(),
                _ => placement.coverage.title.clone(),
            },
            articles: placement.coverage.articles as usize,
            sources: placement.coverage.sources as usize,
            independent: placement.coverage.independent as usize,
            first_seen: placement.coverage.first_seen,
            last_seen: placement.coverage.last_seen,
        },
        article: ArticleRef {
            id: placed.id.to_string(),
            url: placed.url.unwrap_or_default().to_owned(),
            title: article.title.clone().unwrap_or_default(),
            source: placed.source.to_owned(),
            author: article.author.clone(),
            language: article.language.clone(),
            published: article.published,
            fetched: placed.now,
            words: placed.words,
            kind: placement.kind,
            copy_of: placement.of.map(|of| of.to_string()),
        },
        why: matched.why.iter().map(Why::from).collect(),
        new: placement
            .new
            .iter()
            .map(|new| NewSentence {
                sentence: new.sentence.clone(),
                novelty: new.novelty,
            })
            .collect(),
        cut: Default::default(),
    }
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Normal => "normal",
        Severity::High => "high",
    }
}
