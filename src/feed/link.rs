//! Addresses: resolving relative ones, and the form in which two are compared.

use super::limits::MAX_ADDRESS_BYTES;
use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use core::net::Ipv4Addr;
use url::Url;

/// Query parameters that say where a reader came from, not which page it is.
const TRACKING: &[&str] = &[
    "_ga",
    "at_campaign",
    "at_custom1",
    "at_custom2",
    "at_custom3",
    "at_custom4",
    "at_link_id",
    "at_link_origin",
    "at_link_type",
    "at_medium",
    "at_ptr_name",
    "campaign_id",
    "cmp",
    "cmpid",
    "dclid",
    "fbclid",
    "feature",
    "gclid",
    "gclsrc",
    "icid",
    "igshid",
    "mbid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "ncid",
    "ns_campaign",
    "ns_fee",
    "ns_linkname",
    "ns_mchannel",
    "ns_source",
    "oc",
    "ocid",
    "partner",
    "rss",
    "smid",
    "soc_src",
    "spm",
    "sr_share",
    "srnd",
    "twclid",
    "xtor",
    "yclid",
];

/// The canonical form of an address, the same for all addresses of one article:
/// without tracking parameters, default port and final slash, `http` as `https`, host
/// in lower case. The fragment is kept, because in some feeds only the fragment
/// differs between entries. For comparing, not for fetching. Anything but a web
/// address is only trimmed.
#[must_use]
pub fn canonical_link(link: &str) -> String {
    let link = link.trim();
    plain_link(link).unwrap_or_else(|| parsed_link(link))
}

/// The canonical form of an address that a URL parser would not change. Most are of
/// this kind, and parsing costs twenty times as much.
fn plain_link(link: &str) -> Option<String> {
    let rest = link
        .strip_prefix("https://")
        .or_else(|| link.strip_prefix("http://"))?;
    let (authority, path) = rest.split_at(rest.find('/')?);
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_host_byte = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let mut labels = host.split('.');
    // A label of digits may be part of an IP address; `xn--` is an encoding.
    let is_plain_host = labels.all(|label| {
        label.starts_with(|c: char| c.is_ascii_lowercase())
            && !label.starts_with("xn--")
            && label.bytes().all(is_host_byte)
    });
    let is_path_byte = |b: u8| {
        b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.' | b'~' | b'+' | b',')
    };
    let is_plain_host = is_plain_host || host.parse::<Ipv4Addr>().is_ok();
    // A port that is no default port, in its shortest form.
    let is_plain_port = port.is_none_or(|port| {
        let number = port.parse::<u16>();
        number.is_ok_and(|number| !matches!(number, 80 | 443) && number.to_string() == port)
    });
    if !(is_plain_host && is_plain_port) || path.contains("/.") || !path.bytes().all(is_path_byte) {
        return None;
    }
    let path = match path.strip_suffix('/') {
        Some("") | None => path,
        Some(path) => path,
    };
    Some(["https://", authority, path].concat())
}

fn parsed_link(link: &str) -> String {
    let Some(mut url) = Url::parse(link)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
    else {
        return link.to_owned();
    };
    // The scheme is changed first: parsing has already dropped port 80 of http.
    let _ = url.set_scheme("https");
    if url.query().is_some() {
        drop_tracking(&mut url);
    }
    if let Some(path) = url.path().strip_suffix('/').map(str::to_owned) {
        url.set_path(&path);
    }
    url.into()
}

fn drop_tracking(url: &mut Url) {
    let query = url.query().unwrap_or_default();
    let is_tracking = |pair: &&str| {
        let name = pair
            .split('=')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        name.is_empty()
            || name.starts_with("utm_")
            || TRACKING.binary_search(&name.as_str()).is_ok()
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_tracking(pair)).collect();
    let kept = kept.join("&");
    url.set_query((!kept.is_empty()).then_some(kept.as_str()));
}

/// The address that an aggregator's redirect link leads to, as in Google Alerts and Bing
/// News; other links are unchanged. The same article from its outlet's own feed has the
/// same address then, and the redirect, which programs may not follow, is not needed.
pub(super) fn without_redirect(link: String) -> String {
    redirect_target(&link).unwrap_or(link)
}

fn redirect_target(link: &str) -> Option<String> {
    // Most links are done here.
    if !REDIRECT_PATHS.iter().any(|path| link.contains(path)) {
        return google_news_target(link);
    }
    let url = Url::parse(link).ok()?;
    let host = url.host_str()?;
    let is_redirect = match url.path() {
        // Its parameters show that it is Google's, on any host.
        "/url" => true,
        "/news/apiclick.aspx" | "/l.php" | "/apiclick.aspx" | "/news/url" => true,
        "/l/" => host.ends_with("duckduckgo.com"),
        "/redirect" => ["youtube.com", "tumblr.com"]
            .iter()
            .any(|site| host.ends_with(site)),
        "/redir/redirect" => host.ends_with("linkedin.com"),
        path => return yahoo_target(host, path),
    };
    if !is_redirect {
        return None;
    }
    let target = |name: &str| {
        let mut pairs = url.query_pairs();
        let (_, value) = pairs.find(|(found, _)| found == name)?;
        web_target(&value)
    };
    ["url", "u", "uddg", "z", "q"].into_iter().find_map(target)
}

/// Paths of redirect links.
const REDIRECT_PATHS: &[&str] = &[
    "/url?",
    "apiclick.aspx?",
    "/l.php?",
    "/l/?",
    "/redirect?",
    "/RU=",
];

/// `https://r.search.yahoo.com/.../RU=https%3a%2f%2fa.example%2f1/RK=2/...`.
fn yahoo_target(host: &str, path: &str) -> Option<String> {
    let (_, rest) = path
        .split_once("/RU=")
        .filter(|_| host.ends_with("search.yahoo.com"))?;
    let target = rest.split('/').next()?;
    web_target(&crate::text::percent_decode(target))
}

/// The address in a link of Google News in its older form, where it is only encoded. In
/// the newer form it is not part of the link.
fn google_news_target(link: &str) -> Option<String> {
    let rest = link.strip_prefix("https://news.google.com/")?;
    let (_, id) = rest.split_once("articles/")?;
    let id = id.split(['?', '/']).next()?;
    let bytes = URL_SAFE_NO_PAD_LENIENT.decode(id).ok()?;
    let start = memchr::memmem::find(&bytes, b"http")?;
    let is_address = |byte: &u8| byte.is_ascii_graphic();
    let n_bytes = bytes[start..]
        .iter()
        .take_while(|byte| is_address(byte))
        .count();
    let target = std::str::from_utf8(&bytes[start..start + n_bytes]).ok()?;
    web_target(target)
}

const URL_SAFE_NO_PAD_LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// `text` if it is an http or https address with a host.
fn web_target(text: &str) -> Option<String> {
    let target = text.trim();
    let is_target = is_web(target)
        && target.len() <= MAX_ADDRESS_BYTES
        && Url::parse(target).is_ok_and(|url| url.has_host());
    is_target.then(|| target.to_owned())
}

/// Whether an address has a scheme.
pub(super) fn is_absolute(link: &str) -> bool {
    let n_bytes = link
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        .count();
    n_bytes > 1
        && link.as_bytes().get(n_bytes) == Some(&b':')
        && link.as_bytes()[0].is_ascii_alphabetic()
}

/// Whether it is an http or https address.
pub(super) fn is_web(link: &str) -> bool {
    let scheme = link.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|s| s.eq_ignore_ascii_case("http") || s.eq_ignore_ascii_case("https"))
}

/// Whether two addresses are on one host, with or without `www.`.
pub(super) fn is_same_host(a: &str, b: &str) -> bool {
    let host = |address: &str| {
        let url = Url::parse(address).ok()?;
        Some(crate::text::without_www(url.host_str()?).to_owned())
    };
    host(a) == host(b)
}

/// `link` as the address of an article: `None` if it is no http or https URL with
/// a host. User and password are removed; otherwise it is unchanged.
#[must_use]
pub fn web_link(link: &str) -> Option<String> {
    let mut url = Url::parse(link).ok()?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return None;
    }
    if url.username().is_empty() && url.password().is_none() {
        return Some(link.to_owned());
    }
    // Neither can fail for a URL with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(url.into())
}

/// `link` resolved against `base`; unchanged if that is not possible. Control
/// characters, such as line breaks in the feed, are removed. `None` if the link is
/// empty or too long.
pub(super) fn resolve(link: &str, base: Option<&str>) -> Option<String> {
    let link = link.trim();
    if link.is_empty() || link.len() > MAX_ADDRESS_BYTES {
        return None;
    }
    let joined;
    let link = if link.contains(['\n', '\r', '\t']) || link.chars().any(char::is_control) {
        joined = link.chars().filter(|c| !c.is_control()).collect::<String>();
        joined.as_str()
    } else {
        link
    };
    if is_absolute(link) {
        return Some(link.to_owned());
    }
    let resolved = base
        .and_then(|base| Url::parse(base).ok())
        .and_then(|base| base.join(link).ok())
        .map(String::from)
        .filter(|resolved| resolved.len() <= MAX_ADDRESS_BYTES);
    Some(resolved.unwrap_or_else(|| link.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(link: &str, wanted: &str) {
        assert_eq!(canonical_link(link), wanted, "{link}");
    }

    #[test]
    fn the_redirects_of_aggregators_are_unwrapped() {
        let check = |link: &str, wanted: &str| {
            assert_eq!(without_redirect(link.to_owned()), wanted);
        };
        let article = "https://weir.example/a?b=1&c=2";
        for redirect in [
            "https://www.google.com/url?rct=j&sa=t&url=https://weir.example/a?b%3D1%26c%3D2&ct=ga&usg=AOv",
            "https://www.google.co.uk/url?q=https%3A%2F%2Fweir.example%2Fa%3Fb%3D1%26c%3D2&sa=D",
            "http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&url=https%3a%2f%2fweir.example%2fa%3fb%3d1%26c%3d2&c=9",
            "https://duckduckgo.com/l/?uddg=https%3A%2F%2Fweir.example%2Fa%3Fb%3D1%26c%3D2",
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fweir.example%2Fa%3Fb%3D1%26c%3D2&h=AT1",
            "https://r.search.yahoo.com/_ylt=A/RV=2/RO=10/RU=https%3a%2f%2fweir.example%2fa%3fb%3d1%26c%3d2/RK=2/RS=x-",
            "https://news.google.com/rss/articles/CBMiHmh0dHBzOi8vd2Vpci5leGFtcGxlL2E_Yj0xJmM9MtIBAA?oc=5",
        ] {
            check(redirect, article);
        }
        for other in [
            "https://news.google.com/rss/articles/CBMiUkFVX3lxTE5hYmNkZWY?oc=5",
            "https://weir.example/url?url=/relative",
            "https://weir.example/url?url=javascript:alert(1)",
            "https://weir.example/share?url=https://other.example/",
            "https://weir.example/redirect?q=https://other.example/",
            "https://weir.example/a/url",
            article,
        ] {
            check(other, other);
        }
    }

    #[test]
    fn the_link_of_an_article_is_http_or_https_without_a_password() {
        let check = |link: &str, want: Option<&str>| {
            assert_eq!(web_link(link).as_deref(), want, "{link}");
        };
        check(
            "https://ex.org/a?b=C%20#d",
            Some("https://ex.org/a?b=C%20#d"),
        );
        check("HTTP://Ex.org", Some("HTTP://Ex.org"));
        check("http://ann:pw@ex.org/a", Some("http://ex.org/a"));
        check("https://ann@ex.org/a", Some("https://ex.org/a"));
        for other in [
            "javascript:alert(1)",
            "data:text/html,<p>a",
            "file:///etc/passwd",
            "ftp://ex.org/a",
            "mailto:a@ex.org",
            "vbscript:x",
            "/relative",
            "http://",
            "http:///",
            "",
        ] {
            check(other, None);
        }
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(TRACKING.is_sorted());
    }

    #[test]
    fn tracking_port_case_and_slash_make_no_difference() {
        check(
            "HTTP://Example.org:80/a/?utm_source=rss&id=7&fbclid=x",
            "https://example.org/a?id=7",
        );
        check(
            "https://example.org:443/a?utm_medium=feed",
            "https://example.org/a",
        );
        check("https://example.org", "https://example.org/");
    }

    #[test]
    fn a_plain_address_gives_the_same_result_as_a_parsed_one() {
        let check = |link: &str| {
            assert_eq!(plain_link(link), Some(parsed_link(link)), "{link}");
        };
        check("http://example.org/a/b-c_d~1.html");
        check("https://a1.example.org/2026/11/22/");
        check("https://example.org/");
        check("https://example.org//");
        check("https://example.org/a//");
        check("https://d3.example-print.org/a,b+c");
        check("http://example.org:8080/a");
        check("http://192.0.2.7:8080/a/");
    }

    proptest::proptest! {
        #[test]
        fn an_address_taken_as_plain_gives_the_same_result_as_a_parsed_one(
            link in r"https?://([a-z0-9.x-]{0,9}|[0-9]{1,3}(\.[0-9]{1,3}){3})(:[0-9]{0,5})?[:@]?[a-zA-Z0-9./?#%~_:@\\-]{0,12}"
        ) {
            if let Some(plain) = plain_link(&link) {
                proptest::prop_assert_eq!(plain, parsed_link(&link));
            }
        }
    }

    #[test]
    fn fragments_and_other_schemes_are_kept() {
        check(
            "https://example.org/live#entry-4",
            "https://example.org/live#entry-4",
        );
        check(" tag:example.org,2026:1 ", "tag:example.org,2026:1");
    }
}
