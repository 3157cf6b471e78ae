//! `robots.txt`, and the pages that it allows and disallows.

use crate::server::{Server, Step, answer, settings};
use newsvane::http::{Client, FetchError, Get, Kind, Settings};

fn client() -> Client {
    Client::new(&Settings {
        robots: true,
        ..settings()
    })
    .unwrap()
}

/// Fetches two pages of a site with this `/robots.txt`, checks their statuses or
/// errors, and returns how often the file was requested.
async fn check(robots: Vec<Step>, want: [Result<u16, &str>; 2]) -> usize {
    let server = Server::start(move |head| {
        if head.starts_with("get /robots.txt ") {
            robots.clone()
        } else {
            answer("200 OK", "<p>")
        }
    })
    .await;
    let client = client();
    for (path, want) in ["/open/1?a=b", "/closed/1"].iter().zip(want) {
        let found = client.get(&Get::new(server.at(path), Kind::Page)).await;
        let found = found
            .map(|fetched| fetched.status)
            .map_err(|err| match err {
                FetchError::Disallowed { .. } => "disallowed",
                FetchError::RobotsUnavailable { .. } => "unavailable",
                err => panic!("{err}"),
            });
        assert_eq!(found, want, "{path}");
    }
    let heads = server.requests();
    heads
        .iter()
        .filter(|head| head.starts_with("get /robots.txt "))
        .count()
}

#[tokio::test]
async fn a_disallowed_page_is_not_fetched_and_the_file_is_kept() {
    let file = answer("200 OK", "User-agent: *\nDisallow: /closed\n");
    assert_eq!(check(file, [Ok(200), Err("disallowed")]).await, 1);
}

#[tokio::test]
async fn a_site_without_the_file_allows_all() {
    for status in ["404 Not Found", "403 Forbidden", "410 Gone"] {
        assert_eq!(check(answer(status, ""), [Ok(200), Ok(200)]).await, 1);
    }
}

#[tokio::test]
async fn a_site_with_a_server_error_allows_nothing_until_later() {
    let trouble = answer("500 Oh", "");
    assert_eq!(
        check(trouble, [Err("unavailable"), Err("unavailable")]).await,
        1
    );
    assert_eq!(
        check(vec![Step::Reset], [Err("unavailable"), Err("unavailable")]).await,
        1
    );
}

#[tokio::test]
async fn only_the_beginning_of_a_huge_file_is_read() {
    let file = format!(
        "User-agent: *\nDisallow: /closed\n{}\nDisallow: /open\n",
        "# a\n".repeat(2_500_000)
    );
    assert_eq!(
        check(answer("200 OK", file), [Ok(200), Err("disallowed")]).await,
        1
    );
}

#[tokio::test]
async fn a_redirected_file_applies_to_the_site_that_was_requested() {
    let file = answer("301 Moved\r\nLocation: /robots2.txt", "");
    // The second file is the page's `200` with a body that holds no rules.
    assert_eq!(check(file, [Ok(200), Ok(200)]).await, 1);
}

#[tokio::test]
async fn feeds_are_polled_without_consulting_it() {
    let server = Server::start(|_| answer("200 OK", "<rss/>")).await;
    client()
        .get(&Get::new(server.url.clone(), Kind::Feed))
        .await
        .unwrap();
    assert_eq!(server.requests().len(), 1);
}
