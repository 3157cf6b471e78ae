//! Headers of requests, and what the headers of a response lead to.

use super::response::Hop;
use crate::http::error::FetchError;
use reqwest::Response;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};
use url::Url;

/// Most bytes of a response's headers, names and values together. While they are
/// received, hyper's own limit of about 400 kB applies.
pub(super) const MAX_HEADER_BYTES: usize = 64 << 10;

pub(super) fn redirect(
    response: &Response,
    status: u16,
    from: &Url,
    host: &str,
) -> Result<Hop, FetchError> {
    let bad = |cause: &str| FetchError::Redirect {
        host: host.into(),
        cause: cause.into(),
    };
    let location = response
        .headers()
        .get(LOCATION)
        .ok_or_else(|| bad("it has no Location"))?;
    // Browsers accept an unescaped UTF-8 path; `join` escapes it.
    let location = std::str::from_utf8(location.as_bytes())
        .map_err(|_| bad("its Location is not a valid URL"))?;
    let mut to = from
        .join(location.trim())
        .map_err(|_| bad("its Location is not a valid URL"))?;
    // Credentials in a redirect's target are not used, and a fragment is never sent.
    let _ = to.set_username("");
    let _ = to.set_password(None);
    to.set_fragment(None);
    Ok(Hop { status, to })
}

pub(super) fn add_headers(
    headers: &mut HeaderMap,
    more: &[(String, String)],
    host: &str,
) -> Result<(), FetchError> {
    for (name, value) in more {
        let bad = || FetchError::BadHeader {
            host: host.into(),
            header: name.clone(),
        };
        let value = HeaderValue::from_str(value).map_err(|_| bad())?;
        headers.insert(
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?,
            value,
        );
    }
    Ok(())
}

pub(super) fn check_headers(headers: &HeaderMap, host: &str) -> Result<(), FetchError> {
    let n_bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if n_bytes > MAX_HEADER_BYTES {
        return Err(FetchError::HeadersTooLarge {
            host: host.into(),
            limit: MAX_HEADER_BYTES,
        });
    }
    Ok(())
}
