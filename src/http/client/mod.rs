//! The client: one request with its redirects, under every cap.

pub(super) mod request;
pub(super) mod response;
pub(super) mod body;
pub(super) mod classify;

use super::error::FetchError;
use super::shown::{shown_host, shown_url};
use super::tls::{self, BadClient};
use crate::http::Settings;
use crate::http::address::guard::Guard;
use crate::http::address::resolve::Resolver;
use crate::http::client::request::{BasicAuth, Get, Kind, Post};
use crate::http::client::response::{
    CacheHints, Fetched, Hop, Posted, Validators, header_value, retry_after, text,
};
use crate::http::politeness::gate::{Closed, Gates};
use crate::http::politeness::robots::Robots;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, LOCATION, USER_AGENT,
};
use reqwest::{Method, Request, Response};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout};
use url::Url;

/// Most bytes of an answer's headers, names and values. hyper's own bound (some
/// 400 kB) holds while they are read.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// Idle connections are closed after this time: most feeds are asked again
/// minutes later, and ten thousand idle TLS sessions would fill the memory.
const POOL_IDLE: Duration = Duration::from_secs(15);

/// Longest time that a `Retry-After` without a number of its own holds a host.
const DEFAULT_HOLD: Duration = Duration::from_secs(60);

/// The one HTTP client; cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    http: reqwest::Client,
    guard: Guard,
    gates: Gates,
    robots: Robots,
    settings: Settings,
    user_agent: HeaderValue,
    has_roots: bool,
}

impl Client {
    /// A client under these settings.
    ///
    /// # Errors
    /// When `ca_file` or `user_agent` cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, BadClient> {
        let user_agent = HeaderValue::from_str(&settings.user_agent)
            .map_err(|_| BadClient::UserAgent(settings.user_agent.clone()))?;
        let guard = Guard::new(&settings.allow_addresses);
        let (tls, has_roots) = tls::config(settings.ca_file.as_deref())?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Resolver::new(guard.clone()))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(settings.connect_timeout.0)
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(settings.per_host.max(1))
            .http2_max_header_list_size(MAX_HEADER_BYTES as u32)
            .build()?;
        Ok(Self {
            inner: Arc::new(Inner {
                http,
                guard,
                gates: Gates::new(settings.per_host, settings.spacing.0),
                robots: Robots::default(),
                settings: settings.clone(),
                user_agent,
                has_roots,
            }),
        })
    }

    /// The settings it was built with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Whether a request to the URL's host could begin now; for a caller that
    /// would rather do something else than wait.
    ///
    /// # Errors
    /// Why not, and for how long.
    pub fn check_host(&self, url: &Url) -> Result<(), Closed> {
        self.inner.gates.check(&shown_host(url))
    }

    /// Keeps requests to a host at least this far apart.
    pub(super) fn slow_down(&self, host: &str, spacing: Duration) {
        self.inner.gates.slow_down(host, spacing);
    }

    /// Fetches `get.url`, following redirects.
    ///
    /// Any status is an answer, 304 and 500 as well; the caller judges it. A 429
    /// or 503 with `Retry-After` closes the host's gate for everybody.
    ///
    /// # Errors
    /// When there is no answer that could be used; see [`FetchError`].
    pub async fn get(&self, get: &Get) -> Result<Fetched, FetchError> {
        let mut url = get.url.clone();
        let in_url = BasicAuth::take(&mut url);
        let auth = get
            .basic_auth
            .as_ref()
            .or(in_url.as_ref())
            .map(BasicAuth::header);
        let mut redirects = Vec::new();
        let mut elapsed = Duration::ZERO;
        loop {
            self.check_url(&url)?;
            if get.kind == Kind::Page && self.inner.settings.robots {
                self.inner.robots.check(self, &url).await?;
            }
            let host = shown_host(&url);
            let _permit = self.enter(&host).await?;
            let begun = Instant::now();
            let left = self.inner.settings.timeout.0.saturating_sub(elapsed);
            let answer = timeout(left, self.exchange(get, &url, &host, auth.as_ref())).await;
            elapsed += begun.elapsed();
            let late = |_| FetchError::Timeout {
                host: host.clone(),
                after: self.inner.settings.timeout.0,
            };
            match answer.map_err(late)?? {
                Answer::Final(mut fetched) => {
                    fetched.redirects = redirects;
                    fetched.elapsed = elapsed;
                    return Ok(*fetched);
                }
                Answer::Redirect(hop) => {
                    url.clone_from(&hop.to);
                    redirects.push(hop);
                    if redirects.len() > self.inner.settings.max_redirects {
                        let cause = format!(
                            "over {} redirects in a row",
                            self.inner.settings.max_redirects
                        );
                        return Err(FetchError::Redirect {
                            host: shown_host(&get.url),
                            cause,
                        });
                    }
                }
            }
        }
    }

    /// Posts to a receiver. Redirects are not followed; the answer's body is
    /// read only as far as an error message needs it, and what goes wrong with
    /// it after the status does not undo the status.
    ///
    /// # Errors
    /// When no status came back; see [`FetchError`].
    pub async fn post(&self, post: &Post) -> Result<Posted, FetchError> {
        self.check_url(&post.url)?;
        let host = shown_host(&post.url);
        let mut url = post.url.clone();
        let auth = BasicAuth::take(&mut url);
        let mut request = Request::new(Method::POST, url);
        let headers = request.headers_mut();
        auth.map(|auth| headers.insert(AUTHORIZATION, auth.header()));
        headers.insert(USER_AGENT, self.inner.user_agent.clone());
        add_headers(headers, &post.headers, &host)?;
        *request.body_mut() = Some(post.body.clone().into());
        let begun = Instant::now();
        let response = timeout(post.timeout, self.inner.http.execute(request))
            .await
            .map_err(|_| FetchError::Timeout {
                host: host.clone(),
                after: post.timeout,
            })?
            .map_err(|err| classify::error(&err, &post.url))?;
        let elapsed = begun.elapsed();
        Ok(Posted {
            status: response.status().as_u16(),
            retry_after: retry_after(response.headers(), SystemTime::now()),
            elapsed,
            excerpt: body::excerpt(response, post.timeout.saturating_sub(elapsed)).await,
        })
    }

    /// The first gate, before anything is looked up or asked.
    fn check_url(&self, url: &Url) -> Result<(), FetchError> {
        self.inner
            .guard
            .check_url(url)
            .map_err(|refusal| FetchError::Refused {
                url: shown_url(url),
                refusal,
            })?;
        if url.scheme() == "https" && !self.inner.has_roots {
            return Err(FetchError::NoCertificates {
                host: shown_host(url),
            });
        }
        Ok(())
    }

    async fn enter(&self, host: &str) -> Result<crate::http::politeness::gate::Permit, FetchError> {
        self.inner.gates.enter(host).await.map_err(|closed| {
            let (retry_in, why) = match closed {
                Closed::Held(left) => (left, "it asked for quiet (Retry-After)"),
                Closed::Busy(left) => (left, "enough requests to it are under way"),
            };
            FetchError::HostClosed {
                host: host.into(),
                retry_in,
                why,
            }
        })
    }

    /// One request and its answer.
    async fn exchange(
        &self,
        get: &Get,
        url: &Url,
        host: &str,
        auth: Option<&HeaderValue>,
    ) -> Result<Answer, FetchError> {
        let request = self.request(get, url, auth, host)?;
        let sent = self.inner.http.execute(request).await;
        let response = sent.map_err(|err| classify::error(&err, url))?;
        check_headers(response.headers(), host)?;
        let status = response.status().as_u16();
        if let 301 | 302 | 303 | 307 | 308 = status {
            return redirect(&response, status, url, host).map(Answer::Redirect);
        }
        if status == 304 && !get.is_conditional() {
            return Err(FetchError::Protocol {
                host: host.to_owned(),
                cause: "304 (not modified) to a request without conditions".into(),
            });
        }
        let fetched = self.read(get, response, url, host).await?;
        Ok(Answer::Final(Box::new(fetched)))
    }

    /// The answer to the end of its body.
    async fn read(
        &self,
        get: &Get,
        response: Response,
        url: &Url,
        host: &str,
    ) -> Result<Fetched, FetchError> {
        let now = SystemTime::now();
        let headers = response.headers();
        let status = response.status().as_u16();
        let fetched = Fetched {
            status,
            url: url.clone(),
            redirects: Vec::new(),
            validators: Validators::of(headers),
            content_type: text(headers, &CONTENT_TYPE).map(str::to_owned),
            is_delta: status == 226,
            body: bytes::Bytes::new(),
            retry_after: retry_after(headers, now),
            cache: CacheHints::of(headers, now),
            elapsed: Duration::ZERO,
        };
        if let (429 | 503, Some(quiet)) = (status, fetched.retry_after) {
            self.inner.gates.hold(host, quiet);
        } else if status == 429 {
            self.inner.gates.hold(host, DEFAULT_HOLD);
        }
        if !(200..300).contains(&status) {
            body::drain(response).await;
            return Ok(fetched);
        }
        let body = match get.kind {
            Kind::Feed | Kind::Page => {
                body::read(response, self.inner.settings.max_body, url).await?
            }
            Kind::Robots => {
                body::read_beginning(response, crate::http::politeness::robots::MAX_BYTES, url)
                    .await?
            }
        };
        Ok(Fetched { body, ..fetched })
    }

    fn request(
        &self,
        get: &Get,
        url: &Url,
        auth: Option<&HeaderValue>,
        host: &str,
    ) -> Result<Request, FetchError> {
        let mut request = Request::new(Method::GET, url.clone());
        let headers = request.headers_mut();
        headers.reserve(8 + get.headers.len());
        headers.insert(ACCEPT, HeaderValue::from_static(get.kind.accept()));
        headers.insert(USER_AGENT, self.user_agent(get, host)?);
        if let Some(validators) = &get.validators {
            let etag = validators.etag.as_deref().and_then(header_value);
            let last_modified = validators.last_modified.as_deref().and_then(header_value);
            etag.map(|value| headers.insert(IF_NONE_MATCH, value));
            last_modified.map(|value| headers.insert(IF_MODIFIED_SINCE, value));
        }
        if get.accepts_delta {
            headers.insert(
                HeaderName::from_static("a-im"),
                HeaderValue::from_static("feed"),
            );
        }
        // What was meant for one site is no other site's business.
        if is_same_origin(url, &get.url) {
            add_headers(headers, &get.headers, host)?;
            auth.map(|auth| headers.insert(AUTHORIZATION, auth.clone()));
        }
        Ok(request)
    }

    fn user_agent(&self, get: &Get, host: &str) -> Result<HeaderValue, FetchError> {
        match &get.user_agent {
            None => Ok(self.inner.user_agent.clone()),
            Some(own) => HeaderValue::from_str(own).map_err(|_| FetchError::BadHeader {
                host: host.into(),
                header: USER_AGENT.to_string(),
            }),
        }
    }
}

enum Answer {
    Final(Box<Fetched>),
    Redirect(Hop),
}

/// Both have a host: they passed the guard.
fn is_same_origin(a: &Url, b: &Url) -> bool {
    (a.scheme(), a.host(), a.port_or_known_default())
        == (b.scheme(), b.host(), b.port_or_known_default())
}

fn redirect(response: &Response, status: u16, from: &Url, host: &str) -> Result<Hop, FetchError> {
    let bad = |cause: &str| FetchError::Redirect {
        host: host.into(),
        cause: cause.into(),
    };
    let location = response
        .headers()
        .get(LOCATION)
        .ok_or_else(|| bad("no Location"))?;
    // Browsers take a raw UTF-8 path; `join` escapes it.
    let location =
        std::str::from_utf8(location.as_bytes()).map_err(|_| bad("an unreadable Location"))?;
    let mut to = from
        .join(location.trim())
        .map_err(|_| bad("an unreadable Location"))?;
    // A redirect does not hand out credentials, nor is it sent a fragment.
    let _ = to.set_username("");
    let _ = to.set_password(None);
    to.set_fragment(None);
    Ok(Hop { status, to })
}

fn add_headers(
    headers: &mut HeaderMap,
    more: &[(String, String)],
    host: &str,
) -> Result<(), FetchError> {
    for (name, value) in more {
        let bad = || FetchError::BadHeader {
            host: host.into(),
            header: name.clone(),
        };
        let value = HeaderValue::from_str(value).map_err(|_| bad())?;
        headers.insert(
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?,
            value,
        );
    }
    Ok(())
}

fn check_headers(headers: &HeaderMap, host: &str) -> Result<(), FetchError> {
    let n_bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if n_bytes > MAX_HEADER_BYTES {
        return Err(FetchError::HeadersTooLarge {
            host: host.into(),
            limit: MAX_HEADER_BYTES,
        });
    }
    Ok(())
}
