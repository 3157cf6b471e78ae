//! `[web]` in `newsvane.toml`.

use crate::http::{BadSecret, Secret, SecretSource};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;
use url::Url;

/// `[web]`: the status page and its API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Web {
    /// Its address and port; empty for no page.
    pub listen: String,
    /// The address that people reach it at, such as `https://news.example.org/`, for
    /// links in alerts and in feeds. Its host is served.
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<Url>,
    /// A file with the token that requests must send. Required unless `listen` is
    /// a loopback address. If it has several lines, each is a token: to change it, put
    /// the new one first, and remove the old one when nobody uses it any more.
    pub token_file: Option<PathBuf>,
    /// An environment variable with the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_env: Option<String>,
    /// A systemd credential with the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_credential: Option<String>,
    /// Host names under which the page is requested, such as that of a proxy in
    /// front of it. Addresses, `localhost` and requests with a token need no
    /// entry; others are refused, because a web site in a browser on this machine
    /// could otherwise read the page.
    pub hosts: Vec<String>,
    /// The addresses of proxies in front of it, such as `["10.0.0.2/32"]`: the
    /// user header is accepted only from them.
    #[schemars(with = "Vec<String>")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which such a proxy names the user that it signed in, such as
    /// `"X-Forwarded-User"`. The proxy must delete it from what visitors send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_header: Option<String>,
    /// Only show; nobody can redeliver, poll or test from the page.
    pub read_only: bool,
}

impl Default for Web {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:7676".to_owned(),
            public_url: None,
            token_file: None,
            token_env: None,
            token_credential: None,
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            user_header: None,
            read_only: false,
        }
    }
}

/// Where the page is, and the token that requests must send.
#[derive(Clone, Debug)]
pub struct Door {
    /// Its address and port.
    pub address: SocketAddr,
    /// The token that requests must send; `None` only on loopback.
    pub token: Option<Secret>,
}

/// Why the page cannot be served with these settings.
#[derive(Debug, thiserror::Error)]
pub enum BadWeb {
    /// The address is invalid.
    #[error("web.listen {0:?} is not an address and port, such as \"127.0.0.1:7676\"")]
    Address(String),
    /// Anybody could read the page.
    #[error("web.listen {0} is open to other machines: set web.token_file, or listen on 127.0.0.1")]
    Open(SocketAddr),
    /// There is no trusted proxy from which the header could be accepted.
    #[error("web.user_header {0:?} needs web.trusted_proxies: list the proxies that may send it")]
    NoProxies(String),
    /// The header's name is invalid.
    #[error("web.user_header {0:?} is not the name of a header, such as \"X-Forwarded-User\"")]
    Header(String),
    /// Links cannot be made with it.
    #[error("web.public_url {0} is not an http or https address without query")]
    PublicUrl(Url),
    /// The token cannot be read.
    #[error("web.token_file {0}")]
    Token(#[from] BadSecret),
}

impl BadWeb {
    /// The key of `[web]` that has to be changed.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Address(_) | Self::Open(_) => "listen",
            Self::NoProxies(_) | Self::Header(_) => "user_header",
            Self::PublicUrl(_) => "public_url",
            Self::Token(err) => match err.key() {
                Some("secret_env") => "token_env",
                Some("secret_credential") => "token_credential",
                _ => "token_file",
            },
        }
    }

    /// Whether the service may be able to run with it, although this user is not.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self {
            Self::Address(_)
            | Self::Open(_)
            | Self::NoProxies(_)
            | Self::Header(_)
            | Self::PublicUrl(_) => false,
            Self::Token(err) => err.is_local(),
        }
    }
}

impl Web {
    /// Where the page is served; `None` if `listen` is empty.
    ///
    /// # Errors
    /// If the address is invalid, or open to other machines without a token.
    pub fn door(&self) -> Result<Option<Door>, BadWeb> {
        if self.listen.is_empty() {
            return Ok(None);
        }
        let address: SocketAddr = self
            .listen
            .parse()
            .map_err(|_| BadWeb::Address(self.listen.clone()))?;
        let token = self.token()?;
        self.check_proxies()?;
        if let Some(url) = &self.public_url
            && (!matches!(url.scheme(), "http" | "https") || url.query().is_some())
        {
            return Err(BadWeb::PublicUrl(url.clone()));
        }
        let is_open = token.is_none() && self.user_header.is_none();
        if !address.ip().is_loopback() && is_open {
            return Err(BadWeb::Open(address));
        }
        Ok(Some(Door { address, token }))
    }

    fn check_proxies(&self) -> Result<(), BadWeb> {
        let Some(name) = &self.user_header else {
            return Ok(());
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(BadWeb::Header(name.clone()));
        }
        if self.trusted_proxies.is_empty() {
            return Err(BadWeb::NoProxies(name.clone()));
        }
        Ok(())
    }

    /// The token that requests must send.
    ///
    /// # Errors
    /// If its file cannot be read.
    pub fn token(&self) -> Result<Option<Secret>, BadWeb> {
        let source = SecretSource {
            secret_file: self.token_file.clone(),
            secret_env: self.token_env.clone(),
            secret_credential: self.token_credential.clone(),
        };
        if source.is_unset() {
            return Ok(None);
        }
        Ok(Some(source.read()?))
    }
}
