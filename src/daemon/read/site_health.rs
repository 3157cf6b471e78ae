//! Watches the extraction quality of each site. A site whose pages suddenly come out of
//! extraction differently (it was rebuilt, or shows a consent page or a check for robots)
//! is reported once, with an example. Its pages are still read.

use crate::daemon::alerting::alert_record;
use crate::daemon::poll::events;
use crate::extract::health::{Degraded, Measure, Norm, compare};
use crate::model::AlertId;
use crate::notify::payload::{Event, FeedHealth};
use crate::store::AlertRecord;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// After this many unusual pages in a row, the change is reported: fewer may be chance.
const UNUSUAL_IN_A_ROW: u32 = 3;

/// After this many usual pages in a row, the trouble counts as over.
const USUAL_IN_A_ROW: u32 = 3;

/// After this many unusual pages in a row, the measure of a usual page is learnt again
/// from them: otherwise a rebuilt site would count as unusual for good.
const NEW_NORMAL: u32 = 40;

/// What is remembered of a site; stored as JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SiteHealth {
    norm: Norm,
    /// Unusual pages in a row, and usual ones in a row since the alert.
    #[serde(rename = "n_odd")]
    n_unusual: u32,
    n_usual: u32,
    /// When the trouble began, if there is one.
    since: Option<Timestamp>,
    #[serde(rename = "is_told")]
    was_reported: bool,
}

/// The health of sites with articles that are not committed yet.
pub(crate) type Sites = HashMap<String, SiteHealth>;

/// How a page changed its site's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Degraded { how: Degraded, since: Timestamp },
    Recovered { since: Timestamp },
}

impl SiteHealth {
    /// As it was stored; nothing is remembered of a site that is new or whose
    /// row is damaged.
    pub(crate) fn from_json(json: Option<&str>) -> Self {
        json.and_then(|json| serde_json::from_str(json).ok())
            .unwrap_or_default()
    }

    /// As it is stored.
    pub(crate) fn to_json(self) -> String {
        serde_json::to_string(&self).expect("numbers and times are always JSON")
    }

    /// Counts one more page of the site; returns the change of the site's health, if it
    /// causes one.
    pub(crate) fn after(&mut self, page: Measure, now: Timestamp) -> Option<Change> {
        match compare(&self.norm, page) {
            None => self.after_usual(page),
            Some(how) => self.after_unusual(page, how, now),
        }
    }

    fn after_usual(&mut self, page: Measure) -> Option<Change> {
        self.norm = self.norm.learn(page);
        self.n_unusual = 0;
        self.n_usual = self.n_usual.saturating_add(1);
        if self.was_reported && self.n_usual < USUAL_IN_A_ROW {
            return None;
        }
        let was_reported = std::mem::take(&mut self.was_reported);
        let since = self.since.take().filter(|_| was_reported)?;
        Some(Change::Recovered { since })
    }

    fn after_unusual(&mut self, page: Measure, how: Degraded, now: Timestamp) -> Option<Change> {
        self.n_usual = 0;
        self.n_unusual = self.n_unusual.saturating_add(1);
        if self.n_unusual >= NEW_NORMAL {
            *self = Self {
                norm: Norm::default().learn(page),
                ..Self::default()
            };
            return None;
        }
        let since = *self.since.get_or_insert(now);
        if self.was_reported || self.n_unusual < UNUSUAL_IN_A_ROW {
            return None;
        }
        self.was_reported = true;
        Some(Change::Degraded { how, since })
    }
}

/// The page that serves as an example.
pub(crate) struct Example<'a> {
    pub(crate) feed: String,
    pub(crate) site: &'a str,
    /// The page's address, without parts that may be a token.
    pub(crate) url: String,
}

/// The alert about a degradation, to the receivers `to`.
pub(crate) fn alert(
    how: Degraded,
    since: Timestamp,
    example: Example<'_>,
    to: &[String],
    now: Timestamp,
) -> AlertRecord {
    let id = alert_id(example.site, since);
    let what = match how {
        Degraded::Empty => "give no article any more",
        Degraded::Short => "give less than a tenth of the text they used to",
        Degraded::Removed => "lose far more of their text as boilerplate than usual",
    };
    let event = Event::ExtractionDegraded(FeedHealth {
        feed: example.feed,
        name: example.site.to_owned(),
        reason: format!(
            "the last {UNUSUAL_IN_A_ROW} pages of {site} {what}; this one is an example: look at it with newsvane extract, \
             and set article_selector or remove for the feed if the site was rebuilt",
            site = example.site
        ),
        url: example.url,
        since: Some(since),
        next_poll: None,
    });
    alert_record(id, event, to.to_vec(), now)
}

/// Computed from the site and when its trouble began, so that it is the same after a
/// crash.
fn alert_id(site: &str, since: Timestamp) -> AlertId {
    events::trouble_id("degraded", site, since)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Article, Block, BlockKind};

    fn page(n_chars: usize) -> Measure {
        if n_chars == 0 {
            return Measure::NOTHING;
        }
        Measure::of(&Article {
            blocks: vec![Block {
                kind: BlockKind::Paragraph,
                text: "x".repeat(n_chars),
            }],
            ..Article::default()
        })
    }

    /// Twenty pages of 2,000 characters, then pages of these lengths: the numbers of
    /// those that change the site's health, and whether for the worse.
    fn check(pages: &[usize], wanted: &[(usize, bool)]) {
        let mut site = SiteHealth::default();
        let at = |n: usize| Timestamp::from_second(1_900_000_000 + n as i64).unwrap();
        for n in 0..20 {
            assert_eq!(site.after(page(2_000), at(n)), None);
        }
        let turns: Vec<(usize, bool)> = (0..)
            .zip(pages)
            .filter_map(|(n, n_chars)| {
                site = SiteHealth::from_json(Some(&site.to_json()));
                let turn = site.after(page(*n_chars), at(20 + n))?;
                Some((n, matches!(turn, Change::Degraded { .. })))
            })
            .collect();
        assert_eq!(turns, wanted, "{pages:?}");
    }

    #[test]
    fn three_unusual_pages_in_a_row_are_reported_once() {
        check(&[0, 0, 2_000, 0, 0], &[]);
        check(&[0, 0, 0, 0, 0, 0], &[(2, true)]);
        check(&[100, 0, 100], &[(2, true)]);
    }

    #[test]
    fn a_trouble_is_over_after_three_usual_pages_and_can_come_again() {
        let pages = [0, 0, 0, 2_000, 0, 2_000, 2_000, 2_000, 0, 0, 0];
        check(&pages, &[(2, true), (7, false), (10, true)]);
    }

    #[test]
    fn pages_that_stay_unusual_for_long_become_usual() {
        let mut pages = vec![100; 40 + 12 + 6];
        check(&pages, &[(2, true)]);
        pages.extend([0, 0, 0]);
        check(&pages, &[(2, true), (60, true)]);
    }

    #[test]
    fn an_alerts_id_depends_on_the_site_and_when_the_trouble_began() {
        let at = |s| Timestamp::from_second(s).unwrap();
        assert_eq!(alert_id("a.example", at(1)), alert_id("a.example", at(1)));
        assert_ne!(alert_id("a.example", at(1)), alert_id("a.example", at(2)));
        assert_ne!(alert_id("a.example", at(1)), alert_id("b.example", at(1)));
    }
}
