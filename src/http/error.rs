//! Why nothing was fetched.

use super::Refusal;
use std::time::Duration;

/// Why a request brought no answer that could be used. Every message names the
/// host and, where we know it, what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FetchError {
    /// The address guard refused.
    #[error("{url} is not asked: {refusal}")]
    Refused {
        /// The URL, as it may be shown.
        url: String,
        /// Why.
        refusal: Refusal,
    },
    /// A header of the request cannot be sent.
    #[error("{host} is not asked: {header:?} cannot be sent as a header; mend it in the watchlist")]
    BadHeader {
        /// The host.
        host: String,
        /// The header's name.
        header: String,
    },
    /// The name could not be resolved.
    #[error("{host} cannot be resolved: {cause}; check the name and this machine's DNS")]
    Dns {
        /// The host.
        host: String,
        /// What the resolver said.
        cause: String,
    },
    /// No connection could be made.
    #[error("cannot connect to {host}: {cause}")]
    Connect {
        /// The host.
        host: String,
        /// What the system said.
        cause: String,
    },
    /// No secure connection could be made.
    #[error("no secure connection to {host}: {cause}")]
    Tls {
        /// The host.
        host: String,
        /// What was wrong with it.
        cause: String,
    },
    /// This machine has no CA certificates, so that no `https` site can be verified.
    #[error(
        "{host} cannot be verified: this machine has no CA certificates; \
         install the package ca-certificates or set http.ca_file"
    )]
    NoCertificates {
        /// The host.
        host: String,
    },
    /// The time for the request was over.
    #[error("{host} did not finish its answer within {after:?}")]
    Timeout {
        /// The host.
        host: String,
        /// The time it had.
        after: Duration,
    },
    /// The connection broke in the middle.
    #[error("{host} broke off its answer: {cause}")]
    Broken {
        /// The host.
        host: String,
        /// What the connection said.
        cause: String,
    },
    /// The answer is not HTTP as it should be.
    #[error("{host} gave an answer that is not valid HTTP: {cause}")]
    Protocol {
        /// The host.
        host: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The body cannot be decompressed.
    #[error("{host} sent a body that cannot be decompressed: {cause}")]
    Encoding {
        /// The host.
        host: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The body is over the cap.
    #[error("{host} sent over {limit} bytes; raise http.max_body if that is right for it")]
    TooLarge {
        /// The host.
        host: String,
        /// The cap.
        limit: u64,
    },
    /// The headers are over the cap.
    #[error("{host} sent over {limit} bytes of headers")]
    HeadersTooLarge {
        /// The host.
        host: String,
        /// The cap.
        limit: usize,
    },
    /// More redirects than are followed, or one that leads nowhere.
    #[error("{host} redirects too often or nowhere: {cause}")]
    Redirect {
        /// The host.
        host: String,
        /// What is wrong with it.
        cause: String,
    },
    /// `robots.txt` does not let newsvane fetch the page.
    #[error("{url} is not fetched: its site's robots.txt disallows it")]
    Disallowed {
        /// The URL, as it may be shown.
        url: String,
    },
    /// `robots.txt` could not be had, so that the page has to wait.
    #[error("{host}'s robots.txt cannot be had for now: {cause}")]
    RobotsUnavailable {
        /// The host.
        host: String,
        /// Why.
        cause: String,
        /// When to ask again at the earliest.
        retry_in: Duration,
    },
    /// The host asked for quiet (429 or 503 with `Retry-After`), or has its
    /// hands full with our other requests. No request was made: this counts
    /// neither as a poll nor as a failure.
    #[error("{host} is not asked for another {retry_in:?}: {why}")]
    HostClosed {
        /// The host.
        host: String,
        /// When to come again at the earliest.
        retry_in: Duration,
        /// Which of the two.
        why: &'static str,
    },
}

impl FetchError {
    /// Whether the same request may well succeed later without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Dns { .. }
            | Self::Connect { .. }
            | Self::Timeout { .. }
            | Self::Broken { .. }
            | Self::RobotsUnavailable { .. }
            | Self::HostClosed { .. } => true,
            Self::Refused { .. }
            | Self::BadHeader { .. }
            | Self::Tls { .. }
            | Self::NoCertificates { .. }
            | Self::Protocol { .. }
            | Self::Encoding { .. }
            | Self::TooLarge { .. }
            | Self::HeadersTooLarge { .. }
            | Self::Redirect { .. }
            | Self::Disallowed { .. } => false,
        }
    }

    /// When to come again at the earliest, where that is known.
    #[must_use]
    pub fn retry_in(&self) -> Option<Duration> {
        match self {
            Self::HostClosed { retry_in, .. } | Self::RobotsUnavailable { retry_in, .. } => {
                Some(*retry_in)
            }
            _ => None,
        }
    }

    /// Whether nothing was asked at all, so that the failure is not the site's.
    #[must_use]
    pub fn is_postponed(&self) -> bool {
        matches!(self, Self::HostClosed { .. })
    }
}
