//! `[web]` in `newsvane.toml`.

use crate::http::{BadSecret, Secret, SecretSource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;

/// `[web]`: the status page and its API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Web {
    /// Its address and port; empty for no page.
    pub listen: String,
    /// A file with the token that requests must send. Required unless `listen` is
    /// a loopback address.
    pub token_file: Option<PathBuf>,
    /// Host names under which the page is requested, such as that of a proxy in
    /// front of it. Addresses, `localhost` and requests with a token need no
    /// entry; others are refused, because a web site in a browser on this machine
    /// could otherwise read the page.
    pub hosts: Vec<String>,
}

impl Default for Web {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:7676".to_owned(),
            token_file: None,
            hosts: Vec::new(),
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
            Self::Token(_) => "token_file",
        }
    }

    /// Whether the service may be able to run with it, although this user is not.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self {
            Self::Address(_) | Self::Open(_) => false,
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
        if !address.ip().is_loopback() && token.is_none() {
            return Err(BadWeb::Open(address));
        }
        Ok(Some(Door { address, token }))
    }

    /// The token that requests must send.
    ///
    /// # Errors
    /// If its file cannot be read.
    pub fn token(&self) -> Result<Option<Secret>, BadWeb> {
        let source = SecretSource {
            secret_file: self.token_file.clone(),
            ..SecretSource::default()
        };
        if source.is_unset() {
            return Ok(None);
        }
        Ok(Some(source.read()?))
    }
}
