//! Responses.

use crate::http::memory::Share;
use bytes::Bytes;
use reqwest::header::{
    AGE, CACHE_CONTROL, DATE, ETAG, EXPIRES, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED,
    RETRY_AFTER,
};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use url::Url;

/// Longest validator that is kept, in bytes; a longer one is ignored.
const MAX_VALIDATOR: usize = 2_048;

/// What makes the next request conditional, kept exactly as the server sent it:
/// an ETag with its quotes and `W/`, a date in any format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`. Bytes above 0x7F are kept as Latin-1 characters, so that any value
    /// can be sent back unchanged.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether neither is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }

    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self {
            etag: verbatim(headers, &ETAG),
            last_modified: verbatim(headers, &LAST_MODIFIED),
        }
    }
}

/// One redirect that was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// 301, 302, 303, 307 or 308. Only 301 and 308 are permanent.
    pub status: u16,
    /// Its target.
    pub to: Url,
}

/// How long a response stays fresh, according to its own headers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheHints {
    /// `Cache-Control: max-age`; zero where it says `no-cache` or `no-store`.
    pub max_age: Option<Duration>,
    /// `Age`: how much of that time has passed.
    pub age: Option<Duration>,
    /// `Expires` minus `Date`; zero if it is in the past or cannot be parsed.
    pub expires: Option<Duration>,
}

impl CacheHints {
    /// How long a new request would get the same response; `None` if the
    /// headers do not say.
    #[must_use]
    pub fn fresh_for(&self) -> Option<Duration> {
        match self.max_age {
            Some(max_age) => Some(max_age.saturating_sub(self.age.unwrap_or_default())),
            None => self.expires,
        }
    }

    pub(crate) fn of(headers: &HeaderMap, now: SystemTime) -> Self {
        let expires = text(headers, &EXPIRES).map(|expires| {
            let now = date(headers, &DATE).unwrap_or(now);
            httpdate::parse_http_date(expires)
                .ok()
                .and_then(|at| at.duration_since(now).ok())
                .unwrap_or_default()
        });
        Self {
            max_age: text(headers, &CACHE_CONTROL).and_then(max_age),
            age: text(headers, &AGE).and_then(seconds),
            expires,
        }
    }
}

/// The response to a GET, with any status, including 304.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The final status.
    pub status: u16,
    /// The URL that sent it.
    pub url: Url,
    /// The redirects that were followed, in order.
    pub redirects: Vec<Hop>,
    /// The validators for the next request. A 304 may contain new ones as well.
    pub validators: Validators,
    /// `Content-Type` as sent.
    pub content_type: Option<String>,
    /// Whether the body holds only the changes (status 226, RFC 3229).
    pub is_delta: bool,
    /// The decompressed body, within the size limit. Of a feed's 401, 403, 429 or 503
    /// its beginning; empty for other statuses than 2xx.
    pub body: Bytes,
    /// `Retry-After`, counted from now.
    pub retry_after: Option<Duration>,
    /// How long the response is fresh.
    pub cache: CacheHints,
    /// Time from the request to the end of the body, without the wait for the host's gate.
    pub elapsed: Duration,
    /// The share of memory that the body takes; returned when dropped.
    #[expect(dead_code, reason = "kept for its drop")]
    pub(crate) share: Option<Arc<Share>>,
}

impl Fetched {
    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the server said that nothing changed.
    #[must_use]
    pub fn is_not_modified(&self) -> bool {
        self.status == 304
    }

    /// The URL's permanent new location: the last redirect's target, if all
    /// redirects were permanent (301 or 308).
    #[must_use]
    pub fn moved_to(&self) -> Option<&Url> {
        let is_permanent = |hop: &Hop| matches!(hop.status, 301 | 308);
        self.redirects
            .last()
            .filter(|_| self.redirects.iter().all(is_permanent))
            .map(|hop| &hop.to)
    }
}

/// The response to a POST.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The status; redirects are not followed.
    pub status: u16,
    /// `Retry-After`, counted from now.
    pub retry_after: Option<Duration>,
    /// The beginning of the body, to show why the request was refused: one line
    /// of printable characters.
    pub excerpt: String,
    /// Time until the status was received.
    pub elapsed: Duration,
}

/// A header as text; `None` if it is missing or not ASCII.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn verbatim(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let bytes = headers.get(name)?.as_bytes();
    (!bytes.is_empty() && bytes.len() <= MAX_VALIDATOR)
        .then(|| bytes.iter().map(|byte| char::from(*byte)).collect())
}

/// A validator as a header value; `None` if it cannot be one.
pub(crate) fn header_value(verbatim: &str) -> Option<HeaderValue> {
    if verbatim.is_ascii() {
        return HeaderValue::from_str(verbatim).ok();
    }
    let bytes: Vec<u8> = verbatim
        .chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect::<Option<_>>()?;
    HeaderValue::from_bytes(&bytes).ok()
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, name)?).ok()
}

/// A number of seconds; a number that is too large counts as 136 years.
fn seconds(written: &str) -> Option<Duration> {
    let is_number = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Duration::from_secs(written.parse().unwrap_or(u64::from(u32::MAX))))
}

/// `Retry-After` in either form (RFC 9110 §10.2.3), from `now`.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let written = text(headers, &RETRY_AFTER)?;
    seconds(written).or_else(|| {
        let at = httpdate::parse_http_date(written).ok()?;
        // The date was made with the server's clock, which may be wrong.
        let now = date(headers, &DATE).unwrap_or(now);
        Some(at.duration_since(now).unwrap_or_default())
    })
}

fn max_age(cache_control: &str) -> Option<Duration> {
    let mut found = None;
    for directive in cache_control.split(',').map(str::trim) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        if name.eq_ignore_ascii_case("no-cache") || name.eq_ignore_ascii_case("no-store") {
            return Some(Duration::ZERO);
        }
        if name.eq_ignore_ascii_case("max-age") {
            found = seconds(value.trim().trim_matches('"'));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    const NOW: &str = "Sun, 06 Nov 1994 08:00:00 GMT";

    fn check_fresh(lines: &[(&'static str, &str)], want_secs: Option<u64>) {
        let now = httpdate::parse_http_date(NOW).unwrap();
        let fresh = CacheHints::of(&headers(lines), now).fresh_for();
        assert_eq!(fresh, want_secs.map(Duration::from_secs), "{lines:?}");
    }

    #[test]
    fn a_response_is_fresh_for_max_age_minus_age_else_until_it_expires() {
        check_fresh(&[], None);
        check_fresh(&[("cache-control", "public, max-age=300")], Some(300));
        check_fresh(
            &[("cache-control", "max-age=300"), ("age", "100")],
            Some(200),
        );
        check_fresh(&[("cache-control", "max-age=300"), ("age", "400")], Some(0));
        check_fresh(&[("cache-control", "Max-Age=\"60\"")], Some(60));
        check_fresh(&[("cache-control", "max-age=300, no-cache")], Some(0));
        check_fresh(&[("cache-control", "max-age=soon")], None);
        check_fresh(&[("expires", "Sun, 06 Nov 1994 08:10:00 GMT")], Some(600));
        check_fresh(&[("expires", "0")], Some(0));
        check_fresh(
            &[
                ("expires", "Sun, 06 Nov 1994 09:00:00 GMT"),
                ("date", "Sun, 06 Nov 1994 08:59:00 GMT"),
            ],
            Some(60),
        );
        check_fresh(
            &[
                ("expires", "Sun, 06 Nov 1994 09:00:00 GMT"),
                ("cache-control", "max-age=5"),
            ],
            Some(5),
        );
    }

    fn check_retry(value: &str, want_secs: Option<u64>) {
        let now = httpdate::parse_http_date(NOW).unwrap();
        let found = retry_after(&headers(&[("retry-after", value)]), now);
        assert_eq!(found, want_secs.map(Duration::from_secs), "{value}");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        check_retry("120", Some(120));
        check_retry(" 7 ", Some(7));
        check_retry("Sun, 06 Nov 1994 08:01:40 GMT", Some(100));
        check_retry("Sunday, 06-Nov-94 08:01:40 GMT", Some(100));
        check_retry("Sun, 06 Nov 1994 07:00:00 GMT", Some(0));
        check_retry("99999999999999999999999", Some(u64::from(u32::MAX)));
        check_retry("-5", None);
        check_retry("later", None);
    }

    #[test]
    fn a_validator_is_sent_back_byte_for_byte() {
        for etag in [
            &b"\"abc\""[..],
            b"W/\"abc\"",
            b"abc",
            b"\"\xe9\xff\"",
            "\"é☃\"".as_bytes(),
            b"a b",
        ] {
            let mut sent = HeaderMap::new();
            sent.insert(ETAG, HeaderValue::from_bytes(etag).unwrap());
            let kept = Validators::of(&sent).etag.unwrap();
            assert_eq!(header_value(&kept).unwrap().as_bytes(), etag);
        }
    }

    #[test]
    fn a_move_is_permanent_only_if_every_redirect_was() {
        let to = |s: &str| Url::parse(s).unwrap();
        let check = |statuses: &[u16], want: bool| {
            let fetched = Fetched {
                status: 200,
                url: to("https://b.example/"),
                redirects: statuses
                    .iter()
                    .map(|status| Hop {
                        status: *status,
                        to: to("https://b.example/"),
                    })
                    .collect(),
                validators: Validators::default(),
                content_type: None,
                is_delta: false,
                body: Bytes::new(),
                retry_after: None,
                cache: CacheHints::default(),
                elapsed: Duration::ZERO,
                share: None,
            };
            assert_eq!(fetched.moved_to().is_some(), want, "{statuses:?}");
        };
        check(&[], false);
        check(&[301], true);
        check(&[301, 308], true);
        check(&[302], false);
        check(&[301, 302], false);
        check(&[307, 301], false);
    }
}
