//! Overview, alerts and stories.

use super::show::{self, Bars, Piece, Reason};
use super::{Chrome, PageError, page};
use crate::notify::payload::{Coverage, Digest, Payload, Volume};
use crate::store::{AlertView, StoryView};
use crate::web::access::Visitor;
use crate::web::views::part::{Part, ROWS};
use crate::web::views::{ViewError, alerts, overview, stories, watches};
use crate::web::{Running, Shared};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use jiff::Timestamp;

type Page = Result<Response, PageError>;

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    chrome: Chrome,
    view: overview::Overview,
    running: Running,
}

/// The overview, for the page and the API.
pub(in crate::web) async fn gather_overview(
    shared: &Shared,
) -> Result<overview::Overview, ViewError> {
    let source = &shared.source;
    let query = watches::WatchQuery::default();
    let defaults = &source.settings.defaults.alert;
    let lines =
        source.with_watchlist(|list| watches::chosen(list, defaults, &query, usize::MAX - 1));
    let lines = lines.transpose()?.map_or_else(Vec::new, |part| part.items);
    overview::gather(
        &source.store,
        &source.settings,
        &(source.running)(),
        lines,
        source.statistics,
        Timestamp::now(),
    )
    .await
}

pub(super) async fn overview(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    here: Uri,
) -> Page {
    let _reader = shared.readers.acquire().await;
    page(&OverviewPage {
        chrome: Chrome::new(visitor.as_deref(), "Overview", "overview").live(&here),
        view: gather_overview(&shared).await?,
        running: (shared.source.running)(),
    })
}

#[derive(Template)]
#[template(path = "alerts.html")]
struct AlertsPage {
    chrome: Chrome,
    query: alerts::AlertQuery,
    part: Part<AlertView>,
    /// The question without its cursor, for links.
    asked: String,
}

pub(super) async fn alerts(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    here: Uri,
    Query(query): Query<alerts::AlertQuery>,
) -> Page {
    let _reader = shared.readers.acquire().await;
    let asked = [
        ("watch", &query.watch),
        ("story", &query.story),
        ("state", &query.state),
        ("since", &query.since),
        ("until", &query.until),
    ];
    let mut chrome = Chrome::new(visitor.as_deref(), "Alerts", "alerts");
    if query.cursor.is_empty() {
        chrome = chrome.live(&here);
    }
    page(&AlertsPage {
        chrome,
        part: alerts::list(&shared.source.store, &query, ROWS).await?,
        asked: asked_again(&asked),
        query,
    })
}

/// A question as the query of an address, without what is empty.
pub(super) fn asked_again(fields: &[(&str, &String)]) -> String {
    let filled = fields.iter().filter(|(_, value)| !value.is_empty());
    let pairs = filled.map(|(name, value)| format!("{name}={}", show::query_text(value)));
    pairs.collect::<Vec<_>>().join("&")
}

#[derive(Template)]
#[template(path = "alert.html")]
struct AlertPage {
    chrome: Chrome,
    view: alerts::AlertPage,
    coverage: Option<Box<Coverage>>,
    digest: Option<Digest>,
    volume: Option<Volume>,
    reasons: Vec<Reason>,
    new: Vec<Vec<Piece>>,
    /// The body as it is sent, for people.
    body: String,
    paragraphs: Vec<String>,
}

impl AlertPage {
    fn new(chrome: Chrome, view: alerts::AlertPage) -> Self {
        use crate::notify::payload::Event;
        let payload = serde_json::from_value::<Payload>(view.body.clone()).ok();
        let (mut coverage, mut digest, mut volume) = (None, None, None);
        match payload.map(|payload| payload.event) {
            Some(
                Event::StoryOpened(own)
                | Event::StoryDeveloped(own)
                | Event::StoryCovered(own)
                | Event::WatchMatched(own)
                | Event::ArticleRevised(own),
            ) => coverage = Some(own),
            Some(Event::WatchDigest(own)) => digest = Some(own),
            Some(Event::WatchSpike(own) | Event::WatchSilent(own)) => volume = Some(own),
            Some(
                Event::FeedFailing(_)
                | Event::FeedSilent(_)
                | Event::FeedRecovered(_)
                | Event::ExtractionDegraded(_)
                | Event::DeliveryDead(_)
                | Event::TestPing(_),
            )
            | None => {}
        }
        let own = coverage.as_deref();
        Self {
            reasons: own.map_or_else(Vec::new, |own| show::reasons(&own.why)),
            new: own.map_or_else(Vec::new, |own| show::new_sentences(&own.new)),
            body: serde_json::to_string_pretty(&view.body).unwrap_or_default(),
            paragraphs: view.article.as_ref().map_or_else(Vec::new, |article| {
                let blocks = article.text.split("\n\n").map(str::trim);
                blocks
                    .filter(|block| !block.is_empty())
                    .map(str::to_owned)
                    .collect()
            }),
            chrome,
            coverage,
            digest,
            volume,
            view,
        }
    }

    /// What a person reads first.
    fn headline(&self) -> &str {
        let own = self.coverage.as_ref().map(|own| own.article.title.as_str());
        own.or(self.view.alert.title.as_deref())
            .unwrap_or(&self.view.alert.kind)
    }

    /// What happened and what to do, of an alert about newsvane itself.
    fn told(&self) -> Option<&str> {
        let data = self.view.body.get("data")?;
        data.get("reason").or_else(|| data.get("message"))?.as_str()
    }
}

pub(super) async fn alert(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    Path(id): Path<String>,
) -> Page {
    let _reader = shared.readers.acquire().await;
    let view = alerts::one(&shared.source.store, &id).await?;
    let chrome = Chrome::new(visitor.as_deref(), "Alert", "alerts");
    page(&AlertPage::new(chrome, view))
}

/// [`alert`] with what came of an action.
pub(super) async fn alert_after(
    shared: &Shared,
    visitor: &Visitor,
    id: &str,
    notice: (bool, String),
) -> Page {
    let view = alerts::one(&shared.source.store, id).await?;
    let mut chrome = Chrome::new(Some(visitor), "Alert", "alerts");
    chrome.notice = Some(notice);
    page(&AlertPage::new(chrome, view))
}

#[derive(Template)]
#[template(path = "stories.html")]
struct StoriesPage {
    chrome: Chrome,
    query: stories::StoryQuery,
    part: Part<StoryView>,
    asked: String,
}

pub(super) async fn stories(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    here: Uri,
    Query(query): Query<stories::StoryQuery>,
) -> Page {
    let _reader = shared.readers.acquire().await;
    let mut chrome = Chrome::new(visitor.as_deref(), "Stories", "stories");
    if query.cursor.is_empty() {
        chrome = chrome.live(&here);
    }
    page(&StoriesPage {
        chrome,
        part: stories::list(&shared.source.store, &query, ROWS).await?,
        asked: asked_again(&[("watch", &query.watch)]),
        query,
    })
}

#[derive(Template)]
#[template(path = "story.html")]
struct StoryPage {
    chrome: Chrome,
    view: stories::StoryPage,
    coverage: Bars,
    /// The new sentences of each article, in the order of the articles.
    new: Vec<Vec<Vec<Piece>>>,
}

impl StoryPage {
    /// The new sentences of the article at this place.
    fn new_of(&self, at: &usize) -> Option<&Vec<Vec<Piece>>> {
        self.new.get(*at)
    }
}

/// New sentences shown of an article.
const NEW_SHOWN: usize = 4;

pub(super) async fn story(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    here: Uri,
    Path(id): Path<String>,
) -> Page {
    let _reader = shared.readers.acquire().await;
    let view = stories::one(&shared.source.store, &id).await?;
    let own: Vec<_> = view.coverage.iter().map(|column| column.own).collect();
    let repeats: Vec<_> = view.coverage.iter().map(|column| column.repeats).collect();
    let new = view.articles.iter().map(|article| {
        let shown = article.new.len().min(NEW_SHOWN);
        show::novelties(&article.new[..shown])
    });
    page(&StoryPage {
        chrome: Chrome::new(visitor.as_deref(), "Story", "stories").live(&here),
        coverage: show::bars(&own, &repeats, "articles"),
        new: new.collect(),
        view,
    })
}
