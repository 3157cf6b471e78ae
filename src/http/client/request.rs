//! What is asked.

use crate::http::{Secret, Validators};
use crate::text::percent_decode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::header::HeaderValue;
use std::time::Duration;
use url::Url;

/// What a request is for; decides the `Accept` header and the rules that hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A feed.
    Feed,
    /// An article's page: asked only where `robots.txt` allows it.
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
    /// The user's name; holds no colon.
    pub user: String,
    /// The password.
    pub password: Secret,
}

impl BasicAuth {
    /// Reads `user:password`, as a `basic_auth_file` holds it; none without a colon.
    #[must_use]
    pub fn parse(written: &Secret) -> Option<Self> {
        let (user, password) = written.reveal().split_once(':')?;
        Some(Self {
            user: user.into(),
            password: Secret::new(password),
        })
    }

    /// Takes the credentials out of a URL: they belong into a header, and must
    /// not be sent, logged or compared as a part of the address.
    pub(crate) fn take(url: &mut Url) -> Option<Self> {
        let user = percent_decode(url.username());
        let password = url.password().map(percent_decode);
        if user.is_empty() && password.is_none() {
            return None;
        }
        // Neither can fail for a URL that has them.
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
            .expect("base64 is made of visible characters");
        value.set_sensitive(true);
        value
    }
}

/// A GET request.
#[derive(Clone, Debug)]
pub struct Get {
    /// What is fetched.
    pub url: Url,
    /// What for.
    pub kind: Kind,
    /// The validators of the last answer: makes the request conditional.
    pub validators: Option<Validators>,
    /// More headers, sent to the URL's own origin only.
    pub headers: Vec<(String, String)>,
    /// Another `User-Agent` than that of the settings.
    pub user_agent: Option<String>,
    /// Credentials, sent to the URL's own origin only. Those that stand in the
    /// URL itself count as well, and are never shown.
    pub basic_auth: Option<BasicAuth>,
    /// Whether a delta is welcome (RFC 3229 `A-IM: feed`), to be answered by 226.
    pub accepts_delta: bool,
}

impl Get {
    /// An unconditional request.
    #[must_use]
    pub fn new(url: Url, kind: Kind) -> Self {
        Self {
            url,
            kind,
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
    /// Where to.
    pub url: Url,
    /// Headers, `content-type` among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// Longest time until the answer's status is there.
    pub timeout: Duration,
}
