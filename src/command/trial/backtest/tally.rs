//! Counts of matches and alerts over the archive.

use crate::command::trial::would_alert::{MatchedStories, WouldAlert};
use crate::config::settings::{AlertDefaults, AlertTerms};
use crate::config::watchlist::Watchlist;
use crate::model::{Evidence, Match, StoryId, WatchId};
use crate::store::ArchivedArticle;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{HashSet, VecDeque};

/// How many articles are shown as samples: the newest ones.
const SAMPLES: usize = 3;

/// How many hits of a sample are shown.
const HITS: usize = 2;

/// The counts of all watches, in the order of the list.
pub(super) struct Tally {
    pub(super) watches: Vec<WatchTally>,
    pub(super) n_articles: u64,
    /// When the first article was fetched.
    pub(super) first: Option<Timestamp>,
    pub(super) has_diff: bool,
    matched_stories: MatchedStories,
}

/// The counts of one watch.
pub(super) struct WatchTally {
    pub(super) id: WatchId,
    /// `None` for a watch that is only in the other list.
    alerts: Option<WouldAlert>,
    pub(super) found: Found,
    stories: HashSet<StoryId>,
    /// Matched, but not by the other list.
    pub(super) gained: Found,
    /// Matched only by the other list.
    pub(super) lost: Found,
}

/// Matched articles: their number and some samples.
#[derive(Default)]
pub(super) struct Found {
    pub(super) n: u64,
    pub(super) samples: VecDeque<Sample>,
}

/// One matched article.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sample {
    pub(super) fetched: Timestamp,
    pub(super) source: String,
    pub(super) title: String,
    pub(super) url: Option<String>,
    pub(super) story: StoryId,
    pub(super) why: Vec<Evidence>,
}

impl WatchTally {
    pub(super) fn n_stories(&self) -> usize {
        self.stories.len()
    }

    /// The alerts in the watch's mode, without cooldown and budget.
    pub(super) fn n_alerts(&self) -> u64 {
        self.alerts.as_ref().map_or(0, |alerts| alerts.n)
    }
}

impl Found {
    fn add(&mut self, article: &ArchivedArticle, matched: &Match) {
        self.n += 1;
        if self.samples.len() == SAMPLES {
            self.samples.pop_front();
        }
        self.samples.push_back(Sample {
            fetched: article.fetched,
            source: article.source.clone(),
            title: article.title.clone(),
            url: article.url.clone(),
            story: article.story,
            why: matched.why.iter().take(HITS).cloned().collect(),
        });
    }
}

impl Tally {
    /// Counters for the watches of `list` and `old`, or for `only` one of them.
    pub(super) fn new(
        list: &Watchlist,
        old: Option<&Watchlist>,
        only: Option<&str>,
        defaults: &AlertDefaults,
    ) -> Self {
        let mut watches: Vec<_> = list
            .watches
            .iter()
            .map(|watch| WatchTally::new(watch.id.clone(), Some(defaults.terms(watch))))
            .collect();
        let has = |id: &WatchId| list.watches.iter().any(|watch| watch.id == *id);
        let gone = old.iter().flat_map(|old| &old.watches);
        let gone = gone.filter(|watch| !has(&watch.id));
        watches.extend(gone.map(|watch| WatchTally::new(watch.id.clone(), None)));
        watches.retain(|watch| only.is_none_or(|only| watch.id.as_str() == only));
        Self {
            watches,
            n_articles: 0,
            first: None,
            has_diff: old.is_some(),
            matched_stories: MatchedStories::default(),
        }
    }

    /// Counts an article with its matches by the list, and by the other list if
    /// there is one.
    pub(super) fn add(
        &mut self,
        article: &ArchivedArticle,
        found: &[Match],
        before: Option<&[Match]>,
    ) {
        self.n_articles += 1;
        self.first.get_or_insert(article.fetched);
        self.matched_stories
            .link_all(article.story, &article.linked);
        for watch in &mut self.watches {
            let of = |found: &[Match]| found.iter().position(|matched| matched.watch == watch.id);
            let now = of(found).map(|at| &found[at]);
            let then = before.and_then(|before| of(before).map(|at| &before[at]));
            if let Some(alerts) = &mut watch.alerts {
                alerts.add_article(article, now.is_some());
            }
            if let Some(matched) = now {
                let is_first = self.matched_stories.is_first(&watch.id, article.story);
                watch.add(article, matched, is_first);
                if before.is_some() && then.is_none() {
                    watch.gained.add(article, matched);
                }
            } else if let Some(matched) = then {
                watch.lost.add(article, matched);
            }
        }
    }
}

impl WatchTally {
    fn new(id: WatchId, terms: Option<AlertTerms>) -> Self {
        Self {
            id,
            alerts: terms.map(WouldAlert::new),
            found: Found::default(),
            stories: HashSet::new(),
            gained: Found::default(),
            lost: Found::default(),
        }
    }

    fn add(&mut self, article: &ArchivedArticle, matched: &Match, is_first: bool) {
        self.found.add(article, matched);
        self.stories.insert(article.story);
        if let Some(alerts) = &mut self.alerts {
            alerts.add_match(article, is_first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ArticleId, CoverageKind};

    fn article(id: i64, story: i64, kind: CoverageKind) -> ArchivedArticle {
        ArchivedArticle {
            id: ArticleId(id),
            feed_url: None,
            url: None,
            source: "Harbour Courier".to_owned(),
            author: None,
            title: format!("Ferry {id}"),
            dek: String::new(),
            text: String::new(),
            captions: Vec::new(),
            language: None,
            fetched: Timestamp::UNIX_EPOCH,
            story: StoryId(story),
            kind,
            newness: None,
            linked: Vec::new(),
        }
    }

    fn matched() -> Vec<Match> {
        let (watch, why) = (WatchId::from("ferries"), Vec::new());
        vec![Match {
            watch,
            why,
            boilerplate: false,
        }]
    }

    fn ferries(mode: &str) -> Tally {
        let terms = AlertTerms {
            mode: mode.parse().unwrap(),
            updates: vec![CoverageKind::Development],
            to: Vec::new(),
            cooldown: None,
            budget: None,
            severity: None,
            min_sources: 3,
            development: None,
        };
        Tally {
            watches: vec![WatchTally::new(WatchId::from("ferries"), Some(terms))],
            n_articles: 0,
            first: None,
            has_diff: true,
            matched_stories: MatchedStories::default(),
        }
    }

    /// Checks the alerts for two stories: one of three outlets, one of a single one.
    fn check(mode: &str, want: u64) {
        use CoverageKind::{Development, Duplicate, First};
        let mut tally = ferries(mode);
        for (id, story, kind) in [
            (1, 1, First),
            (2, 1, Duplicate),
            (3, 1, Development),
            (4, 2, First),
        ] {
            tally.add(&article(id, story, kind), &matched(), None);
        }
        let watch = &tally.watches[0];
        assert_eq!((watch.found.n, watch.n_stories()), (4, 2));
        assert_eq!(watch.n_alerts(), want, "{mode}");
    }

    #[test]
    fn alerts_are_counted_by_the_mode_of_the_watch() {
        check("every", 4);
        check("first", 2);
        check("story", 3);
    }

    #[test]
    fn a_story_linked_to_an_alerted_one_makes_no_alert() {
        let mut tally = ferries("first");
        let first = |id| article(id, id, CoverageKind::First);
        tally.add(&first(1), &matched(), None);
        let linking = ArchivedArticle {
            linked: vec![StoryId(1)],
            ..first(2)
        };
        tally.add(&linking, &matched(), None);
        tally.add(&first(3), &matched(), None);
        assert_eq!(tally.watches[0].n_alerts(), 2);
    }

    #[test]
    fn matches_of_only_one_list_are_gained_or_lost() {
        let mut tally = ferries("story");
        let first = |id| article(id, id, CoverageKind::First);
        tally.add(&first(1), &matched(), Some(&matched()));
        tally.add(&first(2), &matched(), Some(&[]));
        for id in 3..9 {
            tally.add(&first(id), &[], Some(&matched()));
        }
        let watch = &tally.watches[0];
        assert_eq!((watch.found.n, watch.gained.n, watch.lost.n), (2, 1, 6));
        let lost: Vec<_> = watch.lost.samples.iter().map(|s| s.story.0).collect();
        assert_eq!(lost, [6, 7, 8], "the newest are shown");
    }
}
