//! `/api/v1/events`: new alerts as they are made (SSE). One task looks into the store,
//! and only while somebody listens.

use super::Shared;
use super::server::Peer;
use crate::store::{AlertFilter, AlertView, Store};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Most listeners at a time.
const MAX_LISTENERS: usize = 64;

/// How often the store is looked at while somebody listens.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Comments keep proxies from closing a silent stream.
const COMMENT_EVERY: Duration = Duration::from_secs(15);

/// Alerts that are sent at a time; and how many a slow listener may be behind.
const N_ALERTS: usize = 50;

/// The listeners, and the task that looks for them.
#[derive(Clone, Default)]
pub(super) struct Events {
    n_listeners: Arc<AtomicUsize>,
    sender: Arc<Mutex<Option<broadcast::Sender<Arc<str>>>>>,
}

/// A listener; counted until it is dropped.
struct Listener {
    receiver: broadcast::Receiver<Arc<str>>,
    n_listeners: Arc<AtomicUsize>,
    has_begun: bool,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.n_listeners.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Events {
    /// How many listen.
    pub(super) fn n_listeners(&self) -> usize {
        self.n_listeners.load(Ordering::Relaxed)
    }

    /// A new listener; `None` if there are too many.
    fn listen(&self, store: &Arc<dyn Store>) -> Option<Listener> {
        let n = self.n_listeners.fetch_add(1, Ordering::Relaxed);
        if n >= MAX_LISTENERS {
            self.n_listeners.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let mut sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = match sender.as_ref() {
            Some(sender) if sender.receiver_count() > 0 => sender.subscribe(),
            _ => {
                let (new, receiver) = broadcast::channel(N_ALERTS);
                *sender = Some(new.clone());
                // It ends by itself, within a second of its last listener.
                tokio::spawn(look(Arc::clone(store), new));
                receiver
            }
        };
        Some(Listener {
            receiver,
            n_listeners: Arc::clone(&self.n_listeners),
            has_begun: false,
        })
    }
}

/// Sends new alerts to the listeners, until there are none.
async fn look(store: Arc<dyn Store>, sender: broadcast::Sender<Arc<str>>) {
    let mut last = store.newest_alert().await.ok();
    while sender.receiver_count() > 0 {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(after) = last else {
            last = store.newest_alert().await.ok();
            continue;
        };
        let Ok(newest) = store.newest_alert().await else {
            continue;
        };
        if newest <= after {
            continue;
        }
        last = Some(newest);
        let filter = AlertFilter {
            after: Some(after),
            limit: N_ALERTS,
            ..AlertFilter::default()
        };
        let mut alerts = store.alerts(filter).await.unwrap_or_default();
        alerts.sort_by_key(|alert| alert.row);
        for alert in alerts {
            // No listener: the loop ends.
            let _ = sender.send(event(&alert).into());
        }
    }
}

/// An alert as an event of the stream.
fn event(alert: &AlertView) -> String {
    let data = serde_json::to_string(alert).unwrap_or_default();
    format!("id: {}\nevent: alert\ndata: {data}\n\n", alert.row)
}

/// Serves the stream.
pub(super) async fn serve(
    State(shared): State<Shared>,
    Extension(peer): Extension<Peer>,
) -> Response {
    let Some(listener) = shared.events.listen(&shared.source.store) else {
        return super::api::problem::answer(
            StatusCode::TOO_MANY_REQUESTS,
            "too many listen already; try again later",
            true,
        );
    };
    peer.become_stream();
    let stop = shared.stop.clone();
    let chunks = stream::unfold((listener, stop), |(mut listener, stop)| async move {
        if !listener.has_begun {
            listener.has_begun = true;
            return Some((
                Ok::<_, std::io::Error>(": newsvane\n\n".to_owned()),
                (listener, stop),
            ));
        }
        let chunk = tokio::select! {
            () = stop.cancelled() => return None,
            () = tokio::time::sleep(COMMENT_EVERY) => ":\n\n".to_owned(),
            event = listener.receiver.recv() => match event {
                Ok(event) => event.to_string(),
                // It was too slow: whoever reads it asks for the list again.
                Err(RecvError::Lagged(n)) => format!("event: missed\ndata: {n}\n\n"),
                Err(RecvError::Closed) => return None,
            },
        };
        Some((Ok(chunk), (listener, stop)))
    });
    let kind = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (kind, Body::from_stream(chunks)).into_response()
}
