//! How many alerts a day each watch would have made over the archive.

use crate::command::input::files::Files;
use crate::command::input::process::runtime;
use crate::command::input::store::open as open_store;
use crate::command::trial::backtest::ArchiveMatcher;
use crate::command::trial::would_alert::{MatchedStories, WouldAlert};
use crate::config::diagnostic::Diagnostic;
use crate::config::settings::AlertTerms;
use crate::config::watchlist::Watchlist;
use crate::matcher::Problem;
use crate::model::{ArticleId, Match, Span, WatchId};
use crate::store::ArchivedArticle;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// Articles read from the store at a time.
const BATCH: usize = 256;

/// Alerts a day that are too many for a watch without a budget: nobody reads fifty
/// about one topic.
const MANY: f64 = 50.0;

/// How often the watches would have alerted.
pub(super) struct Rates {
    /// Alerts a day, before cooldown and budget, in the order of the list.
    pub(super) a_day: Vec<f64>,
    /// How many days the articles cover; at least one.
    pub(super) days: f64,
    pub(super) n_articles: u64,
}

impl Rates {
    /// The period in words.
    pub(super) fn span(&self) -> String {
        match self.days.round() {
            1.0 => "the last day".to_owned(),
            days => format!("the last {days} days"),
        }
    }
}

/// Matches the articles that were fetched in the last `back` against `list`.
///
/// # Errors
/// If there is no store, or if it cannot be read.
pub(super) fn rates(list: &Watchlist, files: &Files, back: Span) -> anyhow::Result<Rates> {
    let store = open_store(files)?;
    let defaults = files.settings()?.defaults.alert;
    let since = SignedDuration::try_from(back.0)
        .ok()
        .and_then(|back| Timestamp::now().checked_sub(back).ok())
        .unwrap_or(Timestamp::MIN);
    let terms = list.watches.iter().map(|watch| defaults.terms(watch));
    let mut counts = Counts::new(list, terms.collect());
    let mut lists = ArchiveMatcher::new(list);
    let runtime = runtime()?;
    let mut after = ArticleId(0);
    loop {
        let batch = runtime.block_on(store.archived(since, after, BATCH))?;
        let Some(last) = batch.last() else { break };
        after = last.id;
        for (article, found) in batch.iter().zip(lists.matches(&batch)) {
            counts.add(article, &found);
        }
    }
    Ok(counts.rates())
}

/// A warning for each watch that would have alerted too often.
pub(super) fn too_broad(list: &Watchlist, files: &Files, rates: &Rates) -> Vec<Diagnostic> {
    let Ok(settings) = files.settings() else {
        return Vec::new();
    };
    let over = list
        .watches
        .iter()
        .zip(&rates.a_day)
        .filter_map(|(watch, &rate)| {
            let budget = settings.defaults.alert.terms(watch).budget;
            let limit = budget.map_or(MANY, |budget| {
                f64::from(budget.n) * 86_400.0 / budget.per.as_secs_f64().max(1.0)
            });
            let beyond = if budget.is_some() {
                ", more than its budget"
            } else {
                ""
            };
            (rate > limit).then(|| {
                let problem = Problem {
                at: watch.at,
                span: 0..0,
                message: format!(
                    "watch \"{}\" would have alerted {rate:.0} times a day over {}{beyond}",
                    watch.id, rates.span()
                ),
                help: Some(
                    "add a term to all = [...], or see what it matches with `newsvane backtest`"
                        .to_owned(),
                ),
            };
                list.diagnostic(&problem).as_warning()
            })
        });
    over.collect()
}

struct Counts<'a> {
    places: HashMap<&'a WatchId, usize>,
    alerts: Vec<WouldAlert>,
    /// The indices of watches that alert on spikes or silences.
    counting: Vec<usize>,
    matched_stories: MatchedStories,
    n_articles: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl<'a> Counts<'a> {
    fn new(list: &'a Watchlist, terms: Vec<AlertTerms>) -> Self {
        let ids = list.watches.iter().map(|watch| &watch.id);
        let alerts: Vec<WouldAlert> = terms.into_iter().map(WouldAlert::new).collect();
        let counting = alerts.iter().enumerate();
        let counting = counting.filter(|(_, alerts)| alerts.is_counting());
        Self {
            places: ids.zip(0..).collect(),
            counting: counting.map(|(at, _)| at).collect(),
            alerts,
            matched_stories: MatchedStories::default(),
            n_articles: 0,
            first: None,
            last: None,
        }
    }

    fn add(&mut self, article: &ArchivedArticle, found: &[Match]) {
        self.n_articles += 1;
        self.first.get_or_insert(article.fetched);
        self.last = Some(article.fetched);
        self.matched_stories
            .link_all(article.story, &article.linked);
        let place = |matched: &Match| self.places.get(&matched.watch).copied();
        let found: Vec<(usize, &WatchId)> = found
            .iter()
            .filter_map(|matched| Some((place(matched)?, &matched.watch)))
            .collect();
        for &at in &self.counting {
            let is_found = found.iter().any(|(found, _)| *found == at);
            self.alerts[at].add_article(article, is_found);
        }
        for (at, watch) in found {
            let is_first = self.matched_stories.is_first(watch, article.story);
            self.alerts[at].add_match(article, is_first);
        }
    }

    fn rates(self) -> Rates {
        let covered = self.first.zip(self.last).map_or(0.0, |(first, last)| {
            last.duration_since(first).as_secs_f64()
        });
        let days = (covered / 86_400.0).max(1.0);
        let a_day = self.alerts.iter().map(|alerts| alerts.n as f64 / days);
        Rates {
            a_day: a_day.collect(),
            days,
            n_articles: self.n_articles,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::Settings;
    use crate::config::watchlist;
    use crate::model::{CoverageKind, StoryId};

    /// An article that opens a story, fetched `after` the first one.
    fn article(id: i64, after: SignedDuration) -> ArchivedArticle {
        ArchivedArticle {
            id: ArticleId(id),
            feed_url: None,
            url: None,
            source: String::new(),
            author: None,
            title: String::new(),
            dek: String::new(),
            text: String::new(),
            captions: Vec::new(),
            language: None,
            fetched: Timestamp::UNIX_EPOCH + after,
            story: StoryId(id),
            kind: CoverageKind::First,
            newness: None,
            linked: Vec::new(),
        }
    }

    fn found() -> [Match; 1] {
        [Match {
            watch: WatchId::from("ferry"),
            why: Vec::new(),
            boilerplate: false,
        }]
    }

    /// Checks how often a day a watch would have alerted that matches `n` stories a
    /// day for eleven days.
    fn check(n: usize, wanted: f64) {
        let list = watchlist::load_str("w.toml", "[[watch]]\nid = \"ferry\"\nany = [\"ferry\"]\n")
            .expect("the list is valid");
        let terms = Settings::default().defaults.alert.terms(&list.watches[0]);
        let mut counts = Counts::new(&list, vec![terms]);
        for (story, at) in (0..11 * n).zip(0..) {
            let after = SignedDuration::from_hours(24 * (story / n) as i64);
            let article = article(at, after);
            counts.add(&article, &found());
            counts.add(&article, &[]);
        }
        let rates = counts.rates();
        assert!((rates.a_day[0] - wanted).abs() < 1e-6, "{:?}", rates.a_day);
        assert_eq!(rates.days, 10.0);
    }

    #[test]
    fn alerts_are_counted_by_the_days_that_the_articles_cover() {
        check(10, 11.0);
        check(100, 110.0);
    }

    #[test]
    fn a_spike_is_counted_once() {
        let list = watchlist::load_str(
            "w.toml",
            "[[watch]]\nid = \"ferry\"\nany = [\"ferry\"]\nalert = { mode = \"spike\" }\n",
        )
        .expect("the list is valid");
        let terms = Settings::default().defaults.alert.terms(&list.watches[0]);
        let mut counts = Counts::new(&list, vec![terms]);
        // One article a day for a month, and then thirty within an hour.
        let quiet = (0..30).map(|day| day * 1_440);
        let flurry = (0..30).map(|minute| 30 * 1_440 + minute * 2);
        for (id, minutes) in (0..).zip(quiet.chain(flurry)) {
            let article = ArchivedArticle {
                source: format!("Outlet {}", id % 9),
                ..article(id, SignedDuration::from_mins(minutes))
            };
            counts.add(&article, &found());
        }
        assert_eq!(counts.alerts[0].n, 1);
    }
}
