//! The proxy that requests go through: `http.proxy`, or else the environment's
//! (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`).
//!
//! Through a proxy, names are resolved by the proxy, so that only the proxy can
//! refuse names with addresses that are not public. Addresses in URLs are still
//! checked here. Addresses of `http.allow_addresses` and `localhost` are requested
//! directly: they are on this machine or in its network.

use super::address::guard::Guard;
use super::shown::masked_url;
use super::{BadClient, SecretSource, Settings};
use crate::http::client::request::BasicAuth;
use crate::text::percent_decode;
use std::net::IpAddr;
use url::{Host, Url};

/// The schemes of a proxy's URL. With `socks5h` the proxy resolves names;
/// `socks5` would resolve them here, and not at all where there is no DNS.
const SCHEMES: [&str; 3] = ["http", "https", "socks5h"];

/// Which requests go through which proxy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
    guard: Guard,
    /// The environment's `no_proxy`.
    no_proxy: Option<String>,
}

impl Proxies {
    /// The proxies of the settings, or else of the environment.
    ///
    /// # Errors
    /// When a proxy's URL or its credentials cannot be used.
    pub(crate) fn new(settings: &Settings, guard: &Guard) -> Result<Self, BadClient> {
        Self::of(settings, guard, |name| std::env::var(name).ok())
    }

    fn of(
        settings: &Settings,
        guard: &Guard,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, BadClient> {
        let variable = |names: &[&str]| {
            let found = names.iter().find_map(|name| variable(name));
            found.filter(|value| !value.trim().is_empty())
        };
        let mut proxies = Self {
            guard: guard.clone(),
            ..Self::default()
        };
        match settings.proxy.as_deref().map(str::trim) {
            Some("") => {}
            Some(written) => {
                let mut url = parse("http.proxy", written)?;
                if settings.proxy_auth_file.is_some() {
                    add_credentials(&mut url, settings)?;
                }
                proxies.http = Some(url.clone());
                proxies.https = Some(url);
            }
            None => {
                // HTTP_PROXY in upper case is not read: in CGI programs it is a
                // header of the visitor's.
                let all = variable(&["all_proxy", "ALL_PROXY"]);
                let http = variable(&["http_proxy"]).or_else(|| all.clone());
                let https = variable(&["https_proxy", "HTTPS_PROXY"]).or(all);
                let parse = |written: Option<String>| {
                    let url = written.map(|written| parse("the environment's proxy", &written));
                    url.transpose()
                };
                proxies.http = parse(http)?;
                proxies.https = parse(https)?;
                proxies.no_proxy = variable(&["no_proxy", "NO_PROXY"]);
            }
        }
        Ok(proxies)
    }

    /// The proxy for requests to `url`; `None` if they go directly.
    pub(crate) fn of_url(&self, url: &Url) -> Option<&Url> {
        let proxy = match url.scheme() {
            "https" => self.https.as_ref(),
            _ => self.http.as_ref(),
        }?;
        let is_direct = match url.host() {
            Some(Host::Ipv4(ip)) => self.guard.is_allowed(ip.into()),
            Some(Host::Ipv6(ip)) => self.guard.is_allowed(ip.into()),
            Some(Host::Domain(name)) => name == "localhost",
            None => true,
        };
        let is_excepted = || {
            let list = self.no_proxy.as_deref().unwrap_or_default();
            list.split(',').any(|entry| is_excepted(entry.trim(), url))
        };
        (!is_direct && !is_excepted()).then_some(proxy)
    }

    /// The hosts of the proxies, whose addresses need not be public.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let urls = self.http.iter().chain(&self.https);
        urls.filter_map(Url::host_str).map(str::to_owned).collect()
    }

    /// The same for reqwest.
    pub(crate) fn to_reqwest(&self) -> Option<reqwest::Proxy> {
        let any = self.https.as_ref().or(self.http.as_ref())?;
        let proxies = self.clone();
        let proxy = reqwest::Proxy::custom(move |url| proxies.of_url(url).cloned());
        let is_http = matches!(any.scheme(), "http" | "https");
        Some(match BasicAuth::take(&mut any.clone()) {
            Some(auth) if is_http => proxy.basic_auth(&auth.user, auth.password.reveal()),
            Some(_) | None => proxy,
        })
    }
}

fn parse(key: &'static str, written: &str) -> Result<Url, BadClient> {
    let bad = |shown: String| BadClient::Proxy {
        key,
        problem: format!(
            "{shown} is not the URL of a proxy, such as \"http://proxy.example:3128\", \"https://…\" or \"socks5h://…\""
        ),
    };
    // The environment's proxies are often written without a scheme.
    let written = match written.contains("://") {
        true => written.to_owned(),
        false => format!("http://{written}"),
    };
    let url = Url::parse(&written).map_err(|_| bad("it".to_owned()))?;
    if SCHEMES.contains(&url.scheme()) && url.has_host() {
        Ok(url)
    } else {
        Err(bad(masked_url(&url)))
    }
}

/// Puts the `user:password` of `http.proxy_auth_file` into the proxy's URL.
fn add_credentials(url: &mut Url, settings: &Settings) -> Result<(), BadClient> {
    let bad = |problem: String| BadClient::Proxy {
        key: "http.proxy_auth_file",
        problem,
    };
    let source = SecretSource {
        secret_file: settings.proxy_auth_file.clone(),
        ..SecretSource::default()
    };
    let secret = source.read().map_err(|err| bad(err.to_string()))?;
    let auth = BasicAuth::parse(&secret)
        .ok_or_else(|| bad("does not contain user:password in one line".to_owned()))?;
    // Neither can fail for a URL with a host.
    let _ = url.set_username(&auth.user);
    let _ = url.set_password(Some(auth.password.reveal()));
    Ok(())
}

/// Whether an entry of `no_proxy` covers the URL: `*`, a name with its subdomains,
/// an address or a network.
fn is_excepted(entry: &str, url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = percent_decode(host.trim_matches(['[', ']']));
    if let Ok(ip) = host.parse::<IpAddr>() {
        let is_network = |net: ipnet::IpNet| net.contains(&ip);
        return entry == "*"
            || entry.parse().is_ok_and(|own: IpAddr| own == ip)
            || entry.parse().is_ok_and(is_network);
    }
    let name = entry.trim_start_matches('.').to_ascii_lowercase();
    entry == "*"
        || host == name
        || (!name.is_empty()
            && host
                .strip_suffix(&name)
                .is_some_and(|rest| rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(proxy: Option<&str>, environment: &[(&str, &str)]) -> Result<Proxies, BadClient> {
        let allowed = ["127.0.0.0/8".parse().unwrap()];
        let settings = Settings {
            proxy: proxy.map(str::to_owned),
            ..Settings::default()
        };
        Proxies::of(&settings, &Guard::new(&allowed), |name| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn check(proxies: &Proxies, url: &str, want: Option<&str>) {
        let url = Url::parse(url).unwrap();
        assert_eq!(
            proxies
                .of_url(&url)
                .map(crate::http::shown::shown_host)
                .as_deref(),
            want,
            "{url}"
        );
    }

    #[test]
    fn requests_go_through_the_proxy_of_the_settings() {
        let all = proxies(Some("socks5h://p.example:1080"), &[("http_proxy", "x:1")]).unwrap();
        check(&all, "http://ex.org/rss", Some("p.example:1080"));
        check(&all, "https://ex.org/rss", Some("p.example:1080"));
        check(&all, "http://127.0.0.1:9/hook", None);
        check(&all, "http://localhost:9/hook", None);
    }

    #[test]
    fn the_proxy_of_the_environment_is_used_unless_the_settings_say_otherwise() {
        let environment = [
            ("http_proxy", "p.example:3128"),
            ("https_proxy", "http://s.example:3129"),
            ("no_proxy", "internal.example, 10.0.0.0/8,192.0.2.7"),
        ];
        let found = proxies(None, &environment).unwrap();
        check(&found, "http://ex.org/", Some("p.example:3128"));
        check(&found, "https://ex.org/", Some("s.example:3129"));
        check(&found, "https://news.internal.example/", None);
        check(
            &found,
            "https://notinternal.example/",
            Some("s.example:3129"),
        );
        check(&found, "http://10.1.2.3/", None);
        check(&found, "http://192.0.2.7/", None);
        let none = proxies(Some(""), &environment).unwrap();
        check(&none, "http://ex.org/", None);
        check(&proxies(None, &[]).unwrap(), "http://ex.org/", None);
    }

    #[test]
    fn a_url_that_is_no_proxy_is_refused_without_its_password() {
        let err = proxies(Some("ftp://ann:hunter2@p.example"), &[])
            .unwrap_err()
            .to_string();
        assert!(
            err.starts_with("http.proxy: ftp://***@p.example/ is not"),
            "{err}"
        );
    }
}
