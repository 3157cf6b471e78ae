//! The status page and its API, on loopback unless told otherwise.
//!
//! - `/`: the page, for a person
//! - `/api/status`: the same as JSON ([`Status`])
//! - `/healthz`: 200 while the store answers, for a supervisor
//!
//! Elsewhere than on loopback every request needs `Authorization: Bearer TOKEN`.

mod page;
mod status;

pub use status::{Running, Status};

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
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Where the page gets what it shows.
#[derive(Clone)]
pub struct Source {
    /// The store.
    pub store: Arc<dyn Store>,
    /// What the running daemon knows and the store does not.
    pub running: Arc<dyn Fn() -> Running + Send + Sync>,
}

/// The page's address, taken.
pub struct Page {
    listener: Option<TcpListener>,
    token: Option<Secret>,
}

/// Takes the page's address; none where `web.listen` is empty.
///
/// # Errors
/// When the address cannot be used, or is open to others without a token.
pub async fn bind(settings: &Web) -> anyhow::Result<Page> {
    let Some(Door { address, token }) = settings.door()? else {
        return Ok(Page {
            listener: None,
            token: None,
        });
    };
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address} (web.listen): is another newsvane running? Set web.listen = \"\" to do without the page")
    })?;
    Ok(Page {
        listener: Some(listener),
        token,
    })
}

impl Page {
    /// The address taken.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.listener.as_ref()?.local_addr().ok()
    }

    /// Serves until `stop`.
    pub async fn serve(self, source: Source, stop: CancellationToken) {
        let Some(listener) = self.listener else {
            return;
        };
        let app = Router::new()
            .route("/", get(index))
            .route("/api/status", get(api_status))
            .route("/healthz", get(healthz))
            .with_state(source)
            .layer(middleware::from_fn_with_state(self.token, guard));
        let served = axum::serve(listener, app)
            .with_graceful_shutdown(async move { stop.cancelled().await });
        if let Err(err) = served.await {
            tracing::error!(err = %err, "the status page is gone");
        }
    }
}

/// Lets in who has the token, and bounds the time of an answer.
async fn guard(State(token): State<Option<Secret>>, request: Request, next: Next) -> Response {
    if let Some(token) = token {
        let given = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let given = given
            .and_then(|value| value.strip_prefix("Bearer "))
            .unwrap_or_default();
        if !is_same(given.as_bytes(), token.reveal().as_bytes()) {
            return (StatusCode::UNAUTHORIZED, "a bearer token is needed\n").into_response();
        }
    }
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the store does not answer\n",
        )
            .into_response(),
    }
}

/// Compares in a time that does not tell how much was right.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
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
            "the store does not take writes\n",
        )
            .into_response(),
    }
}
