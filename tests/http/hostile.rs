//! Hostile and broken servers, one behaviour per test. Each ends in a response or
//! a clear error, in bounded time and memory.

use crate::server::{Server, Step, answer, fetch, fetch_with, say, settings};
use newsvane::http::{FetchError, Fetched, Get, Kind, Post, Settings};
use newsvane::model::Span;
use std::io::Write as _;
use std::time::Duration;
use url::Url;

const OK: &str = "HTTP/1.1 200 OK\r\n";

/// The error's variant, by its name.
fn name(result: &Result<Fetched, FetchError>) -> String {
    match result {
        Ok(fetched) => format!("answer {} of {} bytes", fetched.status, fetched.body.len()),
        Err(err) => format!("{err:?}")
            .split([' ', '{'])
            .next()
            .unwrap()
            .to_owned(),
    }
}

async fn check(steps: Vec<Step>, want: &str) {
    let server = Server::start(move |_| steps.clone()).await;
    let result = fetch(&server).await;
    assert_eq!(name(&result), want, "{result:?}");
}

/// The same with a short timeout; the request must time out.
async fn check_hurried(steps: Vec<Step>) {
    let server = Server::start(move |_| steps.clone()).await;
    let hurried = Settings {
        timeout: Span::millis(80),
        ..settings()
    };
    let result = fetch_with(&hurried, &Get::new(server.url.clone(), Kind::Feed)).await;
    assert_eq!(name(&result), "Timeout", "{result:?}");
    assert!(result.unwrap_err().is_transient());
}

#[tokio::test]
async fn a_server_that_sends_nothing() {
    check_hurried(vec![Step::Hang]).await;
}

#[tokio::test]
async fn headers_that_never_end() {
    check_hurried(vec![say(OK), say("X-A: b\r\n"), Step::Hang]).await;
}

#[tokio::test]
async fn a_body_that_never_comes() {
    check_hurried(vec![
        say(format!("{OK}Content-Length: 10\r\n\r\n")),
        Step::Hang,
    ])
    .await;
}

#[tokio::test]
async fn a_body_that_stops_in_the_middle() {
    check_hurried(vec![
        say(format!("{OK}Content-Length: 10\r\n\r\n<rss")),
        Step::Hang,
    ])
    .await;
}

#[tokio::test]
async fn an_endless_body() {
    check(
        vec![
            say(format!("{OK}\r\n")),
            Step::SayForever(vec![b'a'; 4_096]),
        ],
        "TooLarge",
    )
    .await;
}

#[tokio::test]
async fn an_endless_chunked_body() {
    let head = say(format!("{OK}Transfer-Encoding: chunked\r\n\r\n"));
    check(
        vec![head, Step::SayForever(b"4\r\naaaa\r\n".to_vec())],
        "TooLarge",
    )
    .await;
}

#[tokio::test]
async fn a_body_announced_as_huge_is_not_read() {
    check(
        vec![
            say(format!("{OK}Content-Length: 99999999999\r\n\r\n")),
            Step::Hang,
        ],
        "TooLarge",
    )
    .await;
}

#[tokio::test]
async fn endless_headers() {
    check(
        vec![
            say(OK),
            Step::SayForever(b"X-A: aaaaaaaaaaaaaaaaaaaaaaaa\r\n".to_vec()),
        ],
        "Protocol",
    )
    .await;
}

#[tokio::test]
async fn huge_headers() {
    let head = format!(
        "{OK}X-A: {}\r\nContent-Length: 0\r\n\r\n",
        "a".repeat(100_000)
    );
    check(vec![say(head)], "HeadersTooLarge").await;
}

#[tokio::test]
async fn an_endless_status_line() {
    check(
        vec![say("HTTP/1.1 200 "), Step::SayForever(vec![b'a'; 1_000])],
        "Protocol",
    )
    .await;
}

#[tokio::test]
async fn a_body_shorter_than_announced() {
    check(
        vec![say(format!("{OK}Content-Length: 100\r\n\r\n<rss/>"))],
        "Broken",
    )
    .await;
}

#[tokio::test]
async fn a_body_longer_than_announced_is_cut() {
    check(
        vec![say(format!("{OK}Content-Length: 6\r\n\r\n<rss/>and more"))],
        "answer 200 of 6 bytes",
    )
    .await;
}

#[tokio::test]
async fn a_body_without_a_length_ends_with_the_connection() {
    check(
        vec![say(format!("{OK}\r\n<rss/>"))],
        "answer 200 of 6 bytes",
    )
    .await;
}

#[tokio::test]
async fn two_different_lengths() {
    let head = format!("{OK}Content-Length: 6\r\nContent-Length: 7\r\n\r\n<rss/>");
    check(vec![say(head)], "Protocol").await;
}

#[tokio::test]
async fn a_length_that_is_not_a_number() {
    check(
        vec![say(format!("{OK}Content-Length: six\r\n\r\n<rss/>"))],
        "Protocol",
    )
    .await;
}

#[tokio::test]
async fn a_reset_before_the_answer() {
    check(vec![Step::Reset], "Broken").await;
}

#[tokio::test]
async fn a_reset_in_the_middle() {
    check(
        vec![
            say(format!("{OK}Content-Length: 100\r\n\r\n<rss")),
            Step::Reset,
        ],
        "Broken",
    )
    .await;
}

#[tokio::test]
async fn an_end_before_the_answer() {
    check(Vec::new(), "Broken").await;
}

#[tokio::test]
async fn an_end_within_the_headers() {
    check(vec![say(format!("{OK}Content-Le"))], "Broken").await;
}

#[tokio::test]
async fn chunked_nonsense() {
    let head = format!("{OK}Transfer-Encoding: chunked\r\n\r\n");
    check(
        vec![say(format!("{head}zz\r\nabc\r\n0\r\n\r\n"))],
        "Protocol",
    )
    .await;
}

#[tokio::test]
async fn a_chunk_size_too_large_for_a_number() {
    let head = format!("{OK}Transfer-Encoding: chunked\r\n\r\n");
    check(
        vec![say(format!("{head}fffffffffffffffffffffff\r\nabc"))],
        "Protocol",
    )
    .await;
}

#[tokio::test]
async fn chunks_that_end_early() {
    let head = format!("{OK}Transfer-Encoding: chunked\r\n\r\n");
    check(vec![say(format!("{head}ff\r\nabc"))], "Broken").await;
}

#[tokio::test]
async fn a_response_that_is_not_http() {
    check(vec![say("SSH-2.0-OpenSSH_9.6\r\n\r\n")], "Protocol").await;
    check(vec![say("<rss/>\r\n\r\n")], "Protocol").await;
}

#[tokio::test]
async fn http_1_0_is_understood() {
    check(
        vec![say("HTTP/1.0 200 OK\r\n\r\n<rss/>")],
        "answer 200 of 6 bytes",
    )
    .await;
}

#[tokio::test]
async fn not_modified_for_an_unconditional_request() {
    check(answer("304 Not Modified", ""), "Protocol").await;
}

#[tokio::test]
async fn a_status_out_of_range() {
    check(answer("999 What", "x"), "answer 999 of 0 bytes").await;
    check(answer("99 What", "x"), "Protocol").await;
}

#[tokio::test]
async fn informational_answers_without_end() {
    check_hurried(vec![
        say("HTTP/1.1 103 Early\r\n\r\n"),
        say("HTTP/1.1 103 Early\r\n\r\n"),
        Step::Hang,
    ])
    .await;
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(body).unwrap();
    packed.finish().unwrap()
}

fn brotli(body: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    brotli::CompressorWriter::new(&mut packed, 4_096, 5, 22)
        .write_all(body)
        .unwrap();
    packed
}

fn zstd(body: &[u8]) -> Vec<u8> {
    zstd::encode_all(body, 3).unwrap()
}

const BOMB: usize = 20_000_000;

#[tokio::test]
async fn compressed_bodies_are_read() {
    for (encoding, packed) in [
        ("gzip", gzip(b"<rss/>")),
        ("br", brotli(b"<rss/>")),
        ("zstd", zstd(b"<rss/>")),
    ] {
        check(
            answer(&format!("200 OK\r\nContent-Encoding: {encoding}"), packed),
            "answer 200 of 6 bytes",
        )
        .await;
    }
}

#[tokio::test]
async fn bombs_are_cut_off_at_the_cap() {
    let bomb = vec![0; BOMB];
    for (encoding, packed) in [
        ("gzip", gzip(&bomb)),
        ("br", brotli(&bomb)),
        ("zstd", zstd(&bomb)),
    ] {
        assert!(
            packed.len() < 100_000,
            "a bomb is small: {} bytes",
            packed.len()
        );
        check(
            answer(&format!("200 OK\r\nContent-Encoding: {encoding}"), packed),
            "TooLarge",
        )
        .await;
    }
}

#[tokio::test]
async fn truncated_compression() {
    let noise: Vec<u8> = (0..20_000_u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    for (encoding, packed) in [
        ("gzip", gzip(&noise)),
        ("br", brotli(&noise)),
        ("zstd", zstd(&noise)),
    ] {
        let half = &packed[..packed.len() / 2];
        check(
            answer(&format!("200 OK\r\nContent-Encoding: {encoding}"), half),
            "Encoding",
        )
        .await;
    }
}

#[tokio::test]
async fn a_body_announced_as_compressed_that_is_not() {
    for encoding in ["gzip", "zstd"] {
        check(
            answer(&format!("200 OK\r\nContent-Encoding: {encoding}"), "<rss/>"),
            "Encoding",
        )
        .await;
    }
}

#[tokio::test]
async fn double_compression() {
    let twice = gzip(&gzip(b"<rss/>"));
    check(
        answer("200 OK\r\nContent-Encoding: gzip, gzip", &twice),
        "Encoding",
    )
    .await;
    check(
        answer("200 OK\r\nContent-Encoding: gzip", &twice),
        "Encoding",
    )
    .await;
}

#[tokio::test]
async fn an_unknown_encoding_is_ignored_if_the_body_is_plain() {
    check(
        answer("200 OK\r\nContent-Encoding: UTF-8", "<rss/>"),
        "answer 200 of 6 bytes",
    )
    .await;
}

#[tokio::test]
async fn redirects_in_a_circle() {
    let server = Server::start(|_| answer("302 Found\r\nLocation: /feed", "")).await;
    assert_eq!(name(&fetch(&server).await), "Redirect");
    assert_eq!(server.requests().len(), 6, "the request and five redirects");
}

#[tokio::test]
async fn redirects_to_nowhere() {
    check(answer("302 Found", ""), "Redirect").await;
    check(
        answer("302 Found\r\nLocation: http://[::bad/", ""),
        "Redirect",
    )
    .await;
}

#[tokio::test]
async fn redirects_to_addresses_that_are_not_public_or_not_http() {
    for to in [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0xa9fea9fe/",
        "http://[::ffff:10.0.0.1]/",
        "http://[fd00::1]/",
        "//192.168.0.1/feed",
        "file:///etc/passwd",
        "ftp://ex.org/feed",
    ] {
        check(
            answer(&format!("301 Moved\r\nLocation: {to}"), ""),
            "Refused",
        )
        .await;
    }
}

#[tokio::test]
async fn a_name_that_resolves_to_loopback() {
    let server = Server::start(|_| answer("200 OK", "<rss/>")).await;
    let url: Url = format!("http://localhost:{}/feed", server.url.port().unwrap())
        .parse()
        .unwrap();
    let get = Get::new(url, Kind::Feed);
    let strict = Settings {
        allow_addresses: Vec::new(),
        ..settings()
    };
    let result = fetch_with(&strict, &get).await;
    assert_eq!(name(&result), "Refused", "{result:?}");
    assert!(server.requests().is_empty(), "no request was sent");
    // The same name passes once its network is listed.
    assert_eq!(fetch_with(&settings(), &get).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_port_without_a_server() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://{}/", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    drop(listener);
    let result = fetch_with(&settings(), &Get::new(url, Kind::Feed)).await;
    assert_eq!(name(&result), "Connect", "{result:?}");
}

#[tokio::test]
async fn plain_text_where_tls_is_expected() {
    let server = Server::start(|_| Vec::new()).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1_024]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    drop(server);
    let result = fetch_with(
        &settings(),
        &Get::new(format!("https://{address}/").parse().unwrap(), Kind::Feed),
    )
    .await;
    assert!(
        ["Tls", "NoCertificates"].contains(&name(&result).as_str()),
        "{result:?}"
    );
}

#[tokio::test]
async fn a_receiver_that_accepts_and_breaks_off() {
    for steps in [
        vec![
            say(format!("{OK}Content-Length: 100\r\n\r\nth")),
            Step::Reset,
        ],
        vec![
            say(format!("{OK}\r\n")),
            Step::SayForever(vec![b'a'; 4_096]),
        ],
        vec![
            say(format!("{OK}Content-Length: 100\r\n\r\nth")),
            Step::Hang,
        ],
    ] {
        let server = Server::start(move |_| steps.clone()).await;
        let post = Post {
            url: server.url.clone(),
            headers: Vec::new(),
            body: "{}".into(),
            timeout: Duration::from_millis(300),
        };
        let client = newsvane::http::Client::new(&settings()).unwrap();
        assert_eq!(
            client.post(&post).await.unwrap().status,
            200,
            "the status is what counts"
        );
    }
}
