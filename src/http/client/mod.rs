//! The client: one request with its redirects, within all limits.
//!
//! - `request`, `response`: what a caller passes in and gets back
//! - `call`: requests to the APIs of services
//! - `body`: bodies up to a size limit
//! - `classify`: the meaning of reqwest's errors

pub(super) mod request;
pub(super) mod response;
pub(super) mod body;
pub(super) mod call;
mod cookies;
mod headers;
pub(super) mod classify;

use super::error::FetchError;
use super::error::Wait;
use super::shown::{shown_host, shown_url};
use super::tls::{self, BadClient};
use crate::http::Settings;
use crate::http::address::guard::Guard;
use crate::http::address::resolve::Resolver;
use crate::http::client::body::Reader;
use crate::http::client::request::{BasicAuth, Get, Kind, Post};
use crate::http::client::response::{
    CacheHints, Fetched, Hop, Posted, Validators, header_value, retry_after, text,
};
use crate::http::memory::{Memory, NoMemory, Parsing, Share};
use crate::http::politeness::gate::{Gates, Permit, Postponement};
use crate::http::politeness::purpose::Asker;
use crate::http::politeness::robots::{MAX_BYTES as MAX_ROBOTS_BYTES, Robots};
use crate::http::proxy::Proxies;
use cookies::Cookies;
use futures_util::future::BoxFuture;
use headers::{MAX_HEADER_BYTES, add_headers, check_headers, redirect};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, USER_AGENT,
};
use reqwest::{Method, Request, Response};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout};
use url::Url;

/// Idle connections are closed after this time: most feeds are polled again
/// minutes later, and ten thousand idle TLS sessions would fill the memory.
const POOL_IDLE: Duration = Duration::from_secs(15);

/// How much of a refusal to a feed's poll is read: the marks of a challenge page stand
/// in its beginning.
const MAX_REFUSAL_BYTES: usize = 16 << 10;

/// How long a 429 without `Retry-After` holds its host.
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
    proxies: Proxies,
    gates: Gates,
    robots: Robots,
    feeds: Memory,
    pages: Memory,
    settings: Settings,
    user_agent: HeaderValue,
    has_roots: bool,
}

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// When `ca_file` or `user_agent` cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, BadClient> {
        let user_agent = HeaderValue::from_str(&settings.user_agent)
            .map_err(|_| BadClient::UserAgent(settings.user_agent.clone()))?;
        let guard = Guard::new(&settings.allow_addresses);
        let (tls, has_roots) = tls::config(settings)?;
        let proxies = Proxies::new(settings, &guard)?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Resolver::new(guard.clone(), proxies.hosts()))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(settings.connect_timeout.0)
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(settings.per_host.max(1))
            .http2_max_header_list_size(MAX_HEADER_BYTES as u32);
        if let Some(proxy) = proxies.to_reqwest() {
            builder = builder.proxy(proxy);
        }
        let http = builder.build()?;
        Ok(Self {
            inner: Arc::new(Inner {
                http,
                guard,
                proxies,
                gates: Gates::new(settings.per_host, settings.spacing.0),
                robots: Robots::default(),
                feeds: Memory::new(settings.max_body),
                pages: Memory::new(settings.max_body),
                settings: settings.clone(),
                user_agent,
                has_roots,
            }),
        })
    }

    /// The settings that the client was created with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Waits until a body of this kind and size may be parsed. The permission is
    /// kept until what was parsed is no longer in memory.
    pub async fn parsing(&self, kind: Kind, n_bytes: usize) -> Parsing {
        self.memory(kind).parsing(n_bytes).await
    }

    fn memory(&self, kind: Kind) -> &Memory {
        match kind {
            Kind::Feed => &self.inner.feeds,
            Kind::Page | Kind::Robots => &self.inner.pages,
        }
    }

    /// Fetches `get.url`, following redirects.
    ///
    /// A response with any status is `Ok`, including 304 and 500; the caller
    /// decides what it means. A 429, or a 503 with `Retry-After`, holds the host:
    /// no request is sent to it for that time.
    ///
    /// # Errors
    /// When there is no usable response; see [`FetchError`].
    pub async fn get(&self, get: &Get) -> Result<Fetched, FetchError> {
        let mut url = get.url.clone();
        let in_url = BasicAuth::take(&mut url);
        let auth = get
            .basic_auth
            .as_ref()
            .or(in_url.as_ref())
            .map(BasicAuth::header);
        let mut redirects = Vec::new();
        let mut cookies = Cookies::default();
        let mut elapsed = Duration::ZERO;
        loop {
            self.check_url(&url)?;
            let delay = match get.kind == Kind::Page && self.inner.settings.robots {
                true => self.crawl_delay(get, &url).await?,
                false => Duration::ZERO,
            };
            let host = shown_host(&url);
            let asker = Asker::of(get, &url);
            let _permit = self.enter(&host, asker, delay).await?;
            let share = self.memory(get.kind).share(url_hash(&get.url));
            let share = share.map_err(|no_memory| postponed_for_memory(&host, no_memory))?;
            let target = Target {
                url: &url,
                host: &host,
                asker,
            };
            let begun = Instant::now();
            let left = self.inner.settings.timeout.0.saturating_sub(elapsed);
            let exchange = self.exchange(get, target, auth.as_ref(), share, &mut cookies);
            let step = timeout(left, exchange).await;
            elapsed += begun.elapsed();
            let late = |_| FetchError::Timeout {
                host: host.clone(),
                after: self.inner.settings.timeout.0,
            };
            match step.map_err(late)?? {
                Step::Done(mut fetched) => {
                    fetched.redirects = redirects;
                    fetched.elapsed = elapsed;
                    return Ok(*fetched);
                }
                Step::Redirect(hop) => {
                    url.clone_from(&hop.to);
                    redirects.push(hop);
                    if redirects.len() > self.inner.settings.max_redirects {
                        let cause = format!(
                            "more than {} redirects in a row",
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

    /// The `Crawl-delay` of the site of `url`; an error if its `robots.txt` forbids the page.
    async fn crawl_delay(&self, get: &Get, url: &Url) -> Result<Duration, FetchError> {
        let fetch = |file| self.get_boxed(file);
        self.inner.robots.check(&fetch, get, url).await
    }

    fn get_boxed(&self, get: Get) -> BoxFuture<'_, Result<Fetched, FetchError>> {
        Box::pin(async move { self.get(&get).await })
    }

    /// Posts to a receiver. Redirects are not followed. Only the beginning of the
    /// response's body is read, for error messages; an error while reading it is
    /// ignored, because the status is already known.
    ///
    /// # Errors
    /// When no status was received; see [`FetchError`].
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
            .map_err(|err| self.error(&err, &post.url))?;
        let elapsed = begun.elapsed();
        Ok(Posted {
            status: response.status().as_u16(),
            retry_after: retry_after(response.headers(), SystemTime::now()),
            elapsed,
            excerpt: body::excerpt(response, post.timeout.saturating_sub(elapsed)).await,
        })
    }

    /// The checks that need no connection: the address guard, and certificates for TLS.
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

    /// The error of a request; it names the proxy if the request went through one.
    fn error(&self, err: &reqwest::Error, url: &Url) -> FetchError {
        let error = classify::error(err, url);
        let Some(proxy) = self.inner.proxies.of_url(url).map(shown_host) else {
            return error;
        };
        match error {
            FetchError::Dns { cause, .. } => FetchError::Dns { host: proxy, cause },
            FetchError::Connect { host, cause } => FetchError::Connect {
                host,
                cause: format!("through the proxy {proxy}: {cause}"),
            },
            other => other,
        }
    }

    async fn enter(&self, host: &str, asker: Asker, delay: Duration) -> Result<Permit, FetchError> {
        let permit = self.inner.gates.enter(host, asker, delay).await;
        permit.map_err(|postponement| {
            let (retry_in, why) = match postponement {
                Postponement::Held(left) => (left, Wait::Held),
                Postponement::Busy(left) => (left, Wait::Busy),
            };
            FetchError::Postponed {
                host: host.into(),
                retry_in,
                why,
            }
        })
    }

    /// One request and its response.
    async fn exchange(
        &self,
        get: &Get,
        target: Target<'_>,
        auth: Option<&HeaderValue>,
        share: Share,
        cookies: &mut Cookies,
    ) -> Result<Step, FetchError> {
        let Target { url, host, .. } = target;
        let mut request = self.request(get, url, auth, host)?;
        if let Some(header) = cookies.header(url) {
            request.headers_mut().entry(COOKIE).or_insert(header);
        }
        let sent = self.inner.http.execute(request).await;
        let response = sent.map_err(|err| self.error(&err, url))?;
        check_headers(response.headers(), host)?;
        let status = response.status().as_u16();
        if let 301 | 302 | 303 | 307 | 308 = status {
            cookies.take(response.headers(), url);
            return redirect(&response, status, url, host).map(Step::Redirect);
        }
        if status == 304 && !get.is_conditional() {
            return Err(FetchError::Protocol {
                host: host.to_owned(),
                cause: "304 (not modified) in response to an unconditional request".into(),
            });
        }
        let fetched = self.read(get, response, target, share).await?;
        Ok(Step::Done(Box::new(fetched)))
    }

    /// Reads the response to the end of its body.
    async fn read(
        &self,
        get: &Get,
        response: Response,
        target: Target<'_>,
        mut share: Share,
    ) -> Result<Fetched, FetchError> {
        let Target { url, host, asker } = target;
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
            share: None,
        };
        if let (429 | 503, Some(wait)) = (status, fetched.retry_after) {
            self.inner.gates.hold(host, asker, wait);
        } else if status == 429 {
            self.inner.gates.hold(host, asker, DEFAULT_HOLD);
        }
        let memory = self.memory(get.kind);
        let mut reader = Reader::new(url, memory, &mut share);
        if get.kind == Kind::Feed && matches!(status, 401 | 403 | 429 | 503) {
            // Its marks say whether it is a challenge for browsers. A refusal without a
            // body that can be read is a refusal all the same.
            let body = reader.beginning(response, MAX_REFUSAL_BYTES).await;
            let body = body.unwrap_or_default();
            return Ok(Fetched { body, ..fetched });
        }
        if !(200..300).contains(&status) {
            body::drain(response).await;
            return Ok(fetched);
        }
        let body = match get.kind {
            Kind::Feed | Kind::Page => reader.whole(response, self.inner.settings.max_body).await?,
            Kind::Robots => reader.beginning(response, MAX_ROBOTS_BYTES).await?,
        };
        memory.received(&share, body.len());
        let share = Some(Arc::new(share));
        Ok(Fetched {
            body,
            share,
            ..fetched
        })
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
        // Headers and credentials are for the feed's own site, not for the
        // target of a redirect.
        if url.origin() == get.url.origin() {
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

/// Where a request goes: the URL of the feed or page, or a redirect's target.
#[derive(Clone, Copy)]
struct Target<'a> {
    url: &'a Url,
    host: &'a str,
    asker: Asker,
}

fn url_hash(url: &Url) -> u64 {
    xxhash_rust::xxh3::xxh3_64(url.as_str().as_bytes())
}

fn postponed_for_memory(host: &str, NoMemory(retry_in): NoMemory) -> FetchError {
    FetchError::Postponed {
        host: host.into(),
        retry_in,
        why: Wait::Memory,
    }
}

/// What a response leads to.
enum Step {
    Done(Box<Fetched>),
    Redirect(Hop),
}
