//! The `Origin` header. A browser names with each POST the site whose page sent it;
//! one of another site must change nothing here.

use axum::http::{HeaderMap, header};

/// Whether a request that changes something may have come from our own pages: its
/// `Origin` is the host that it was sent to. Programs send no `Origin`, and no site
/// can make a browser leave it out.
pub(super) fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().ok());
    let site = headers.get("sec-fetch-site");
    let is_foreign = site.is_some_and(|site| site != "same-origin" && site != "none");
    match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => !is_foreign,
        (Some(Some(origin)), Some(Some(host))) => {
            let rest = origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"));
            !is_foreign && rest.is_some_and(|origin| origin.eq_ignore_ascii_case(host))
        }
        (Some(_), _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &str)], want: bool) {
        let map = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        assert_eq!(is_own(&map.collect()), want, "{headers:?}");
    }

    #[test]
    fn only_our_own_pages_and_programs_change_anything() {
        let host = ("host", "127.0.0.1:7676");
        check(&[host, ("origin", "http://127.0.0.1:7676")], true);
        check(&[host], true);
        check(&[host, ("origin", "http://evil.example")], false);
        check(&[host, ("origin", "http://127.0.0.1:8080")], false);
        check(&[host, ("origin", "null")], false);
        check(&[host, ("sec-fetch-site", "cross-site")], false);
        check(&[("origin", "http://127.0.0.1:7676")], false);
    }
}
