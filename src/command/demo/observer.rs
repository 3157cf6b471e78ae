//! Watches what the daemon does with the articles: which alerts arrive, what is
//! in the store, and whether both are what the script expects.

use super::receiver::Post;
use super::script::{Expected, OPENED, Piece};
use super::show::Paper;
use crate::model::{ArticleId, CoverageKind, FeedId, StoryId};
use crate::notify::payload::Payload;
use crate::store::{ArticleView, FeedFilter, Store};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How often the store is read.
const LOOK: Duration = Duration::from_millis(50);

/// How long the daemon may take for an article before the demo reports a
/// failure. Generous, because a busy machine is slow, not wrong.
pub(super) const BOUND: Duration = Duration::from_secs(30);

/// How many stories are read from the store; the demo has fewer.
const MAX_STORIES: usize = 100;

/// What happened, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub published: usize,
    pub read: usize,
    /// Alerts whose signature was verified.
    pub alerts: usize,
    /// Alerts that arrived a second time under the same id.
    pub repeats: usize,
    /// Alerts that the script does not expect.
    pub false_alarms: usize,
    /// Requests to the receiver that were no signed alert.
    pub refused: usize,
    /// Copies, rewrites and reports without news.
    pub copies: usize,
    pub corrections: usize,
    /// Feeds that failed.
    pub bad_feeds: usize,
    /// Alerts that matching the whole pages would have made.
    pub naive_alarms: usize,
}

/// An article that was published.
struct Published {
    piece: &'static Piece,
    url: String,
    /// How many watches the page's other text would match.
    n_named: usize,
    is_read: bool,
    is_alerted: bool,
}

/// Follows the demo; see the module.
pub(super) struct Observer<'a> {
    pub paper: Paper<'a>,
    pub tally: Tally,
    /// What did not happen as the script expects.
    pub problems: Vec<String>,
    store: Arc<dyn Store>,
    inbox: mpsc::Receiver<Post>,
    pieces: Vec<Published>,
    articles: HashMap<ArticleId, ArticleView>,
    n_articles: HashMap<StoryId, u64>,
    alerts: HashSet<String>,
    bad_feeds: HashSet<FeedId>,
}

impl<'a> Observer<'a> {
    pub(super) fn new(
        paper: Paper<'a>,
        store: Arc<dyn Store>,
        inbox: mpsc::Receiver<Post>,
    ) -> Self {
        Self {
            paper,
            store,
            inbox,
            tally: Tally::default(),
            problems: Vec::new(),
            pieces: Vec::new(),
            articles: HashMap::new(),
            n_articles: HashMap::new(),
            alerts: HashSet::new(),
            bad_feeds: HashSet::new(),
        }
    }

    /// Expects `piece`, just published at `url`. `n_named` is how many watches
    /// would match the text around the article.
    pub(super) fn expect(&mut self, piece: &'static Piece, url: String, n_named: usize) {
        self.tally.published += 1;
        self.tally.naive_alarms += n_named;
        self.pieces.push(Published {
            piece,
            url,
            n_named,
            is_read: false,
            is_alerted: false,
        });
    }

    /// Whether an earlier version of the article at `url` was published.
    pub(super) fn knows(&self, url: &str) -> bool {
        self.pieces.iter().any(|published| published.url == url)
    }

    /// Shows what happens until `end`.
    pub(super) async fn follow(&mut self, end: Instant) -> anyhow::Result<()> {
        while Instant::now() < end {
            self.turn(end).await?;
        }
        Ok(())
    }

    /// Shows what happens until every published article was read and its alerts
    /// arrived. What does not happen within the time limit is a problem.
    pub(super) async fn settle(&mut self) -> anyhow::Result<()> {
        let end = Instant::now() + BOUND;
        while self.pieces.iter().any(|published| !published.is_settled()) && Instant::now() < end {
            self.turn(end).await?;
        }
        for published in self
            .pieces
            .iter_mut()
            .filter(|published| !published.is_settled())
        {
            let what = if published.is_read {
                "was read, but its alert did not arrive"
            } else {
                "was not read"
            };
            let problem = format!("{} {what} within {} s", published.url, BOUND.as_secs());
            (published.is_read, published.is_alerted) = (true, true);
            self.problems.push(problem);
        }
        Ok(())
    }

    /// Shows what happens until each feed was polled once; returns how many
    /// entries were there before.
    pub(super) async fn first_polls(&mut self, n_feeds: usize) -> anyhow::Result<u64> {
        let end = Instant::now() + BOUND;
        loop {
            let feeds = self.store.feeds(FeedFilter::All).await?;
            if feeds.len() == n_feeds && feeds.iter().all(|feed| feed.polled.is_some()) {
                return Ok(feeds.iter().map(|feed| feed.entries).sum());
            }
            anyhow::ensure!(
                Instant::now() < end,
                "not every feed was polled within {} s",
                BOUND.as_secs()
            );
            self.turn(end).await?;
        }
    }

    async fn turn(&mut self, end: Instant) -> anyhow::Result<()> {
        let pause = end.min(Instant::now() + LOOK);
        if let Ok(Some(post)) = tokio::time::timeout_at(pause, self.inbox.recv()).await {
            self.post(post)?;
        }
        self.look().await
    }

    fn post(&mut self, post: Post) -> anyhow::Result<()> {
        match post {
            Post::Refused(reason) => {
                self.tally.refused += 1;
                self.problems
                    .push(format!("the receiver refused a post: {reason}"));
                self.paper
                    .wrong(&format!("the receiver refused a post: {reason}"))?;
            }
            Post::Alert(payload) if !self.alerts.insert(payload.alert.to_string()) => {
                self.tally.repeats += 1;
            }
            Post::Alert(payload) => self.alert(&payload)?,
        }
        Ok(())
    }

    fn alert(&mut self, payload: &Payload) -> anyhow::Result<()> {
        self.tally.alerts += 1;
        self.paper.alert(payload)?;
        let coverage = payload.event.coverage();
        let expected = coverage.and_then(|coverage| {
            self.pieces.iter_mut().find(|published| {
                published.url == coverage.article.url
                    && published.piece.expected == Expected::Alert(payload.event.name())
                    && published.piece.about == Some(coverage.watch.id.as_str())
            })
        });
        match expected {
            Some(published) => published.is_alerted = true,
            None => {
                self.tally.false_alarms += 1;
                self.paper.wrong("the script does not expect this alert")?;
                let title = coverage.map(|coverage| coverage.article.title.as_str());
                self.problems.push(format!(
                    "an unexpected alert: {} for {:?}",
                    payload.event.name(),
                    title.unwrap_or_default()
                ));
            }
        }
        Ok(())
    }

    /// Reads what is new in the store.
    async fn look(&mut self) -> anyhow::Result<()> {
        for feed in self.store.feeds(FeedFilter::All).await? {
            if let Some(error) = feed.error.filter(|_| self.bad_feeds.insert(feed.id)) {
                self.tally.bad_feeds += 1;
                self.paper
                    .bad_feed(feed.title.as_deref().unwrap_or(&feed.url), &error)?;
            }
        }
        for story in self.store.stories(MAX_STORIES).await? {
            if self.n_articles.insert(story.id, story.articles) == Some(story.articles) {
                continue;
            }
            for article in self.store.story_articles(story.id).await? {
                if !self.articles.contains_key(&article.id) {
                    self.read(&article)?;
                    self.articles.insert(article.id, article);
                }
            }
        }
        Ok(())
    }

    fn read(&mut self, article: &ArticleView) -> anyhow::Result<()> {
        self.tally.read += 1;
        let url = article.url.as_deref().unwrap_or_default();
        let published = self
            .pieces
            .iter_mut()
            .find(|published| published.url == url && !published.is_read);
        let Some(published) = published else {
            self.problems
                .push(format!("{url} was read more often than it was published"));
            return Ok(());
        };
        published.is_read = true;
        let expected = published.piece.expected;
        let n_named = published.n_named;
        let is_right = article.watches.iter().eq(published.piece.about)
            && match expected {
                Expected::Alert(kind) => kind != OPENED || article.kind == CoverageKind::First,
                Expected::HeldBack(kinds) => kinds.contains(&article.kind),
                Expected::Nothing => true,
            };
        if !is_right {
            let problem = format!(
                "{:?} of {} became {:?} and matched the watches {:?}; expected: {expected:?}",
                article.title, article.source, article.kind, article.watches
            );
            self.paper.wrong(&problem)?;
            self.problems.push(problem);
        }
        match expected {
            Expected::Alert(_) => {}
            Expected::HeldBack(_) => self.no_alert(article)?,
            Expected::Nothing => self.paper.no_match(&article.source, n_named)?,
        }
        Ok(())
    }

    fn no_alert(&mut self, article: &ArticleView) -> anyhow::Result<()> {
        match article.kind {
            CoverageKind::Revision => self.tally.corrections += 1,
            CoverageKind::Duplicate | CoverageKind::Rewrite | CoverageKind::Independent => {
                self.tally.copies += 1;
            }
            CoverageKind::First | CoverageKind::Development => {}
        }
        let of = article.of.and_then(|of| self.articles.get(&of));
        let new: Vec<String> = article.new.iter().map(|new| new.sentence.clone()).collect();
        let of = of.map(|of| of.source.as_str());
        Ok(self
            .paper
            .no_alert(article.kind, &article.source, of, &new)?)
    }
}

impl Published {
    fn is_settled(&self) -> bool {
        let wants_alert = matches!(self.piece.expected, Expected::Alert(_));
        self.is_read && (self.is_alerted || !wants_alert)
    }
}
