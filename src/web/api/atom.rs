//! Alerts as an Atom feed (RFC 4287), for feed readers.

use super::problem::ApiError;
use crate::model::WatchId;
use crate::store::{AlertFilter, AlertView};
use crate::text::printable_lines;
use crate::web::Shared;
use crate::web::views::{ViewError, watches};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;

/// Alerts in the feed.
const N_ALERTS: usize = 50;

#[derive(Template)]
#[template(path = "alerts.atom.xml")]
struct Feed {
    title: String,
    base: String,
    path: String,
    updated: Timestamp,
    alerts: Vec<AlertView>,
}

/// All alerts.
pub(super) async fn alerts(
    State(shared): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    serve(&shared, &headers, None, "newsvane: alerts".to_owned()).await
}

/// The alerts of one watch.
pub(super) async fn alerts_of_watch(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let defaults = &shared.source.settings.defaults.alert;
    let named = shared
        .source
        .with_watchlist(|list| watches::named(list, defaults, &id));
    let (watch, _) = named.ok_or_else(|| ViewError::NotFound("no watchlist".to_owned()))??;
    let title = format!("newsvane: {}", watch.name);
    serve(&shared, &headers, Some(&id), title).await
}

async fn serve(
    shared: &Shared,
    headers: &HeaderMap,
    watch: Option<&str>,
    title: String,
) -> Result<Response, ApiError> {
    let _reader = shared.readers.acquire().await;
    let filter = AlertFilter {
        watch: watch.map(WatchId::from),
        limit: N_ALERTS,
        ..AlertFilter::default()
    };
    let alerts = shared.source.store.alerts(filter).await?;
    let feed = Feed {
        title,
        base: base(shared, headers),
        path: watch.map_or_else(
            || "/alerts.atom".to_owned(),
            |id| format!("/watches/{id}/alerts.atom"),
        ),
        // Of an empty feed the start of time, so that it does not change by itself.
        updated: alerts
            .first()
            .map_or(Timestamp::UNIX_EPOCH, |alert| alert.created),
        alerts,
    };
    let text = feed
        .render()
        .map_err(|err| ViewError::BadRequest(err.to_string()))?;
    let kind = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
    Ok((kind, printable_lines(&text)).into_response())
}

/// The address that links begin with, without a slash at its end.
fn base(shared: &Shared, headers: &HeaderMap) -> String {
    if let Some(url) = &shared.source.settings.web.public_url {
        return url.as_str().trim_end_matches('/').to_owned();
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or("localhost"))
}
