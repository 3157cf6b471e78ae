//! The receiver of the demo's alerts. It does what a user's own program would
//! do: it checks each signature with the Standard Webhooks library.

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

/// How many alerts may wait to be shown. More are refused; the daemon sends
/// them again.
const INBOX: usize = 64;

/// What was posted to the receiver.
#[derive(Debug)]
pub(super) enum Post {
    /// An alert with a good signature.
    Alert(Box<Payload>),
    /// Something else, with what is wrong with it.
    Refused(String),
}

/// The receiver's server. It stops on drop.
pub(super) struct Receiver {
    pub address: SocketAddr,
    /// The secret that it shares with the daemon, `whsec_...`.
    pub secret: String,
    pub inbox: mpsc::Receiver<Post>,
    /// The server's task; dropping it ends the server.
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
        // The secret lives for a minute and never leaves this process.
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
            // The server runs until the demo ends, so its result is not needed.
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
            Err(err) => Post::Refused(format!("it is signed, but it is not an alert: {err}")),
        },
    };
    let status = match &post {
        Post::Alert(_) => StatusCode::NO_CONTENT,
        Post::Refused(_) => StatusCode::UNAUTHORIZED,
    };
    match door.tell.try_send(post) {
        Ok(()) => status,
        // Refused for now; the daemon's retry sends it again.
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
