//! Our signatures verified by other implementations of Standard Webhooks: the
//! packages of Python (`NEWSVANE_PYTHON`, else python3) and of npm (found through
//! `NODE_PATH`), where they are installed.

use crate::suite::{outgoing, send};
use crate::webhook::{SECRET, listen, receivers, server};
use axum::http::HeaderMap;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Reads `{"secret", "headers", "body"}` from standard input; fails if the
/// signature does.
const PYTHON: &str = r"
import json, sys
from standardwebhooks import Webhook
sent = json.load(sys.stdin)
Webhook(sent['secret']).verify(sent['body'], sent['headers'])
";
const NODE: &str = r"
const { Webhook } = require('standardwebhooks');
const sent = JSON.parse(require('fs').readFileSync(0, 'utf8'));
new Webhook(sent.secret).verify(sent.body, sent.headers);
";

/// Whether `program` takes `script` with `input`; none where `probe` says that
/// the package is not installed.
fn verdict(program: &str, probe: &str, script: &str, input: &str) -> Option<bool> {
    let flag = if program.ends_with("node") {
        "-e"
    } else {
        "-c"
    };
    let quiet = |code: &str| {
        let mut command = Command::new(program);
        command.args([flag, code]).stdin(Stdio::piped());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    if !quiet(probe).status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: no package standardwebhooks for {program}");
        return None;
    }
    let mut child = quiet(script).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    Some(child.wait().unwrap().success())
}

fn sent(headers: &HeaderMap, body: &str) -> String {
    let headers: BTreeMap<&str, &str> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    serde_json::json!({ "secret": SECRET, "headers": headers, "body": body }).to_string()
}

#[tokio::test]
async fn other_implementations_verify_what_is_sent_and_nothing_else() {
    let (url, log) = server(listen).await;
    send(
        &receivers(&format!("{url}/take"), SECRET),
        "ops",
        &outgoing("a-43"),
    )
    .await;
    let log = log.lock().unwrap();
    let (_, headers, body) = &log[0];
    let body = std::str::from_utf8(body).unwrap();
    let python = std::env::var("NEWSVANE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let others = [
        (python.as_str(), "import standardwebhooks", PYTHON),
        ("node", "require('standardwebhooks')", NODE),
    ];
    for (program, probe, script) in others {
        let check = |body: &str| verdict(program, probe, script, &sent(headers, body));
        assert_ne!(check(body), Some(false), "{program} refuses what was sent");
        assert_ne!(
            check(&format!("{body} ")),
            Some(true),
            "{program} takes what was changed"
        );
    }
}
