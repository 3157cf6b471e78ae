//! The views as HTML. Every page works without scripts; those that change by
//! themselves are read again when the stream of events says so.
//!
//! - `show`: times, marks and bars
//! - `news`: overview, alerts, stories
//! - `desk`: watches, trials, search, why
//! - `works`: feeds, receivers, and what can be done with them
//! - `sign_in`: the sign-in form

pub(super) mod show;
mod news;
mod desk;
mod works;
mod sign_in;

pub(super) use desk::{gather_watch, gather_watches};
pub(super) use news::gather_overview;

use super::access::Visitor;
use super::views::ViewError;
use super::{Shared, assets};
use crate::store::StoreError;
use crate::text::printable_lines;
use askama::Template;
use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;

/// The routes of the pages.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(news::overview))
        .route("/alerts", get(news::alerts))
        .route("/alerts/{id}", get(news::alert))
        .route("/alerts/{id}/redeliver", post(works::redeliver_alert))
        .route("/stories", get(news::stories))
        .route("/stories/{id}", get(news::story))
        .route("/watches", get(desk::watches))
        .route("/watches/{id}", get(desk::watch))
        .route("/watches/{id}/mute", post(works::mute_watch))
        .route("/watches/{id}/unmute", post(works::unmute_watch))
        .route("/feeds/{id}/poll", post(works::poll_feed))
        .route("/feeds/{id}/mute", post(works::mute_feed))
        .route("/feeds/{id}/unmute", post(works::unmute_feed))
        .route("/try", get(desk::open_trial).post(desk::run_trial))
        .route("/search", get(desk::search))
        .route("/why", get(desk::why))
        .route("/feeds", get(works::feeds))
        .route("/feeds/{id}", get(works::feed))
        .route("/receivers", get(works::receivers))
        .route("/receivers/{name}/test", post(works::test_receiver))
        .route("/receivers/{name}/redeliver", post(works::redeliver_all))
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/assets/style.css", get(assets::style))
        .route("/assets/page.js", get(assets::script))
        .route("/assets/icon.svg", get(assets::icon))
        .fallback(no_such_page)
}

/// What stands around each page.
pub(super) struct Chrome {
    /// The page's title.
    title: String,
    /// Which part of the navigation it belongs to.
    section: &'static str,
    /// Whether it is read again when there are new alerts.
    is_live: bool,
    /// Its own address, to be read again.
    here: String,
    /// The person who is signed in by a proxy.
    user: Option<String>,
    can_sign_out: bool,
    can_act: bool,
    now: Timestamp,
    /// What came of an action, and whether it was well.
    notice: Option<(bool, String)>,
    version: &'static str,
}

impl Chrome {
    fn new(visitor: Option<&Visitor>, title: &str, section: &'static str) -> Self {
        Self {
            title: title.to_owned(),
            section,
            is_live: false,
            here: String::new(),
            user: visitor
                .filter(|visitor| visitor.is_person)
                .map(|visitor| visitor.name.clone()),
            can_sign_out: visitor.is_some_and(|visitor| visitor.has_session),
            can_act: visitor.is_some_and(|visitor| visitor.can_act),
            now: Timestamp::now(),
            notice: None,
            version: assets::VERSION,
        }
    }

    /// The page at `here` is read again when there are new alerts.
    fn live(mut self, here: &Uri) -> Self {
        self.is_live = true;
        let here = here.path_and_query();
        self.here = here.map_or_else(String::new, ToString::to_string);
        self
    }
}

/// A page as an answer. Characters of feeds that hide or reverse text become spaces.
fn page(template: &impl Template) -> Result<Response, PageError> {
    let html = template.render().map_err(|err| {
        tracing::error!(err = %err, "a page could not be written");
        PageError(ViewError::BadRequest(
            "the page could not be written".to_owned(),
        ))
    })?;
    Ok(Html(printable_lines(&html)).into_response())
}

/// An error as a page.
pub(super) struct PageError(ViewError);

impl From<ViewError> for PageError {
    fn from(err: ViewError) -> Self {
        Self(err)
    }
}

impl From<StoreError> for PageError {
    fn from(err: StoreError) -> Self {
        Self(err.into())
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    chrome: Chrome,
    told: String,
    advice: &'static str,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (title, advice) = match &self.0 {
            ViewError::NotFound(_) => ("Not found", "Look for it in the lists above."),
            ViewError::BadRequest(_) => ("This cannot be understood", ""),
            ViewError::Store(err) => {
                tracing::error!(err = %err, "the page cannot read the store");
                (
                    "The store cannot be read",
                    "The log has more; `newsvane store check` looks for damage.",
                )
            }
        };
        let status = self.0.status();
        let template = ErrorPage {
            chrome: Chrome::new(None, title, ""),
            told: self.0.to_string(),
            advice,
        };
        match page(&template) {
            Ok(page) => (status, page).into_response(),
            Err(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "the page could not be written\n",
            )
                .into_response(),
        }
    }
}

async fn no_such_page() -> PageError {
    PageError(ViewError::NotFound("There is no such page.".to_owned()))
}
