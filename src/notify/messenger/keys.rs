//! Keys that several services share.

use super::rate::Pace;
use crate::http::Client;
use crate::http::{BadSecret, Guard, Secret, SecretSource, shown_url};
use crate::model::Span;
use crate::notify::ReceiverError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// Keys of every service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Common {
    /// Longest time for the service to respond.
    #[serde(default = "default_timeout")]
    pub(crate) timeout: Span,
    /// How many messages a minute the destination takes, where that is not the
    /// service's own limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rate: Option<NonZeroU32>,
}

/// No service says how long its answer may take; webhooks are given as long.
fn default_timeout() -> Span {
    Span::secs(20)
}

impl Default for Common {
    fn default() -> Self {
        Self {
            timeout: default_timeout(),
            rate: None,
        }
    }
}

impl Common {
    /// The pace that is set, else the service's own.
    pub(crate) fn pace(&self, own: Pace) -> Pace {
        match self.rate {
            Some(rate) => Pace {
                every: Duration::from_secs(60) / rate.get(),
                ..own
            },
            None => own,
        }
    }
}

/// Where a service's token is read from: exactly one of the keys is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Token {
    /// A file with the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_file: Option<PathBuf>,
    /// An environment variable with the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_env: Option<String>,
    /// A systemd credential with the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_credential: Option<String>,
}

/// Where a service's URL is read from. Whoever knows it can post, so that it is a
/// secret: exactly one of the keys is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct SecretUrl {
    /// A file with the URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url_file: Option<PathBuf>,
    /// An environment variable with the URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url_env: Option<String>,
    /// A systemd credential with the URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url_credential: Option<String>,
}

impl Token {
    pub(crate) fn is_unset(&self) -> bool {
        *self == Self::default()
    }

    /// The token.
    pub(crate) fn read(&self) -> Result<Secret, ReceiverError> {
        let source = SecretSource {
            secret_file: self.token_file.clone(),
            secret_env: self.token_env.clone(),
            secret_credential: self.token_credential.clone(),
        };
        source.read().map_err(|err| secret_error(err, "token"))
    }
}

impl SecretUrl {
    pub(crate) fn is_unset(&self) -> bool {
        *self == Self::default()
    }

    /// The URL, if the address guard allows it.
    pub(crate) fn read(&self, client: &Client) -> Result<Url, ReceiverError> {
        let source = SecretSource {
            secret_file: self.url_file.clone(),
            secret_env: self.url_env.clone(),
            secret_credential: self.url_credential.clone(),
        };
        let text = source.read().map_err(|err| secret_error(err, "url"))?;
        // What is wrong with it is said without showing it.
        let url = Url::parse(text.reveal())
            .ok()
            .filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
            .ok_or(ReceiverError::Setting {
                key: "url_file",
                problem: "its secret URL is not a URL that begins with https://".to_owned(),
            })?;
        allowed(url, client)
    }
}

/// `url`, if the address guard allows it.
pub(crate) fn allowed(url: Url, client: &Client) -> Result<Url, ReceiverError> {
    Guard::new(&client.settings().allow_addresses)
        .check_url(&url)
        .map_err(|refusal| ReceiverError::Address {
            url: shown_url(&url),
            refusal,
        })?;
    Ok(url)
}

/// `base` with a path below its own.
pub(crate) fn below(base: &Url, parts: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(parts);
    }
    url
}

/// The error with the names of the keys that this receiver has.
fn secret_error(err: BadSecret, prefix: &'static str) -> ReceiverError {
    match err {
        BadSecret::NotOne => ReceiverError::Setting {
            key: if prefix == "url" {
                "url_file"
            } else {
                "token_file"
            },
            problem: format!(
                "needs exactly one of {prefix}_file, {prefix}_env and {prefix}_credential"
            ),
        },
        err => ReceiverError::Secret(err),
    }
}
