//! The status page and its API, on loopback by default.
//!
//! - `/`: the page, for people
//! - `/api/status`: the same as JSON ([`Status`])
//! - `/healthz`: 200 while the store accepts writes, for supervisors
//!
//! On any other address than loopback every request needs
//! `Authorization: Bearer TOKEN`.

mod page;
mod status;

pub(crate) use status::{Running, Status};

use crate::config::web::{Door, Web};
use crate::http::Secret;
use crate::store::Store;
use anyhow::Context as _;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Longest time for a request.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Where the page gets its data from.
#[derive(Clone)]
pub(crate) struct Source {
    /// The store.
    pub(crate) store: Arc<dyn Store>,
    /// What only the running daemon knows.
    pub(crate) running: Arc<dyn Fn() -> Running + Send + Sync>,
}

/// The page, with its address bound.
pub(crate) struct Page {
    listener: Option<TcpListener>,
    token: Option<Secret>,
}

/// Binds the page's address; there is no page if `web.listen` is empty.
///
/// # Errors
/// When the address cannot be bound, or other machines can reach it and no token
/// is set.
pub(crate) async fn bind(settings: &Web) -> anyhow::Result<Page> {
    let Some(Door { address, token }) = settings.door()? else {
        return Ok(Page {
            listener: None,
            token: None,
        });
    };
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address} (web.listen): is another newsvane running? Set web.listen = \"\" to run without the page")
    })?;
    Ok(Page {
        listener: Some(listener),
        token,
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
        let app = Router::new()
            .route("/", get(index))
            .route("/api/status", get(api_status))
            .route("/healthz", get(healthz))
            .with_state(source)
            .layer(middleware::from_fn_with_state(self.token, authorize));
        let served = axum::serve(listener, app)
            .with_graceful_shutdown(async move { stop.cancelled().await });
        if let Err(err) = served.await {
            tracing::error!(err = %err, "the status page has stopped");
        }
    }
}

/// Checks the token, and limits the time of a request.
async fn authorize(State(token): State<Option<Secret>>, request: Request, next: Next) -> Response {
    if let Some(token) = token {
        let given = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let given = given
            .and_then(|value| value.strip_prefix("Bearer "))
            .unwrap_or_default();
        if !bool::from(given.as_bytes().ct_eq(token.reveal().as_bytes())) {
            return (StatusCode::UNAUTHORIZED, "a bearer token is required\n").into_response();
        }
    }
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the store does not respond\n",
        )
            .into_response(),
    }
}

async fn status(source: &Source) -> Result<Status, Response> {
    Status::gather(
        &source.store,
        Some((source.running)()),
        jiff::Timestamp::now(),
    )
    .await
    .map_err(|err| {
        tracing::error!(err = %err, "the status page cannot read the store");
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the store cannot be read\n",
        )
            .into_response()
    })
}

async fn index(State(source): State<Source>) -> Result<Response, Response> {
    let status = status(&source).await?;
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    Ok((
        [(header::CONTENT_SECURITY_POLICY, policy)],
        Html(page::render(&status)),
    )
        .into_response())
}

async fn api_status(State(source): State<Source>) -> Result<Response, Response> {
    Ok(axum::Json(status(&source).await?).into_response())
}

async fn healthz(State(source): State<Source>) -> Response {
    match source.store.ping().await {
        Ok(()) => "ok\n".into_response(),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the store does not accept writes\n",
        )
            .into_response(),
    }
}
