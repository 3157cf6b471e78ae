//! The handlers of the API.

use super::export::{self, Format};
use super::problem::{self, ApiError};
use crate::web::Shared;
use crate::web::access::Visitor;
use crate::web::actions::{self, MuteQuery};
use crate::web::views::part::{MAX_ROWS, Part};
use crate::web::views::{
    ViewError, alerts, feeds, overview, receivers, search, stories, trial, watches, why,
};
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::sync::Arc;

type Answer<T> = Result<Json<T>, ApiError>;

/// How many rows, and in which format.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Paging {
    /// Rows at most, up to 500; 50 if it is not said. Exports give up to 10,000.
    pub(super) limit: Option<usize>,
    /// `csv` or `jsonl`: the list as a file.
    pub(super) format: String,
}

impl Paging {
    fn n(&self) -> usize {
        self.limit.unwrap_or(50).clamp(1, MAX_ROWS)
    }
}

/// A question in the address, with an error in our own words.
type Asked<T> = Result<Query<T>, QueryRejection>;

fn asked<T>(query: Asked<T>) -> Result<T, ApiError> {
    match query {
        Ok(Query(query)) => Ok(query),
        Err(err) => Err(ViewError::BadRequest(err.body_text()).into()),
    }
}

/// A list as JSON, or as the file that is asked for.
async fn listed<T, F>(
    paging: &Paging,
    name: &str,
    part: impl Fn(Option<String>, usize) -> F,
) -> Result<Response, ApiError>
where
    T: Serialize,
    F: Future<Output = Result<Part<T>, ViewError>>,
{
    match Format::of(&paging.format)? {
        None => Ok(Json(part(None, paging.n()).await?).into_response()),
        Some(format) => Ok(export::file(format, name, part).await?),
    }
}

pub(super) async fn overview(State(shared): State<Shared>) -> Answer<overview::Overview> {
    let _reader = shared.readers.acquire().await;
    Ok(Json(crate::web::pages::gather_overview(&shared).await?))
}

pub(super) async fn alerts(
    State(shared): State<Shared>,
    query: Asked<alerts::AlertQuery>,
    paging: Asked<Paging>,
) -> Result<Response, ApiError> {
    let (query, paging) = (asked(query)?, asked(paging)?);
    let _reader = shared.readers.acquire().await;
    listed(&paging, "alerts", |cursor, n| {
        let (store, mut query) = (Arc::clone(&shared.source.store), query.clone());
        query.cursor = cursor.unwrap_or(query.cursor);
        async move { alerts::list(&store, &query, n).await }
    })
    .await
}

pub(super) async fn alert(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Answer<alerts::AlertPage> {
    let _reader = shared.readers.acquire().await;
    Ok(Json(alerts::one(&shared.source.store, &id).await?))
}

pub(super) async fn article(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Answer<crate::store::ArticleDetail> {
    let _reader = shared.readers.acquire().await;
    let number = id.parse().map_err(|_| {
        ViewError::BadRequest(format!("{id:?} is not an article's id, such as a12"))
    })?;
    let article = shared.source.store.article(number).await?;
    let article =
        article.ok_or_else(|| ViewError::NotFound(format!("there is no article {number}")))?;
    Ok(Json(article))
}

pub(super) async fn stories(
    State(shared): State<Shared>,
    query: Asked<stories::StoryQuery>,
    paging: Asked<Paging>,
) -> Result<Response, ApiError> {
    let (query, paging) = (asked(query)?, asked(paging)?);
    let _reader = shared.readers.acquire().await;
    listed(&paging, "stories", |cursor, n| {
        let (store, mut query) = (Arc::clone(&shared.source.store), query.clone());
        query.cursor = cursor.unwrap_or(query.cursor);
        async move { stories::list(&store, &query, n).await }
    })
    .await
}

pub(super) async fn story(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Answer<stories::StoryPage> {
    let _reader = shared.readers.acquire().await;
    Ok(Json(stories::one(&shared.source.store, &id).await?))
}

pub(super) async fn watches(
    State(shared): State<Shared>,
    query: Asked<watches::WatchQuery>,
    paging: Asked<Paging>,
) -> Answer<Part<watches::WatchLine>> {
    let (query, paging) = (asked(query)?, asked(paging)?);
    let _reader = shared.readers.acquire().await;
    let now = Timestamp::now();
    let part = crate::web::pages::gather_watches(&shared, &query, paging.n(), now).await?;
    Ok(Json(part))
}

pub(super) async fn watch(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Answer<watches::WatchPage> {
    let _reader = shared.readers.acquire().await;
    Ok(Json(crate::web::pages::gather_watch(&shared, &id).await?))
}

pub(super) async fn trial(
    State(shared): State<Shared>,
    query: Result<Json<trial::TrialQuery>, JsonRejection>,
) -> Answer<trial::Trial> {
    let Json(query) = query.map_err(|err| ViewError::BadRequest(err.body_text()))?;
    let _trial = shared.trials.acquire().await;
    let source = &shared.source;
    Ok(Json(
        trial::run(&source.store, &source.watchlist, &query).await?,
    ))
}

pub(super) async fn feeds(
    State(shared): State<Shared>,
    query: Asked<feeds::FeedQuery>,
    paging: Asked<Paging>,
) -> Answer<Part<feeds::FeedLine>> {
    let (query, paging) = (asked(query)?, asked(paging)?);
    let _reader = shared.readers.acquire().await;
    let (store, read) = (&shared.source.store, shared.source.statistics);
    let now = Timestamp::now();
    Ok(Json(
        feeds::list(store, read, &query, paging.n(), now).await?,
    ))
}

pub(super) async fn feed(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Answer<feeds::FeedPage> {
    let _reader = shared.readers.acquire().await;
    let (store, read) = (&shared.source.store, shared.source.statistics);
    Ok(Json(feeds::one(store, read, &id, Timestamp::now()).await?))
}

pub(super) async fn receivers(
    State(shared): State<Shared>,
) -> Answer<Part<receivers::ReceiverLine>> {
    let _reader = shared.readers.acquire().await;
    let items = receivers::list(&shared.source.store, &shared.source.settings).await?;
    Ok(Json(Part { items, next: None }))
}

pub(super) async fn search(
    State(shared): State<Shared>,
    query: Asked<search::SearchQuery>,
    paging: Asked<Paging>,
) -> Result<Response, ApiError> {
    let (query, paging) = (asked(query)?, asked(paging)?);
    let _reader = shared.readers.acquire().await;
    listed(&paging, "search", |cursor, n| {
        let (store, mut query) = (Arc::clone(&shared.source.store), query.clone());
        query.cursor = cursor.unwrap_or(query.cursor);
        async move { search::find(&store, &query, n).await }
    })
    .await
}

pub(super) async fn why(
    State(shared): State<Shared>,
    query: Asked<why::WhyQuery>,
) -> Answer<why::Why> {
    let query = asked(query)?;
    let _reader = shared.readers.acquire().await;
    let source = &shared.source;
    let defaults = &source.settings.defaults.alert;
    Ok(Json(
        why::answer(&source.store, &source.watchlist, defaults, &query).await?,
    ))
}

pub(super) async fn redeliver(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Answer<actions::Done> {
    alerts::one(&shared.source.store, &id).await?;
    Ok(Json(
        actions::redeliver_alert(&shared, &visitor, &id).await?,
    ))
}

pub(super) async fn redeliver_all(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(name): Path<String>,
) -> Answer<actions::Done> {
    Ok(Json(
        actions::redeliver_all(&shared, &visitor, &name).await?,
    ))
}

pub(super) async fn test(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(name): Path<String>,
) -> Answer<actions::Done> {
    Ok(Json(
        actions::test_receiver(&shared, &visitor, &name).await?,
    ))
}

fn muting(query: Result<Json<MuteQuery>, JsonRejection>) -> Result<MuteQuery, ApiError> {
    let Json(query) = query.map_err(|err| ViewError::BadRequest(err.body_text()))?;
    Ok(query)
}

pub(super) async fn mute_watch(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    query: Result<Json<MuteQuery>, JsonRejection>,
) -> Answer<actions::Done> {
    let (muted, query) = (actions::watch_to_mute(&shared, &id)?, muting(query)?);
    Ok(Json(actions::mute(&shared, &visitor, muted, &query).await?))
}

pub(super) async fn unmute_watch(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Answer<actions::Done> {
    let muted = actions::watch_to_mute(&shared, &id)?;
    Ok(Json(actions::unmute(&shared, &visitor, muted).await?))
}

pub(super) async fn mute_feed(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    query: Result<Json<MuteQuery>, JsonRejection>,
) -> Answer<actions::Done> {
    let (muted, query) = (actions::feed_to_mute(&shared, &id).await?, muting(query)?);
    Ok(Json(actions::mute(&shared, &visitor, muted, &query).await?))
}

pub(super) async fn unmute_feed(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Answer<actions::Done> {
    let muted = actions::feed_to_mute(&shared, &id).await?;
    Ok(Json(actions::unmute(&shared, &visitor, muted).await?))
}

pub(super) async fn poll_feed(
    State(shared): State<Shared>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Answer<actions::Done> {
    Ok(Json(actions::poll_feed(&shared, &visitor, &id).await?))
}

pub(super) async fn no_such_path() -> Response {
    let told = "there is no such path; /api/v1/openapi.json lists them";
    problem::answer(StatusCode::NOT_FOUND, told, true)
}
