//! Requests.

use crate::http::{Secret, Validators};
use crate::text::percent_decode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::header::HeaderValue;
use std::time::Duration;
use url::Url;

/// What a request is for; decides its `Accept` header and which rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A feed.
    Feed,
    /// An article's page: fetched only where `robots.txt` allows it.
    Page,
    /// A `robots.txt`.
    Robots,
}

impl Kind {
    pub(crate) fn accept(self) -> &'static str {
        match self {
            Self::Feed => {
                "application/rss+xml, application/atom+xml, application/feed+json, \
                 application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
            }
            Self::Page => "text/html, application/xhtml+xml, */*;q=0.5",
            Self::Robots => "text/plain, */*;q=0.5",
        }
    }
}

/// A name and password for HTTP Basic authentication.
#[derive(Clone, Debug)]
pub struct BasicAuth {
    /// The user's name; contains no colon.
    pub user: String,
    /// The password.
    pub password: Secret,
}

impl BasicAuth {
    /// Parses `user:password`, the content of a `basic_auth_file`; `None` without a colon.
    #[must_use]
    pub fn parse(written: &Secret) -> Option<Self> {
        let (user, password) = written.reveal().split_once(':')?;
        Some(Self {
            user: user.into(),
            password: Secret::new(password),
        })
    }

    /// Removes the credentials from a URL and returns them. They are sent as a
    /// header, and must not be logged or compared as part of the URL.
    pub(crate) fn take(url: &mut Url) -> Option<Self> {
        let user = percent_decode(url.username());
        let password = url.password().map(percent_decode);
        if user.is_empty() && password.is_none() {
            return None;
        }
        // Neither can fail for a URL that has credentials.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Some(Self {
            user,
            password: Secret::new(&password.unwrap_or_default()),
        })
    }

    pub(crate) fn header(&self) -> HeaderValue {
        let plain = format!("{}:{}", self.user, self.password.reveal());
        let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(plain)))
            .expect("base64 consists of visible characters");
        value.set_sensitive(true);
        value
    }
}

/// A GET request.
#[derive(Clone, Debug)]
pub struct Get {
    /// The URL to fetch.
    pub url: Url,
    /// What the request is for.
    pub kind: Kind,
    /// The URL in the watchlist of the feed on whose behalf it is sent; `None` if
    /// that is `url`. What newsvane learns from other sites' hosts on behalf of a
    /// feed delays only that feed.
    pub feed: Option<Url>,
    /// The validators of the last response; they make the request conditional.
    pub validators: Option<Validators>,
    /// Additional headers, sent to the URL's own origin only.
    pub headers: Vec<(String, String)>,
    /// A `User-Agent` to use instead of that of the settings.
    pub user_agent: Option<String>,
    /// Credentials, sent to the URL's own origin only. Without them, those in
    /// the URL itself are used.
    pub basic_auth: Option<BasicAuth>,
    /// Whether the server may send only the changes (RFC 3229 `A-IM: feed`),
    /// with status 226.
    pub accepts_delta: bool,
}

impl Get {
    /// An unconditional request.
    #[must_use]
    pub fn new(url: Url, kind: Kind) -> Self {
        Self {
            url,
            kind,
            feed: None,
            validators: None,
            headers: Vec::new(),
            user_agent: None,
            basic_auth: None,
            accepts_delta: false,
        }
    }

    pub(crate) fn is_conditional(&self) -> bool {
        self.validators
            .as_ref()
            .is_some_and(|validators| !validators.is_empty())
    }
}

/// A POST request to a receiver.
#[derive(Clone, Debug)]
pub struct Post {
    /// The receiver's URL.
    pub url: Url,
    /// The headers, including `content-type`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// Longest time until the response's status.
    pub timeout: Duration,
}
