//! Turns reqwest's errors into [`FetchError`]s.
//!
//! reqwest wraps the cause in several layers, some of its own and some of
//! `std::io::Error`; the innermost one that is known here decides.

use crate::http::FetchError;
use crate::http::address::resolve::ResolveError;
use crate::http::shown::{shown_host, shown_url};
use std::error::Error;
use std::io;
use url::Url;

/// The error of a request to `url`, or of reading its body.
pub(crate) fn error(err: &reqwest::Error, url: &Url) -> FetchError {
    let host = shown_host(url);
    let causes = causes(err);
    if let Some(resolve) = causes
        .iter()
        .find_map(|cause| cause.downcast_ref::<ResolveError>())
    {
        return match resolve {
            ResolveError::Refused(refusal) => FetchError::Refused {
                url: shown_url(url),
                refusal: refusal.clone(),
            },
            ResolveError::Failed(cause) => FetchError::Dns {
                host,
                cause: cause.clone(),
            },
        };
    }
    if let Some(tls) = causes
        .iter()
        .find_map(|cause| cause.downcast_ref::<rustls::Error>())
    {
        return FetchError::Tls {
            host,
            cause: tls.to_string(),
        };
    }
    let cause = causes
        .last()
        .map_or_else(|| err.to_string(), |cause| cause.to_string());
    if err.is_connect() {
        FetchError::Connect { host, cause }
    } else if err.is_decode() {
        decode_error(&causes, host, cause)
    } else if err.is_builder() {
        FetchError::BadHeader {
            host,
            header: cause,
        }
    } else if causes.iter().any(|cause| is_broken(*cause)) {
        FetchError::Broken { host, cause }
    } else {
        FetchError::Protocol { host, cause }
    }
}

/// An error while a body was read. reqwest reports all of them as decoding
/// errors, even for uncompressed bodies: the cause decides whether the connection
/// broke, the framing was wrong, or decompression failed.
fn decode_error(causes: &[&(dyn Error + 'static)], host: String, cause: String) -> FetchError {
    let is_framing = |cause: &&(dyn Error + 'static)| cause.to_string().starts_with(BODY_FRAMING);
    if causes
        .iter()
        .any(|cause| is_reset(*cause) || is_early_end(*cause))
    {
        FetchError::Broken { host, cause }
    } else if causes.iter().any(is_framing) {
        FetchError::Protocol { host, cause }
    } else {
        FetchError::Encoding { host, cause }
    }
}

/// The error and all its causes, outermost first.
fn causes<'e>(err: &'e (dyn Error + 'static)) -> Vec<&'e (dyn Error + 'static)> {
    // Deeper than any real chain of causes.
    const MAX_DEPTH: usize = 16;
    let mut causes = Vec::new();
    let mut next = Some(err);
    while let Some(cause) = next.filter(|_| causes.len() < MAX_DEPTH) {
        causes.push(cause);
        next = inner(cause).or_else(|| cause.source());
    }
    causes
}

/// The error that an `io::Error` wraps; its `source` skips that one.
fn inner<'e>(cause: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    let inner = cause.downcast_ref::<io::Error>()?.get_ref()?;
    Some(inner as &(dyn Error + 'static))
}

fn is_reset(cause: &(dyn Error + 'static)) -> bool {
    cause.downcast_ref::<io::Error>().is_some_and(|err| {
        matches!(
            err.kind(),
            io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::NotConnected
        )
    })
}

fn is_broken(cause: &(dyn Error + 'static)) -> bool {
    let is_eof = |err: &io::Error| err.kind() == io::ErrorKind::UnexpectedEof;
    is_reset(cause) || is_early_end(cause) || cause.downcast_ref::<io::Error>().is_some_and(is_eof)
}

/// hyper's error kinds cannot be named through reqwest, so that their texts are
/// compared. They have not changed for years, and tests/http/hostile.rs fails if
/// they do.
fn is_early_end(cause: &(dyn Error + 'static)) -> bool {
    [
        "connection closed before message completed",
        "end of file before message length reached",
        "unexpected EOF during chunk size line",
    ]
    .contains(&cause.to_string().as_str())
}

/// How hyper's message starts when a body's length or chunks are invalid.
const BODY_FRAMING: &str = "error reading a body from connection";
