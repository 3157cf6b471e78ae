//! How the client behaves towards servers.

use crate::server::{Server, Step, answer, fetch, fetch_with, say, settings};
use newsvane::http::{
    BasicAuth, Client, FetchError, Get, Kind, Post, Secret, Settings, Validators,
};
use newsvane::model::Span;
use std::time::Duration;
use url::Url;

fn has(head: &str, line: &str) -> bool {
    head.lines().any(|found| found == line)
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test]
async fn both_validators_are_sent_back_unchanged() {
    let server = Server::start(|_| answer("304 Not Modified\r\nETag: W/\"next\"", "")).await;
    let mut get = Get::new(server.url.clone(), Kind::Feed);
    get.validators = Some(Validators {
        etag: Some("unquoted \u{e9}".into()),
        last_modified: Some("yesterday".into()),
    });
    let fetched = fetch_with(&settings(), &get).await.unwrap();
    let head = &server.requests()[0];
    // Lower-casing the lossy head leaves U+FFFD where the byte E9 stood.
    assert_eq!(header(head, "if-none-match"), Some("unquoted \u{fffd}"));
    assert_eq!(header(head, "if-modified-since"), Some("yesterday"));
    assert!(fetched.is_not_modified());
    assert_eq!(fetched.validators.etag.as_deref(), Some("W/\"next\""));
    assert_eq!(fetched.validators.last_modified, None);
}

#[tokio::test]
async fn a_request_identifies_newsvane_and_discloses_nothing_else() {
    let server = Server::start(|head| {
        if head.starts_with("get /feed") {
            answer("302 Found\r\nLocation: /moved\r\nSet-Cookie: id=1", "")
        } else {
            answer("200 OK", "<rss/>")
        }
    })
    .await;
    fetch(&server).await.unwrap();
    fetch(&server).await.unwrap();
    let heads = server.requests();
    assert_eq!(heads.len(), 4);
    for head in &heads {
        assert!(
            header(head, "user-agent").unwrap().starts_with("newsvane/"),
            "{head}"
        );
        assert!(
            header(head, "accept")
                .unwrap()
                .contains("application/rss+xml"),
            "{head}"
        );
        assert!(
            header(head, "accept-encoding").unwrap().contains("gzip"),
            "{head}"
        );
        // A cookie is sent back within its chain of redirects and then forgotten.
        let wanted = head.starts_with("get /moved").then_some("id=1");
        assert_eq!(header(head, "cookie"), wanted, "{head}");
        assert_eq!(header(head, "referer"), None, "no referer");
    }
}

#[tokio::test]
async fn a_feed_can_have_its_own_user_agent_headers_and_credentials() {
    let server = Server::start(|_| answer("200 OK", "<rss/>")).await;
    let mut get = Get::new(server.url.clone(), Kind::Feed);
    get.user_agent = Some("reader".into());
    get.headers = vec![("X-Key".into(), "v".into())];
    get.basic_auth = BasicAuth::parse(&Secret::new("ann:pa:ss"));
    get.accepts_delta = true;
    fetch_with(&settings(), &get).await.unwrap();
    let head = &server.requests()[0];
    assert!(
        has(head, "user-agent: reader") && has(head, "x-key: v") && has(head, "a-im: feed"),
        "{head}"
    );
    assert!(has(head, "authorization: basic yw5uonbhonnz"), "{head}");
}

#[tokio::test]
async fn credentials_in_the_address_are_sent_as_a_header_and_not_shown() {
    let server = Server::start(|_| answer("200 OK", "<rss/>")).await;
    let mut get = Get::new(server.url.clone(), Kind::Feed);
    get.url.set_username("ann").unwrap();
    get.url.set_password(Some("pa%3Ass")).unwrap();
    let fetched = fetch_with(&settings(), &get).await.unwrap();
    let head = &server.requests()[0];
    assert!(has(head, "authorization: basic yw5uonbhonnz"), "{head}");
    assert!(
        head.starts_with("get /feed http/1.1") && !head.contains("ann@"),
        "{head}"
    );
    assert_eq!(fetched.url, server.url);
}

#[tokio::test]
async fn headers_and_credentials_are_not_sent_to_another_site() {
    let other = Server::start(|_| answer("200 OK", "<rss/>")).await;
    let to = other.url.to_string();
    let server = Server::start(move |_| answer(&format!("301 Moved\r\nLocation: {to}"), "")).await;
    let mut get = Get::new(server.url.clone(), Kind::Feed);
    get.headers = vec![("X-Key".into(), "v".into())];
    get.basic_auth = BasicAuth::parse(&Secret::new("ann:pass"));
    let fetched = fetch_with(&settings(), &get).await.unwrap();
    assert!(has(&server.requests()[0], "x-key: v"));
    let head = &other.requests()[0];
    assert_eq!(
        (header(head, "x-key"), header(head, "authorization")),
        (None, None)
    );
    assert_eq!(fetched.url, other.url);
    assert_eq!(fetched.moved_to(), Some(&other.url));
}

#[tokio::test]
async fn redirects_are_recorded_with_their_status() {
    let server = Server::start(|head| match head.split(' ').nth(1) {
        Some("/feed") => answer("301 Moved\r\nLocation: /b", ""),
        Some("/b") => answer("307 Temporary\r\nLocation: c?d=1#e", ""),
        _ => answer("200 OK", "<rss/>"),
    })
    .await;
    let fetched = fetch(&server).await.unwrap();
    let hops: Vec<(u16, &str)> = fetched
        .redirects
        .iter()
        .map(|hop| (hop.status, hop.to.path()))
        .collect();
    assert_eq!(hops, [(301, "/b"), (307, "/c")]);
    assert_eq!(fetched.url, server.at("/c?d=1"));
    assert_eq!(fetched.moved_to(), None, "a temporary one among them");
}

#[tokio::test]
async fn any_status_is_a_response() {
    for status in [400, 401, 403, 404, 410, 418, 500, 502, 599] {
        let server = Server::start(move |_| answer(&format!("{status} Oh"), "<html>")).await;
        let fetched = fetch(&server).await.unwrap();
        // The body of these can be a challenge page, which is told by its marks.
        let is_read = [401, 403].contains(&status);
        let n_bytes = if is_read { "<html>".len() } else { 0 };
        assert_eq!((fetched.status, fetched.body.len()), (status, n_bytes));
    }
}

#[tokio::test]
async fn retry_after_holds_the_host_for_all_feeds() {
    for head in [
        "429 Slow down\r\nRetry-After: 120",
        "503 Down\r\nRetry-After: 120",
        "429 Slow down",
    ] {
        let server = Server::start(move |_| answer(head, "")).await;
        let client = Client::new(&settings()).unwrap();
        let first = client
            .get(&Get::new(server.url.clone(), Kind::Feed))
            .await
            .unwrap();
        assert!(first.status == 429 || first.status == 503);
        let second = client
            .get(&Get::new(server.at("/other"), Kind::Feed))
            .await
            .unwrap_err();
        assert!(second.is_postponed(), "{second}");
        assert!(
            second.retry_in().unwrap() > Duration::from_secs(50),
            "{second}"
        );
        assert_eq!(server.requests().len(), 1);
    }
}

/// A request on behalf of a feed at another host.
fn of_stranger(url: Url, kind: Kind) -> Get {
    let mut get = Get::new(url, kind);
    get.feed = Some("http://stranger.example/feed".parse().unwrap());
    get
}

#[tokio::test]
async fn what_links_and_redirects_of_a_stranger_learn_holds_back_only_the_stranger() {
    let victim = Server::start(|head| match head.split(' ').nth(1) {
        Some("/search") => answer("429 Slow down\r\nRetry-After: 86400", ""),
        _ => answer("200 OK", "<rss/>"),
    })
    .await;
    let to = victim.at("/search");
    let redirecting =
        Server::start(move |_| answer(&format!("302 Found\r\nLocation: {to}"), "")).await;
    let client = Client::new(&settings()).unwrap();
    let status = async |get: &Get| client.get(get).await.map(|fetched| fetched.status);
    let page = of_stranger(victim.at("/search"), Kind::Page);
    assert_eq!(status(&page).await, Ok(429));
    assert!(status(&page).await.unwrap_err().is_postponed());
    let poll = Get::new(redirecting.url.clone(), Kind::Feed);
    assert_eq!(status(&poll).await, Ok(429));
    assert!(status(&poll).await.unwrap_err().is_postponed());
    assert_eq!(
        status(&Get::new(victim.url.clone(), Kind::Feed)).await,
        Ok(200)
    );
    let mut own = Get::new(victim.at("/article"), Kind::Page);
    own.feed = Some(victim.url.clone());
    assert_eq!(status(&own).await, Ok(200));
}

#[tokio::test]
async fn slow_pages_that_a_stranger_links_to_do_not_delay_polls() {
    let victim = Server::start(|head| match head.split(' ').nth(1) {
        Some("/feed") => answer("200 OK", "<rss/>"),
        _ => vec![Step::Hang],
    })
    .await;
    let client = Client::new(&settings()).unwrap();
    let pages: Vec<_> = (0..9)
        .map(|n| {
            let get = of_stranger(victim.at(&format!("/slow/{n}")), Kind::Page);
            let client = client.clone();
            tokio::spawn(async move { client.get(&get).await.map(|_| ()) })
        })
        .collect();
    while victim.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let fetched = client.get(&Get::new(victim.url.clone(), Kind::Feed)).await;
    assert_eq!(fetched.unwrap().status, 200);
    let pages_sent = victim.requests().len() - 1;
    assert!(pages_sent <= 2, "{pages_sent} at a time");
    pages.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn an_error_without_retry_after_holds_nothing() {
    let server = Server::start(|_| answer("503 Down", "")).await;
    let client = Client::new(&settings()).unwrap();
    for _ in 0..2 {
        let fetched = client
            .get(&Get::new(server.url.clone(), Kind::Feed))
            .await
            .unwrap();
        assert_eq!(fetched.status, 503);
    }
}

#[tokio::test]
async fn requests_to_one_host_are_spaced_and_counted() {
    let server = Server::start(|_| vec![Step::Hang]).await;
    let settings = Settings {
        per_host: 2,
        timeout: Span::millis(300),
        ..settings()
    };
    let client = Client::new(&settings).unwrap();
    let get = Get::new(server.url.clone(), Kind::Feed);
    let asks = (0..20).map(|_| client.get(&get));
    let errors: Vec<FetchError> = futures_util::future::join_all(asks)
        .await
        .into_iter()
        .map(Result::unwrap_err)
        .collect();
    let n_postponed = errors.iter().filter(|err| err.is_postponed()).count();
    assert_eq!(
        n_postponed, 10,
        "two run, eight wait, the others are postponed"
    );
}

#[tokio::test]
async fn connections_are_reused() {
    let server = Server::start(|_| answer("200 OK", "<rss/>")).await;
    let client = Client::new(&settings()).unwrap();
    let get = Get::new(server.url.clone(), Kind::Feed);
    for _ in 0..3 {
        assert_eq!(client.get(&get).await.unwrap().body, "<rss/>");
    }
    assert_eq!((server.requests().len(), server.connections()), (3, 1));
}

#[tokio::test]
async fn freshness_and_content_type_are_returned() {
    let head = "200 OK\r\nCache-Control: max-age=600\r\nAge: 60\r\nContent-Type: text/xml; charset=x\r\nETag: \"1\"";
    let server = Server::start(move |_| answer(head, "<rss/>")).await;
    let fetched = fetch(&server).await.unwrap();
    assert_eq!(fetched.cache.fresh_for(), Some(Duration::from_secs(540)));
    assert_eq!(fetched.content_type.as_deref(), Some("text/xml; charset=x"));
    assert_eq!(fetched.validators.etag.as_deref(), Some("\"1\""));
}

#[tokio::test]
async fn a_delta_is_distinguished_from_a_complete_feed() {
    let server = Server::start(|_| answer("226 IM Used\r\nIM: feed", "<rss/>")).await;
    let fetched = fetch(&server).await.unwrap();
    assert!(fetched.is_delta && fetched.is_success());
    assert_eq!(fetched.body, "<rss/>");
}

#[tokio::test]
async fn a_post_does_not_follow_redirects_and_returns_why_it_was_refused() {
    let server = Server::start(|_| {
        vec![say(
            "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 9\r\n\r\ngo\x1b[1maway",
        )]
    })
    .await;
    let post = Post {
        url: server.url.clone(),
        headers: vec![("content-type".into(), "application/json".into())],
        body: "{}".into(),
        timeout: Duration::from_secs(5),
    };
    let posted = Client::new(&settings()).unwrap().post(&post).await.unwrap();
    assert_eq!(posted.status, 302);
    assert_eq!(posted.excerpt, "go [1mawa");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_error_for_a_refused_url_says_what_to_do() {
    let client = Client::new(&Settings::default()).unwrap();
    let url: Url = "http://user:secret@127.0.0.1:1/feed?token=secret"
        .parse()
        .unwrap();
    let told = client
        .get(&Get::new(url, Kind::Feed))
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(
        told,
        "http://127.0.0.1:1/feed?token=*** is not requested: 127.0.0.1 is a loopback address; \
         to allow it, add it to http.allow_addresses"
    );
}
