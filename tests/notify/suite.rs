//! What every receiver does: it accepts an alert, accepts the same alert again,
//! and reports why it cannot.

use crate::webhook::{SECRET, listen, server};
use newsvane::http::{Client, Settings};
use newsvane::model::AlertId;
use newsvane::notify::payload::{Event, Payload, Ping};
use newsvane::notify::{Attempt, Outgoing, ReceiverSettings, Receivers};
use newsvane::policy::AttemptOutcome;
use std::collections::BTreeMap;
use std::path::Path;

pub(crate) fn client() -> Client {
    let settings = Settings {
        allow_addresses: vec!["127.0.0.0/8".parse().unwrap()],
        ..Settings::default()
    };
    Client::new(&settings).unwrap()
}

/// A test alert.
pub(crate) fn outgoing(id: &str) -> Outgoing {
    let payload = Payload {
        timestamp: "2024-05-06T07:08:09Z".parse().unwrap(),
        alert: AlertId::from(id),
        event: Event::TestPing(Ping {
            receiver: "ops".into(),
            message: "does it arrive? — ☂".into(),
        }),
    };
    Outgoing {
        alert: AlertId::from(id),
        body: payload.to_body().into(),
        thread: None,
    }
}

/// The receivers of a settings file's `[receiver.*]` part.
pub(crate) fn build(toml: &str) -> Result<Receivers, Vec<String>> {
    let settings: BTreeMap<String, ReceiverSettings> = toml::from_str(toml).unwrap();
    let built = Receivers::build(&settings, &client());
    built.map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

pub(crate) async fn send(receivers: &Receivers, name: &str, outgoing: &Outgoing) -> Attempt {
    receivers
        .get(name)
        .unwrap()
        .send(outgoing, jiff::Timestamp::now())
        .await
}

/// Settings of every kind of receiver, one that works and one that fails.
fn every_kind(folder: &Path, url: &str) -> String {
    let folder = folder.display();
    std::fs::write(format!("{folder}/secret"), SECRET).unwrap();
    format!(
        r#"
        [webhook-good]
        type = "webhook"
        url = "{url}/take"
        secret_file = "{folder}/secret"
        [webhook-bad]
        type = "webhook"
        url = "{url}/refuse"
        secret_file = "{folder}/secret"
        [cloudevents-good]
        type = "cloudevents"
        url = "{url}/take"
        [cloudevents-bad]
        type = "cloudevents"
        mode = "structured"
        url = "{url}/refuse"
        [stdout-good]
        type = "stdout"
        format = "json"
        [file-good]
        type = "file"
        path = "{folder}/alerts.ndjson"
        [file-bad]
        type = "file"
        path = "{folder}/no/such/folder/alerts.ndjson"
        [exec-good]
        type = "exec"
        command = ["sh", "-c", "cat > /dev/null"]
        [exec-bad]
        type = "exec"
        command = ["sh", "-c", "echo no such pager >&2; exit 3"]
        "#
    )
}

#[tokio::test]
async fn every_receiver_accepts_an_alert_and_the_same_alert_again() {
    let folder = tempfile::tempdir().unwrap();
    let (url, _) = server(listen).await;
    let receivers = build(&every_kind(folder.path(), &url)).unwrap();
    let names: Vec<&str> = receivers
        .names()
        .filter(|name| name.ends_with("-good"))
        .collect();
    assert_eq!(names.len(), 5);
    for name in names {
        for _ in 0..2 {
            let attempt = send(&receivers, name, &outgoing("a1")).await;
            assert_eq!(attempt.outcome, AttemptOutcome::Accepted, "{name}");
        }
    }
}

#[tokio::test]
async fn a_failing_receiver_reports_why_and_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let (url, _) = server(listen).await;
    let receivers = build(&every_kind(folder.path(), &url)).unwrap();
    for (name, want) in [
        ("webhook-bad", "it answered 500: out of paper"),
        ("cloudevents-bad", "it answered 500: out of paper"),
        ("file-bad", "no/such/folder"),
        ("exec-bad", "sh ended with exit status: 3: no such pager"),
    ] {
        let attempt = send(&receivers, name, &outgoing("a1")).await;
        let AttemptOutcome::Transient { reason, .. } = attempt.outcome else {
            panic!("{name}: {:?}", attempt.outcome);
        };
        assert!(reason.contains(want), "{name}: {reason}");
    }
}

#[test]
fn all_receivers_that_cannot_be_created_are_reported_at_once() {
    let problems = build(
        r#"
        [a]
        type = "webhook"
        url = "http://127.0.0.1:9/"
        secret_file = "/nowhere/secret"
        [b]
        type = "webhook"
        url = "http://127.0.0.1:9/"
        [c]
        type = "webhook"
        url = "http://10.0.0.1/"
        secret_env = "NEWSVANE_TEST_NOT_SET"
        [d]
        type = "webhook"
        url = "http://127.0.0.1:9/"
        secret_env = "NEWSVANE_TEST_NOT_SET"
        [e]
        type = "exec"
        command = []
        [good]
        type = "stdout"
        "#,
    )
    .unwrap_err();
    let wanted = [
        "receiver \"a\" cannot read its secret from /nowhere/secret",
        "receiver \"b\" needs exactly one of secret_file, secret_env and secret_credential",
        "receiver \"c\" cannot use the URL http://10.0.0.1/: 10.0.0.1 is a private address",
        "receiver \"d\" has no secret: the environment variable NEWSVANE_TEST_NOT_SET is not set",
        "receiver \"e\" has no program to run",
    ];
    assert_eq!(problems.len(), wanted.len());
    for (problem, wanted) in problems.iter().zip(wanted) {
        assert!(problem.starts_with(wanted), "{problem}");
    }
}

#[test]
fn an_unknown_key_is_an_error() {
    let parse = |toml: &str| {
        toml::from_str::<BTreeMap<String, ReceiverSettings>>(toml).map_err(|err| err.to_string())
    };
    let told = parse("[a]\ntype = \"file\"\npath = \"x\"\ncolour = 1").unwrap_err();
    assert!(told.contains("unknown field `colour`"), "{told}");
    let told = parse("[a]\ntype = \"pigeon\"").unwrap_err();
    assert!(told.contains("unknown variant `pigeon`"), "{told}");
}
