//! The `Host` header. A web site in the operator's browser can resolve its own
//! name to 127.0.0.1 (DNS rebinding) and then read the page as if it were its
//! own. Such a request names that site as its host.

use std::net::IpAddr;

/// Whether the page answers requests to this host: an IP address, `localhost`, or
/// one of `names` (`web.hosts`), with any port.
pub(super) fn is_expected(host: &str, names: &[String]) -> bool {
    let name = without_port(host.trim()).trim_end_matches('.');
    let is_address = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>()
        .is_ok();
    let name = name.to_ascii_lowercase();
    is_address
        || name == "localhost"
        || name.ends_with(".localhost")
        || names.iter().any(|known| known.eq_ignore_ascii_case(&name))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => {
            name
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, want: bool) {
        let names = ["news.internal.example".to_owned()];
        assert_eq!(is_expected(host, &names), want, "{host}");
    }

    #[test]
    fn addresses_localhost_and_listed_names_are_served() {
        check("127.0.0.1:7676", true);
        check("10.1.2.3", true);
        check("[::1]:7676", true);
        check("[fd00::1]", true);
        check("localhost:7676", true);
        check("LOCALHOST", true);
        check("news.internal.example:80", true);
        check("News.Internal.Example.", true);
    }

    #[test]
    fn other_names_are_not_served() {
        check("rebind.evil.example:7676", false);
        check("127.0.0.1.evil.example", false);
        check("localhost.evil.example", false);
        check("notlocalhost", false);
        check("", false);
    }
}
