//! Cookies within one chain of redirects. Consent pages, load balancers and bot checks set
//! a cookie and redirect back; without it they redirect for ever. The cookies are
//! dropped when the chain ends: nothing is remembered of a reader.

use reqwest::header::{HeaderMap, HeaderValue, SET_COOKIE};
use url::Url;

/// Most cookies of one chain.
const MAX_COOKIES: usize = 20;

/// Most bytes of one cookie.
const MAX_BYTES: usize = 4 << 10;

/// The cookies of a chain of redirects.
#[derive(Debug, Default)]
pub(super) struct Cookies(Vec<Cookie>);

#[derive(Debug)]
struct Cookie {
    host: String,
    /// Whether it is sent to subdomains of its host too.
    is_for_subdomains: bool,
    is_secure: bool,
    name: String,
    value: String,
}

impl Cookies {
    /// Takes over the cookies that a response from `url` sets.
    pub(super) fn take(&mut self, headers: &HeaderMap, url: &Url) {
        let Some(host) = url.host_str() else { return };
        for header in headers.get_all(SET_COOKIE) {
            let written = header.to_str().ok().filter(|text| text.len() <= MAX_BYTES);
            let Some(cookie) = written.and_then(|text| parse(text, host)) else {
                continue;
            };
            self.0
                .retain(|known| (&known.host, &known.name) != (&cookie.host, &cookie.name));
            if self.0.len() < MAX_COOKIES {
                self.0.push(cookie);
            }
        }
    }

    /// The `Cookie` header for a request to `url`; `None` without cookies for it.
    pub(super) fn header(&self, url: &Url) -> Option<HeaderValue> {
        let host = url.host_str()?;
        let is_for = |cookie: &&Cookie| {
            let is_subdomain = || {
                let rest = host.strip_suffix(cookie.host.as_str());
                cookie.is_for_subdomains && rest.is_some_and(|rest| rest.ends_with('.'))
            };
            (cookie.host == host || is_subdomain())
                && (!cookie.is_secure || url.scheme() == "https")
        };
        let pairs = self.0.iter().filter(is_for);
        let pairs: Vec<String> = pairs
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        if pairs.is_empty() {
            return None;
        }
        HeaderValue::from_str(&pairs.join("; ")).ok()
    }
}

/// A `Set-Cookie` value from `host`; `None` if it is invalid, expired, or for another
/// host.
fn parse(text: &str, host: &str) -> Option<Cookie> {
    let mut parts = text.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let mut cookie = Cookie {
        host: host.to_owned(),
        is_for_subdomains: false,
        is_secure: false,
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
    };
    for part in parts {
        let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim();
        match attribute.trim().to_ascii_lowercase().as_str() {
            "secure" => cookie.is_secure = true,
            "max-age" if value.starts_with('-') || value == "0" => return None,
            "domain" => {
                let domain = value.trim_start_matches('.').to_ascii_lowercase();
                let rest = host.strip_suffix(domain.as_str())?;
                // `example.org`, not `org`.
                if !domain.contains('.') || !(rest.is_empty() || rest.ends_with('.')) {
                    return None;
                }
                cookie.host = domain;
                cookie.is_for_subdomains = true;
            }
            _ => {}
        }
    }
    (!cookie.name.is_empty()).then_some(cookie)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header for `to` after these cookies were set from `https://a.example.org/`.
    fn check(set: &[&'static str], to: &str, wanted: Option<&str>) {
        let mut headers = HeaderMap::new();
        for cookie in set {
            headers.append(SET_COOKIE, HeaderValue::from_static(cookie));
        }
        let mut cookies = Cookies::default();
        cookies.take(&headers, &Url::parse("https://a.example.org/").unwrap());
        let header = cookies.header(&Url::parse(to).unwrap());
        let header = header.as_ref().map(|header| header.to_str().unwrap());
        assert_eq!(header, wanted, "{set:?} to {to}");
    }

    #[test]
    fn a_cookie_goes_back_to_its_host_only() {
        let own = "https://a.example.org/x";
        check(&["c=1; Path=/; HttpOnly", "d=2"], own, Some("c=1; d=2"));
        check(&["c=1", "c=2"], own, Some("c=2"));
        check(&["c=1"], "https://b.example.org/", None);
        check(
            &["c=1; Domain=example.org"],
            "https://b.example.org/",
            Some("c=1"),
        );
        check(
            &["c=1; Domain=.example.org"],
            "https://badexample.org/",
            None,
        );
        check(&["c=1; Domain=org"], "https://b.org/", None);
        check(&["c=1; Domain=other.net"], "https://other.net/", None);
        check(&["c=1; Secure"], "http://a.example.org/", None);
        check(&["c=1; Max-Age=0", "=2", "bad"], own, None);
    }
}
