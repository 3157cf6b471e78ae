//! Why a request got no usable response.

use super::Refusal;
use std::fmt;
use std::time::Duration;

/// Why a request got no usable response. Every message names the host and,
/// where we know it, what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FetchError {
    /// The address guard refused the URL.
    #[error("{url} is not requested: {refusal}")]
    Refused {
        /// The URL, without what may be secret.
        url: String,
        /// Why.
        refusal: Refusal,
    },
    /// A header of the request cannot be sent.
    #[error(
        "no request was sent to {host}: the header {header:?} has a name or value that HTTP does not allow; correct it in the watchlist"
    )]
    BadHeader {
        /// The host.
        host: String,
        /// The header's name.
        header: String,
    },
    /// The host's name could not be resolved.
    #[error("the name {host} cannot be resolved: {cause}; check the name and this machine's DNS")]
    Dns {
        /// The host.
        host: String,
        /// The resolver's error.
        cause: String,
    },
    /// No connection could be made.
    #[error("cannot connect to {host}: {cause}")]
    Connect {
        /// The host.
        host: String,
        /// The system's error.
        cause: String,
    },
    /// No secure connection could be made.
    #[error("no secure connection to {host}: {cause}")]
    Tls {
        /// The host.
        host: String,
        /// What was wrong.
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
    /// The request took longer than allowed.
    #[error("{host} did not complete its response within {after:?}")]
    Timeout {
        /// The host.
        host: String,
        /// The time allowed.
        after: Duration,
    },
    /// The connection broke before the response was complete.
    #[error("{host} broke off its response: {cause}")]
    Broken {
        /// The host.
        host: String,
        /// The connection's error.
        cause: String,
    },
    /// The response is not valid HTTP.
    #[error("{host} sent a response that is not valid HTTP: {cause}")]
    Protocol {
        /// The host.
        host: String,
        /// What is wrong.
        cause: String,
    },
    /// The body cannot be decompressed.
    #[error("{host} sent a body that cannot be decompressed: {cause}")]
    Encoding {
        /// The host.
        host: String,
        /// What is wrong.
        cause: String,
    },
    /// The body is larger than allowed.
    #[error(
        "{host} sent more than {limit} bytes; raise http.max_body if its documents are really that large"
    )]
    TooLarge {
        /// The host.
        host: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// The headers are larger than allowed.
    #[error("{host} sent more than {limit} bytes of headers")]
    HeadersTooLarge {
        /// The host.
        host: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// Too many redirects, or one without a usable target.
    #[error("a redirect of {host} cannot be followed: {cause}")]
    Redirect {
        /// The host.
        host: String,
        /// What is wrong.
        cause: String,
    },
    /// The site's `robots.txt` disallows the page.
    #[error("{url} is not fetched: its site's robots.txt disallows it")]
    Disallowed {
        /// The URL, without what may be secret.
        url: String,
    },
    /// The site's `robots.txt` could not be fetched; until it can, its pages wait.
    #[error("the robots.txt of {host} could not be fetched: {cause}")]
    RobotsUnavailable {
        /// The host.
        host: String,
        /// Why.
        cause: String,
        /// The earliest time to try again.
        retry_in: Duration,
    },
    /// The request has to wait, for the host or for memory. This counts neither as
    /// a poll nor as a failure.
    #[error("no request to {host} for another {retry_in:?}: {why}")]
    Postponed {
        /// The host.
        host: String,
        /// The earliest time to try again.
        retry_in: Duration,
        /// What the request has to wait for.
        why: Wait,
    },
}

/// What a postponed request has to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// The end of the time for which the host asked clients to wait.
    Held,
    /// Other requests to the host.
    Busy,
    /// Other large bodies use up the memory reserved for them.
    Memory,
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Held => "it asked clients to wait (429 or Retry-After)",
            Self::Busy => "enough other requests to it are waiting",
            Self::Memory => "other large feeds or pages are being read",
        })
    }
}

impl FetchError {
    /// Whether the same request may succeed later without anyone changing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Dns { .. }
            | Self::Connect { .. }
            | Self::Timeout { .. }
            | Self::Broken { .. }
            | Self::RobotsUnavailable { .. }
            | Self::Postponed { .. } => true,
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

    /// The earliest time to try again, where that is known.
    #[must_use]
    pub fn retry_in(&self) -> Option<Duration> {
        match self {
            Self::Postponed { retry_in, .. } | Self::RobotsUnavailable { retry_in, .. } => {
                Some(*retry_in)
            }
            _ => None,
        }
    }

    /// Whether no request was sent, so that the failure is not the site's.
    #[must_use]
    pub fn is_postponed(&self) -> bool {
        matches!(self, Self::Postponed { .. })
    }
}
