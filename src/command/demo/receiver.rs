//! The receiver that the demo's alerts go to: what a program of a user's own
//! would be. It checks each signature with the Standard Webhooks library.

use crate::notify::payload::Payload;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Alerts that may wait to be shown; more are refused and come again.
const INBOX: usize = 64;

/// What was posted to the receiver.
#[derive(Debug)]
pub(super) enum Post {
    /// An alert with a good signature.
    Alert(Box<Payload>),
    /// Something else, and what is wrong with it.
    Refused(String),
}

/// The receiver, as long as it lives.
pub(super) struct Receiver {
    pub address: SocketAddr,
    /// The secret that it shares with the daemon, `whsec_...`.
    pub secret: String,
    pub inbox: mpsc::Receiver<Post>,
    /// Ends with its drop.
    pub server: JoinSet<()>,
}

struct Door {
    webhook: standardwebhooks::Webhook,
    tell: mpsc::Sender<Post>,
}

impl Receiver {
    pub(super) async fn open() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        // A minute's secret between two ends of one process.
        let secret = format!(
            "whsec_{}",
            STANDARD.encode([(); 32].map(|()| fastrand::u8(..)))
        );
        let (tell, inbox) = mpsc::channel(INBOX);
        let door = Door {
            webhook: standardwebhooks::Webhook::new(&secret)?,
            tell,
        };
        let app = Router::new()
            .route("/alerts", post(take))
            .with_state(Arc::new(door));
        let mut server = JoinSet::new();
        server.spawn(async move {
            // It ends with the demo, not before; there is nobody to tell.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self {
            address,
            secret,
            inbox,
            server,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/alerts", self.address)
    }
}

async fn take(State(door): State<Arc<Door>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let post = match door.webhook.verify(&body, &headers) {
        Err(err) => Post::Refused(err.to_string()),
        Ok(()) => match serde_json::from_slice(&body) {
            Ok(payload) => Post::Alert(Box::new(payload)),
            Err(err) => Post::Refused(format!("it is signed, but no alert: {err}")),
        },
    };
    let status = match &post {
        Post::Alert(_) => StatusCode::NO_CONTENT,
        Post::Refused(_) => StatusCode::UNAUTHORIZED,
    };
    match door.tell.try_send(post) {
        Ok(()) => status,
        // Refused for now: the daemon sends it again, which is what it is for.
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
