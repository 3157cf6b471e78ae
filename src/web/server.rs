//! Serves the page's connections within bounds. Anybody who reaches the address
//! can open connections, with or without the token: they must not take the
//! daemon's memory, its open files, or the page from other visitors.

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Longest time for a connection, from accepting it to the end of the response.
/// Each connection serves one request.
const MAX_TIME: Duration = Duration::from_secs(10);

/// Longest time for a stream of events. Browsers connect again by themselves.
const MAX_STREAM: Duration = Duration::from_secs(15 * 60);

/// Most connections at a time.
const MAX_CONNECTIONS: usize = 64;

/// Most connections at a time from one address.
const MAX_FROM_ONE: usize = 16;

/// Largest head of a request, in bytes. A browser's has some hundreds.
const MAX_HEAD: usize = 16 << 10;

/// Most header fields of a request.
const MAX_HEADERS: usize = 64;

/// The pause after a connection could not be accepted, such as for lack of file
/// descriptors: the same error would come again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// The connections that are open, by the visitor's address.
#[derive(Debug, Default)]
struct Visitors {
    connections: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection's place among the open ones; given back when dropped.
#[derive(Debug)]
struct Place {
    visitors: Arc<Visitors>,
    address: IpAddr,
}

/// Serves connections until `stop`, then finishes those that are open.
pub(super) async fn serve(listener: TcpListener, app: Router, stop: CancellationToken) {
    let visitors = Arc::<Visitors>::default();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                // Without a place the connection is closed by dropping it.
                Ok((stream, visitor)) => if let Some(place) = visitors.enter(visitor.ip()) {
                    connections.spawn(converse(stream, app.clone(), place, visitor.ip()));
                },
                Err(err) => {
                    tracing::debug!(err = %err, "the status page could not accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Serves one request.
async fn converse(stream: TcpStream, app: Router, place: Place, visitor: IpAddr) {
    let peer = Peer(Arc::new(Mutex::new(Some(place))), visitor);
    let of_request = peer.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(of_request.clone());
        TowerToHyperService::new(app.clone()).call(request)
    });
    let connection = http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // A visitor who breaks off or takes too long is no error of ours.
    let ended = tokio::time::timeout(MAX_TIME, connection.as_mut()).await;
    if ended.is_err() && peer.is_stream() {
        let _ = tokio::time::timeout(MAX_STREAM, connection).await;
    }
}

/// The visitor at the other end of a connection.
#[derive(Clone, Debug)]
pub(super) struct Peer(Arc<Mutex<Option<Place>>>, IpAddr);

impl Peer {
    /// Its address.
    pub(super) fn ip(&self) -> IpAddr {
        self.1
    }

    /// The connection carries a stream of events from now on: it may last longer, and
    /// leaves its place to others. Whoever calls it bounds the number of streams.
    pub(super) fn become_stream(&self) {
        self.lock().take();
    }

    fn is_stream(&self) -> bool {
        self.lock().is_none()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visitors {
    fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = network(address);
        let mut connections = self.lock();
        let n_all: usize = connections.values().sum();
        let n_own = connections.get(&address).copied().unwrap_or_default();
        if n_all >= MAX_CONNECTIONS || n_own >= MAX_FROM_ONE {
            return None;
        }
        connections.insert(address, n_own + 1);
        Some(Place {
            visitors: Arc::clone(self),
            address,
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut connections = self.visitors.lock();
        if let Some(n) = connections.get_mut(&self.address) {
            *n -= 1;
            if *n == 0 {
                connections.remove(&self.address);
            }
        }
    }
}

/// The part of an address that a visitor cannot choose: a machine has a whole
/// /64 of IPv6 addresses.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            std::net::Ipv6Addr::from_bits(network).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    async fn start() -> std::net::SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/", get(async || "hello"));
        tokio::spawn(serve(listener, app, CancellationToken::new()));
        address
    }

    /// What the server sends until it closes the connection.
    async fn answer(mut stream: TcpStream) -> String {
        let mut answer = Vec::new();
        // A reset ends it as well.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn one_address_gets_so_many_connections_and_no_more() {
        let address = start().await;
        let mut held = Vec::new();
        for _ in 0..MAX_FROM_ONE {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n")
                .await
                .unwrap();
            held.push(stream);
        }
        let refused = TcpStream::connect(address).await.unwrap();
        assert_eq!(answer(refused).await, "");
        let mut stream = held.pop().unwrap();
        stream.write_all(b"\r\n").await.unwrap();
        assert!(answer(stream).await.ends_with("hello"));
        let mut next = TcpStream::connect(address).await.unwrap();
        next.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        assert!(answer(next).await.ends_with("hello"));
    }

    #[tokio::test]
    async fn a_head_that_is_too_long_is_refused() {
        let mut stream = TcpStream::connect(start().await).await.unwrap();
        let head = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(2 * MAX_HEAD));
        let _ = stream.write_all(head.as_bytes()).await;
        assert!(answer(stream).await.starts_with("HTTP/1.1 431"));
    }

    #[tokio::test(start_paused = true)]
    async fn half_a_head_is_waited_for_so_long_and_no_longer() {
        let mut stream = TcpStream::connect(start().await).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n")
            .await
            .unwrap();
        let begun = tokio::time::Instant::now();
        assert_eq!(answer(stream).await, "");
        assert!(begun.elapsed() <= MAX_TIME + Duration::from_secs(1));
    }

    #[test]
    fn all_visitors_together_get_so_many_connections() {
        let visitors = Arc::<Visitors>::default();
        let address = |n: usize| IpAddr::from([10, 0, 0, n as u8]);
        let enter = |n: usize| visitors.enter(address(n / MAX_FROM_ONE));
        let mut held: Vec<_> = (0..MAX_CONNECTIONS).map(enter).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(visitors.enter(address(99)).is_none());
        held.pop();
        assert!(visitors.enter(address(99)).is_some());
        let neighbours = ["2001:4860::1", "2001:4860::2"].map(|ip| network(ip.parse().unwrap()));
        assert_eq!(neighbours[0], neighbours[1]);
    }
}
