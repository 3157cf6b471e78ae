//! Watches, trials, search and why.

use super::news::asked_again;
use super::show::{self, Bars, Reason};
use super::{Chrome, PageError, page};
use crate::store::FoundArticle;
use crate::web::Shared;
use crate::web::access::Visitor;
use crate::web::views::part::{Part, ROWS};
use crate::web::views::{ViewError, search, trial, watches, why};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::{Extension, Form};
use jiff::Timestamp;
use serde::Deserialize;

type Page = Result<Response, PageError>;

/// A part of the watches, for the page and the API.
pub(in crate::web) async fn gather_watches(
    shared: &Shared,
    query: &watches::WatchQuery,
    n: usize,
    now: Timestamp,
) -> Result<Part<watches::WatchLine>, ViewError> {
    let defaults = &shared.source.settings.defaults.alert;
    let chosen = shared
        .source
        .with_watchlist(|list| watches::chosen(list, defaults, query, n));
    let mut part = chosen.unwrap_or_else(|| {
        Ok(Part {
            items: Vec::new(),
            next: None,
        })
    })?;
    watches::add_alerts(&shared.source.store, &mut part.items, now).await?;
    Ok(part)
}

/// One watch in full, for the page and the API.
pub(in crate::web) async fn gather_watch(
    shared: &Shared,
    id: &str,
) -> Result<watches::WatchPage, ViewError> {
    let defaults = &shared.source.settings.defaults.alert;
    let named = shared
        .source
        .with_watchlist(|list| watches::named(list, defaults, id));
    let named = named.ok_or_else(|| ViewError::NotFound("there is no watchlist".to_owned()))??;
    watches::one(&shared.source.store, named, Timestamp::now()).await
}

#[derive(Template)]
#[template(path = "watches.html")]
struct WatchesPage {
    chrome: Chrome,
    query: watches::WatchQuery,
    part: Part<watches::WatchLine>,
    asked: String,
    error: Option<String>,
}

pub(super) async fn watches(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    Query(query): Query<watches::WatchQuery>,
) -> Page {
    let _reader = shared.readers.acquire().await;
    let chrome = Chrome::new(visitor.as_deref(), "Watches", "watches");
    page(&WatchesPage {
        part: gather_watches(&shared, &query, ROWS, chrome.now).await?,
        asked: asked_again(&[("text", &query.text)]),
        error: (shared.source.running)().watchlist_error,
        chrome,
        query,
    })
}

#[derive(Template)]
#[template(path = "watch.html")]
struct WatchPage {
    chrome: Chrome,
    view: watches::WatchPage,
    matches: Bars,
    alerts: Bars,
}

impl WatchPage {
    /// Its own address.
    fn address(&self) -> String {
        format!("/watches/{}", show::query_text(&self.view.watch.id))
    }
}

pub(super) async fn watch(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    Path(id): Path<String>,
) -> Page {
    let _reader = shared.readers.acquire().await;
    watch_after(&shared, visitor.as_deref(), &id, None).await
}

/// One watch, with what came of an action.
pub(super) async fn watch_after(
    shared: &Shared,
    visitor: Option<&Visitor>,
    id: &str,
    notice: Option<(bool, String)>,
) -> Page {
    let view = gather_watch(shared, id).await?;
    let mut chrome = Chrome::new(visitor, &view.watch.name, "watches");
    chrome.notice = notice;
    page(&WatchPage {
        chrome,
        matches: show::bars(&view.days, &[], "matches"),
        alerts: show::bars(&view.watch.sent, &view.watch.held, "alerts"),
        view,
    })
}

/// A hit of a trial with its evidence.
struct ShownHit {
    hit: trial::TrialHit,
    why: Vec<Reason>,
}

#[derive(Template)]
#[template(path = "try.html")]
struct TrialPage {
    chrome: Chrome,
    text: String,
    trial: Option<trial::Trial>,
    days: Bars,
    /// The newest, the most doubtful and the lost ones, with their headings.
    hits: Vec<(&'static str, Vec<ShownHit>)>,
}

/// Which watch is edited first.
#[derive(Deserialize)]
pub(super) struct Opened {
    #[serde(default)]
    watch: String,
}

/// What a new watch begins with.
const EXAMPLE: &str = "\
[[watch]]
id    = \"harbour-ferry\"
all   = [\"ferry OR ferries\", \"harbo*\"]
none  = [\"title:opinion\"]
alert = { mode = \"story\", updates = [\"development\"] }
";

pub(super) async fn open_trial(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    Query(Opened { watch }): Query<Opened>,
) -> Page {
    let defaults = &shared.source.settings.defaults.alert;
    let named = shared
        .source
        .with_watchlist(|list| watches::named(list, defaults, &watch));
    let text = match named {
        Some(Ok((_, Some(text)))) => text,
        Some(Ok((_, None)) | Err(_)) | None => EXAMPLE.to_owned(),
    };
    page(&TrialPage {
        chrome: Chrome::new(visitor.as_deref(), "Try a watch", "try"),
        text,
        trial: None,
        days: show::bars(&[], &[], "hits"),
        hits: Vec::new(),
    })
}

pub(super) async fn run_trial(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    Form(query): Form<trial::TrialQuery>,
) -> Page {
    let _trial = shared.trials.acquire().await;
    let source = &shared.source;
    let mut trial = trial::run(&source.store, &source.watchlist, &query).await?;
    let shown = |hits: Vec<trial::TrialHit>| {
        let hits = hits.into_iter().map(|hit| ShownHit {
            why: show::evidence(&hit.why),
            hit,
        });
        hits.collect()
    };
    let hits = vec![
        ("The newest", shown(std::mem::take(&mut trial.newest))),
        (
            "The most doubtful",
            shown(std::mem::take(&mut trial.doubtful)),
        ),
        (
            "Found by the watch in force, no longer by this one",
            shown(std::mem::take(&mut trial.lost_articles)),
        ),
    ];
    page(&TrialPage {
        chrome: Chrome::new(visitor.as_deref(), "Try a watch", "try"),
        text: query.text.replace("\r\n", "\n"),
        days: days_of(&trial.days),
        trial: Some(trial),
        hits,
    })
}

/// The days of a trial as bars, without gaps; of very many, the last ones.
fn days_of(days: &[(i64, u64)]) -> Bars {
    const MAX_DAYS: i64 = 92;
    let Some(&(last, _)) = days.last() else {
        return show::bars(&[], &[], "hits");
    };
    let first = days[0].0.max(last - MAX_DAYS + 1);
    let mut counts = vec![0; usize::try_from(last - first + 1).unwrap_or(1)];
    for &(day, n) in days {
        let slot = usize::try_from(day - first).ok();
        if let Some(slot) = slot.and_then(|at| counts.get_mut(at)) {
            *slot = n;
        }
    }
    show::bars(&counts, &[], "hits")
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    chrome: Chrome,
    query: search::SearchQuery,
    part: Part<FoundArticle>,
    asked: String,
}

pub(super) async fn search(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    Query(query): Query<search::SearchQuery>,
) -> Page {
    let _reader = shared.readers.acquire().await;
    let asked = [
        ("q", &query.q),
        ("in", &query.within),
        ("source", &query.source),
        ("language", &query.language),
        ("watch", &query.watch),
        ("since", &query.since),
        ("until", &query.until),
    ];
    page(&SearchPage {
        chrome: Chrome::new(visitor.as_deref(), "Search", "search"),
        part: search::find(&shared.source.store, &query, ROWS).await?,
        asked: asked_again(&asked),
        query,
    })
}

#[derive(Template)]
#[template(path = "why.html")]
struct WhyPage {
    chrome: Chrome,
    query: why::WhyQuery,
    view: why::Why,
}

pub(super) async fn why(
    State(shared): State<Shared>,
    visitor: Option<Extension<Visitor>>,
    Query(query): Query<why::WhyQuery>,
) -> Page {
    let _reader = shared.readers.acquire().await;
    let source = &shared.source;
    let defaults = &source.settings.defaults.alert;
    page(&WhyPage {
        chrome: Chrome::new(visitor.as_deref(), "Why, and why not", "why"),
        view: why::answer(&source.store, &source.watchlist, defaults, &query).await?,
        query,
    })
}
