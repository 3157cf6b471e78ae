//! One server that stands for all chat and paging services: it checks each request
//! against the service's limits, keeps threads and edits, and answers in the service's
//! own form, also that it takes no more for now.
//!
//! It is strict where the services are documented, and is tested itself with requests
//! that must fail (`strict.rs`).

pub(crate) mod markup;
pub(crate) mod rules;
mod strict;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rules::Kind;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The token that every service of the emulator takes.
pub(crate) const TOKEN: &str = "t0ken";

/// A message that a service shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Posted {
    pub(crate) id: String,
    /// The message that it replies to, or the key that it shares.
    pub(crate) thread: Option<String>,
    /// Its text without markup.
    pub(crate) text: String,
    /// How often it was edited.
    pub(crate) n_edits: usize,
}

#[derive(Debug, Default)]
struct Channel {
    posted: Vec<Posted>,
    /// Names of messages that were sent before, with their answers.
    known: HashMap<String, String>,
    /// Keys that were resolved.
    resolved: Vec<String>,
    n_calls: usize,
    faults: Vec<String>,
}

/// The services.
#[derive(Clone, Debug)]
pub(crate) struct Emulator {
    pub(crate) url: String,
    channels: Arc<Mutex<HashMap<Kind, Channel>>>,
    /// Every so many calls, one is told to wait; 0 for none.
    throttle: usize,
}

impl Emulator {
    pub(crate) async fn start(throttle: usize) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let emulator = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            channels: Arc::default(),
            throttle,
        };
        let take =
            |State(emulator): State<Self>,
             method: Method,
             uri: Uri,
             headers: HeaderMap,
             body: Bytes| async move { emulator.answer(&method, &uri, &headers, &body) };
        let app = Router::new().fallback(take).with_state(emulator.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        emulator
    }

    /// What the service shows.
    pub(crate) fn posted(&self, kind: Kind) -> Vec<Posted> {
        let channels = self.channels.lock().unwrap();
        channels
            .get(&kind)
            .map_or_else(Vec::new, |channel| channel.posted.clone())
    }

    /// The keys of incidents that were resolved.
    pub(crate) fn resolved(&self, kind: Kind) -> Vec<String> {
        let channels = self.channels.lock().unwrap();
        channels
            .get(&kind)
            .map_or_else(Vec::new, |channel| channel.resolved.clone())
    }

    /// What was wrong with requests.
    pub(crate) fn faults(&self) -> Vec<String> {
        let channels = self.channels.lock().unwrap();
        channels
            .values()
            .flat_map(|channel| channel.faults.clone())
            .collect()
    }

    /// Somebody deletes all messages by hand.
    pub(crate) fn clear(&self, kind: Kind) {
        self.channels.lock().unwrap().remove(&kind);
    }

    fn answer(&self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Response {
        let Some(kind) = Kind::of_path(uri.path()) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let body: Value = match serde_json::from_slice(body) {
            Ok(body) => body,
            Err(err) => return (StatusCode::BAD_REQUEST, err.to_string()).into_response(),
        };
        if !rules::has_token(kind, uri, headers, &body) {
            return kind.unauthorized();
        }
        let mut channels = self.channels.lock().unwrap();
        let channel = channels.entry(kind).or_default();
        channel.n_calls += 1;
        if self.throttle > 0 && channel.n_calls.is_multiple_of(self.throttle) {
            return kind.throttled();
        }
        if let Err(fault) = rules::check(kind, method, uri, &body) {
            channel.faults.push(format!("{kind:?}: {fault}\n{body:#}"));
            return kind.rejected(&fault);
        }
        channel.take(kind, method, uri, &body)
    }
}

impl Channel {
    /// Posts, edits or resolves.
    fn take(&mut self, kind: Kind, method: &Method, uri: &Uri, body: &Value) -> Response {
        if let Some(id) = kind.edited(method, uri, body) {
            let text = kind.text(body);
            let Some(posted) = self.posted.iter_mut().find(|posted| posted.id == id) else {
                return kind.no_such_message();
            };
            posted.text = text;
            posted.n_edits += 1;
            return kind.accepted(&id);
        }
        if body["event_action"] == "resolve" {
            let key = body["dedup_key"].as_str().unwrap_or_default();
            self.resolved.push(key.to_owned());
            return kind.accepted(key);
        }
        let thread = kind.thread(uri, body);
        let is_root_known = |root: &String| {
            kind.shares_keys() || self.posted.iter().any(|posted| posted.id == *root)
        };
        if thread.as_ref().is_some_and(|root| !is_root_known(root)) {
            return kind.no_such_message();
        }
        if let Some(name) = kind.idempotency(uri)
            && let Some(id) = self.known.get(&name)
        {
            return kind.accepted(id);
        }
        let id = kind.new_id(self.posted.len(), body);
        if let Some(name) = kind.idempotency(uri) {
            self.known.insert(name, id.clone());
        }
        let opens_forum_post = body["thread_name"].is_string();
        self.posted.push(Posted {
            id: id.clone(),
            thread: thread.filter(|_| !opens_forum_post),
            text: kind.text(body),
            n_edits: 0,
        });
        kind.accepted(&id)
    }
}

/// An answer in JSON.
pub(crate) fn reply(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (
        status,
        [("content-type", "application/json")],
        body.to_string(),
    )
        .into_response()
}

/// The same with a header.
pub(crate) fn reply_with(
    status: u16,
    header: (&'static str, &'static str),
    body: &Value,
) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [header], body.to_string()).into_response()
}

/// An empty object.
pub(crate) fn nothing() -> Value {
    json!({})
}
