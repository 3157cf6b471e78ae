//! `/api/v1`: the views as JSON, with cursors and filters.
//!
//! - `lists`: the handlers
//! - `export`: lists as CSV or lines of JSON
//! - `atom`: alerts as an Atom feed
//! - `openapi`: the description, from the types
//! - `problem`: errors

mod lists;
mod export;
mod atom;
mod openapi;
pub(super) mod problem;

use super::{Shared, events, metrics};
use axum::Router;
use axum::routing::{get, post};

/// The routes of the API.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/v1/status", get(super::api_status))
        .route("/api/v1/overview", get(lists::overview))
        .route("/api/v1/alerts", get(lists::alerts))
        .route("/api/v1/alerts/{id}", get(lists::alert))
        .route("/api/v1/alerts/{id}/redeliver", post(lists::redeliver))
        .route("/api/v1/articles/{id}", get(lists::article))
        .route("/api/v1/stories", get(lists::stories))
        .route("/api/v1/stories/{id}", get(lists::story))
        .route("/api/v1/watches", get(lists::watches))
        .route("/api/v1/watches/{id}", get(lists::watch))
        .route("/api/v1/watches/{id}/mute", post(lists::mute_watch))
        .route("/api/v1/watches/{id}/unmute", post(lists::unmute_watch))
        .route("/api/v1/feeds/{id}/poll", post(lists::poll_feed))
        .route("/api/v1/feeds/{id}/mute", post(lists::mute_feed))
        .route("/api/v1/feeds/{id}/unmute", post(lists::unmute_feed))
        .route("/api/v1/try", post(lists::trial))
        .route("/api/v1/feeds", get(lists::feeds))
        .route("/api/v1/feeds/{id}", get(lists::feed))
        .route("/api/v1/receivers", get(lists::receivers))
        .route("/api/v1/receivers/{name}/test", post(lists::test))
        .route(
            "/api/v1/receivers/{name}/redeliver",
            post(lists::redeliver_all),
        )
        .route("/api/v1/search", get(lists::search))
        .route("/api/v1/why", get(lists::why))
        .route("/api/v1/events", get(events::serve))
        .route("/api/v1/openapi.json", get(openapi::serve))
        .route(
            "/api/{*rest}",
            get(lists::no_such_path).post(lists::no_such_path),
        )
        .route("/alerts.atom", get(atom::alerts))
        .route("/watches/{id}/alerts.atom", get(atom::alerts_of_watch))
        .route("/metrics", get(metrics::serve))
}
