//! The webhook receiver against a server that verifies every signature with the
//! library of the specification.

use crate::suite::{build, client, outgoing, send};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use newsvane::notify::Receivers;
use newsvane::policy::AttemptOutcome;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const OLD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The requests received: path, headers, body.
pub(crate) type Log = Arc<Mutex<Vec<(String, HeaderMap, Bytes)>>>;

/// A server on a free port: its URL, and the requests it received.
pub(crate) async fn server(answer: fn(&str) -> Response) -> (String, Log) {
    let log = Log::default();
    let take = move |State(log): State<Log>, uri: Uri, headers: HeaderMap, body: Bytes| async move {
        log.lock()
            .unwrap()
            .push((uri.path().to_owned(), headers, body));
        answer(uri.path())
    };
    let app = Router::new().fallback(take).with_state(log.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, log)
}

pub(crate) fn listen(path: &str) -> Response {
    match path {
        "/refuse" => (StatusCode::INTERNAL_SERVER_ERROR, "out of paper").into_response(),
        "/moved" => (StatusCode::PERMANENT_REDIRECT, [("location", "/take")]).into_response(),
        "/gone" => StatusCode::GONE.into_response(),
        "/busy" => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "77")]).into_response(),
        "/missing" => StatusCode::NOT_FOUND.into_response(),
        "/accepted" => StatusCode::ACCEPTED.into_response(),
        _ => StatusCode::NO_CONTENT.into_response(),
    }
}

pub(crate) fn receivers(url: &str, secrets: &str) -> Receivers {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, secrets).unwrap();
    build(&format!(
        "[ops]\ntype = \"webhook\"\nurl = {url:?}\nsecret_file = {secret:?}\nheaders = {{ X-Team = \"night\" }}"
    ))
    .unwrap()
}

#[tokio::test]
async fn the_signature_verifies_and_the_id_is_that_of_the_alert() {
    let (url, log) = server(listen).await;
    let receivers = receivers(&format!("{url}/take"), SECRET);
    for _ in 0..2 {
        let attempt = send(&receivers, "ops", &outgoing("a-42")).await;
        assert_eq!(
            (attempt.outcome, attempt.status),
            (AttemptOutcome::Accepted, Some(204))
        );
    }
    let log = log.lock().unwrap();
    for (_, headers, body) in log.iter() {
        standardwebhooks::Webhook::new(SECRET)
            .unwrap()
            .verify(body, headers)
            .unwrap();
        assert_eq!(headers["webhook-id"], "a-42");
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(headers["x-team"], "night");
    }
    assert_eq!(log[0].2, log[1].2, "the same bytes every time");
}

#[tokio::test]
async fn a_retry_has_its_own_timestamp() {
    let (url, log) = server(listen).await;
    let receivers = receivers(&format!("{url}/take"), SECRET);
    for second in [1_700_000_000, 1_700_000_005] {
        let now = jiff::Timestamp::from_second(second).unwrap();
        receivers
            .get("ops")
            .unwrap()
            .send(&outgoing("a1"), now)
            .await;
    }
    let log = log.lock().unwrap();
    assert_eq!(log[0].1["webhook-timestamp"], "1700000000");
    assert_eq!(log[1].1["webhook-timestamp"], "1700000005");
    assert_ne!(log[0].1["webhook-signature"], log[1].1["webhook-signature"]);
}

#[tokio::test]
async fn with_two_secrets_both_signatures_verify() {
    let (url, log) = server(listen).await;
    let both = format!("{SECRET}\n{OLD_SECRET}\n");
    send(
        &receivers(&format!("{url}/take"), &both),
        "ops",
        &outgoing("a1"),
    )
    .await;
    let log = log.lock().unwrap();
    for secret in [SECRET, OLD_SECRET] {
        standardwebhooks::Webhook::new(secret)
            .unwrap()
            .verify(&log[0].2, &log[0].1)
            .unwrap();
    }
}

/// Checks the outcome of a status, and that one request was sent.
async fn check(path: &str, want: AttemptOutcome, want_status: u16) {
    let (url, log) = server(listen).await;
    let attempt = send(
        &receivers(&format!("{url}{path}"), SECRET),
        "ops",
        &outgoing("a1"),
    )
    .await;
    assert_eq!(attempt.outcome, want);
    assert_eq!(attempt.status, Some(want_status));
    assert_eq!(log.lock().unwrap().len(), 1);
}

fn transient(reason: &str, retry_after_s: Option<u64>) -> AttemptOutcome {
    AttemptOutcome::Transient {
        reason: reason.into(),
        retry_after: retry_after_s.map(Duration::from_secs),
    }
}

#[tokio::test]
async fn any_2xx_is_a_success() {
    check("/accepted", AttemptOutcome::Accepted, 202).await;
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let want = "it answered 308; redirects are not followed: set `url` to the redirect's target";
    check("/moved", transient(want, None), 308).await;
}

#[tokio::test]
async fn gone_is_permanent() {
    check("/gone", AttemptOutcome::Gone, 410).await;
}

#[tokio::test]
async fn retry_after_is_passed_on() {
    check("/busy", transient("it answered 429", Some(77)), 429).await;
}

#[tokio::test]
async fn not_found_is_tried_again() {
    check("/missing", transient("it answered 404", None), 404).await;
}

#[tokio::test]
async fn the_error_of_an_unreachable_receiver_hides_its_token() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let receivers = receivers(&format!("http://{address}/hook?token=s3cret"), SECRET);
    let attempt = send(&receivers, "ops", &outgoing("a1")).await;
    let AttemptOutcome::Transient {
        reason,
        retry_after: None,
    } = attempt.outcome
    else {
        panic!("{:?}", attempt.outcome);
    };
    assert!(
        reason.starts_with(&format!("cannot connect to {address}: ")),
        "{reason}"
    );
    assert!(
        !reason.contains("s3cret") && !reason.contains("whsec"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_slow_receiver_times_out() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = toml::from_str(&format!(
        "url = \"http://{}/\"\nsecret_env = \"PATH\"\ntimeout = \"40ms\"",
        listener.local_addr().unwrap()
    ))
    .unwrap();
    let signer = newsvane::notify::Signer::new(&newsvane::http::Secret::new(SECRET)).unwrap();
    let receiver = newsvane::notify::webhook::Webhook::with_signer(&settings, signer, &client());
    let attempt =
        newsvane::notify::Receiver::send(&receiver, &outgoing("a1"), jiff::Timestamp::now()).await;
    let AttemptOutcome::Transient { reason, .. } = attempt.outcome else {
        panic!("{:?}", attempt.outcome);
    };
    assert!(
        reason.contains("did not complete its response within 40ms"),
        "{reason}"
    );
    drop(listener);
}
