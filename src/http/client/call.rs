//! Requests to the APIs of chat and alerting services: any method, and an answer
//! whose body is read, because it may say what the status does not.

use super::Client;
use super::body;
use super::headers::add_headers;
use super::request::BasicAuth;
use super::response::retry_after;
use crate::http::error::FetchError;
use crate::http::shown::shown_host;
use bytes::Bytes;
use reqwest::header::USER_AGENT;
use reqwest::header::{AUTHORIZATION, HeaderName};
use reqwest::{Method, Request};
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout};
use url::Url;

/// Most of an answer's body that is read, in bytes. The answers of services are
/// some hundred bytes; an HTML page instead of one is shown by its beginning.
const MAX_ANSWER: usize = 64 << 10;

/// A request to a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The method, such as `POST`.
    pub method: &'static str,
    /// The URL. It may be a secret.
    pub url: Url,
    /// The headers, including `content-type`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// Longest time until the answer is complete.
    pub timeout: Duration,
}

/// The answer to a [`Call`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status; redirects are not followed.
    pub status: u16,
    /// `Retry-After`, counted from now.
    pub retry_after: Option<Duration>,
    /// The headers that are text, by their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body's beginning; what is not UTF-8 is replaced.
    pub body: String,
    /// Time until the answer was complete.
    pub elapsed: Duration,
}

impl Answer {
    /// The header of this name, which is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

impl Client {
    /// Calls a service. Redirects are not followed.
    ///
    /// # Errors
    /// When no complete answer was received; see [`FetchError`].
    pub async fn call(&self, call: &Call) -> Result<Answer, FetchError> {
        self.check_url(&call.url)?;
        let host = shown_host(&call.url);
        let mut url = call.url.clone();
        let auth = BasicAuth::take(&mut url);
        let method = Method::from_bytes(call.method.as_bytes()).unwrap_or(Method::POST);
        let mut request = Request::new(method, url);
        let headers = request.headers_mut();
        auth.map(|auth| headers.insert(AUTHORIZATION, auth.header()));
        headers.insert(USER_AGENT, self.inner.user_agent.clone());
        add_headers(headers, &call.headers, &host)?;
        *request.body_mut() = Some(call.body.clone().into());
        let begun = Instant::now();
        let late = |_| FetchError::Timeout {
            host: host.clone(),
            after: call.timeout,
        };
        let response = timeout(call.timeout, self.inner.http.execute(request))
            .await
            .map_err(late)?
            .map_err(|err| self.error(&err, &call.url))?;
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers(), SystemTime::now());
        let as_text = |(name, value): (&HeaderName, &reqwest::header::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let headers = response.headers().iter().filter_map(as_text).collect();
        let left = call.timeout.saturating_sub(begun.elapsed());
        let bytes = timeout(left, body::beginning(response, MAX_ANSWER))
            .await
            .map_err(late)?
            .map_err(|err| self.error(&err, &call.url))?;
        Ok(Answer {
            status,
            retry_after,
            headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            elapsed: begun.elapsed(),
        })
    }
}
