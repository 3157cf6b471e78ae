//! Who may see the page and use the API.
//!
//! On loopback without a token it is open to this machine's browsers: the `Host` is
//! checked, so that no foreign site can read it by a name of its own. With a token,
//! requests bring `Authorization: Bearer TOKEN` or the cookie of the sign-in form.
//! Behind a proxy that signs people in, its header names them (`web.user_header`).
//!
//! - `host`: which hosts are served
//! - `origin`: requests that change something come from our own pages
//! - `session`: the sign-in form's cookie

mod host;
mod origin;
pub(super) mod session;

use super::server::Peer;
use crate::config::web::Web;
use crate::http::Secret;
use crate::web::api::problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use ipnet::IpNet;
use session::Sessions;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq as _;

/// Longest time until an answer begins.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Who may do what.
#[derive(Clone)]
pub(super) struct Access(Arc<Rules>);

struct Rules {
    /// The tokens that requests may bring; empty where none is set.
    tokens: Vec<Secret>,
    /// The names under which the page may be requested.
    hosts: Vec<String>,
    /// The proxies whose user header is believed.
    proxies: Vec<IpNet>,
    user_header: Option<String>,
    read_only: bool,
    /// Whether browsers reach the page by https.
    is_secure: bool,
    sessions: Sessions,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visitor {
    /// The name that the log gets.
    pub(super) name: String,
    /// The name is a person's, so that the page shows it.
    pub(super) is_person: bool,
    /// Signed in by the form, so that there is something to sign out of.
    pub(super) has_session: bool,
    /// Whether it may change anything.
    pub(super) can_act: bool,
}

impl Access {
    /// The rules of these settings, with the tokens that were read.
    pub(super) fn new(settings: &Web, token: Option<&Secret>) -> Self {
        let mut hosts = settings.hosts.clone();
        let public = settings.public_url.as_ref();
        hosts.extend(public.and_then(|url| url.host_str()).map(str::to_owned));
        // To change a token, the new one stands beside the old one for a while.
        let tokens = token.iter().flat_map(|token| token.reveal().lines());
        Self(Arc::new(Rules {
            tokens: tokens
                .map(str::trim)
                .filter(|token| !token.is_empty())
                .map(Secret::new)
                .collect(),
            hosts,
            proxies: settings.trusted_proxies.clone(),
            user_header: settings.user_header.clone(),
            read_only: settings.read_only,
            is_secure: public.is_some_and(|url| url.scheme() == "https"),
            sessions: Sessions::default(),
        }))
    }

    /// Signs in with `token`; gives the cookie.
    pub(super) fn sign_in(&self, token: &str) -> Option<String> {
        if !self.0.is_token(token.trim()) {
            return None;
        }
        self.0.sessions.open(self.0.is_secure)
    }

    /// Signs out; gives the cookie that deletes the old one.
    pub(super) fn sign_out(&self, headers: &HeaderMap) -> String {
        self.0.sessions.close(headers);
        session::deleted()
    }
}

impl Rules {
    fn is_token(&self, given: &str) -> bool {
        // All of them are compared, so that the time says nothing.
        let same = self
            .tokens
            .iter()
            .map(|token| given.as_bytes().ct_eq(token.reveal().as_bytes()));
        same.fold(subtle::Choice::from(0), |any, is_same| any | is_same)
            .into()
    }

    fn visitor(&self, headers: &HeaderMap, ip: IpAddr) -> Option<Visitor> {
        let visitor = |name: String, is_person, has_session| Visitor {
            name,
            is_person,
            has_session,
            can_act: !self.read_only,
        };
        if let Some(user) = self.user_by_proxy(headers, ip) {
            return Some(visitor(user, true, false));
        }
        if self.brings_token(headers) {
            return Some(visitor(format!("token from {ip}"), false, false));
        }
        if self.sessions.holds(headers) {
            return Some(visitor(format!("signed in from {ip}"), false, true));
        }
        let is_open = self.tokens.is_empty() && self.user_header.is_none();
        is_open.then(|| visitor(format!("this machine ({ip})"), false, false))
    }

    fn brings_token(&self, headers: &HeaderMap) -> bool {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        bearer.is_some_and(|given| self.is_token(given))
    }

    fn user_by_proxy(&self, headers: &HeaderMap, ip: IpAddr) -> Option<String> {
        let name = self.user_header.as_ref()?;
        let ip = ip.to_canonical();
        if !self.proxies.iter().any(|proxy| proxy.contains(&ip)) {
            return None;
        }
        // Of several, none counts: one of them is the visitor's own.
        let mut given = headers.get_all(name).iter();
        let (user, None) = (given.next()?.to_str().ok()?.trim(), given.next()) else {
            return None;
        };
        (!user.is_empty() && user.len() <= 100).then(|| user.to_owned())
    }
}

/// Whether anybody may see `path`: it says nothing of the news.
fn is_open(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/sign-in") || path.starts_with("/assets/")
}

/// Checks host, visitor and origin, and limits the time until an answer begins.
pub(super) async fn authorize(
    State(Access(rules)): State<Access>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let path = request.uri().path().to_owned();
    let is_api = path.starts_with("/api/") || path == "/metrics";
    let ip = request
        .extensions()
        .get::<Peer>()
        .map_or(IpAddr::from([0, 0, 0, 0]), Peer::ip);
    if !host_is_served(headers, &rules) {
        let refusal = "this host name is not served; if it is newsvane's, add it to web.hosts\n";
        return (StatusCode::MISDIRECTED_REQUEST, refusal).into_response();
    }
    let visitor = rules.visitor(headers, ip);
    if visitor.is_none() && !is_open(&path) {
        return refuse(&request, is_api);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        if !origin::is_own(headers) {
            return problem::answer(
                StatusCode::FORBIDDEN,
                "a request that changes something must come from newsvane's own pages (Origin)",
                is_api,
            );
        }
        let changes = path != "/sign-in" && path != "/sign-out" && !is_question(&path);
        if changes && rules.read_only {
            return problem::answer(
                StatusCode::FORBIDDEN,
                "this page is read-only (web.read_only)",
                is_api,
            );
        }
    }
    if let Some(visitor) = visitor {
        request.extensions_mut().insert(visitor);
    }
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => problem::answer(
            StatusCode::SERVICE_UNAVAILABLE,
            "the store does not respond",
            is_api,
        ),
    }
}

/// Whether a POST to `path` only asks, with a question too long for an address.
fn is_question(path: &str) -> bool {
    matches!(path, "/try" | "/api/v1/try")
}

fn host_is_served(headers: &HeaderMap, rules: &Rules) -> bool {
    // No browser sends a token or our cookie to a foreign name. It may send any other
    // header, even that of a proxy on this machine.
    let needs_token = !rules.tokens.is_empty() && rules.user_header.is_none();
    if needs_token || rules.brings_token(headers) {
        return true;
    }
    headers.get(header::HOST).is_none_or(|host| {
        host.to_str()
            .is_ok_and(|host| host::is_expected(host, &rules.hosts))
    })
}

/// The answer to a request without a valid token, cookie or user header.
fn refuse(request: &Request, is_api: bool) -> Response {
    if is_api {
        let refusal = "a bearer token is required";
        let mut response = problem::answer(StatusCode::UNAUTHORIZED, refusal, true);
        let scheme = header::HeaderValue::from_static("Bearer");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, scheme);
        return response;
    }
    if request.method() != Method::GET {
        return problem::answer(StatusCode::UNAUTHORIZED, "sign in first", false);
    }
    // A browser that follows a link from elsewhere keeps the cookie back. It sends
    // it when our own page asks for the same address again.
    let site = request.headers().get("sec-fetch-site");
    if site.is_some_and(|site| site == "cross-site") {
        let again = "<!doctype html><html lang=en><meta charset=utf-8><meta http-equiv=refresh content=0><title>newsvane</title><p>One moment.";
        return Html(again).into_response();
    }
    let to = request.uri().path_and_query().map_or("/", |to| to.as_str());
    let to = percent_encoding::utf8_percent_encode(to, percent_encoding::NON_ALPHANUMERIC);
    Redirect::to(&format!("/sign-in?to={to}")).into_response()
}
