//! The page for people, and its API, on loopback by default.
//!
//! - `/`: the overview; `/alerts`, `/stories`, `/watches`, `/try`, `/feeds`, `/receivers`,
//!   `/search`, `/why`: the pages, which work without scripts
//! - `/api/v1/...`: the same as JSON; `/api/v1/openapi.json` describes it
//! - `/api/status`: the state as JSON ([`Status`]), for `newsvane status`
//! - `/metrics`: for Prometheus
//! - `/healthz`, `/readyz`: 200 while work gets done, else 503; with what keeps it
//!   from that for those who may see the page
//!
//! To add a page: a view in `views`, a template in `templates/`, a handler in `pages`,
//! and its place in the API in `api`.
//!
//! - `server`: connections within bounds
//! - `access`: who may see it
//! - `status`: the state that `newsvane status` shows
//! - `views`: what is shown, read from the store
//! - `pages`: the views as HTML
//! - `api`: the views as JSON, their description, exports and feeds
//! - `actions`: what a person may do
//! - `events`: new alerts as they are made
//! - `metrics`: figures for Prometheus
//! - `assets`: stylesheet and script

mod server;
mod access;
mod status;
pub(crate) mod views;
mod actions;
mod events;
mod metrics;
mod assets;
mod api;
mod pages;

pub(crate) use status::{LoopProgress, Progress, Running, Status};
pub use views::feeds::FeedStatistics;

use crate::config::settings::Settings;
use crate::config::watchlist::Watchlist;
use crate::config::web::{Door, Web};
use crate::http::Secret;
use crate::notify::Receivers;
use crate::store::Store;
use access::{Access, Visitor};
use anyhow::Context as _;
use axum::extract::{self, DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use futures_util::future::BoxFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use views::feeds::ReadStatistics;
use views::why::WithWatchlist;

/// Largest body of a request, in bytes: an edited watch in a form.
const MAX_BODY: usize = 256 << 10;

/// Polls a feed; the answer says whether that succeeded, and what it brought or why not.
pub(crate) type PollNow = Arc<dyn Fn(String) -> BoxFuture<'static, (bool, String)> + Send + Sync>;

/// Where the page gets its data from, and what it can set off.
#[derive(Clone)]
pub(crate) struct Source {
    /// The store.
    pub(crate) store: Arc<dyn Store>,
    /// The settings that the daemon runs with.
    pub(crate) settings: Arc<Settings>,
    /// What only the running daemon knows.
    pub(crate) running: Arc<dyn Fn() -> Running + Send + Sync>,
    /// Calls a function with the watchlist in force.
    pub(crate) watchlist: WithWatchlist,
    /// Reads what the poll loop stored of a feed.
    pub(crate) statistics: ReadStatistics,
    /// The receivers, to test them.
    pub(crate) receivers: Receivers,
    /// Polls the feed of this address now. Gives whether that succeeded, and what it brought.
    pub(crate) poll: PollNow,
    /// Wakes the deliver loop.
    pub(crate) wake_deliveries: Arc<dyn Fn() + Send + Sync>,
}

impl Source {
    /// What `read` gives for the watchlist in force.
    fn with_watchlist<T>(&self, mut read: impl FnMut(&Watchlist) -> T) -> Option<T> {
        let mut given = None;
        (self.watchlist)(&mut |list: &Watchlist| given = Some(read(list)));
        given
    }
}

/// What a request may say.
#[derive(serde::Deserialize)]
struct Query {
    /// Which part of a long list is shown, from 1.
    #[serde(default)]
    page: usize,
}

/// How many requests read the store at a time, so that readers of the page leave its
/// connections to the daemon.
const READERS: usize = 2;

/// What the handlers share.
#[derive(Clone)]
struct Shared {
    source: Source,
    access: Access,
    readers: Arc<Semaphore>,
    /// One trial at a time: each takes a core.
    trials: Arc<Semaphore>,
    events: events::Events,
    stop: CancellationToken,
}

/// Most feeds with problems in one response of the API.
const MAX_TROUBLED: usize = 1_000;

/// The page, with its address bound.
pub(crate) struct Page {
    listener: Option<TcpListener>,
    token: Option<Secret>,
    settings: Web,
}

/// Binds the page's address; there is no page if `web.listen` is empty.
///
/// # Errors
/// When the address cannot be bound, or other machines can reach it and no token
/// is set.
pub(crate) async fn bind(settings: &Web) -> anyhow::Result<Page> {
    let settings = settings.clone();
    let Some(Door { address, token }) = settings.door()? else {
        return Ok(Page {
            listener: None,
            token: None,
            settings,
        });
    };
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address} (web.listen): is another newsvane running? Set web.listen = \"\" to run without the page")
    })?;
    Ok(Page {
        listener: Some(listener),
        token,
        settings,
    })
}

impl Page {
    /// The address it is bound to.
    #[must_use]
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.listener.as_ref()?.local_addr().ok()
    }

    /// Serves until `stop`.
    pub(crate) async fn serve(self, source: Source, stop: CancellationToken) {
        let Some(listener) = self.listener else {
            return;
        };
        let access = Access::new(&self.settings, self.token.as_ref());
        let shared = Shared {
            source,
            access: access.clone(),
            readers: Arc::new(Semaphore::new(READERS)),
            trials: Arc::new(Semaphore::new(1)),
            events: events::Events::default(),
            stop: stop.clone(),
        };
        let app = pages::routes()
            .merge(api::routes())
            .route("/api/status", get(api_status))
            .route("/healthz", get(healthz))
            .route("/readyz", get(healthz))
            .with_state(shared)
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .layer(middleware::from_fn_with_state(access, access::authorize))
            .layer(middleware::from_fn(secure));
        server::serve(listener, app, stop).await;
    }
}

/// What a browser may do with an answer: nothing but our own style and script, in no
/// frame of others.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Adds the headers that keep a browser from doing more than a page needs.
async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With "no-referrer", forms would send no Origin, which is checked.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let no_store = HeaderValue::from_static("no-store");
    headers.entry(header::CACHE_CONTROL).or_insert(no_store);
    response
}

/// The state, with the `page`-th part of the feeds with problems, `per_page` each.
async fn status(shared: &Shared, page: usize, per_page: usize) -> Result<Status, Response> {
    let _reader = shared.readers.acquire().await;
    let source = &shared.source;
    let status = Status::gather(
        &source.store,
        Some((source.running)()),
        jiff::Timestamp::now(),
    )
    .await;
    let mut status = status.map_err(|err| {
        tracing::error!(err = %err, "the status page cannot read the store");
        let mut body = "the store cannot be read\n".to_owned();
        for trouble in (shared.source.running)().progress.troubles {
            body.push_str(&trouble);
            body.push('\n');
        }
        (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
    })?;
    status.show_part(page.saturating_sub(1).saturating_mul(per_page), per_page);
    Ok(status)
}

async fn api_status(
    State(shared): State<Shared>,
    extract::Query(Query { page }): extract::Query<Query>,
) -> Result<Response, Response> {
    let status = status(&shared, page, MAX_TROUBLED).await?;
    Ok(axum::Json(status).into_response())
}

/// Answers 200 while work gets done. What keeps it from that is told to those who may
/// see the page.
async fn healthz(
    State(shared): State<Shared>,
    visitor: Option<axum::Extension<Visitor>>,
) -> Response {
    let mut troubles = (shared.source.running)().progress.troubles;
    if troubles.is_empty()
        && let Err(err) = shared.source.store.ping().await
    {
        tracing::debug!(err = %err, "the store does not accept writes");
        troubles.push("the store does not accept writes".to_owned());
    }
    if troubles.is_empty() {
        return "ok\n".into_response();
    }
    let mut body = match visitor {
        Some(_) => troubles.join("\n"),
        None => "not working".to_owned(),
    };
    body.push('\n');
    (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
}
