use super::*;

/// Whether the guard allows the URL with this host. The URL parser reads the
/// spelling of the address; the guard checks the address.
fn check(host: &str, want: bool) {
    let guard = Guard::default();
    let passes =
        Url::parse(&format!("http://{host}/feed")).is_ok_and(|url| guard.check_url(&url).is_ok());
    assert_eq!(passes, want, "{host}");
}

#[test]
fn loopback_is_refused_in_every_spelling() {
    for host in [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "127.0.1",
        "127.255.255.254",
        "2130706433",
        "0x7f000001",
        "0x7F.1",
        "0x7f.0x0.0x0.0x1",
        "0177.0.0.1",
        "017700000001",
        "0177.0x0.1",
        "00000177.1",
        "127.0.0.0x1",
        "%31%32%37.0.0.1",
        "127%2e0%2e0%2e1",
        "①②⑦.⓪.⓪.①",
        "①②⑦。0。0。1",
        "１２７.０.０.１",
        "１２７．０．０．１",
        "127｡0｡0｡1",
        "user:pass@127.0.0.1",
        "example.org@127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:8080",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[0000::0001]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:FFFF:127.0.0.1]",
        "[::127.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::5efe:127.0.0.1]",
        "[2606:4700::5efe:127.0.0.1]",
    ] {
        check(host, false);
    }
}

#[test]
fn networks_that_are_not_public_are_refused() {
    for host in [
        "0.0.0.0",
        "0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "012.0.0.1",
        "167772161",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "168.63.129.16",
        "169.254.169.254",
        "0xa9fea9fe",
        "2852039166",
        "169.254.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "3232235521",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::ffff:10.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::10.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::1]",
        "[100::1]",
        "[2001::1]",
        "[2001:0:53aa:64c:0:fbff:3fff:fdfd]",
        "[2001:2::1]",
        "[2001:10::1]",
        "[2001:20::1]",
        "[2001:db8::1]",
        "[2002:a00:1::1]",
        "[2002:808:808::1]",
        "[3fff::1]",
        "[5f00::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fdff::1]",
        "[fe80::1]",
        "[febf::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[4000::1]",
    ] {
        check(host, false);
    }
}

#[test]
fn public_addresses_and_names_pass() {
    for host in [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.1",
        "192.167.255.255",
        "198.17.255.255",
        "198.20.0.1",
        "223.255.255.255",
        "134744072",
        "[2606:4700:4700::1111]",
        "[2001:4860:4860::8888]",
        "[64:ff9b::8.8.8.8]",
        "[::ffff:8.8.8.8]",
        "example.org",
        "localhost", // checked by the addresses it resolves to
    ] {
        check(host, true);
    }
}

#[test]
fn only_http_and_https_urls_are_requested() {
    for url in [
        "file:///etc/passwd",
        "ftp://example.org/feed",
        "gopher://example.org/",
        "data:text/xml,<rss/>",
        "unix:/run/docker.sock",
        "javascript:alert(1)",
    ] {
        let refused = Guard::default().check_url(&Url::parse(url).unwrap());
        assert_eq!(refused, Err(Refusal::NotHttp), "{url}");
    }
}

#[test]
fn an_allowed_network_passes_in_every_spelling_and_others_are_still_refused() {
    let guard = Guard::new(&["127.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()]);
    let passes = |host: &str| {
        let url = Url::parse(&format!("http://{host}/")).unwrap();
        guard.check_url(&url).is_ok()
    };
    for host in ["127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "[fd12::1]"] {
        assert!(passes(host), "{host}");
    }
    for host in [
        "10.0.0.1",
        "[::1]",
        "[fc00::1]",
        "169.254.169.254",
        "[64:ff9b::127.0.0.1]",
    ] {
        assert!(!passes(host), "{host}");
    }
}

#[test]
fn the_error_says_how_to_allow_the_address() {
    let url = Url::parse("http://192.168.1.1/").unwrap();
    let refusal = Guard::default().check_url(&url).unwrap_err().to_string();
    assert_eq!(
        refusal,
        "192.168.1.1 is a private address; to allow it, add it to http.allow_addresses"
    );
}
