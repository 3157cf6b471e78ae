//! The stories, and one of them as a timeline: who was first, who copied whom, what
//! each article added.

use super::ViewError;
use super::alerts::no_story_id;
use super::part::{Part, below, cursor};
use crate::model::{ArticleId, CoverageKind, StoryId, WatchId};
use crate::store::{
    AlertFilter, AlertView, ArticleView, LinkedStory, Store, StoryFilter, StoryView,
};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most articles of one story that are shown.
const MAX_ARTICLES: usize = 1_000;

/// Columns of the coverage over time.
const N_COLUMNS: i64 = 24;

/// What may be asked of the list of stories.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct StoryQuery {
    /// Only stories that this watch follows.
    pub(crate) watch: String,
    /// `next` of the part before.
    pub(crate) cursor: String,
}

/// A part of the stories, the last changed first.
///
/// # Errors
/// What cannot be understood, or if the store cannot be read.
pub(crate) async fn list(
    store: &Arc<dyn Store>,
    query: &StoryQuery,
    n: usize,
) -> Result<Part<StoryView>, ViewError> {
    let filter = StoryFilter {
        watch: Some(query.watch.trim())
            .filter(|watch| !watch.is_empty())
            .map(WatchId::from),
        below: below(Some(&query.cursor))?,
        limit: n + 1,
    };
    let found = store.story_part(filter).await?;
    Ok(Part::of(found, n, |story| {
        cursor(story.last_seen, story.id.0)
    }))
}

/// A story in full.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StoryPage {
    /// The story at a glance.
    pub(crate) story: StoryView,
    /// Its articles in the order of their arrival; of very many, the first ones.
    pub(crate) articles: Vec<ArticleView>,
    /// How many articles are left out.
    pub(crate) left_out: u64,
    /// What each outlet contributed, in the order of their first articles.
    pub(crate) outlets: Vec<OutletShare>,
    /// The coverage over time, in columns of the same length.
    pub(crate) coverage: Vec<CoverageColumn>,
    /// Stories that turned out to be about the same events.
    pub(crate) linked: Vec<LinkedStory>,
    /// The alerts about it, the first one first.
    pub(crate) alerts: Vec<AlertView>,
}

/// What an outlet contributed to a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct OutletShare {
    /// The outlet.
    pub(crate) source: String,
    /// The time of its first article.
    pub(crate) first: Timestamp,
    /// How many seconds after the story's first article that was.
    pub(crate) behind_s: i64,
    /// Its articles.
    pub(crate) articles: u64,
    /// Its own reports among them.
    pub(crate) own: u64,
    /// The outlets whose articles it repeated.
    pub(crate) copied: Vec<String>,
}

/// The articles of a story within a part of its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct CoverageColumn {
    /// The start of the part.
    pub(crate) from: Timestamp,
    /// The outlets' own reports.
    pub(crate) own: u64,
    /// Copies, rewrites and revisions.
    pub(crate) repeats: u64,
}

impl StoryPage {
    /// The article with this number.
    pub(crate) fn article(&self, id: &ArticleId) -> Option<&ArticleView> {
        self.articles.iter().find(|article| article.id == *id)
    }
}

/// One story in full.
///
/// # Errors
/// If there is no such story, or if the store cannot be read.
pub(crate) async fn one(store: &Arc<dyn Store>, id: &str) -> Result<StoryPage, ViewError> {
    let story: StoryId = id.parse().map_err(|_| no_story_id(id))?;
    let view = store.story(story).await?;
    let view = view.ok_or_else(|| {
        ViewError::NotFound(format!(
            "there is no story {story}; it may have been deleted after the time that the store keeps stories"
        ))
    })?;
    let mut articles = store.story_articles(story).await?;
    let (outlets, coverage) = (outlets(&articles), coverage(&articles));
    articles.truncate(MAX_ARTICLES);
    let filter = AlertFilter {
        story: Some(story),
        limit: 200,
        ..AlertFilter::default()
    };
    let mut alerts = store.alerts(filter).await?;
    alerts.reverse();
    Ok(StoryPage {
        left_out: view.articles.saturating_sub(articles.len() as u64),
        story: view,
        outlets,
        coverage,
        linked: store.story_links(story).await?,
        articles,
        alerts,
    })
}

fn outlets(articles: &[ArticleView]) -> Vec<OutletShare> {
    let begun = articles.iter().map(|article| article.at).min();
    let by_id: BTreeMap<_, _> = articles
        .iter()
        .map(|article| (article.id, &article.source))
        .collect();
    let mut shares: BTreeMap<&str, OutletShare> = BTreeMap::new();
    for article in articles {
        let share = shares
            .entry(&article.source)
            .or_insert_with(|| OutletShare {
                source: article.source.clone(),
                first: article.at,
                behind_s: 0,
                articles: 0,
                own: 0,
                copied: Vec::new(),
            });
        share.first = share.first.min(article.at);
        share.articles += 1;
        share.own += u64::from(article.kind.is_own());
        let is_copy = matches!(
            article.kind,
            CoverageKind::Duplicate | CoverageKind::Rewrite
        );
        let from = article.of.filter(|_| is_copy).and_then(|of| by_id.get(&of));
        if let Some(from) = from.filter(|from| **from != &article.source)
            && !share.copied.contains(from)
        {
            share.copied.push((*from).clone());
        }
    }
    let mut shares: Vec<_> = shares.into_values().collect();
    for share in &mut shares {
        share.behind_s = begun.map_or(0, |begun| share.first.duration_since(begun).as_secs());
    }
    shares.sort_by_key(|share| share.first);
    shares
}

fn coverage(articles: &[ArticleView]) -> Vec<CoverageColumn> {
    let times = articles.iter().map(|article| article.at);
    let (Some(first), Some(last)) = (times.clone().min(), times.max()) else {
        return Vec::new();
    };
    let width = column_ms(last.duration_since(first).as_millis() as i64);
    let first = first.as_millisecond() / width * width;
    let n = ((last.as_millisecond() - first) / width + 1).min(2 * N_COLUMNS);
    let mut columns: Vec<_> = (0..n)
        .map(|at| CoverageColumn {
            from: Timestamp::from_millisecond(first + at * width).unwrap_or(Timestamp::UNIX_EPOCH),
            own: 0,
            repeats: 0,
        })
        .collect();
    for article in articles {
        let at = (article.at.as_millisecond() - first) / width;
        let Some(column) = usize::try_from(at).ok().and_then(|at| columns.get_mut(at)) else {
            continue;
        };
        if article.kind.is_own() {
            column.own += 1;
        } else {
            column.repeats += 1;
        }
    }
    columns
}

/// The length of a column, in ms: a round one, so that at most so many cover `span`.
fn column_ms(span: i64) -> i64 {
    const MINUTES: [i64; 12] = [1, 5, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080];
    let minute = SignedDuration::from_mins(1).as_millis() as i64;
    let fits = |minutes: &&i64| span / (**minutes * minute) < N_COLUMNS;
    MINUTES
        .iter()
        .find(fits)
        .map_or(span / N_COLUMNS + 1, |minutes| minutes * minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(
        id: i64,
        source: &str,
        minutes: i64,
        kind: CoverageKind,
        of: Option<i64>,
    ) -> ArticleView {
        let noon: Timestamp = "2031-05-04T12:00:00Z".parse().unwrap();
        ArticleView {
            id: ArticleId(id),
            url: None,
            title: String::new(),
            source: source.to_owned(),
            at: noon + SignedDuration::from_mins(minutes),
            kind,
            of: of.map(ArticleId),
            new: Vec::new(),
            watches: Vec::new(),
        }
    }

    fn ferry() -> Vec<ArticleView> {
        vec![
            article(1, "Harbour Courier", 0, CoverageKind::First, None),
            article(2, "Lantern", 4, CoverageKind::Duplicate, Some(1)),
            article(3, "Harbour Courier", 90, CoverageKind::Revision, Some(1)),
        ]
    }

    #[test]
    fn an_outlet_is_named_with_whom_it_copied_and_how_late_it_was() {
        let shares = outlets(&ferry());
        let told: Vec<_> = shares
            .iter()
            .map(|share| {
                (
                    share.source.as_str(),
                    share.own,
                    share.articles,
                    share.behind_s,
                )
            })
            .collect();
        assert_eq!(told, [("Harbour Courier", 1, 2, 0), ("Lantern", 0, 1, 240)]);
        assert_eq!(shares[1].copied, ["Harbour Courier"]);
        assert!(shares[0].copied.is_empty(), "a revision copies nobody");
    }

    #[test]
    fn coverage_has_round_columns_over_the_whole_story() {
        let columns = coverage(&ferry());
        assert_eq!(columns.len(), 19, "90 minutes in columns of 5");
        assert_eq!((columns[0].own, columns[0].repeats), (1, 1));
        assert_eq!((columns[18].own, columns[18].repeats), (0, 1));
        assert!(coverage(&[]).is_empty());
    }
}
