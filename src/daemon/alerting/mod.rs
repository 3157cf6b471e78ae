//! Which alerts follow from an article: a pure function of its matches, its
//! placement, and what each watch was alerted about in the story so far.
//!
//! - `hold`: whether an alert is sent at once or held
//! - `record`: an alert as it is stored, and its id
//! - `summary`: one alert that lists held ones
//! - `volume`: the alert about a spike or a silence

mod hold;
mod record;
mod summary;
mod volume;

pub(super) use hold::looks_back_to;
pub(super) use record::{alert_record, computed_id};
pub(super) use summary::{LINES, summary};
pub(super) use volume::{Amount, volume};

use super::Watched;
use crate::config::settings::{AlertDefaults, AlertTerms};
use crate::config::watchlist::{AlertMode, Severity, WatchSpec};
use crate::model::{AlertId, Article, ArticleId, CoverageKind, Match, StoryId, WatchId};
use crate::notify::payload::{ArticleRef, Coverage, Event, NewSentence, StoryRef, WatchRef, Why};
use crate::store::{AlertRecord, Held, Recent, WatchStory};
use crate::story::Placement;
use crate::text::first_sentence;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// An article that has been placed, with where it came from.
pub(super) struct Placed<'a> {
    /// Its number.
    pub id: ArticleId,
    /// The feed's address and the entry's key: with the watch, the alert's identity.
    pub identity: (&'a str, &'a str),
    /// Hash of the entry's content, if the entry was read before: it gives the alert
    /// about each edit an id of its own.
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
    /// The entry is older than the watch on its feed: its alerts are recorded, and
    /// sent to nobody.
    pub is_quiet: bool,
    /// Now.
    pub now: Timestamp,
}

/// The watches, and what each was alerted about so far.
pub(super) struct Audience<'a> {
    /// The watches.
    pub watched: &'a Watched,
    /// Defaults for watches that do not set these keys.
    pub defaults: &'a AlertDefaults,
    /// The zone of times of day.
    pub zone: &'a TimeZone,
    /// The stories that turned out to be one with the article's.
    pub linked: &'a [StoryId],
    /// How far each watch has followed the story, and those linked to it.
    pub followed: &'a [(WatchId, WatchStory)],
    /// What each watch that [`looks_back`] named sent recently.
    pub recent: &'a [(WatchId, Recent)],
}

/// The watches of `matches` whose alerts depend on what they sent before, each with
/// the time since which that has to be known.
pub(super) fn looks_back(
    matches: &[Match],
    watched: &Watched,
    defaults: &AlertDefaults,
    zone: &TimeZone,
    now: Timestamp,
) -> Vec<(WatchId, Timestamp)> {
    matches
        .iter()
        .filter_map(|matched| {
            let terms = defaults.terms(watched.watch(&matched.watch)?);
            let since = looks_back_to(&terms, zone, now)?;
            Some((matched.watch.clone(), since))
        })
        .collect()
}

/// The alerts for `matches`.
pub(super) fn alerts(
    placed: &Placed<'_>,
    matches: &[Match],
    audience: &Audience<'_>,
) -> Vec<AlertRecord> {
    matches
        .iter()
        .filter_map(|matched| {
            // A watch that was removed while the article was read gets no alert.
            let watch = audience.watched.watch(&matched.watch)?;
            let terms = audience.defaults.terms(watch);
            let followed = known(audience.followed, &watch.id);
            let is_reread = placed.revision.is_some();
            let placement = placed.placement;
            let kind = terms.kind(placement.kind, Some(placement.newness));
            let event = event(kind, &terms, followed.is_some(), is_reread)?;
            let mut coverage = coverage(placed, matched, watch, &terms);
            coverage.article.kind = kind;
            coverage.story.linked = audience.linked.iter().map(StoryId::to_string).collect();
            let held = held(placed, &terms, audience, &watch.id);
            if held.is_none() {
                let n_before = followed.map_or(0, |followed| followed.n_alerts);
                coverage.story.alert_number = Some(n_before.saturating_add(1));
            }
            let event = event(Box::new(coverage));
            Some(record(placed, &watch.id, terms.to, held, event))
        })
        .collect()
}

fn known<T: Copy>(list: &[(WatchId, T)], watch: &WatchId) -> Option<T> {
    list.iter()
        .find(|(id, _)| id == watch)
        .map(|(_, known)| *known)
}

fn held(
    placed: &Placed<'_>,
    terms: &AlertTerms,
    audience: &Audience<'_>,
    watch: &WatchId,
) -> Option<Held> {
    if placed.is_quiet {
        return Some(Held {
            reason: "it was there before the feed was watched".to_owned(),
            since: placed.now,
            until: None,
        });
    }
    let recent = known(audience.recent, watch).unwrap_or_default();
    hold::held(terms, recent, audience.zone, placed.now)
}

/// Whether an article of `kind` alerts a watch with these terms, now or in a
/// digest; `knows_story` says whether it was alerted about the story before.
#[must_use]
pub fn is_alert(kind: CoverageKind, terms: &AlertTerms, knows_story: bool) -> bool {
    event(kind, terms, knows_story, kind == CoverageKind::Revision).is_some()
}

/// Makes an event of a story's coverage.
type MakeEvent = fn(Box<Coverage>) -> Event;

/// The event that an article of `kind` is for a watch; `None` for no alert.
fn event(
    kind: CoverageKind,
    terms: &AlertTerms,
    knows_story: bool,
    is_reread: bool,
) -> Option<MakeEvent> {
    let is_wanted = |kind| terms.updates.contains(&kind);
    match terms.mode {
        // An edit of an entry that the watch knows is not another article.
        AlertMode::Every if is_reread && knows_story && !is_wanted(kind) => None,
        AlertMode::Every => Some(Event::WatchMatched),
        // The first article of a story that matches the watch, of any kind.
        AlertMode::First | AlertMode::Story | AlertMode::Digest { .. } if !knows_story => {
            Some(Event::StoryOpened)
        }
        AlertMode::First => None,
        // A digest lists at its time what mode `story` alerts about at once.
        AlertMode::Story | AlertMode::Digest { .. } => match kind {
            kind if !is_wanted(kind) => None,
            CoverageKind::Development => Some(Event::StoryDeveloped),
            CoverageKind::Revision => Some(Event::ArticleRevised),
            CoverageKind::First
            | CoverageKind::Independent
            | CoverageKind::Rewrite
            | CoverageKind::Duplicate => Some(Event::StoryCovered),
        },
        AlertMode::Spike | AlertMode::Silence => None,
    }
}

fn record(
    placed: &Placed<'_>,
    watch: &WatchId,
    to: Vec<String>,
    held: Option<Held>,
    event: Event,
) -> AlertRecord {
    let id = alert_id(placed, watch);
    AlertRecord {
        watch: Some(watch.clone()),
        story: Some(placed.placement.story),
        article: Some(placed.id),
        held,
        ..alert_record(id, event, to, placed.now)
    }
}

/// Computed from what the alert is about, so that it is the same after a crash.
fn alert_id(placed: &Placed<'_>, watch: &WatchId) -> AlertId {
    let (feed, entry) = placed.identity;
    let revision = placed.revision.unwrap_or_default();
    computed_id(&[watch.as_str(), feed, entry], revision.to_le_bytes())
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
        watch: watch_ref(watch, terms),
        story: StoryRef {
            id: placement.story.to_string(),
            // A watch on every article does not follow stories: for it, the story is
            // this article.
            title: match terms.mode {
                AlertMode::Every => heading(article),
                _ => placement.coverage.title.clone(),
            },
            articles: placement.coverage.articles as usize,
            sources: placement.coverage.sources as usize,
            independent: placement.coverage.independent as usize,
            first_seen: placement.coverage.first_seen,
            last_seen: placement.coverage.last_seen,
            linked: Vec::new(),
            alert_number: None,
        },
        article: ArticleRef {
            id: placed.id.to_string(),
            url: placed.url.unwrap_or_default().to_owned(),
            title: heading(article),
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
        new: placement.new.iter().map(NewSentence::from).collect(),
        cut: Default::default(),
    }
}

/// The title of an article; the first sentence of its text if it has none.
fn heading(article: &Article) -> String {
    match article.title.as_deref().map(str::trim) {
        Some(title) if !title.is_empty() => title.to_owned(),
        _ => first_sentence(&article.text()).to_owned(),
    }
}

fn watch_ref(watch: &WatchSpec, terms: &AlertTerms) -> WatchRef {
    WatchRef {
        id: watch.id.clone(),
        name: watch.name.clone(),
        severity: terms
            .severity
            .map(|severity| severity_name(severity).to_owned()),
    }
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Normal => "normal",
        Severity::High => "high",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::AlertDefaults;

    /// The event's name, for a watch of this mode with the shipped updates.
    fn check(mode: AlertMode, kind: CoverageKind, knows_story: bool, is_reread: bool, want: bool) {
        let terms = AlertTerms {
            mode,
            updates: AlertDefaults::default().updates,
            to: Vec::new(),
            cooldown: None,
            budget: None,
            severity: None,
            min_sources: 3,
            development: None,
        };
        let found = event(kind, &terms, knows_story, is_reread).is_some();
        assert_eq!(found, want, "{mode:?} {kind:?} {knows_story} {is_reread}");
    }

    #[test]
    fn a_watch_on_every_article_leaves_out_only_edits_of_entries_that_it_knows() {
        use CoverageKind::{Duplicate, Revision};
        check(AlertMode::Every, Revision, true, true, false);
        check(AlertMode::Every, Revision, false, true, true);
        check(AlertMode::Every, Revision, true, false, true);
        check(AlertMode::Every, Duplicate, true, false, true);
    }

    #[test]
    fn a_watch_on_stories_is_alerted_to_a_story_first_and_then_to_developments() {
        use CoverageKind::{Development, Duplicate, Independent, Rewrite};
        check(AlertMode::Story, Duplicate, false, false, true);
        check(AlertMode::Story, Development, true, false, true);
        for kind in [Independent, Rewrite, Duplicate] {
            check(AlertMode::Story, kind, true, false, false);
        }
        check(AlertMode::First, Development, true, false, false);
    }
}
