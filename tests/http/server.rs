//! A server that sends exactly the bytes that a test specifies.

use newsvane::http::{Client, FetchError, Fetched, Get, Kind, Settings};
use newsvane::model::{ByteSize, Span};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What the server does on a connection, step by step; then it closes it.
#[derive(Clone)]
pub(crate) enum Step {
    /// Sends these bytes.
    Say(Vec<u8>),
    /// Sends these bytes repeatedly until the client closes the connection.
    SayForever(Vec<u8>),
    /// Waits until the client closes the connection.
    Hang,
    /// Breaks the connection with a reset.
    Reset,
    /// Waits for the next request on the same connection.
    Next,
}

pub(crate) fn say(bytes: impl AsRef<[u8]>) -> Step {
    Step::Say(bytes.as_ref().to_vec())
}

/// A complete response.
pub(crate) fn answer(head: &str, body: impl AsRef<[u8]>) -> Vec<Step> {
    let body = body.as_ref();
    let mut bytes =
        format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    vec![Step::Say(bytes), Step::Next]
}

/// A running server; it stops with the test's runtime.
pub(crate) struct Server {
    pub(crate) url: Url,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Starts a server. `script` gives the steps for each request's head.
    pub(crate) async fn start(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/feed", listener.local_addr().unwrap())
            .parse()
            .unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::<AtomicUsize>::default();
        let (log, script, count) = (requests.clone(), Arc::new(script), connections.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(converse(stream, script.clone(), log.clone()));
            }
        });
        Self {
            url,
            requests,
            connections,
        }
    }

    /// The heads of all requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The number of connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// The URL of another path on the server.
    pub(crate) fn at(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }
}

async fn converse(
    mut stream: TcpStream,
    script: Arc<impl Fn(&str) -> Vec<Step>>,
    log: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    'request: loop {
        let head = read_head(&mut stream).await?;
        log.lock().unwrap().push(head.clone());
        for step in script(&head) {
            match step {
                Step::Say(bytes) => stream.write_all(&bytes).await.ok()?,
                Step::SayForever(bytes) => loop {
                    stream.write_all(&bytes).await.ok()?;
                },
                Step::Hang => while stream.read(&mut [0; 64]).await.ok()? > 0 {},
                Step::Reset => {
                    stream.set_zero_linger().ok()?;
                    return None;
                }
                Step::Next => continue 'request,
            }
        }
        stream.shutdown().await.ok()?;
        return None;
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8_lossy(&head).to_lowercase())
}

/// Settings that allow loopback, with small limits.
pub(crate) fn settings() -> Settings {
    Settings {
        allow_addresses: vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
        max_body: ByteSize(100_000),
        timeout: Span::secs(20),
        spacing: Span::millis(0),
        robots: false,
        ..Settings::default()
    }
}

/// Fetches a server's feed.
pub(crate) async fn fetch(server: &Server) -> Result<Fetched, FetchError> {
    fetch_with(&settings(), &Get::new(server.url.clone(), Kind::Feed)).await
}

pub(crate) async fn fetch_with(settings: &Settings, get: &Get) -> Result<Fetched, FetchError> {
    Client::new(settings).unwrap().get(get).await
}
