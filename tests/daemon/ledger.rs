//! A receiver on loopback that checks signatures and keeps a book of what
//! arrived under which id.

use crate::newsroom::half_a_body;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// The secret that daemon and ledger share.
pub(crate) const SECRET: &str = "whsec_bGlnaHRob3VzZS1rZWVwZXJzLXNoYXJlLXRoaXMtb25l";

/// How the ledger answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Manner {
    Accept,
    /// Takes up to this long, by chance, then accepts.
    Dawdle(Duration),
    /// Answers this status and takes nothing.
    Refuse(u16),
    /// The same, with `Retry-After` in seconds.
    RefuseFor(u16, u64),
    /// Takes it, answers 200, and cuts the connection in the answer's body.
    CutAfterStatus,
    /// Takes it, and never answers.
    Silence,
}

/// Something that arrived with a good signature.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) at: Instant,
    /// `webhook-id`.
    pub(crate) id: String,
    /// `webhook-timestamp`.
    pub(crate) timestamp: i64,
    pub(crate) body: Value,
    pub(crate) was_accepted: bool,
}

impl Arrival {
    /// The watch it is for.
    pub(crate) fn watch(&self) -> &str {
        self.body["data"]["watch"]["id"]
            .as_str()
            .unwrap_or_default()
    }

    /// The page it is about.
    pub(crate) fn url(&self) -> &str {
        self.body["data"]["article"]["url"]
            .as_str()
            .unwrap_or_default()
    }
}

struct Book {
    manner: Manner,
    arrivals: Vec<Arrival>,
    forged: Vec<String>,
}

/// The ledger; it closes with the test's runtime.
#[derive(Clone)]
pub(crate) struct Ledger {
    address: SocketAddr,
    book: Arc<Mutex<Book>>,
}

impl Ledger {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let book = Book {
            manner: Manner::Accept,
            arrivals: Vec::new(),
            forged: Vec::new(),
        };
        let ledger = Self {
            address: listener.local_addr().unwrap(),
            book: Arc::new(Mutex::new(book)),
        };
        let app = Router::new().fallback(take).with_state(ledger.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        ledger
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/alerts", self.address)
    }

    pub(crate) fn set_manner(&self, manner: Manner) {
        self.book().manner = manner;
    }

    /// All that arrived with a good signature.
    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.book().arrivals.clone()
    }

    /// What was accepted for `watch`: the ids under which each page arrived.
    pub(crate) fn accepted(&self, watch: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for arrival in &self.book().arrivals {
            if arrival.was_accepted && arrival.watch() == watch {
                let ids = found.entry(arrival.url().to_owned()).or_default();
                ids.insert(arrival.id.clone());
            }
        }
        found
    }

    /// How many different ids were accepted.
    pub(crate) fn n_accepted(&self) -> usize {
        let book = self.book();
        let accepted = book.arrivals.iter().filter(|arrival| arrival.was_accepted);
        accepted
            .map(|arrival| &arrival.id)
            .collect::<BTreeSet<_>>()
            .len()
    }

    /// What came with a bad signature: why.
    pub(crate) fn forged(&self) -> Vec<String> {
        self.book().forged.clone()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }
}

async fn take(State(ledger): State<Ledger>, headers: HeaderMap, body: Bytes) -> Response {
    let manner = ledger.book().manner;
    if let Manner::Dawdle(longest) = manner {
        tokio::time::sleep(longest.mul_f64(fastrand::f64())).await;
    }
    let text = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let webhook = standardwebhooks::Webhook::new(SECRET).unwrap();
    if let Err(err) = webhook.verify(&body, &headers) {
        ledger.book().forged.push(format!("{err}: {headers:?}"));
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let was_accepted = match manner {
        Manner::Accept | Manner::Dawdle(_) | Manner::CutAfterStatus => true,
        Manner::Refuse(_) | Manner::RefuseFor(..) | Manner::Silence => false,
    };
    let arrival = Arrival {
        at: Instant::now(),
        id: text("webhook-id"),
        timestamp: text("webhook-timestamp").parse().unwrap(),
        body: serde_json::from_slice(&body).unwrap(),
        was_accepted,
    };
    ledger.book().arrivals.push(arrival);
    answer(manner).await
}

async fn answer(manner: Manner) -> Response {
    match manner {
        Manner::Accept | Manner::Dawdle(_) => StatusCode::NO_CONTENT.into_response(),
        Manner::Refuse(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Manner::RefuseFor(status, seconds) => (
            StatusCode::from_u16(status).unwrap(),
            [(header::RETRY_AFTER, seconds.to_string())],
        )
            .into_response(),
        Manner::CutAfterStatus => half_a_body("thank y"),
        Manner::Silence => std::future::pending().await,
    }
}
