//! Requests through a proxy.

use crate::server::{Server, answer, fetch_with, settings};
use newsvane::http::{FetchError, Get, Kind, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;

/// A name that only a proxy could resolve.
const FEED: &str = "http://news.invalid/feed?a=1";

fn through(proxy: &str) -> Settings {
    Settings {
        proxy: Some(proxy.to_owned()),
        ..settings()
    }
}

fn get(url: &str) -> Get {
    Get::new(url.parse().unwrap(), Kind::Feed)
}

/// The URL of a server, to be used as a proxy.
fn address(url: &Url) -> String {
    format!("http://127.0.0.1:{}", url.port().unwrap())
}

#[tokio::test]
async fn a_proxy_gets_the_whole_url_and_its_own_credentials() {
    let proxy = Server::start(|_| answer("200 OK", "<rss/>")).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("auth");
    std::fs::write(&file, "ann:pa:ss\n").unwrap();
    let settings = Settings {
        proxy_auth_file: Some(file),
        ..through(&address(&proxy.url))
    };
    let fetched = fetch_with(&settings, &get(FEED)).await.unwrap();
    assert_eq!(fetched.body, "<rss/>");
    let head = &proxy.requests()[0];
    assert!(
        head.starts_with("get http://news.invalid/feed?a=1 http/1.1"),
        "{head}"
    );
    assert!(
        head.contains("proxy-authorization: basic yw5uonbhonnz"),
        "{head}"
    );
}

#[tokio::test]
async fn an_https_request_asks_the_proxy_for_a_tunnel() {
    let proxy = Server::start(|_| answer("407 Proxy Authentication Required", "")).await;
    let result = fetch_with(
        &through(&address(&proxy.url)),
        &get("https://news.invalid/"),
    )
    .await;
    let err = match result.unwrap_err() {
        // This machine may have no certificates at all.
        FetchError::NoCertificates { .. } => return,
        err => err.to_string(),
    };
    assert!(proxy.requests()[0].starts_with("connect news.invalid:443"));
    assert!(
        err.contains(&format!(
            "through the proxy 127.0.0.1:{}",
            proxy.url.port().unwrap()
        )),
        "{err}"
    );
}

#[tokio::test]
async fn a_socks5h_proxy_gets_the_name_of_the_host() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("socks5h://{}", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // RFC 1928: version and methods, then the request with a domain name (3).
        let mut greeting = [0; 2];
        stream.read_exact(&mut greeting).await.unwrap();
        stream
            .read_exact(&mut vec![0; usize::from(greeting[1])])
            .await
            .unwrap();
        stream.write_all(&[5, 0]).await.unwrap();
        let mut request = [0; 5];
        stream.read_exact(&mut request).await.unwrap();
        assert_eq!(request[..4], [5, 1, 0, 3]);
        let mut name = vec![0; usize::from(request[4]) + 2];
        stream.read_exact(&mut name).await.unwrap();
        stream
            .write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
            .await
            .unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let response = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>";
        stream.write_all(response).await.unwrap();
        name.truncate(usize::from(request[4]));
        String::from_utf8(name).unwrap()
    });
    let fetched = fetch_with(&through(&proxy), &get(FEED)).await.unwrap();
    assert_eq!(fetched.body, "<rss/>");
    assert_eq!(asked.await.unwrap(), "news.invalid");
}

#[tokio::test]
async fn addresses_that_are_not_public_are_refused_through_a_proxy_as_well() {
    let proxy = Server::start(|_| answer("200 OK", "<rss/>")).await;
    for url in [
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://[fd00::1]/",
    ] {
        let result = fetch_with(&through(&address(&proxy.url)), &get(url)).await;
        assert!(matches!(result, Err(FetchError::Refused { .. })), "{url}");
    }
    assert!(proxy.requests().is_empty());
}

#[tokio::test]
async fn allowed_addresses_are_requested_without_the_proxy() {
    let proxy = Server::start(|_| answer("500 No", "")).await;
    let server = Server::start(|_| answer("200 OK", "<rss/>")).await;
    let get = Get::new(server.url.clone(), Kind::Feed);
    fetch_with(&through(&address(&proxy.url)), &get)
        .await
        .unwrap();
    assert!(proxy.requests().is_empty());
    assert!(server.requests()[0].starts_with("get /feed http/1.1"));
}
