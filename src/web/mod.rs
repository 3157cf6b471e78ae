//! The status page and its API, on loopback by default.
//!
//! - `/`: the page, for people
//! - `/api/status`: the same as JSON ([`Status`])
//! - `/healthz`, `/readyz`: 200 while work gets done, else 503 with what keeps it
//!   from that, for supervisors
//!
//! On any other address than loopback every request needs
//! `Authorization: Bearer TOKEN`. Without a token the `Host` header must be an
//! address, `localhost` or one of `web.hosts`.
//!
//! - `server`: connections within bounds
//! - `host`: which hosts are served
//! - `status`: the state that is shown
//! - `page`: the page as HTML

mod server;
mod host;
mod status;
mod page;

pub(crate) use status::{LoopProgress, Progress, Running, Status};

use crate::config::web::{Door, Web};
use crate::http::Secret;
use crate::store::Store;
use anyhow::Context as _;
use axum::Router;
use axum::extract::{self, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq as _;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
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

/// What a request may say.
#[derive(serde::Deserialize)]
struct Query {
    /// Which part of a long list is shown, from 1.
    #[serde(default)]
    page: usize,
}

/// How many requests read the store at a time: each holds all feeds with problems
/// in memory.
const READERS: usize = 2;

/// What the handlers share.
#[derive(Clone)]
struct Shared {
    source: Source,
    readers: Arc<Semaphore>,
}

/// Most feeds with problems in one response of the API.
const MAX_TROUBLED: usize = 1_000;

/// The page, with its address bound.
pub(crate) struct Page {
    listener: Option<TcpListener>,
    access: Access,
}

/// Who may read the page.
#[derive(Clone, Default)]
struct Access {
    /// The token that requests must send.
    token: Option<Secret>,
    /// The names under which the page may be requested without a token.
    hosts: Arc<[String]>,
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
            access: Access::default(),
        });
    };
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address} (web.listen): is another newsvane running? Set web.listen = \"\" to run without the page")
    })?;
    Ok(Page {
        listener: Some(listener),
        access: Access {
            token,
            hosts: settings.hosts.clone().into(),
        },
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
            .route("/readyz", get(healthz))
            .with_state(Shared {
                source,
                readers: Arc::new(Semaphore::new(READERS)),
            })
            .layer(middleware::from_fn_with_state(self.access, authorize));
        server::serve(listener, app, stop).await;
    }
}

/// Checks the token, or else the host, and limits the time of a request.
async fn authorize(State(access): State<Access>, request: Request, next: Next) -> Response {
    if let Some(token) = access.token {
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
    } else if let Some(named) = request.headers().get(header::HOST)
        && !named
            .to_str()
            .is_ok_and(|named| host::is_expected(named, &access.hosts))
    {
        let refusal = "this host name is not served; if it is newsvane's, add it to web.hosts\n";
        return (StatusCode::MISDIRECTED_REQUEST, refusal).into_response();
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

async fn index(
    State(shared): State<Shared>,
    extract::Query(Query { page }): extract::Query<Query>,
) -> Result<Response, Response> {
    let page = page.max(1);
    let status = status(&shared, page, page::MAX_ROWS).await?;
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    Ok((
        [(header::CONTENT_SECURITY_POLICY, policy)],
        Html(page::render(&status, page)),
    )
        .into_response())
}

async fn api_status(
    State(shared): State<Shared>,
    extract::Query(Query { page }): extract::Query<Query>,
) -> Result<Response, Response> {
    let status = status(&shared, page, MAX_TROUBLED).await?;
    Ok(axum::Json(status).into_response())
}

/// Answers 200 while work gets done; else says what keeps it from that.
async fn healthz(State(shared): State<Shared>) -> Response {
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
    let mut body = troubles.join("\n");
    body.push('\n');
    (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
}
