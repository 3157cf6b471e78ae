//! The watches during a replay: which articles they match, and which stories
//! each watch already knows.

use super::Line;
use crate::command::trial::would_alert::MatchedStories;
use crate::config::settings::{AlertDefaults, AlertTerms};
use crate::config::watchlist::{AlertMode, Watchlist};
use crate::daemon::is_alert;
use crate::matcher::{Doc, Scratch};
use crate::model::{CoverageKind, Match, WatchId};
use crate::policy::{Volume, Wanted};
use crate::story::Placement;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::HashMap;
use std::ops::Range;

/// An alert that would have been sent.
#[derive(Serialize)]
pub(super) struct Alerted {
    r#type: &'static str,
    watch: WatchId,
    to: Vec<String>,
}

/// The watchlist, and what its watches have matched so far.
pub(super) struct Watcher {
    list: Watchlist,
    /// The position of each watch in the list.
    places: HashMap<WatchId, usize>,
    defaults: AlertDefaults,
    scratch: Scratch,
    matched_stories: MatchedStories,
    counted: Vec<Counted>,
}

/// A watch in `spike` or `silence` mode, with the rhythm it has learnt.
struct Counted {
    watch: WatchId,
    terms: AlertTerms,
    wanted: Wanted,
    volume: Option<Volume>,
}

impl Watcher {
    /// A watcher for the watches of `list`, which knows no articles yet.
    pub(super) fn new(list: Watchlist, defaults: AlertDefaults) -> Self {
        let counted = list.watches.iter().filter_map(|watch| {
            let terms = defaults.terms(watch);
            Some(Counted {
                watch: watch.id.clone(),
                wanted: terms.wanted()?,
                terms,
                volume: None,
            })
        });
        let watches = list.watches.iter().enumerate();
        Self {
            counted: counted.collect(),
            places: watches.map(|(at, watch)| (watch.id.clone(), at)).collect(),
            list,
            defaults,
            scratch: Scratch::new(),
            matched_stories: MatchedStories::default(),
        }
    }

    /// The spikes that begin with this article, and the silences that began
    /// before it arrived.
    pub(super) fn turns(
        &mut self,
        read: &Line,
        matches: &[Match],
        kind: CoverageKind,
        now: Timestamp,
    ) -> Vec<Alerted> {
        let mut alerts = Vec::new();
        for counted in &mut self.counted {
            let volume = counted.volume.get_or_insert_with(|| Volume::new(now));
            if kind.is_own() && matches.iter().any(|found| found.watch == counted.watch) {
                volume.take(now, &read.source);
            }
            if volume.look(counted.wanted, now).is_some() {
                alerts.push(Alerted {
                    r#type: match counted.wanted {
                        Wanted::Spike { .. } => "watch.spike",
                        Wanted::Silence => "watch.silent",
                    },
                    watch: counted.watch.clone(),
                    to: counted.terms.to.clone(),
                });
            }
        }
        alerts
    }

    /// The watches that the article matches. Those that match only because of the
    /// byte ranges `boilerplate` of its text are marked.
    pub(super) fn matches(&mut self, line: &Line, boilerplate: &[Range<usize>]) -> Vec<Match> {
        let doc = Doc {
            title: &line.title,
            dek: &line.dek,
            body: &line.text,
            source: &line.source,
            tags: &line.tags,
            url: line.url.as_deref().unwrap_or_default(),
            author: &line.author,
            language: line.language.as_deref(),
            captions: &[],
        };
        let matcher = &self.list.matcher;
        let mut found = matcher.matches(&mut self.scratch, &doc);
        matcher.mark_boilerplate(&mut self.scratch, &doc, boilerplate, &mut found);
        found
    }

    /// The alerts that the article itself causes (without spikes and silences).
    pub(super) fn alerts(&mut self, matches: &[Match], placement: &Placement) -> Vec<Alerted> {
        let mut alerts = Vec::new();
        self.matched_stories
            .link_all(placement.story, &placement.linked);
        for found in matches {
            let is_first = self.matched_stories.is_first(&found.watch, placement.story);
            let place = self.places.get(&found.watch);
            let Some(watch) = place.and_then(|&at| self.list.watches.get(at)) else {
                continue;
            };
            let terms = self.defaults.terms(watch);
            let kind = terms.kind(placement.kind, Some(placement.newness));
            if let Some(r#type) = alert_type(&terms, kind, !is_first) {
                alerts.push(Alerted {
                    r#type,
                    watch: found.watch.clone(),
                    to: terms.to,
                });
            }
        }
        alerts
    }
}

/// The type of alert that an article causes for a watch that it matches.
/// `has_heard` says whether the watch matched an earlier article of the story.
fn alert_type(terms: &AlertTerms, kind: CoverageKind, has_heard: bool) -> Option<&'static str> {
    if !is_alert(kind, terms, has_heard) {
        return None;
    }
    match terms.mode {
        AlertMode::Every => Some("watch.matched"),
        AlertMode::Digest { .. } => Some("watch.digest"),
        AlertMode::First | AlertMode::Story if !has_heard => Some("story.opened"),
        AlertMode::First | AlertMode::Story => Some(match kind {
            CoverageKind::Development => "story.developed",
            CoverageKind::Revision => "article.revised",
            CoverageKind::First
            | CoverageKind::Independent
            | CoverageKind::Rewrite
            | CoverageKind::Duplicate => "story.covered",
        }),
        // These modes alert by the hour, not by the article.
        AlertMode::Spike | AlertMode::Silence => None,
    }
}
