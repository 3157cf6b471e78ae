//! `type = "webhook"`: a signed POST request, following Standard Webhooks 1.0.

use super::{Attempt, Outgoing, Receiver, ReceiverError, Signer};
use crate::http::{Client, Guard, Post, Posted, SecretSource, shown_url};
use crate::model::Span;
use crate::policy::AttemptOutcome;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// `[receiver.NAME]` with `type = "webhook"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The URL that alerts are posted to.
    #[schemars(with = "String")]
    pub url: Url,
    /// A file with the secret, `whsec_BASE64`. If it has several, one per line, each
    /// of them signs. To change the secret, put the new one first, and remove the
    /// old one when the receiver uses the new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// An environment variable with the secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_env: Option<String>,
    /// A systemd credential with the secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_credential: Option<String>,
    /// Additional headers, such as a gateway may require.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Longest time for the receiver to respond.
    #[serde(default = "default_timeout")]
    pub timeout: Span,
}

/// The specification recommends 15 to 30 s.
fn default_timeout() -> Span {
    Span::secs(20)
}

/// A receiver that posts to a URL.
#[derive(Debug)]
pub struct Webhook {
    url: Url,
    signer: Signer,
    headers: Vec<(String, String)>,
    timeout: Duration,
    client: Client,
}

impl Webhook {
    /// A receiver with these settings.
    ///
    /// # Errors
    /// When its secret cannot be read, or the address guard refuses its URL.
    pub(crate) fn new(settings: &Settings, client: &Client) -> Result<Self, ReceiverError> {
        Guard::new(&client.settings().allow_addresses)
            .check_url(&settings.url)
            .map_err(|refusal| ReceiverError::Address {
                url: shown_url(&settings.url),
                refusal,
            })?;
        let source = SecretSource {
            secret_file: settings.secret_file.clone(),
            secret_env: settings.secret_env.clone(),
            secret_credential: settings.secret_credential.clone(),
        };
        let signer = Signer::new(&source.read()?)?;
        Ok(Self::with_signer(settings, signer, client))
    }

    /// The same with a given signer; the secret of the settings is not read.
    #[must_use]
    pub fn with_signer(settings: &Settings, signer: Signer, client: &Client) -> Self {
        let own = settings.headers.iter();
        Self {
            url: settings.url.clone(),
            signer,
            headers: own
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            timeout: settings.timeout.0,
            client: client.clone(),
        }
    }

    async fn attempt(&self, outgoing: &Outgoing, now: Timestamp) -> Attempt {
        let id = outgoing.alert.as_str();
        let Some(signature) = self.signer.sign(id, now, &outgoing.body) else {
            let reason = "the stored body is not valid UTF-8".into();
            return Attempt::of(AttemptOutcome::Permanent { reason }, Duration::ZERO);
        };
        let mut headers = self.headers.clone();
        headers.extend(
            [
                ("content-type", "application/json".to_owned()),
                ("webhook-id", id.to_owned()),
                ("webhook-timestamp", now.as_second().to_string()),
                ("webhook-signature", signature),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        let post = Post {
            url: self.url.clone(),
            headers,
            body: outgoing.body.clone(),
            timeout: self.timeout,
        };
        let begun = tokio::time::Instant::now();
        match self.client.post(&post).await {
            Ok(posted) => Attempt {
                status: Some(posted.status),
                ..Attempt::of(outcome(&posted), posted.elapsed)
            },
            // Never permanent: an address or a certificate can be corrected.
            Err(err) => Attempt::transient(err.to_string(), begun.elapsed()),
        }
    }
}

impl Receiver for Webhook {
    fn send<'a>(&'a self, outgoing: &'a Outgoing, now: Timestamp) -> BoxFuture<'a, Attempt> {
        self.attempt(outgoing, now).boxed()
    }
}

/// Only 2xx is a success and only 410 is permanent. Any other status, including
/// 404 and redirects, may be a mistake that is corrected while newsvane retries.
fn outcome(posted: &Posted) -> AttemptOutcome {
    match posted.status {
        200..=299 => AttemptOutcome::Accepted,
        410 => AttemptOutcome::Gone,
        status => {
            let hint = match status {
                300..=399 => "; redirects are not followed: set `url` to the redirect's target",
                401 | 403 => "; does the receiver have the same secret?",
                _ => "",
            };
            let excerpt = match posted.excerpt.as_str() {
                "" => String::new(),
                excerpt => format!(": {excerpt}"),
            };
            AttemptOutcome::Transient {
                reason: format!("it answered {status}{excerpt}{hint}"),
                retry_after: posted.retry_after,
            }
        }
    }
}
